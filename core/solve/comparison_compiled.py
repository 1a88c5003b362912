"""The loops of comparison.py, compiled. Importing this needs numba; the plain form agrees."""

from __future__ import annotations

import threading

import cv2
import numpy as np

from ..fields.compiling import FAST, compiled
from .comparison import SHARED, Comparison, window_sigma
from .pyramid import Pyramid

ZERO, HALF, ONE, TWO = np.float32(0), np.float32(0.5), np.float32(1), np.float32(2)
FOUR, FIVE = np.float32(4), np.float32(5)
ONE_HALF, TWO_HALF, FOUR_HALF = np.float32(1.5), np.float32(2.5), np.float32(4.5)
NEARLY_NONE, LEAST_SHARED = np.float32(1e-6), np.float32(SHARED)


def compare(
    frame: Pyramid, key: Pyramid, level: int, x_key: np.ndarray, y_key: np.ndarray, epsilon: float
) -> Comparison:
    """comparison.compare_plain."""
    own, own_mask, other, other_mask, x, y = (
        np.ascontiguousarray(plane, np.float32)
        for plane in (frame.luma[level], frame.mask[level], key.luma[level], key.mask[level], x_key, y_key)
    )
    scale = np.float32(1 / 2**level)
    residual, slope_x, slope_y, mask = (np.empty(own.shape, np.float32) for _ in range(4))
    planes, blurred = working.of(own.shape)
    bordered = cv2.copyMakeBorder(other, 1, 2, 1, 2, cv2.BORDER_REPLICATE)
    look_loop(own, own_mask, bordered, other_mask, x, y, scale, mask, planes, slope_x, slope_y)
    for plane, out in zip((mask, *planes[1:]), blurred, strict=True):
        cv2.GaussianBlur(plane, (0, 0), window_sigma(level), dst=out, borderType=cv2.BORDER_REPLICATE)
    normalise_loop(own, mask, planes[0], blurred, scale, np.float32(epsilon), residual, slope_x, slope_y)
    return Comparison(residual, slope_x, slope_y, mask)


class Working(threading.local):
    """Each thread's working planes, used again: fresh memory costs as much as what is computed in it."""

    planes = np.empty((2, 5, 0, 0), np.float32)

    def of(self, shape: tuple[int, ...]) -> np.ndarray:
        """[2, 5, h, w] float32 of any content, until this thread asks again."""
        if self.planes.shape[2:] != shape:
            self.planes = np.empty((2, 5, *shape), np.float32)
        return self.planes


working = Working()


@compiled(fastmath=FAST, inline="always")
def _weights(t):  # type: ignore[no-untyped-def]
    """Catmull-Rom's four tap weights at fraction t, and their derivatives."""
    return (
        ((-HALF * t + ONE) * t - HALF) * t,
        (ONE_HALF * t - TWO_HALF) * t * t + ONE,
        ((-ONE_HALF * t + TWO) * t + HALF) * t,
        (HALF * t - HALF) * t * t,
        (-ONE_HALF * t + TWO) * t - HALF,
        (FOUR_HALF * t - FIVE) * t,
        (-FOUR_HALF * t + FOUR) * t + HALF,
        (ONE_HALF * t - ONE) * t,
    )


