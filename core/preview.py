"""Pictures of how a training stands: the canonical so far, and a frame made of it. To look at; nothing reads them."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from threading import Lock
from time import process_time

import cv2
import numpy as np

from .errors import UnreelError
from .exr_write import make_frame, write_frame
from .fields.frame_map import FrameMap, map_at_size
from .frame import HALF_MAX, Window
from .report import Preview
from .shot import Shot

log = logging.getLogger(__name__)

LONGEST = 480
"""Pixels of a preview's longer side, the canonical's margin not counted."""
FIRST_SECONDS = 3.0
"""Of one core, before the first: a tiny shot has none."""
SHARE = 0.045
"""Of the core-seconds, that goes by at most while previews are made; other threads work on meanwhile."""
MARGIN = 0.25
"""Of the frame's size, that the canonical reaches beyond it on every side."""
KEPT = 0.85
"""Of the canonical's former pictures with each that comes: poor maps of early stages fade."""
KEY_WEIGHT = 2.0
FULL_WEIGHT = 0.25
"""From which on a pixel of the canonical is opaque."""


@dataclass(frozen=True, eq=False)
class Drawn:
    """What a preview shows of one frame: [h, w, 4] scene-linear, premultiplied, all at one scale."""

    frame: int
    canonical: np.ndarray
    canonical_window: Window
    """In pixels of the plate."""
    reconstruction: np.ndarray
    plate: np.ndarray


class Previews:
    """Writes them now and then, in whichever thread finds that it is time; a disk that takes nothing ends only them."""

    def __init__(self, shot: Shot, folder: Path, clock: Callable[[], float] = process_time) -> None:
        """folder: made in the unreel folder, which has to be there."""
        self.shot, self.folder, self.clock = shot, folder, clock
        scale = min(1.0, LONGEST / max(shot.raster.width, shot.raster.height))
        self.size = (max(16, round(shot.raster.width * scale)), max(16, round(shot.raster.height * scale)))
        self.next = clock() + FIRST_SECONDS
        self.busy = Lock()

    def when_due(self, draw: Callable[[], Drawn]) -> Preview | None:
        """What `draw` gives, written; None where it is not time, or another thread is at it."""
        if self.clock() < self.next or not self.busy.acquire(blocking=False):
            return None
        try:
            begun = self.clock()
            preview = self.write(draw())
            now = self.clock()
            self.next = now + (now - begun) / SHARE
            return preview
        except (UnreelError, OSError) as error:
            log.warning("there are no previews any more: %s", error)
            self.next = float("inf")
            return None
        finally:
            self.busy.release()

    def write(self, drawn: Drawn) -> Preview:
        frame, raster = drawn.frame, self.shot.raster
        files = {
            "canonical": (self.folder / "canonical.exr", drawn.canonical, drawn.canonical_window),
            "reconstruction": (self.folder / f"reconstruction.{frame}.exr", drawn.reconstruction, raster),
            "plate": (self.folder / f"plate.{frame}.exr", drawn.plate, raster),
        }
        self.folder.mkdir(exist_ok=True)
        for path, rgba, window in files.values():
            write_small(path, rgba, window)
        return Preview(frame, {name: str(path) for name, (path, _, _) in files.items()})

    def read(self, number: int) -> np.ndarray:
        """A frame of the plate [h, w, 3], scene-linear, at the previews' size; black where it is not finite."""
        linear = self.shot.linear(self.shot.read_plate(number))
        return cv2.resize(np.nan_to_num(linear, posinf=0, neginf=0), self.size, interpolation=cv2.INTER_AREA)

    def layer(self, rgb: np.ndarray, mask: np.ndarray) -> np.ndarray:
        """The picture [h, w, 4] where a mask [.., ..] of any size shows it."""
        alpha = cv2.resize(mask.astype(np.float32), self.size, interpolation=cv2.INTER_AREA)[..., None]
        return np.concatenate([rgb * alpha, alpha], -1)


