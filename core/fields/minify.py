"""A picture under a map that shrinks it: the mean over each pixel's footprint, so nothing aliases."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .resample import compiled, sample_points

MINIFIES = np.float32(1.3)
"""Texels per pixel up to which one Catmull-Rom sample serves."""
MOST_TAPS = np.float32(8)
"""Samples along a long footprint; a longer one is read from a smaller level."""


@dataclass(frozen=True, eq=False)
class Pyramid:
    """A picture and its halvings, flat in one array, so that one compiled loop reads any level."""

    texels: np.ndarray
    """[n, c] float32: the levels' pixels, one level after the other."""
    starts: np.ndarray
    """[levels] int64: where each level begins."""
    sizes: np.ndarray
    """[levels, 2] int64: rows and columns."""

    def level(self, index: int) -> np.ndarray:
        """[h, w, c], a view."""
        rows, columns = self.sizes[index]
        return self.texels[self.starts[index] :][: rows * columns].reshape(rows, columns, -1)


def make_pyramid(image: np.ndarray, levels: int = 6) -> Pyramid:
    """`image` [h, w, c] and up to `levels` - 1 halvings by [1 3 3 1] / 8.

    Level k's pixel i lies at (i + 0.5) 2^k - 0.5 of level 0.
    """
    pictures = [np.ascontiguousarray(image, np.float32)]
    while len(pictures) < levels and min(pictures[-1].shape[:2]) > 3:
        pictures.append(halved(halved(pictures[-1], 0), 1))
    sizes = np.array([p.shape[:2] for p in pictures], np.int64)
    starts = np.concatenate([[0], np.cumsum(sizes.prod(1))[:-1]]).astype(np.int64)
    return Pyramid(np.concatenate([p.reshape(-1, p.shape[2]) for p in pictures]), starts, sizes)


def halved(image: np.ndarray, axis: int) -> np.ndarray:
    """Half as many pixels along `axis`, edges repeated."""
    image = np.moveaxis(image, axis, 0)
    padded = np.concatenate([image[:1], image, image[-1:], image[-1:]])
    count = (len(image) + 1) // 2
    outer = padded[0 : 2 * count : 2] + padded[3 : 2 * count + 3 : 2]
    inner = padded[1 : 2 * count + 1 : 2] + padded[2 : 2 * count + 2 : 2]
    return np.moveaxis(np.float32(0.125) * outer + np.float32(0.375) * inner, 0, axis)


def jacobian(xy_pixel: np.ndarray) -> np.ndarray:
    """[h, w, 2, 2] of a map xy_pixel [h, w, 2]: out[.., i, j] = d(xy_i) / d(frame axis j), axis 0 = x.

    Of the differences to both sides the smaller counts: a jump in the map (a fold, an occluder) is no slope. Where
    both neighbours are NaN the slope is 0.
    """
    out = np.zeros((*xy_pixel.shape, 2), np.float32)
    for j, axis in ((0, 1), (1, 0)):
        if xy_pixel.shape[axis] < 2:
            continue
        step = np.moveaxis(np.diff(xy_pixel, axis=axis), axis, 0)
        length = step[..., 0] ** 2 + step[..., 1] ** 2
        step = np.where(np.isnan(length)[..., None], 0, step)
        length = np.where(np.isnan(length), np.inf, length)
        ahead = np.concatenate([step, step[-1:]])
        behind = np.concatenate([step[:1], step])
        shorter = np.concatenate([length, length[-1:]]) <= np.concatenate([length[:1], length])
        out[..., j] = np.moveaxis(np.where(shorter[..., None], ahead, behind), 0, axis)
    return out


def sample_area(pyramid: Pyramid, xy_pixel: np.ndarray) -> np.ndarray:
    """The picture under a map xy_pixel [h, w, 2] (index coordinates of level 0): [h, w, c]; 0 outside and at NaN.

    With s1 >= s2 the singular values of the map's Jacobian J: one Catmull-Rom sample where s1 <= 1.3. Elsewhere the
    level that makes max(s2, s1 / 8) < 2, and there the mean of n x n samples over the pixel's footprint
    x + J [-1/2, 1/2]^2, n = the length of J's column in that level's texels, rounded up.
    """
    xy = np.ascontiguousarray(xy_pixel, np.float32)
    height, width, channels = *xy.shape[:2], pyramid.texels.shape[1]
    if compiled is None:
        slope = jacobian(xy).swapaxes(-1, -2).reshape(-1, 4)  # du/dx, dv/dx, du/dy, dv/dy
        out = sample_area_plain(pyramid, xy.reshape(-1, 2), slope)
    else:
        out, lanes = np.empty((height * width, channels), np.float32), (0,) * channels
        compiled.area_loop(pyramid.texels, pyramid.starts, pyramid.sizes, xy, MINIFIES, MOST_TAPS, lanes, out)
    return out.reshape(height, width, channels)


def sample_area_plain(pyramid: Pyramid, xy: np.ndarray, slope: np.ndarray) -> np.ndarray:
    """`sample_area` in numpy for points xy [n, 2] and slopes [n, 4]: one pass for each (level, taps, taps)."""
    height, width = pyramid.sizes[0]
    out = np.zeros((len(xy), pyramid.texels.shape[1]), np.float32)
    x, y = xy.T
    inside = (x >= -0.5) & (y >= -0.5) & (x <= width - 0.5) & (y <= height - 0.5)
    level, taps_x, taps_y = choose_taps(slope, len(pyramid.starts))
    for kind in np.unique(np.stack([level, taps_x, taps_y], 1)[inside], axis=0):
        k, count_x, count_y = (int(n) for n in kind)
        here = np.flatnonzero(inside & (level == k) & (taps_x == count_x) & (taps_y == count_y))
        picture, step = pyramid.level(k), np.float32(1 / 2**k)
        weight = np.float32(1) / np.float32(count_x * count_y)
        ux, vx, uy, vy = slope[here].T
        for j in range(count_y):
            b = np.float32((j + 0.5) / count_y - 0.5)
            for i in range(count_x):
                a = np.float32((i + 0.5) / count_x - 0.5)
                px = (x[here] + a * ux + b * uy + np.float32(0.5)) * step - np.float32(0.5)
                py = (y[here] + a * vx + b * vy + np.float32(0.5)) * step - np.float32(0.5)
                if count_x * count_y == 1 and k == 0:
                    px, py = x[here], y[here]
                out[here] += weight * sample_points(picture, px, py)
    return out


def choose_taps(slope: np.ndarray, levels: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Level, samples along x, samples along y, each [n], for slopes [n, 4]."""
    ux, vx, uy, vy = slope.T
    e, f, g = ux * ux + vx * vx, ux * uy + vx * vy, uy * uy + vy * vy
    middle, spread = (e + g) / 2, np.sqrt((e - g) ** 2 / 4 + f * f)
    longest, shortest = np.sqrt(middle + spread), np.sqrt(np.maximum(middle - spread, 0))
    shrink = np.maximum(np.maximum(shortest, longest / MOST_TAPS), 1)
    level = np.clip(np.floor(np.log2(shrink)), 0, levels - 1)
    plain = longest <= MINIFIES
    level[plain] = 0
    taps = []
    for squared in (e, g):
        length = np.clip(np.sqrt(squared) / 2**level, 1, MOST_TAPS)
        taps.append(np.where(plain | (length <= MINIFIES), 1, np.ceil(length)).astype(np.int64))
    return level.astype(np.int64), taps[0], taps[1]
