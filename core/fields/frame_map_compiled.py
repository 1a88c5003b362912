"""The loop of frame_map.py, compiled. Importing this needs numba; the plain form agrees."""

from __future__ import annotations

import numpy as np

from .compiling import compiled


@compiled()
def map_loop(  # type: ignore[no-untyped-def]
    matrix, x, y, knots, first_x, weights_x, first_y, weights_y, framed, column, share_x, row, share_y, factor, out
):
    """out [h, w, 2] on the grid of columns x [w] and rows y [h].

    knots [ny, nx, 2] with the first of four and their weights [n, 4] an axis; framed: the residual, with the first of
    two taps and the second's share an axis. Either may have no values.
    """
    one, half = np.float32(1), np.float64(0.5)
    line = np.zeros((max(knots.shape[1], 1), 2), np.float32)
    for j in range(y.size):
        if knots.size:
            for k in range(knots.shape[1]):
                for c in range(2):
                    total = np.float32(0)
                    for b in range(4):
                        total += weights_y[j, b] * knots[first_y[j] + b, k, c]
                    line[k, c] = total
        for i in range(x.size):
            w = matrix[2, 0] * x[i] + matrix[2, 1] * y[j] + matrix[2, 2]
            for c in range(2):
                value = np.float32((matrix[c, 0] * x[i] + matrix[c, 1] * y[j] + matrix[c, 2]) / w)
                if knots.size:
                    bend = np.float32(0)
                    for a in range(4):
                        bend += weights_x[i, a] * line[first_x[i] + a, c]
                    value += bend
                if framed.size:
                    r, k, s, t = row[j], column[i], share_x[i], share_y[j]
                    left = framed[r, k, c] * (one - t) + framed[r + 1, k, c] * t
                    right = framed[r, k + 1, c] * (one - t) + framed[r + 1, k + 1, c] * t
                    value += left * (one - s) + right * s
                out[j, i, c] = np.float32((np.float64(value) + half) * factor[c] - half)
