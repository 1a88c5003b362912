"""`NAME.unreel/`: everything that training made for a shot, and nothing that can't be remade but the textures."""

from __future__ import annotations

import difflib
import logging
import shutil
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from .errors import FolderGone, IncompatibleModel, InputError, UnreelError, UsageError
from .model import Model, read_model, write_model
from .settings import ShotSettings, make_settings, read_settings_file
from .texture import Texture
from .texture_folder import read_texture, write_texture
from .whole_file import disk_reason, replaced_whole

log = logging.getLogger(__name__)

LAYERS = "layers"
"""Folder of the layers' own unreel folders."""


@dataclass(frozen=True)
class Training:
    """A training's note of itself."""

    settings: ShotSettings
    inputs: str
    """Fingerprint of the files it reads."""
    finished: bool


@dataclass(frozen=True)
class UnreelFolder:
    """The model and what was made of it belong to `shot.yaml`, the checkpoint to `training.yaml`, until it is finished.

    So a training that is stopped, or fails, leaves what an earlier one has made; of a shot with layers, layer by layer.
    """

    path: Path

    @property
    def shot_file(self) -> Path:
        return self.path / "shot.yaml"

    @property
    def training_file(self) -> Path:
        return self.path / "training.yaml"

    @property
    def log_file(self) -> Path:
        return self.path / "log.txt"

    @property
    def model_file(self) -> Path:
        return self.path / "model.safetensors"

    @property
    def checkpoint_file(self) -> Path:
        return self.path / "checkpoint.safetensors"

    @property
    def segment_folder(self) -> Path:
        """What a training of a long shot has solved of its segments; until it is finished, as the checkpoint."""
        return self.path / "segments"

    @property
    def fields_file(self) -> Path:
        """Trained fields, where the engine is `fields`."""
        return self.path / "fields.safetensors"

    @property
    def fields_checkpoint_file(self) -> Path:
        return self.path / "fields_checkpoint.safetensors"

    def layer(self, name: str) -> UnreelFolder:
        """One layer of a shot that has several: an unreel folder in this one. UsageError if it has none such."""
        if name not in self.layer_names:
            there = f"has layers {', '.join(self.layer_names)}" if self.layer_names else "has one layer only"
            raise UsageError(f"there is no layer {name!r}: {self.path} {there}")
        return UnreelFolder(self.layer_path(name))

    def layer_path(self, name: str) -> Path:
        return self.path / LAYERS / name

    @property
    def flow_folder(self) -> Path:
        """Optical flow, kept for the next training of the same pictures; a shot's layers share it."""
        shot = self.path.parent.parent
        inside = self.path.parent.name == LAYERS and UnreelFolder(shot).exists
        return (shot if inside else self.path) / "flow"

    @property
    def preview_folder(self) -> Path:
        """Pictures of how the training stands that runs, or ran last."""
        return self.path / "previews"

    def canonical_file(self, kind: str, key: int) -> Path:
        return self.path / f"canonical_{kind}.{key}.exr"

    def key_file(self, name: str) -> Path:
        """A further solve: against a frame, by its number, or of what is under a paint on it."""
        return self.path / "keys" / f"{name}.safetensors"

    @property
    def textures(self) -> list[str]:
        """Names of the textures, in the order they were imported."""
        found = self.path.glob("textures/*/texture.json")
        return [p.parent.name for p in sorted(found, key=lambda p: (p.stat().st_mtime_ns, p))]

    def read_texture(self, name: str) -> Texture:
        """UsageError naming those there are if it is none of them."""
        if name not in self.textures:
            near = difflib.get_close_matches(name, self.textures, 1, 0.6)
            there = f"did you mean {near[0]}?" if near else f"there is {', '.join(self.textures) or 'none'}"
            raise UsageError(f"{self.path} has no texture {name!r}; {there}")
        return read_texture(self.path / "textures" / name)

    def check_name(self, texture: Texture) -> None:
        """UsageError for a name that no file can have."""
        if not texture.name or Path(texture.name).name != texture.name or texture.name.startswith("."):
            raise UsageError(f"a texture cannot be named {texture.name!r}; use a plain file name")

    def write_texture(self, texture: Texture) -> None:
        self.check_name(texture)
        self.require_there()
        write_texture(self.path / "textures" / texture.name, texture)

    @property
    def exists(self) -> bool:
        return self.shot_file.exists() or self.training_file.exists()

    def require_there(self) -> None:
        """FolderGone where it was taken away meanwhile: what is left to write would make a broken one anew."""
        if not self.path.is_dir():
            raise FolderGone(
                f"{self.path} is gone: it was deleted or moved while it was open; put it back, or train again"
            )

    def require_trained(self) -> None:
        """InputError: no unreel folder. UsageError: the shot has layers. IncompatibleModel: not trained to the end."""
        if not self.exists:
            raise InputError(f"{self.path} is no unreel folder; make it with: unreel train PLATE -o {self.path}")
        if self.layer_names:
            raise UsageError(f"{self.path} has layers: {', '.join(self.layer_names)}; name one with --layer")
        if not self.shot_file.exists() or not self.model_file.exists():
            raise IncompatibleModel(
                f"{self.path} is not trained to the end; go on with: unreel train -o {self.path} --resume"
            )

    @property
    def layer_names(self) -> tuple[str, ...]:
        """Front to back; none where the shot has one layer only, which is this folder itself."""
        if not self.shot_file.exists():
            return ()
        return tuple(
            layer.name for layer in make_settings(read_settings_file(self.shot_file), str(self.shot_file)).layers
        )

    def read_settings(self) -> ShotSettings:
        """Those that the model was trained with."""
        self.require_trained()
        return make_settings(read_settings_file(self.shot_file), str(self.shot_file))

    def read_model(self) -> Model:
        self.require_trained()
        return read_model(self.model_file)

    def read_training(self) -> Training | None:
        """What is being trained or was trained last; None where there is nothing, or nothing readable."""
        with suppress(InputError, UsageError, KeyError, TypeError, ValueError):
            table = read_settings_file(self.training_file)
            settings = make_settings(dict(table["settings"]), str(self.training_file))
            return Training(settings, str(table["inputs"]), table["finished"] is True)
        return None

    def is_finished(self, training: Training) -> bool:
        """Whether a training of the same settings and files has come to its end."""
        before = self.read_training()
        return (
            before is not None
            and before.finished
            and self.model_file.exists()
            and not self.fields_checkpoint_file.exists()
            and same_solve(before.settings, training.settings)
            and before.inputs == training.inputs
        )

    def begin(self, settings: ShotSettings, inputs: str, resume: bool) -> Model | None:
        """Note what is trained from now on; with `resume`, what an earlier run of the same reached is returned."""
        before = self.read_same(settings, inputs) if resume else None
        reached = self.read_reached(before) if before is not None else None
        for left in (*self.path.glob(".*.tmp.*"), *self.segment_folder.glob(".*.tmp.*")):  # of a run that was killed
            left.unlink(missing_ok=True)
        if before is None:
            shutil.rmtree(self.segment_folder, ignore_errors=True)
        if reached is None:
            self.checkpoint_file.unlink(missing_ok=True)
        shutil.rmtree(self.preview_folder, ignore_errors=True)
        self._write_training(Training(settings, inputs, finished=False))
        return reached

    def read_same(self, settings: ShotSettings, inputs: str) -> Training | None:
        """The last training, if it is of the same settings and files; else a line in the log."""
        before = self.read_training()
        if before is None:
            log.warning("there is nothing to resume; training starts anew")
            return None
        if not same_solve(before.settings, settings) or before.inputs != inputs:
            what = "plate" if same_solve(before.settings, settings) else "settings"
            log.warning("the %s changed since; nothing can be resumed, training starts anew", what)
            return None
        return before

    def read_reached(self, before: Training) -> Model | None:
        """What a training has reached; None where there is nothing."""
        path = self.model_file if before.finished else self.checkpoint_file
        if not path.exists():
            return None
        try:
            return read_model(path)
        except IncompatibleModel as error:
            log.warning("%s; training starts anew", error)
            return None

    def write_checkpoint(self, model: Model) -> None:
        self.require_there()
        write_model(self.checkpoint_file, model)

    def finish(self, training: Training, model: Model, further: Mapping[int, Model]) -> None:
        """The model takes its place, and those of further keys; what was made of older ones goes."""
        self.require_there()
        made = self.path / "joined.safetensors"  # the checkpoint stays what the solve itself has reached
        write_model(made, model)
        for key, its in further.items():
            write_model(self.key_file(f"{key}.new"), its)  # if the disk is full, what was there stays
        fields = () if training.settings.solve.engine == "fields" else (self.fields_file, self.fields_checkpoint_file)
        new = {self.key_file(f"{key}.new"): self.key_file(str(key)) for key in further}
        self.drop_made(new)
        for stale in (self.model_file, *fields):
            stale.unlink(missing_ok=True)
        for path, place in new.items():
            path.replace(place)
        _write_yaml(self.shot_file, _table(training.settings))
        made.replace(self.model_file)
        shutil.rmtree(self.segment_folder, ignore_errors=True)
        self._write_training(Training(training.settings, training.inputs, finished=True))
        self.checkpoint_file.unlink(missing_ok=True)

    def drop_made(self, but: Collection[Path] = ()) -> None:
        """What was made of a model that goes: canonicals, and solves against other keys."""
        for stale in (*self.path.glob("canonical_*.exr"), *self.path.glob("keys/*.safetensors")):
            if stale not in but:
                stale.unlink(missing_ok=True)

    def finish_layers(self, settings: ShotSettings) -> None:
        """All layers are trained: the shot's own file, which names them."""
        self.require_there()
        _write_yaml(self.shot_file, _table(settings))
        self._write_training(Training(settings, "", finished=True))

    def write_settings(self, settings: ShotSettings) -> None:
        """`shot.yaml` alone."""
        _write_yaml(self.shot_file, _table(settings))

    def abandon(self) -> None:
        """Take away what a training that reached nothing has left in a folder of its own."""
        reached = (self.checkpoint_file, self.fields_checkpoint_file, self.segment_folder)
        if any(p.exists() for p in (self.shot_file, *reached)):
            return
        self.fields_file.unlink(missing_ok=True)
        self.training_file.unlink(missing_ok=True)
        self.log_file.unlink(missing_ok=True)
        shutil.rmtree(self.preview_folder, ignore_errors=True)
        if self.flow_folder.parent == self.path:  # else it is shared
            shutil.rmtree(self.flow_folder, ignore_errors=True)
        with suppress(OSError):
            self.path.rmdir()

    def _write_training(self, training: Training) -> None:
        _write_yaml(
            self.training_file,
            {"inputs": training.inputs, "finished": training.finished, "settings": _table(training.settings)},
        )