@compiled(fastmath=FAST)
def look_loop(own, own_mask, key, key_mask, x_key, y_key, scale, mask, planes, slope_x, slope_y):  # type: ignore[no-untyped-def]
    """What both pictures show, over the pixels f of `own`: the common mask m, the key's slopes, and as planes [5, h, w]
    its value k and the products m f, m f f, m k, m k k. All are 0 where nothing is shared.

    key: with a border of one pixel before and two after, so that all taps are there. Row by row: places and weights,
    then the taps, then sums; all but the taps become vector instructions.
    """
    height, width = key_mask.shape
    stride, shift = width + 3, HALF * scale - HALF
    right, bottom = np.float32(width - 1), np.float32(height - 1)
    last_i, last_j = np.int32(width - 2), np.int32(height - 2)
    texels, seen = key.reshape(key.size), key_mask.reshape(key_mask.size)
    columns = own.shape[1]
    place, place_seen = np.empty(columns, np.int64), np.empty(columns, np.int64)
    across, down = np.empty(columns, np.float32), np.empty(columns, np.float32)
    taps = np.empty((8, columns), np.float32)
    for row in range(own.shape[0]):
        for n in range(columns):
            x, y = x_key[row, n] * scale + shift, y_key[row, n] * scale + shift
            inside = (x >= ZERO) & (y >= ZERO) & (x <= right) & (y <= bottom)
            mask[row, n] = own_mask[row, n] if inside else ZERO
            x, y = x if inside else ZERO, y if inside else ZERO
            i, j = min(np.int32(x), last_i), min(np.int32(y), last_j)
            place[n], place_seen[n] = j * np.int32(stride) + i, j * np.int32(width) + i
            across[n], down[n] = x - np.float32(i), y - np.float32(j)
        for n in range(columns):
            a0, a1, a2, a3, d0, d1, d2, d3 = _weights(across[n])
            taps[0, n], taps[1, n], taps[2, n], taps[3, n] = a0, a1, a2, a3
            taps[4, n], taps[5, n], taps[6, n], taps[7, n] = d0, d1, d2, d3
        for n in range(columns):
            if mask[row, n] > ZERO:
                p, t = np.uint64(place_seen[n]), across[n]
                q = p + np.uint64(width)
                above = seen[p] + t * (seen[p + np.uint64(1)] - seen[p])
                below = seen[q] + t * (seen[q + np.uint64(1)] - seen[q])
                mask[row, n] *= above + down[n] * (below - above)
                a0, a1, a2, a3 = taps[0, n], taps[1, n], taps[2, n], taps[3, n]
                d0, d1, d2, d3 = taps[4, n], taps[5, n], taps[6, n], taps[7, n]
                p = np.uint64(place[n])
                for j in range(4):
                    k0, k1 = texels[p], texels[p + np.uint64(1)]
                    k2, k3 = texels[p + np.uint64(2)], texels[p + np.uint64(3)]
                    taps[j, n] = a0 * k0 + a1 * k1 + a2 * k2 + a3 * k3
                    taps[4 + j, n] = d0 * k0 + d1 * k1 + d2 * k2 + d3 * k3
                    p += np.uint64(stride)
            else:
                for j in range(8):
                    taps[j, n] = ZERO
        for n in range(columns):
            a0, a1, a2, a3, d0, d1, d2, d3 = _weights(down[n])
            value = a0 * taps[0, n] + a1 * taps[1, n] + a2 * taps[2, n] + a3 * taps[3, n]
            slope_x[row, n] = a0 * taps[4, n] + a1 * taps[5, n] + a2 * taps[6, n] + a3 * taps[7, n]
            slope_y[row, n] = d0 * taps[0, n] + d1 * taps[1, n] + d2 * taps[2, n] + d3 * taps[3, n]
            planes[0, row, n] = value
            shared, pixel = mask[row, n], own[row, n]
            planes[1, row, n], planes[2, row, n] = shared * pixel, shared * pixel * pixel
            planes[3, row, n], planes[4, row, n] = shared * value, shared * value * value


@compiled(fastmath=FAST)
def normalise_loop(own, mask, key, blurred, scale, epsilon, residual, slope_x, slope_y):  # type: ignore[no-untyped-def]
    """The residual of the two normalised pictures, and slopes of the normalised key; from the blurred mask and products
    of `look_loop`, [5, h, w]."""
    noise = epsilon * epsilon
    for row in range(own.shape[0]):
        for n in range(own.shape[1]):
            share = ONE / (blurred[0, row, n] + NEARLY_NONE)
            own_mean, key_mean = blurred[1, row, n] * share, blurred[3, row, n] * share
            own_gain = ONE / np.sqrt(max(blurred[2, row, n] * share - own_mean * own_mean, ZERO) + noise)
            key_gain = ONE / np.sqrt(max(blurred[4, row, n] * share - key_mean * key_mean, ZERO) + noise)
            apart = (own[row, n] - own_mean) * own_gain - (key[row, n] - key_mean) * key_gain
            residual[row, n] = apart if mask[row, n] > LEAST_SHARED else ZERO
            slope_x[row, n] *= key_gain * scale
            slope_y[row, n] *= key_gain * scale
