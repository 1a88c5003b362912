"""The loop of spline.py, compiled. Importing this needs numba; the plain form agrees."""

from __future__ import annotations

import numpy as np

from .compiling import FAST, compiled


@compiled(fastmath=FAST)
def lattice_loop(knots, first_x, weights_x, first_y, weights_y, out):  # type: ignore[no-untyped-def]
    """spline.lattice_planes: knots [2, ny, nx] float32, to out [2, h, w]."""
    line = np.empty(knots.shape[2], np.float32)
    for c in range(2):
        for y in range(first_y.size):
            j, w = first_y[y], weights_y[y]
            for i in range(line.size):
                above = w[0] * knots[c, j, i] + w[1] * knots[c, j + 1, i]
                line[i] = above + (w[2] * knots[c, j + 2, i] + w[3] * knots[c, j + 3, i])
            for x in range(first_x.size):
                i, v = first_x[x], weights_x[x]
                left = v[0] * line[i] + v[1] * line[i + 1]
                out[c, y, x] = left + (v[2] * line[i + 2] + v[3] * line[i + 3])