def at_layer(path: Path, layer: str | None) -> Path:
    """The unreel folder of a layer, or of the shot."""
    return path if layer is None else UnreelFolder(path).layer(layer).path


def make_folder(path: Path) -> UnreelFolder:
    """A folder to train into. UsageError where something else is there already."""
    folder = UnreelFolder(path)
    if path.exists() and not path.is_dir():
        raise UsageError(f"{path} is a file; name a folder such as {path.with_suffix('.unreel')}")
    if path.is_dir() and not folder.exists and any(not p.name.startswith(".") for p in path.iterdir()):
        raise UsageError(f"{path} holds other files and is no unreel folder; name a new one")
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UnreelError(f"{path} cannot be made: {disk_reason(error, path)}") from None
    return folder


def same_solve(a: ShotSettings, b: ShotSettings) -> bool:
    """Whether two settings lead to the same solve."""
    return _solve_table(a) == _solve_table(b)


def _solve_table(settings: ShotSettings) -> dict[str, Any]:
    """Without what only propagation reads, what the engine does not, and what changes nothing but the time it takes."""
    fields: Any = {"core_seconds", "log"} if settings.solve.engine == "fields" else True
    return settings.model_dump(
        exclude={"light": True, "match": True, "preset": True, "solve": {"threads", "memory"}, "fields": fields}
    )


def _table(settings: ShotSettings) -> dict[str, Any]:
    """All values, so that a preset or default that changes in a later version changes nothing of this shot."""
    return settings.model_dump(mode="json", exclude_none=True)


def _write_yaml(path: Path, table: dict[str, Any]) -> None:
    with replaced_whole(path) as temporary:
        temporary.write_text(yaml.safe_dump(table, sort_keys=False, allow_unicode=True), encoding="utf-8")
