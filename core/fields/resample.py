"""A picture's value between its pixels: many channels in one pass."""

from __future__ import annotations

from typing import Literal

import numpy as np

from .sampling import catmull_rom_weights

try:
    from . import resample_compiled as compiled
except ImportError:  # the plain form below serves where numba has no wheel
    compiled = None  # type: ignore[assignment]

Kernel = Literal["catmull_rom", "bilinear"]

CHUNK = 1 << 16
"""Points that the plain form takes at a time: its working arrays stay in the cache."""


def sample(
    image: np.ndarray, xy_pixel: np.ndarray, kernel: Kernel = "catmull_rom", fill: float | None = None
) -> np.ndarray:
    """`image` [h, w, c] float32 at index coordinates xy_pixel [.., 2] (pixel centres whole): [.., c] float32.

    A point outside the picture's pixels gives `fill`, or the nearest edge's value where fill is None; a NaN position
    gives `fill` or 0. At a pixel's centre the result is that pixel, bit for bit, whatever its neighbours hold.
    """
    image = np.ascontiguousarray(image, np.float32)
    xy = np.ascontiguousarray(xy_pixel, np.float32).reshape(-1, 2)
    height, width, channels = image.shape
    if compiled is None:
        out = sample_plain(image, xy, kernel, fill)
    else:
        out = np.empty((len(xy), channels), np.float32)
        outside = np.float32(0 if fill is None else fill)
        lanes = (0,) * channels
        texels = image.reshape(-1, channels)
        compiled.sample_loop(texels, height, width, xy, kernel == "bilinear", fill is None, outside, lanes, out)
    return out.reshape(*xy_pixel.shape[:-1], channels)


def sample_plain(image: np.ndarray, xy: np.ndarray, kernel: Kernel, fill: float | None) -> np.ndarray:
    """`sample` in numpy for xy [n, 2]: the reference, and the way without numba."""
    height, width, channels = image.shape
    out = np.full((len(xy), channels), 0 if fill is None else fill, np.float32)
    for start in range(0, len(xy), CHUNK):
        part = xy[start : start + CHUNK]
        x, y = part[:, 0], part[:, 1]
        take = (x >= -0.5) & (y >= -0.5) & (x <= width - 0.5) & (y <= height - 0.5)
        if fill is None:
            take = ~np.isnan(x) & ~np.isnan(y)
        out[start : start + CHUNK][take] = sample_points(image, x[take], y[take], kernel)
    return out


def sample_points(image: np.ndarray, x: np.ndarray, y: np.ndarray, kernel: Kernel = "catmull_rom") -> np.ndarray:
    """The picture's value [n, c] at x, y [n], edges clamped."""
    height, width, channels = image.shape
    x = np.clip(x, 0, width - 1).astype(np.float32)
    y = np.clip(y, 0, height - 1).astype(np.float32)
    column, row = x.astype(np.intp), y.astype(np.intp)
    tx, ty = x - column.astype(np.float32), y - row.astype(np.float32)
    if kernel == "bilinear":
        first, wx, wy = 0, [1 - tx, tx], [1 - ty, ty]
    else:
        first, wx, wy = -1, catmull_rom_weights(tx)[0], catmull_rom_weights(ty)[0]
    out = np.zeros((len(x), channels), np.float32)
    with np.errstate(invalid="ignore"):  # infinities meet weight 0
        for j, weight_y in enumerate(wy, first):
            r = np.clip(row + j, 0, height - 1)
            line = np.zeros((len(x), channels), np.float32)
            for i, weight_x in enumerate(wx, first):
                line += weight_x[:, None] * image[r, np.clip(column + i, 0, width - 1)]
            out += weight_y[:, None] * line
    exact = (tx == 0) & (ty == 0)
    out[exact] = image[row[exact], column[exact]]
    return out
