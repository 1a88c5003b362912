"""Where things lie: the shot's full-size pixels, the picture that is shown, and the canvas that is painted on."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from unreel.core.errors import InputError, UnreadableFile
from unreel.core.exr_read import read_frame, read_header
from unreel.core.frame import Window

from .messages import MODES
from .scratch import Plane

PROXY = 960
"""Longest side of what is shown live; a shot that was solved larger is reduced as its maps are read."""
PATTERN = "shot.####.exr"
NOTE = "proxy.json"
SCHEMA = 1


@dataclass(frozen=True)
class Layout:
    """Of one proxy folder. Windows are in full-size pixels, y down."""

    folder: Path
    """`NAME.unreel/live/proxy`."""
    trained: str | None
    """The id of the training that it was made of."""
    raster: Window
    display: Window
    on_disk: tuple[int, int]
    """Width and height of its files."""
    canonical: Window
    """Of the canonical's file, in pixels of `on_disk`."""

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the picture that is shown."""
        times = max(1, round(max(self.on_disk) / PROXY))
        return self.on_disk[0] // times, self.on_disk[1] // times

    @property
    def scale(self) -> float:
        """Pixels of picture and canvas in a full-size pixel."""
        return self.size[0] / self.raster.width

    @property
    def canvas(self) -> Window:
        """What can be painted on."""
        across, down = self.raster.width / self.on_disk[0], self.raster.height / self.on_disk[1]
        left = self.raster.x + math.floor(self.canonical.x * across + 1e-6)
        top = self.raster.y + math.floor(self.canonical.y * down + 1e-6)
        right = self.raster.x + math.ceil(self.canonical.right * across - 1e-6)
        bottom = self.raster.y + math.ceil(self.canonical.bottom * down - 1e-6)
        return Window(left, top, right - left, bottom - top)

    @property
    def canvas_size(self) -> tuple[int, int]:
        """Width and height in its own pixels."""
        return math.ceil(self.canvas.width * self.scale - 1e-6), math.ceil(self.canvas.height * self.scale - 1e-6)

    def file(self, what: str, frame: int) -> Path:
        """what: `live_st`, `live_gain`, `live_hold`, `inverse`, or `plate`."""
        if what == "plate":
            return self.folder / f"plate.{frame:04d}.exr"
        return self.folder / "maps" / f"shot_{what}.{frame:04d}.exr"

    @property
    def canonical_file(self) -> Path:
        return canonical_file(self.folder)

    def canvas_from_st(self, st: np.ndarray) -> np.ndarray:
        """Index coordinates of the canvas [.., 2] float32 from u, v of an ST map, which are of the raster."""
        x = (st[..., 0].astype(np.float64) * self.raster.width + self.raster.x - self.canvas.x) * self.scale - 0.5
        y = ((1 - st[..., 1].astype(np.float64)) * self.raster.height + self.raster.y - self.canvas.y) * self.scale
        return np.stack([x, y - 0.5], -1).astype(np.float32)

    def picture_from_st(self, st: np.ndarray) -> np.ndarray:
        """The same of the picture that is shown."""
        x = st[..., 0].astype(np.float64) * self.size[0] - 0.5
        return np.stack([x, (1 - st[..., 1].astype(np.float64)) * self.size[1] - 0.5], -1).astype(np.float32)

    def picture_from_full(self, xy: tuple[float, float]) -> tuple[float, float]:
        """Index coordinates, from those of the shot's full-size pixels."""
        x = (xy[0] + 0.5 - self.raster.x) * self.size[0] / self.raster.width - 0.5
        return x, (xy[1] + 0.5 - self.raster.y) * self.size[1] / self.raster.height - 0.5

    def full_from_picture(self, xy: tuple[float, float]) -> tuple[float, float]:
        x = (xy[0] + 0.5) * self.raster.width / self.size[0] + self.raster.x - 0.5
        return x, (xy[1] + 0.5) * self.raster.height / self.size[1] + self.raster.y - 0.5

    def canvas_from_full(self, xy: tuple[float, float]) -> tuple[float, float]:
        x = (xy[0] + 0.5 - self.canvas.x) * self.scale - 0.5
        return x, (xy[1] + 0.5 - self.canvas.y) * self.scale - 0.5

    def full_from_canvas(self, xy: tuple[float, float]) -> tuple[float, float]:
        x = (xy[0] + 0.5) / self.scale + self.canvas.x - 0.5
        return x, (xy[1] + 0.5) / self.scale + self.canvas.y - 0.5

    def canonical_places(self) -> np.ndarray:
        """Where the canvas' pixels lie on the canonical's file [H, W, 2], in its index coordinates."""
        width, height = self.canvas_size
        across, down = self.on_disk[0] / self.raster.width, self.on_disk[1] / self.raster.height
        x = (np.arange(width) + 0.5) / self.scale + self.canvas.x - self.raster.x
        y = (np.arange(height) + 0.5) / self.scale + self.canvas.y - self.raster.y
        places = np.meshgrid(x * across - 0.5 - self.canonical.x, y * down - 0.5 - self.canonical.y)
        return np.stack(places, -1).astype(np.float32)

    def planes(self) -> dict[str, Plane]:
        """What the window and its helper share."""
        (width, height), (across, down) = self.size, self.canvas_size
        canvases = {name: Plane((down, across, 4), "float32") for name in (*MODES, "whole")}
        slots = {f"result{slot}": Plane((height, width, 4), "float16") for slot in (0, 1)}
        return {**slots, **canvases, "inverse": Plane((down, across, 2), "float32")}


def canonical_file(folder: Path) -> Path:
    return folder / "maps" / "shot_live_canonical.exr"


def read_note(folder: Path) -> Mapping[str, Any] | None:
    """What the proxy folder says of itself; None where it is not made to its end, or by another version."""
    try:
        note = json.loads((folder / NOTE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return note if isinstance(note, dict) and note.get("schema") == SCHEMA else None


def read_layout(folder: Path) -> Layout | None:
    """None while it can't be shown yet."""
    note = read_note(folder)
    if note is None:
        return None
    try:
        canonical = read_header(canonical_file(folder)).data
    except (InputError, UnreadableFile):
        return None
    width, height = note["size"]
    return Layout(
        folder, note["trained"], Window(*note["raster"]), Window(*note["display"]), (width, height), canonical
    )


def read_canonical(layout: Layout) -> np.ndarray:
    """The canonical's colour on the canvas [H, W, 3] float32, not premultiplied."""
    frame = read_frame(layout.canonical_file)
    rgb = np.stack([frame.planes[name].astype(np.float32) for name in "RGB"], 2)
    if layout.canvas_size == (layout.canonical.width, layout.canonical.height) and layout.size == layout.on_disk:
        return rgb
    return cv2.remap(rgb, layout.canonical_places(), None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
