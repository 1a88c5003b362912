"""The loops of explicit_numba.py over homographies and lattices, compiled. Each call works on one thread.

Points come in runs: neighbours on one row of one frame, in one cell of the lattice. Along a run the displacement is a
cubic of the place in the cell, so its four coefficients are found once a run; turned round, a run's gradients are
summed as four moments and given to its sixteen knots once.
"""

from __future__ import annotations

import numpy as np

from .compiling import FAST, compiled

HALF, ONE, TWO, THREE, FOUR, SIXTH = (np.float32(number) for number in (0.5, 1, 2, 3, 4, 1 / 6))


@compiled(fastmath=FAST, inline="always")
def _cell(unit, scale, limit):  # type: ignore[no-untyped-def]
    """Where a unit coordinate lies in cells, held on the lattice: the cell's number, and the place in it."""
    position = unit * scale
    position = position if position > 0 else np.float32(0)  # so NaN is 0
    position = position if position < limit else limit
    number = int(position)
    return number, position - np.float32(number)


@compiled(fastmath=FAST, inline="always")
def _weights(t):  # type: ignore[no-untyped-def]
    """The cubic B-spline's four."""
    s = ONE - t
    return (
        s * s * s * SIXTH,
        ((THREE * t - TWO * THREE) * t * t + FOUR) * SIXTH,
        ((THREE * s - TWO * THREE) * s * s + FOUR) * SIXTH,
        t * t * t * SIXTH,
    )


@compiled(fastmath=FAST)
def reach(xy, frame, rows, scale, limit, begin, end):  # type: ignore[no-untyped-def]
    """The first of the knots' rows that these points touch, counted over all frames, and that after the last."""
    first, past = np.int64(rows) << 32, np.int64(0)
    for n in range(begin, end):
        number, _ = _cell(xy[n, 1], scale, limit)
        row = frame[n] * rows + number
        first, past = min(first, row), max(past, row + 4)
    return min(first, past), past


@compiled(fastmath=FAST)
def warp_loop(plane, knots, xy, frame, scale, limit, begin, end, out):  # type: ignore[no-untyped-def]
    """out[begin:end]: where these points lie on the canonical."""
    of_frame, of_row, of_cell = np.int64(-1), np.float32(0), -1
    row, wy = 0, _weights(np.float32(0))
    curve = np.zeros((2, 4), np.float32)
    for n in range(begin, end):
        f, x_unit, y_unit = frame[n], xy[n, 0], xy[n, 1]
        column, t = _cell(x_unit, scale[0], limit[0])
        if f != of_frame or not y_unit == of_row:
            row, place = _cell(y_unit, scale[1], limit[1])
            wy = _weights(place)
            of_frame, of_row, of_cell = f, y_unit, -1
        if column != of_cell:
            of_cell = column
            for c in range(2):
                k0 = k1 = k2 = k3 = np.float32(0)
                for j in range(4):
                    k0 += wy[j] * knots[f, row + j, column, c]
                    k1 += wy[j] * knots[f, row + j, column + 1, c]
                    k2 += wy[j] * knots[f, row + j, column + 2, c]
                    k3 += wy[j] * knots[f, row + j, column + 3, c]
                curve[c, 0] = (k0 + FOUR * k1 + k2) * SIXTH
                curve[c, 1] = (k2 - k0) * HALF
                curve[c, 2] = (k0 - TWO * k1 + k2) * HALF
                curve[c, 3] = (k3 - k0 + THREE * (k1 - k2)) * SIXTH
        x, y = x_unit - HALF, y_unit - HALF
        inverse = ONE / (ONE + plane[f, 6] * x + plane[f, 7] * y)
        on_plane_x = (x + plane[f, 0] * x + plane[f, 1] * y + plane[f, 2]) * inverse
        on_plane_y = (y + plane[f, 3] * x + plane[f, 4] * y + plane[f, 5]) * inverse
        bend_x = ((curve[0, 3] * t + curve[0, 2]) * t + curve[0, 1]) * t + curve[0, 0]
        bend_y = ((curve[1, 3] * t + curve[1, 2]) * t + curve[1, 1]) * t + curve[1, 0]
        out[n, 0] = on_plane_x + HALF + bend_x
        out[n, 1] = on_plane_y + HALF + bend_y