class MapPreview:
    """Of a solve against a key frame: each frame that is shown is laid on the canonical by its map as it is then."""

    def __init__(self, previews: Previews, key: int, key_mask: np.ndarray, solve_size: tuple[int, int]) -> None:
        self.previews, self.key, self.key_mask, self.solve_size = previews, key, key_mask, solve_size
        width, height = previews.size
        self.pad = (round(width * MARGIN), round(height * MARGIN))
        self.total: np.ndarray | None = None
        """Sum of what was laid on the canvas [H, W, 4]."""

    @cached_property
    def key_picture(self) -> np.ndarray:
        return self.previews.layer(self.previews.read(self.key), self.key_mask)

    def draw(self, number: int, found: FrameMap, mask: np.ndarray) -> Drawn:
        """mask [h, w]: of the frame's layer, as the solve has it."""
        previews, (width, height) = self.previews, self.previews.size
        if found.seen is not None:
            mask = mask * found.seen[: mask.shape[0], : mask.shape[1]]
        plate = previews.layer(previews.read(number), mask)
        x, y = np.arange(width, dtype=float), np.arange(height, dtype=float)
        xy_key = np.nan_to_num(map_at_size(found, self.solve_size, previews.size, x, y), nan=-1e6)
        rebuilt = cv2.remap(self.key_picture, np.clip(xy_key, -1e4, 1e4), None, cv2.INTER_LINEAR)
        before = KEY_WEIGHT * self.on_canvas(self.key_picture) if self.total is None else KEPT * self.total
        self.total = before + splat(plate, xy_key + np.array(self.pad, np.float32), before.shape)
        return Drawn(number, opaque(self.total), self.window, rebuilt * plate[..., 3:], plate)

    def on_canvas(self, picture: np.ndarray) -> np.ndarray:
        (left, top) = self.pad
        return np.pad(picture, ((top, top), (left, left), (0, 0)))

    @property
    def window(self) -> Window:
        """What the canonical shows, in pixels of the plate."""
        return grown(self.previews.shot.raster, self.pad, self.previews.size)


def grown(raster: Window, pad: tuple[int, int], size: tuple[int, int]) -> Window:
    """A raster with `pad` pixels (x, y) of its reduced picture of `size` (width, height) more on every side."""
    x, y = (round(p * full / small) for p, full, small in zip(pad, (raster.width, raster.height), size, strict=True))
    return Window(raster.x - x, raster.y - y, raster.width + 2 * x, raster.height + 2 * y)


def splat(picture: np.ndarray, xy: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """The sum [H, W, 4] of a premultiplied picture's pixels [h, w, 4], each shared by the four around its place."""
    height, width = shape[:2]
    inside = ((xy >= 0) & (xy < (width - 1, height - 1))).all(-1) & (picture[..., 3] > 0)
    at, values = xy[inside], picture[inside]
    first = at.astype(np.int64)
    share = at - first
    out = np.zeros((4, height * width))
    for down, right in ((0, 0), (0, 1), (1, 0), (1, 1)):
        index = (first[:, 1] + down) * width + first[:, 0] + right
        weight = np.abs(1 - right - share[:, 0]) * np.abs(1 - down - share[:, 1])
        for channel in range(4):
            out[channel] += np.bincount(index, weight * values[:, channel], height * width)
    return np.moveaxis(out.reshape(4, height, width), 0, 2).astype(np.float32)


def opaque(total: np.ndarray) -> np.ndarray:
    """Sums [H, W, 4] as a premultiplied picture of their mean."""
    weight = total[..., 3:]
    alpha = np.clip(weight / FULL_WEIGHT, 0, 1)
    return np.concatenate([total[..., :3] / np.maximum(weight, 1e-6) * alpha, alpha], -1)


def write_small(path: Path, rgba: np.ndarray, window: Window) -> None:
    """A reduced picture [h, w, 4] as half EXR; `unreel/window` says which pixels of the plate it stands for."""
    data = Window(0, 0, rgba.shape[1], rgba.shape[0])
    planes = dict(zip("RGBA", np.moveaxis(np.clip(rgba, -HALF_MAX, HALF_MAX), 2, 0), strict=True))
    own = {"unreel/window": (window.x, window.y, window.width, window.height)}
    write_frame(path, make_frame(planes, data, metadata=own), make_folders=False)
