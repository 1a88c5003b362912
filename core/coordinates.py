"""Every change of coordinates: the plate's pixels, the raster's array, the solve's proxy, and ST maps on disk.

A plate pixel (x, y) is a column and a row, y down, as EXR windows count; its centre is at the whole number. An array's
index coordinates begin at its window's first pixel. An ST map's u, v run from the display window's bottom left corner.
"""

from __future__ import annotations

import numpy as np

from .fields.homography import scale_matrix
from .frame import Window


def grid_of(window: Window, origin: Window) -> tuple[np.ndarray, np.ndarray]:
    """x [w] and y [h] of a window's pixels, as index coordinates of an array that begins at `origin`'s first pixel."""
    x = np.arange(window.width, dtype=np.float64) + (window.x - origin.x)
    y = np.arange(window.height, dtype=np.float64) + (window.y - origin.y)
    return x, y


def scaled(xy: np.ndarray, size: tuple[int, int], from_size: tuple[int, int]) -> np.ndarray:
    """Index coordinates [..., 2] in a picture of `size` (width, height), from those in one of `from_size`."""
    matrix = scale_matrix(size[0] / from_size[0], size[1] / from_size[1])
    return (xy * matrix.diagonal()[:2] + matrix[:2, 2]).astype(np.float32)


def shifted(xy: np.ndarray, target: Window, source: Window) -> np.ndarray:
    """Index coordinates [..., 2] of an array at `target`, from those of an array at `source`."""
    return xy + np.array([source.x - target.x, source.y - target.y], np.float32)


def st_from_index(xy: np.ndarray, window: Window, display: Window) -> np.ndarray:
    """u, v [..., 2] float32 from index coordinates of an array at `window`: u = (x + 0.5) / W, v from the bottom."""
    x = xy[..., 0].astype(np.float64) + (window.x - display.x)
    y = xy[..., 1].astype(np.float64) + (window.y - display.y)
    return np.stack([(x + 0.5) / display.width, 1 - (y + 0.5) / display.height], -1).astype(np.float32)


def index_from_st(st: np.ndarray, window: Window, display: Window) -> np.ndarray:
    """The inverse of `st_from_index`."""
    x = st[..., 0].astype(np.float64) * display.width - 0.5 - (window.x - display.x)
    y = (1 - st[..., 1].astype(np.float64)) * display.height - 0.5 - (window.y - display.y)
    return np.stack([x, y], -1).astype(np.float32)