@compiled(fastmath=FAST)
def _give_cell(moments, first, row, column, wy, into_knots):  # type: ignore[no-untyped-def]
    """A run's moments [2, 4] to its knots; none remain."""
    for c in range(2):
        m0, m1, m2, m3 = moments[c, 0], moments[c, 1], moments[c, 2], moments[c, 3]
        k0 = (m0 - THREE * (m1 - m2) - m3) * SIXTH
        k1 = (FOUR * m0 - TWO * THREE * m2 + THREE * m3) * SIXTH
        k2 = (m0 + THREE * (m1 + m2 - m3)) * SIXTH
        k3 = m3 * SIXTH
        for j in range(4):
            into_knots[row + j - first, column, c] += wy[j] * k0
            into_knots[row + j - first, column + 1, c] += wy[j] * k1
            into_knots[row + j - first, column + 2, c] += wy[j] * k2
            into_knots[row + j - first, column + 3, c] += wy[j] * k3
    moments[:] = 0


@compiled(fastmath=FAST)
def _give_row(sums, y, into_plane):  # type: ignore[no-untyped-def]
    """A row's sums [3, 2] to its frame's homography [8]; none remain."""
    for c in range(2):
        into_plane[3 * c] += sums[c, 1]
        into_plane[3 * c + 1] += sums[c, 0] * y
        into_plane[3 * c + 2] += sums[c, 0]
    into_plane[6] += sums[2, 1]
    into_plane[7] += sums[2, 0] * y
    sums[:] = 0


@compiled(fastmath=FAST)
def adjoint_loop(  # type: ignore[no-untyped-def]
    plane, xy, frame, rows, scale, limit, given, first, begin, end, into_plane, into_knots
):
    """Of a gradient `given` [n, 2]: its parts for the homographies [frames, 8] and for the knots.

    `rows` is how many rows of knots a frame has; counted over all frames they begin with `first` in
    into_knots [row, nx, 2].
    """
    of_frame, of_row, of_cell = np.int64(-1), np.float32(0), -1
    row, wy = 0, _weights(np.float32(0))
    moments, sums = np.zeros((2, 4), np.float32), np.zeros((3, 2), np.float32)
    for n in range(begin, end):
        f, x_unit, y_unit = frame[n], xy[n, 0], xy[n, 1]
        column, t = _cell(x_unit, scale[0], limit[0])
        new_row = f != of_frame or not y_unit == of_row
        if new_row or column != of_cell:
            if of_cell >= 0:
                _give_cell(moments, first, of_frame * rows + row, of_cell, wy, into_knots)
            of_cell = column
        if new_row:
            if of_frame >= 0:
                _give_row(sums, of_row - HALF, into_plane[of_frame])
            row, place = _cell(y_unit, scale[1], limit[1])
            wy = _weights(place)
            of_frame, of_row = f, y_unit
        x, y = x_unit - HALF, y_unit - HALF
        inverse = ONE / (ONE + plane[f, 6] * x + plane[f, 7] * y)
        on_plane_x = (x + plane[f, 0] * x + plane[f, 1] * y + plane[f, 2]) * inverse
        on_plane_y = (y + plane[f, 3] * x + plane[f, 4] * y + plane[f, 5]) * inverse
        gx, gy = given[n, 0], given[n, 1]
        depth = -(gx * on_plane_x + gy * on_plane_y) * inverse
        sums[0, 0] += gx * inverse
        sums[0, 1] += gx * inverse * x
        sums[1, 0] += gy * inverse
        sums[1, 1] += gy * inverse * x
        sums[2, 0] += depth
        sums[2, 1] += depth * x
        moments[0, 0] += gx
        moments[1, 0] += gy
        gx, gy = gx * t, gy * t
        moments[0, 1] += gx
        moments[1, 1] += gy
        gx, gy = gx * t, gy * t
        moments[0, 2] += gx
        moments[1, 2] += gy
        moments[0, 3] += gx * t
        moments[1, 3] += gy * t
    if of_frame >= 0:
        _give_cell(moments, first, of_frame * rows + row, of_cell, wy, into_knots)
        _give_row(sums, of_row - HALF, into_plane[of_frame])
