"""A rendered shot on disk: the plate, an edit on one frame, and the truth of what becomes of it.

shot.json                  reference_frame: number of the frame that was painted
beauty.####.exr            the plate
edit_ref.exr               the edit, a premultiplied layer on the reference frame
matte.####.exr             coverage of the target: the surface that the edit is on
edited.####.exr            truth: the box of the edit as rendered, and its coverage in A
uv.####.exr                truth: where the target's surface point lies on its texture, R G; B is 1 on the target
flow_fwd, flow_bwd.####.exr  truth: motion to the next and the last frame in pixels, R right, G down
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

import numpy as np
from jaxtyping import Bool, Float
from unreel.core.exr_read import read_frame, read_header
from unreel.core.frame import Window, on_window

Picture = Float[np.ndarray, "h w 3"]
Plane = Float[np.ndarray, "h w"]
Vectors = Float[np.ndarray, "h w 2"]
Mask = Bool[np.ndarray, "h w"]
Layer = Float[np.ndarray, "h w 4"]


@dataclass(frozen=True)
class Shot:
    folder: Path

    @property
    def name(self) -> str:
        return self.folder.name

    @cached_property
    def frame_numbers(self) -> list[int]:
        return sorted(int(path.name.split(".")[-2]) for path in self.folder.glob("beauty.*.exr"))

    @cached_property
    def reference(self) -> int:
        """Number of the frame that was painted."""
        return int(json.loads((self.folder / "shot.json").read_text())["reference_frame"])

    @cached_property
    def window(self) -> Window:
        return read_header(self.path("beauty", self.reference)).display

    @property
    def others(self) -> list[int]:
        """All frames but the painted one."""
        return [number for number in self.frame_numbers if number != self.reference]

    def path(self, name: str, number: int) -> Path:
        return self.folder / f"{name}.{number:04d}.exr"

    def planes(self, path: Path, names: str) -> np.ndarray:
        """Channels over the whole frame [h, w, c] float32, 0 beyond the file's data window."""
        frame = read_frame(path)
        stacked = np.stack([frame.planes[name].astype(np.float32) for name in names], -1)
        return on_window(stacked, frame.data, self.window)

    def beauty(self, number: int) -> Picture:
        """Scene-linear."""
        return self.planes(self.path("beauty", number), "RGB")

    def edited(self, number: int) -> tuple[Picture, Plane]:
        """The frame as the edit in the texture renders it, and the edit's coverage, occlusion included."""
        picture, path = self.beauty(number), self.path("edited", number)
        rgba = self.planes(path, "RGBA")
        if rgba[..., 3].any():
            box = read_header(path).data.intersect(self.window).slices_in(self.window)
            picture[box] = rgba[..., :3][box]
        return picture, rgba[..., 3]

    def edit_layer(self) -> Layer:
        """The edit on the reference frame, premultiplied."""
        return self.planes(self.folder / "edit_ref.exr", "RGBA")

    def uv(self, number: int) -> tuple[Vectors, Mask]:
        """Where each pixel's surface point lies on the target's texture, and which pixels are of the target."""
        planes = self.planes(self.path("uv", number), "RGB")
        return planes[..., :2], planes[..., 2] > 0.5

    def flow(self, number: int, way: Literal["fwd", "bwd"]) -> Vectors:
        """True motion to the next or the last frame, pixels, y down."""
        return self.planes(self.path(f"flow_{way}", number), "RG")


def find_shots(folder: Path, names: list[str] | None = None) -> list[Shot]:
    """The shots in a folder, by name. SystemExit where one that is asked for is not there."""
    found = {path.parent.name: Shot(path.parent) for path in sorted(folder.glob("*/shot.json"))}
    complete = {
        name: shot for name, shot in found.items() if shot.frame_numbers and (shot.folder / "edit_ref.exr").exists()
    }
    missing = [name for name in names or [] if name not in complete]
    if missing or not complete:
        raise SystemExit(
            f"{folder}: no shot {', '.join(missing) or 'at all'}; there are {', '.join(complete) or 'none'}"
        )
    return [complete[name] for name in names or complete]


def read_picture(path: Path, window: Window) -> Picture:
    """A finished frame, scene-linear; samples that are not finite are 0."""
    frame = read_frame(path)
    stacked = np.stack([frame.planes[name].astype(np.float32) for name in "RGB"], -1)
    return np.nan_to_num(on_window(stacked, frame.data, window))
