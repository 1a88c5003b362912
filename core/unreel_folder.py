"""`NAME.unreel/`: everything that training made for a shot, and nothing that can't be remade but the textures."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from .errors import IncompatibleModel, InputError, UsageError
from .exr import replaced_whole
from .model import Model, read_model, write_model
from .settings import ShotSettings, make_settings, read_settings_file
from .texture import Texture
from .texture_folder import read_texture, write_texture


@dataclass(frozen=True)
class UnreelFolder:
    path: Path

    @property
    def shot_file(self) -> Path:
        return self.path / "shot.yaml"

    @property
    def model_file(self) -> Path:
        return self.path / "model.safetensors"

    @property
    def checkpoint_file(self) -> Path:
        return self.path / "checkpoint.safetensors"

    def canonical_file(self, kind: str) -> Path:
        return self.path / f"canonical_{kind}.exr"

    def key_file(self, number: int) -> Path:
        """The solve against a further key frame."""
        return self.path / "keys" / f"{number}.safetensors"

    @property
    def textures(self) -> list[str]:
        """Names of the textures, in the order they were imported."""
        found = self.path.glob("textures/*/texture.json")
        return [p.parent.name for p in sorted(found, key=lambda p: p.stat().st_mtime_ns)]

    def read_texture(self, name: str) -> Texture:
        if name not in self.textures:
            there = ", ".join(self.textures) or "none; import one first"
            raise InputError(f"{self.path} has no texture {name!r}; there is {there}")
        return read_texture(self.path / "textures" / name)

    def write_texture(self, texture: Texture) -> None:
        if not texture.name or Path(texture.name).name != texture.name or texture.name.startswith("."):
            raise UsageError(f"a texture cannot be named {texture.name!r}; use a plain file name")
        write_texture(self.path / "textures" / texture.name, texture)

    def write_settings(self, settings: ShotSettings) -> None:
        text = yaml.safe_dump(settings.model_dump(exclude_defaults=True, mode="json"), sort_keys=False)
        with replaced_whole(self.shot_file) as temporary:
            temporary.write_text(text, encoding="utf-8")

    def read_settings(self) -> ShotSettings:
        self.require()
        return make_settings(read_settings_file(self.shot_file), str(self.shot_file))

    def require(self) -> None:
        """InputError where there is no unreel folder."""
        if not self.shot_file.exists():
            raise InputError(f"{self.path} is no unreel folder; make it with: unreel train PLATE -o {self.path}")

    def read_model(self) -> Model:
        self.require()
        if not self.model_file.exists():
            how = "--resume" if self.checkpoint_file.exists() else "again"
            raise IncompatibleModel(f"{self.path} is not trained to the end; run train {how}")
        return read_model(self.model_file)

    def read_checkpoint(self) -> Model | None:
        """What an interrupted training reached; None if there is nothing, or nothing readable."""
        for path in (self.checkpoint_file, self.model_file):
            if path.exists():
                try:
                    return read_model(path)
                except IncompatibleModel:
                    continue
        return None

    def write_checkpoint(self, model: Model) -> None:
        write_model(self.checkpoint_file, model)

    def finish(self, model: Model) -> None:
        """The model takes its place; what was made of an older one goes."""
        write_model(self.model_file, model)
        made_of_it = (self.canonical_file("plate"), self.canonical_file("solved"), *self.path.glob("keys/*.safetensors"))
        for stale in (self.checkpoint_file, *made_of_it):
            stale.unlink(missing_ok=True)


def make_folder(path: Path) -> UnreelFolder:
    """A folder to train into. UsageError where something else is there already."""
    folder = UnreelFolder(path)
    if path.exists() and not path.is_dir():
        raise UsageError(f"{path} is a file; name a folder such as {path.with_suffix('.unreel')}")
    if path.is_dir() and any(path.iterdir()) and not folder.shot_file.exists():
        raise UsageError(f"{path} holds other files and is no unreel folder; name a new one")
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}") from None
    return folder


def same_solve(a: dict[str, Any], b: dict[str, Any]) -> bool:
    """Whether two settings lead to the same solve: what only propagation reads may differ."""
    ignored = ("light", "preset")
    return {k: v for k, v in a.items() if k not in ignored} == {k: v for k, v in b.items() if k not in ignored}
