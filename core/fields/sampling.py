"""A picture's value and slope between its pixels, in one pass."""

from __future__ import annotations

import numpy as np

try:
    from .compiling import compiled
except ImportError:  # the plain form below serves where numba has no wheel
    compiled = None  # type: ignore[assignment]


def catmull_rom_weights(t: np.ndarray) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """The four tap weights at fraction t, and their derivatives (Keys 1981, a = -1/2)."""
    value = [
        ((-0.5 * t + 1.0) * t - 0.5) * t,
        (1.5 * t - 2.5) * t * t + 1.0,
        ((-1.5 * t + 2.0) * t + 0.5) * t,
        (0.5 * t - 0.5) * t * t,
    ]
    slope = [
        (-1.5 * t + 2.0) * t - 0.5,
        (4.5 * t - 5.0) * t,
        (-4.5 * t + 4.0) * t + 0.5,
        (1.5 * t - 1.0) * t,
    ]
    return value, slope


def sample_with_slope_plain(
    image: np.ndarray, x: np.ndarray, y: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """`sample_with_slope` in numpy: the reference, and the way without numba."""
    height, width = image.shape
    x = np.clip(x, 0, width - 1).astype(np.float32)
    y = np.clip(y, 0, height - 1).astype(np.float32)
    column = np.minimum(x.astype(np.int32), width - 2)
    row = np.minimum(y.astype(np.int32), height - 2)
    wx, dx = catmull_rom_weights(x - column)
    wy, dy = catmull_rom_weights(y - row)
    value = np.zeros(x.shape, np.float32)
    slope_x = np.zeros(x.shape, np.float32)
    slope_y = np.zeros(x.shape, np.float32)
    for j in range(4):
        r = np.clip(row + j - 1, 0, height - 1)
        line = np.zeros(x.shape, np.float32)
        line_slope = np.zeros(x.shape, np.float32)
        for i in range(4):
            tap = image[r, np.clip(column + i - 1, 0, width - 1)]
            line += wx[i] * tap
            line_slope += dx[i] * tap
        value += wy[j] * line
        slope_x += wy[j] * line_slope
        slope_y += dy[j] * line
    return value, slope_x, slope_y


if compiled is not None:

    @compiled(fastmath=True)
    def _sample_with_slope(image, x, y, value, slope_x, slope_y):  # type: ignore[no-untyped-def]
        height, width = image.shape
        wx = np.empty(4, np.float32)
        dx = np.empty(4, np.float32)
        wy = np.empty(4, np.float32)
        dy = np.empty(4, np.float32)
        half, one, two = np.float32(0.5), np.float32(1), np.float32(2)
        for n in range(x.size):
            px = min(max(x[n], np.float32(0)), np.float32(width - 1))
            py = min(max(y[n], np.float32(0)), np.float32(height - 1))
            column = min(int(px), width - 2)
            row = min(int(py), height - 2)
            t = px - np.float32(column)
            wx[0] = ((-half * t + one) * t - half) * t
            wx[1] = (np.float32(1.5) * t - np.float32(2.5)) * t * t + one
            wx[2] = ((np.float32(-1.5) * t + two) * t + half) * t
            wx[3] = (half * t - half) * t * t
            dx[0] = (np.float32(-1.5) * t + two) * t - half
            dx[1] = (np.float32(4.5) * t - np.float32(5)) * t
            dx[2] = (np.float32(-4.5) * t + np.float32(4)) * t + half
            dx[3] = (np.float32(1.5) * t - one) * t
            t = py - np.float32(row)
            wy[0] = ((-half * t + one) * t - half) * t
            wy[1] = (np.float32(1.5) * t - np.float32(2.5)) * t * t + one
            wy[2] = ((np.float32(-1.5) * t + two) * t + half) * t
            wy[3] = (half * t - half) * t * t
            dy[0] = (np.float32(-1.5) * t + two) * t - half
            dy[1] = (np.float32(4.5) * t - np.float32(5)) * t
            dy[2] = (np.float32(-4.5) * t + np.float32(4)) * t + half
            dy[3] = (np.float32(1.5) * t - one) * t
            v = np.float32(0)
            sx = np.float32(0)
            sy = np.float32(0)
            for j in range(4):
                r = min(max(row + j - 1, 0), height - 1)
                line = np.float32(0)
                line_slope = np.float32(0)
                for i in range(4):
                    tap = image[r, min(max(column + i - 1, 0), width - 1)]
                    line += wx[i] * tap
                    line_slope += dx[i] * tap
                v += wy[j] * line
                sx += wy[j] * line_slope
                sy += dy[j] * line
            value[n] = v
            slope_x[n] = sx
            slope_y[n] = sy


def sample_with_slope(image: np.ndarray, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Catmull-Rom value and d/dx, d/dy of `image` [h, w] float32 at index coordinates x, y (edges clamped)."""
    if compiled is None:
        return sample_with_slope_plain(image, x, y)
    flat_x = np.ascontiguousarray(x, np.float32).ravel()
    flat_y = np.ascontiguousarray(y, np.float32).ravel()
    value, slope_x, slope_y = (np.empty(flat_x.shape, np.float32) for _ in range(3))
    _sample_with_slope(image, flat_x, flat_y, value, slope_x, slope_y)
    return value.reshape(x.shape), slope_x.reshape(x.shape), slope_y.reshape(x.shape)
