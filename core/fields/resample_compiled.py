"""The loops of resample.py and minify.py, compiled. Importing this needs numba; the plain forms agree."""

from __future__ import annotations

import numpy as np

from .compiling import compiled

HALF, ONE, TWO = np.float32(0.5), np.float32(1), np.float32(2)
ONE_HALF, TWO_HALF = np.float32(1.5), np.float32(2.5)
FAST = {"contract", "arcp"}
"""No reassociation, no promise of finite numbers, no loose zeros: NaN keeps its meaning and -0 its sign."""
NOTHING = np.float32(-0.0)
"""What a sum starts from: -0 + x is x for every x, -0 too."""


@compiled(fastmath=FAST, inline="always")
def _weights(t):  # type: ignore[no-untyped-def]
    """Catmull-Rom's four tap weights at fraction t."""
    return (
        ((-HALF * t + ONE) * t - HALF) * t,
        (ONE_HALF * t - TWO_HALF) * t * t + ONE,
        ((-ONE_HALF * t + TWO) * t + HALF) * t,
        (HALF * t - HALF) * t * t,
    )


@compiled(fastmath=FAST)
def _add(texels, start, height, width, x, y, bilinear, weight, lanes, out, n):  # type: ignore[no-untyped-def]
    """out[n] += weight * the value at (x, y) of the picture whose rows begin at texels[start]; edges clamped.

    `lanes` is a tuple as long as a pixel: a length that the compiler knows makes the inner loop vector instructions.
    """
    x = min(max(x, np.float32(0)), np.float32(width - 1))
    y = min(max(y, np.float32(0)), np.float32(height - 1))
    column, row = int(x), int(y)
    tx, ty = x - np.float32(column), y - np.float32(row)
    r1 = start + row * width
    if tx == 0 and ty == 0:
        for c in range(len(lanes)):
            out[n, c] += weight * texels[r1 + column, c]
        return
    r2 = start + min(row + 1, height - 1) * width
    c2 = min(column + 1, width - 1)
    if bilinear:
        for c in range(len(lanes)):
            above = texels[r1 + column, c] * (ONE - tx) + texels[r1 + c2, c] * tx
            below = texels[r2 + column, c] * (ONE - tx) + texels[r2 + c2, c] * tx
            out[n, c] += weight * (above * (ONE - ty) + below * ty)
        return
    wx, wy = _weights(tx), _weights(ty)
    rows = (start + max(row - 1, 0) * width, r1, r2, start + min(row + 2, height - 1) * width)
    columns = (max(column - 1, 0), column, c2, min(column + 2, width - 1))
    for c in range(len(lanes)):
        total = np.float32(0)
        for j in range(4):
            line = np.float32(0)
            for i in range(4):
                line += wx[i] * texels[rows[j] + columns[i], c]
            total += wy[j] * line
        out[n, c] += weight * total


@compiled(fastmath=FAST)
def sample_loop(texels, height, width, xy, bilinear, clamp, fill, lanes, out):  # type: ignore[no-untyped-def]
    """resample.sample over points xy [n, 2]."""
    right, bottom = np.float32(width) - HALF, np.float32(height) - HALF
    for n in range(xy.shape[0]):
        x, y = xy[n, 0], xy[n, 1]
        inside = x >= -HALF and y >= -HALF and x <= right and y <= bottom
        if inside or (clamp and x == x and y == y):
            out[n, :] = NOTHING
            _add(texels, 0, height, width, x, y, bilinear, ONE, lanes, out, n)
        else:
            out[n, :] = fill


@compiled()
def _slope(before, here, after, first, last):  # type: ignore[no-untyped-def]
    """The map's step at `here` along one axis, the smaller of the two to its sides; each a pair of numbers."""
    ahead_x, ahead_y = after[0] - here[0], after[1] - here[1]
    behind_x, behind_y = here[0] - before[0], here[1] - before[1]
    ahead, behind = ahead_x * ahead_x + ahead_y * ahead_y, behind_x * behind_x + behind_y * behind_y
    if last or not ahead == ahead:
        ahead = np.float32(np.inf)
    if first or not behind == behind:
        behind = np.float32(np.inf)
    if ahead <= behind:
        return (ahead_x, ahead_y) if ahead < np.inf else (np.float32(0), np.float32(0))
    return behind_x, behind_y


@compiled(fastmath=FAST)
def area_loop(texels, starts, sizes, xy, minifies, most_taps, lanes, out):  # type: ignore[no-untyped-def]
    """minify.sample_area over a map xy [h, w, 2]; out [h * w, c]."""
    right, bottom = np.float32(sizes[0, 1]) - HALF, np.float32(sizes[0, 0]) - HALF
    height, width = xy.shape[:2]
    for n in range(height * width):
        j, i = n // width, n % width
        x, y = xy[j, i, 0], xy[j, i, 1]
        if not (x >= -HALF and y >= -HALF and x <= right and y <= bottom):
            out[n, :] = 0
            continue
        out[n, :] = NOTHING
        ux, vx = _slope(xy[j, max(i - 1, 0)], xy[j, i], xy[j, min(i + 1, width - 1)], i == 0, i == width - 1)
        uy, vy = _slope(xy[max(j - 1, 0), i], xy[j, i], xy[min(j + 1, height - 1), i], j == 0, j == height - 1)
        e, f, g = ux * ux + vx * vx, ux * uy + vx * vy, uy * uy + vy * vy
        middle = HALF * (e + g)
        spread = np.sqrt(np.float32(0.25) * (e - g) * (e - g) + f * f)
        longest = np.sqrt(middle + spread)
        if longest <= minifies:
            _add(texels, 0, sizes[0, 0], sizes[0, 1], x, y, False, ONE, lanes, out, n)
            continue
        shortest = np.sqrt(max(middle - spread, np.float32(0)))
        shrink = max(shortest, longest / most_taps)
        level = 0
        while shrink >= TWO and level < sizes.shape[0] - 1:
            shrink *= HALF
            level += 1
        step = np.float32(1.0 / 2.0**level)
        along = min(max(np.sqrt(e) * step, ONE), most_taps)
        across = min(max(np.sqrt(g) * step, ONE), most_taps)
        taps_x = int(np.ceil(along)) if along > minifies else 1
        taps_y = int(np.ceil(across)) if across > minifies else 1
        weight = ONE / np.float32(taps_x * taps_y)
        for j in range(taps_y):
            b = (np.float32(j) + HALF) / np.float32(taps_y) - HALF
            for i in range(taps_x):
                a = (np.float32(i) + HALF) / np.float32(taps_x) - HALF
                px = (x + a * ux + b * uy + HALF) * step - HALF
                py = (y + a * vx + b * vy + HALF) * step - HALF
                _add(texels, starts[level], sizes[level, 0], sizes[level, 1], px, py, False, weight, lanes, out, n)
