"""Layers become one picture, at any size: what the live maps and the renders take."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, floor

import numpy as np

from .layers import Layer, Mode
from .raster import Raster, Rect

Painted = tuple[Layer, Raster]
Start = tuple[int, int]
"""x and y of a full-size pixel."""
STEP = 32
"""Rows that are averaged at a time."""


def flatten(painted: Sequence[Painted], rect: Rect, scale: float = 1.0, start: Start = (0, 0)) -> np.ndarray:
    """[h, w, 4] float32, premultiplied, of layers of one mode, lowest first, with their opacity.

    `rect`: in pixels of a smaller picture, whose first one begins at the full-size pixel `start`: its pixel i holds the
    full-size ones from start + i / scale to start + (i + 1) / scale.
    """
    source = source_of(rect, scale, start)
    total: np.ndarray | None = None
    for layer, raster in painted:
        paint = raster.read(source)
        if paint is not None and layer.opacity > 0:
            paint *= np.float32(layer.opacity)
            total = paint if total is None else laid(total, paint, layer.mode)
    if total is None:
        return np.zeros((rect[3], rect[2], 4), np.float32)
    at_zero = (source[0] - start[0], source[1] - start[1], source[2], source[3])
    return total if scale == 1 else averaged(total, at_zero, rect, scale)


def laid(below: np.ndarray, above: np.ndarray, mode: Mode) -> np.ndarray:
    """Two layers of one mode as one, both premultiplied [h, w, 4].

    add: their sum. multiply: one by the other, where a layer's factor is 1 - alpha + colour. Else above over below.
    """
    if mode == "add":
        both = below + above
        both[..., 3] = np.minimum(both[..., 3], 1)
        return both
    if mode == "multiply":
        factor = (1 - below[..., 3:] + below[..., :3]) * (1 - above[..., 3:] + above[..., :3])
        alpha = 1 - (1 - below[..., 3:]) * (1 - above[..., 3:])
        return np.concatenate([factor - 1 + alpha, alpha], axis=2)
    return below * (1 - above[..., 3:]) + above


def laid_on(ground: np.ndarray, paint: np.ndarray, mode: Mode) -> np.ndarray:
    """A picture [h, w, 4] with flattened paint of a mode on it; its alpha becomes the paint's where that is more."""
    rgb, over, alpha = ground[..., :3], paint[..., :3], paint[..., 3:]
    if mode == "add":
        rgb = rgb + over
    elif mode == "multiply":
        rgb = rgb * (1 - alpha + over)
    else:
        rgb = rgb * (1 - alpha) + over
    return np.concatenate([rgb, np.maximum(ground[..., 3:], alpha)], axis=2)


def source_of(rect: Rect, scale: float, start: Start = (0, 0)) -> Rect:
    """The full-size pixels that a rectangle's pixels hold, in part or whole."""
    left, top = (floor(rect[axis] / scale + 1e-6) for axis in (0, 1))
    right, bottom = (ceil((rect[axis] + rect[axis + 2]) / scale - 1e-6) for axis in (0, 1))
    return left + start[0], top + start[1], right - left, bottom - top


def scaled(rect: Rect, scale: float, start: Start = (0, 0)) -> Rect:
    """The pixels of a smaller picture that a full-size rectangle touches."""
    left, top = (floor((rect[axis] - start[axis]) * scale + 1e-6) for axis in (0, 1))
    right, bottom = (ceil((rect[axis] - start[axis] + rect[axis + 2]) * scale - 1e-6) for axis in (0, 1))
    return left, top, right - left, bottom - top


def averaged(picture: np.ndarray, source: Rect, rect: Rect, scale: float) -> np.ndarray:
    """`picture` [H, W, 4] over `source` as the exact mean over each smaller pixel of `rect`, whatever the scale.

    Both rectangles begin to count at the same corner."""
    rows = average_rows(picture, source[1], rect[1], rect[3], scale)
    columns = average_rows(np.ascontiguousarray(rows.swapaxes(0, 1)), source[0], rect[0], rect[2], scale)
    return np.ascontiguousarray(columns.swapaxes(0, 1))


def average_rows(picture: np.ndarray, start: int, first: int, count: int, scale: float) -> np.ndarray:
    """[count, w, 4]: row i is the mean over the rows from (first + i) / scale on, of which `picture` has `start` on."""
    flat = picture.reshape(len(picture), -1)
    small = np.empty((count, flat.shape[1]), np.float32)
    for begin in range(0, count, STEP):
        edges = (first + np.arange(begin, min(begin + STEP, count) + 1)) / scale - start
        top, bottom = max(floor(edges[0] + 1e-6), 0), min(ceil(edges[-1] - 1e-6), len(picture))
        row = np.arange(top, bottom)
        held = np.minimum(edges[1:, None], row + 1) - np.maximum(edges[:-1, None], row)
        small[begin : begin + STEP] = (np.maximum(held, 0) * scale).astype(np.float32) @ flat[top:bottom]
    return small.reshape(count, *picture.shape[1:])
