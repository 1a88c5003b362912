"""What a host's native nodes make of live maps: one reading of the files, one formula, nothing of the core's way."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from unreel.core.color import linear_from_shaped, shaped_from_linear
from unreel.core.coordinates import index_from_st
from unreel.core.exr_read import read_frame
from unreel.core.fields.minify import make_pyramid, sample_area
from unreel.core.frame import Frame, Window

Resample = Callable[[np.ndarray, np.ndarray], np.ndarray]
"""A picture [H, W, c] at index coordinates [h, w, 2]: [h, w, c], 0 outside."""


def rgba_of(frame: Frame) -> np.ndarray:
    return np.stack([frame.planes[name] for name in "RGBA"], -1).astype(np.float32)


@dataclass(frozen=True, eq=False)
class LiveFiles:
    """What `propagate -o out.####.exr --outputs live` wrote."""

    folder: Path
    name: str = "out"

    def read(self, what: str, number: int) -> Frame:
        return read_frame(self.folder / f"{self.name}_live_{what}.{number:04d}.exr")

    def rgba(self, what: str, number: int) -> np.ndarray:
        return rgba_of(self.read(what, number))

    @property
    def canonical(self) -> Frame:
        return read_frame(self.folder / f"{self.name}_live_canonical.exr")


def index_map(files: LiveFiles, number: int) -> np.ndarray:
    """Where each pixel lies on the canonical's file [h, w, 2], in its index coordinates."""
    canonical = files.canonical
    return index_from_st(files.rgba("st", number)[..., :2], canonical.data, canonical.display)


def lay_live(
    plate: np.ndarray, paint: np.ndarray, files: LiveFiles, number: int, resample: Resample, mode: str = "over"
) -> np.ndarray:
    """The plate [h, w, 3], on the maps' window, with paint [H, W, 4], premultiplied, on the canonical's window."""
    darkest = np.minimum(paint[..., :3].min((0, 1)), 0)  # a knob: 0 for all that a brush can paint
    gain, hold = files.rgba("gain", number), files.rgba("hold", number)
    xy = np.where(hold[..., 3:] > 0, index_map(files, number), np.float32(np.nan))
    ground = rgba_of(files.canonical)[..., :3] if mode != "multiply" else np.ones((*paint.shape[:2], 3), np.float32)
    cover = paint[..., 3:] * np.float32(mode != "add")
    painted = paint[..., :3] + ground * (1 - cover)
    alpha = np.clip(resample(cover, xy), 0, 1)
    warped, warped_ground = (linear_from_shaped(resample(shaped_from_linear(p), xy)) for p in (painted, ground))
    layer = np.maximum(warped - (1 - alpha) * warped_ground, darkest)  # a filter's undershoot is no paint
    if mode == "multiply":
        return plate * (1 - gain[..., 3:] * (alpha - layer))
    lit = gain[..., 3:] if mode == "replace" else gain[..., :3]
    return plate * (1 - alpha * hold[..., :3]) + layer * lit


def catmull_rom(picture: np.ndarray, xy: np.ndarray) -> np.ndarray:
    """Keys' kernel at -1/2, as a host's filter has it: 16 taps, black outside the picture."""
    height, width = picture.shape[:2]
    xy = np.where(np.isnan(xy), -10, xy)
    first = np.floor(xy).astype(int)
    weights = [keys_weights(xy[..., axis] - first[..., axis]) for axis in (0, 1)]
    out = np.zeros((*xy.shape[:2], picture.shape[2]), np.float32)
    for j, down in enumerate(weights[1], -1):
        for i, across in enumerate(weights[0], -1):
            x, y = first[..., 0] + i, first[..., 1] + j
            inside = (x >= 0) & (y >= 0) & (x < width) & (y < height)
            taps = picture[np.clip(y, 0, height - 1), np.clip(x, 0, width - 1)]
            out += (across * down * inside)[..., None] * taps
    return out


def keys_weights(s: np.ndarray) -> list[np.ndarray]:
    """Of the four pixels around, s [..] past the second."""
    return [
        -0.5 * s + s**2 - 0.5 * s**3,
        1 - 2.5 * s**2 + 1.5 * s**3,
        0.5 * s + 2 * s**2 - 1.5 * s**3,
        -0.5 * s**2 + 0.5 * s**3,
    ]


def as_the_core(picture: np.ndarray, xy: np.ndarray) -> np.ndarray:
    """The core's own resampling, which averages where the map shrinks the picture."""
    return sample_area(make_pyramid(picture), xy)


def on_canvas(layer: np.ndarray, alpha: np.ndarray, window: Window, canvas: Window) -> np.ndarray:
    """Paint over `window` as [H, W, 4] over the canvas."""
    out = np.zeros((*canvas.shape, 4), np.float32)
    inner = window.slices_in(canvas)
    out[inner] = np.concatenate([layer, alpha[..., None]], 2)
    return out
