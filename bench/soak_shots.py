"""Small shots for `soak.py`: noise that slides, of random size and length, with mattes or layers; trained and painted.

They all lie in one place, one at a time, because an unreel folder knows its plate by its full name.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from unreel.core.exr_write import write_frame
from unreel.core.frame import Frame, Window

from .processes import CLI

FIRST = 1001


@dataclass(frozen=True)
class SmallShot:
    """What there is to know of one, beside its files."""

    frames: tuple[int, ...]
    size: tuple[int, int]
    matte: bool
    layers: tuple[str, ...]
    values: dict[str, Any]
    """Settings by their dotted names, with the plate."""


@dataclass(frozen=True)
class Place:
    """Where the shot lies that is worked on, and what else there is."""

    root: Path

    @property
    def shot(self) -> Path:
        return self.root / "shot"

    @property
    def unreel(self) -> Path:
        return self.shot / "shot.unreel"

    @property
    def full(self) -> Path:
        """A small disk of its own."""
        return self.root / "full"

    @property
    def jobs(self) -> Path:
        return self.root / "jobs"

    @property
    def temporary(self) -> Path:
        return self.root / "tmp"

    def base(self, number: int) -> Path:
        return self.root / "bases" / str(number)

    def take(self, number: int, seed: int, environment: Mapping[str, str]) -> SmallShot:
        """Shot `number`, as it was when it had been trained and painted; made when it is first asked for."""
        base = self.base(number)
        if not (base / "shot.json").exists():
            self.clear()
            told = make_shot(self.shot, np.random.default_rng([seed, number]))
            subprocess.run(
                [*CLI, "batch", self.shot / "list.yaml", "--progress", "none"],
                env=dict(environment),
                check=True,
                capture_output=True,
            )
            shutil.copytree(self.shot, base)
            (base / "shot.json").write_text(json.dumps(told))
        self.clear()
        shutil.copytree(base, self.shot, dirs_exist_ok=True)
        table = json.loads((base / "shot.json").read_text())
        return SmallShot(**{**table, "frames": tuple(table["frames"]), "layers": tuple(table["layers"])})

    def clear(self) -> None:
        for folder in (self.shot, self.temporary):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
        self.jobs.mkdir(exist_ok=True)


def make_shot(folder: Path, rng: np.random.Generator) -> dict[str, Any]:
    """Plate, matte, paint and list; what there is to know of them."""
    width, height = int(rng.integers(64, 161)), int(rng.integers(48, 97))
    frames = list(range(FIRST, FIRST + int(rng.integers(4, 9))))
    key = int(rng.choice(frames))
    display = Window(0, 0, width, height)
    data = Window(-4, -3, width + 9, height + 5) if rng.random() < 0.25 else display
    world = np.kron(rng.random((60, 80, 3)), np.ones((4, 4, 1)))
    step, kind = rng.integers(-3, 4, 2), np.float32 if rng.random() < 0.2 else np.float16
    for at, number in enumerate(frames):
        x, y = (np.arange(n) + 32 + int(d) * at for n, d in zip((data.width, data.height), step, strict=True))
        picture = world[np.ix_(y, x)].astype(kind)
        planes = dict(zip("RGB", np.moveaxis(picture, 2, 0), strict=True))
        write_frame(folder / "plate" / f"plate.{number}.exr", Frame(planes, data, display))
        inside = np.zeros(display.shape, np.float16)
        inside[8 : height - 8, 10 : width - 10] = 1
        write_frame(folder / "matte" / f"matte.{number}.exr", Frame({"Y": inside}, display, display))
    write_paint(folder / "paint.exr", display)
    layers = ["front", "back"] if rng.random() < 0.2 else []
    matte = {"path": str(folder / "matte" / "matte.####.exr")}
    values: dict[str, Any] = {"plate": str(folder / "plate" / "plate.####.exr")}
    values["solve.stiffness"] = str(rng.choice(["auto", "plane", "stiff", "soft"]))
    has_matte = not layers and rng.random() < 0.4
    if layers:
        values["layers"] = [{"name": "front", "matte": matte, "key": key}, {"name": "back", "key": key}]
    elif has_matte:
        values["matte.path"] = matte["path"]
    write_list(folder, values if layers else {**values, "key": key}, layers)
    told = {"frames": frames, "size": [width, height], "matte": bool(has_matte), "layers": layers}
    return {**told, "values": values if layers else {**values, "key": key}}


def write_paint(path: Path, display: Window) -> None:
    """A box in the middle with alpha."""
    alpha = np.zeros(display.shape, np.float16)
    alpha[display.height // 3 : display.height // 2, display.width // 3 : display.width // 2] = 1
    planes = {name: alpha * np.float16(value) for name, value in zip("RGBA", (0.8, 0.1, 0.1, 1), strict=True)}
    write_frame(path, Frame(planes, display, display))


def write_list(folder: Path, values: Mapping[str, Any], layers: list[str]) -> None:
    """For `unreel batch`, with which the shot is trained and painted."""
    settings: dict[str, Any] = {}
    for dotted, value in values.items():
        table, *last = dotted.split(".")
        settings[table] = {**settings.get(table, {}), last[0]: value} if last else value
    layer = {"layer": layers[0]} if layers else {}
    shot = {
        "plate": settings.pop("plate"),
        "settings": settings,
        "export": {"output": "canonical.exr", **layer},
        "textures": {"mark": {"edit": "paint.exr", **layer}},
        "propagate": {"output": "out/out.####.exr"},
    }
    (folder / "list.yaml").write_text(yaml.safe_dump({"shots": {"shot": shot}}))
