"""The loops of lattice.py, compiled. Importing this needs numba; the plain forms agree."""

from __future__ import annotations

import ctypes
from functools import lru_cache

import numpy as np
from numba.extending import get_cython_function_address
from scipy.linalg import LinAlgError

from ..fields.compiling import FAST, compiled
from .lattice import REACH, Equations, cell_basis

PAIRS = tuple((k, k + d) for d in range(REACH) for k in range(REACH - d))
"""Of the four basis values of a pixel along an axis: those that meet, by their distance."""
_int = ctypes.POINTER(ctypes.c_int)
_spbtrf = ctypes.CFUNCTYPE(None, ctypes.c_char_p, _int, _int, ctypes.c_void_p, _int, _int)(
    get_cython_function_address("scipy.linalg.cython_lapack", "spbtrf")
)
"""LAPACK's banded Cholesky, called so that Python's lock is free meanwhile: scipy's own function holds it."""


@lru_cache(maxsize=8)
def cell_pairs(cell: int) -> np.ndarray:
    """Products of the basis values that meet, [cell, 10] float32."""
    one = cell_basis(cell)
    return np.ascontiguousarray(np.stack([one[:, k] * one[:, n] for k, n in PAIRS], 1))


def gathered(terms: tuple[np.ndarray, ...], cell: int) -> Equations:
    """lattice.gathered."""
    height, width = terms[0].shape
    knots = height // cell + 3, width // cell + 3
    matrices, vectors = np.zeros((3, REACH, REACH, *knots)), np.zeros((2, *knots))
    by_row = np.stack(terms, 1).astype(np.float32, copy=False)
    gather_loop(by_row, cell_basis(cell), cell_pairs(cell), matrices, vectors)
    return Equations(*matrices, *vectors)


def solve(
    along_x: np.ndarray, along_y: np.ndarray, mixed: np.ndarray, right: np.ndarray, tolerance: float
) -> np.ndarray:
    """lattice.solve_plain."""
    matrices = np.stack([along_x, along_y, mixed])
    _, ny, nx = right.shape
    band = np.zeros((ny * nx, (REACH - 1) * (nx + 1) + 1), np.float32)
    band_loop(matrices, band)
    factorise(band)
    change = np.zeros(right.shape)
    conjugate_gradients_loop(matrices, band, np.ascontiguousarray(right), tolerance, change)
    return change


def factorise(band: np.ndarray) -> None:
    """Lower Cholesky factor, in place, of a matrix whose diagonals are the columns of `band` [n, width] float32."""
    n, width = (ctypes.c_int(size) for size in band.shape)
    reach, info = ctypes.c_int(width.value - 1), ctypes.c_int()
    r = ctypes.byref
    _spbtrf(b"L", r(n), r(reach), band.ctypes.data, r(width), r(info))
    if info.value:
        raise LinAlgError(f"row {info.value} of a lattice's equations is not positive definite")


@compiled(fastmath=FAST)
def add_line(term, pairs, every, room, line):  # type: ignore[no-untyped-def]
    """line[d, knot] += sums over the pixels of one row, [w], of term times the products of bases d knots apart.

    Cells lie side by side in the working arrays every [cells] and room [10, cells]: vector instructions take many."""
    sum_over_cells(term, pairs, every, room)
    p, reach = 0, line.shape[0]
    for d in range(reach):
        for k in range(reach - d):
            target, source = line[d, k:], room[p]
            for i in range(source.size):
                target[i] += source[i]
            p += 1


@compiled(fastmath=FAST)
def add_values(term, values, every, room, line):  # type: ignore[no-untyped-def]
    """line[knot] += sums over the pixels of one row, [w], of term times basis."""
    sum_over_cells(term, values, every, room)
    for k in range(room.shape[0]):
        target, source = line[k:], room[k]
        for i in range(source.size):
            target[i] += source[i]


@compiled(fastmath=FAST)
def sum_over_cells(term, factors, every, room):  # type: ignore[no-untyped-def]
    """room[p, cell] = sum over a cell's pixels k of term times factors[k, p]."""
    cell = factors.shape[0]
    room[:] = 0
    for k in range(cell):
        for i in range(every.size):
            every[i] = term[i * cell + k]
        for p in range(factors.shape[1]):
            factor, target = factors[k, p], room[p]
            for i in range(every.size):
                target[i] += factor * every[i]


@compiled(fastmath=FAST)
def spread_line(line, pairs, k, room):  # type: ignore[no-untyped-def]
    """room[p, d, knot] += a row's sums along x [4, nx], by the products p of the bases along y in row `k` of a cell."""
    for p in range(room.shape[0]):
        weight = pairs[k, p]
        for d in range(line.shape[0]):
            target, source = room[p, d], line[d]
            for i in range(source.size):
                target[i] += weight * source[i]


@compiled(fastmath=FAST)
def add_row(lines, sides, values, pairs, y, rooms, matrices, vectors):  # type: ignore[no-untyped-def]
    """Sums along the pixels' row `y`, of three matrices [3, 4, nx] and two vectors [2, nx], to the equations.

    rooms [3, 10, 4, nx] holds a row of cells until its last pixels; it is left empty."""
    cell, reach = values.shape
    row, k = y // cell, y % cell
    for m in range(lines.shape[0]):
        spread_line(lines[m], pairs, k, rooms[m])
    for m in range(sides.shape[0]):
        for j in range(reach):
            weight = values[k, j]
            for i in range(sides.shape[1]):
                vectors[m, row + j, i] += weight * sides[m, i]
    if k == cell - 1:
        for m in range(lines.shape[0]):
            p = 0
            for b in range(reach):
                for j in range(reach - b):
                    for d in range(reach):
                        target, source = matrices[m, b, d, row + j], rooms[m, p, d]
                        for i in range(source.size):
                            target[i] += source[i]
                        for i in range(source.size):
                            source[i] = 0
                    p += 1


@compiled(fastmath=FAST)
def make_room(nx):  # type: ignore[no-untyped-def]
    """Working arrays of `add_terms` for nx knots a row."""
    return (
        np.empty(nx - 3, np.float32),
        np.empty((10, nx - 3), np.float32),
        np.empty((3, 4, nx), np.float32),
        np.empty((2, nx), np.float32),
        np.zeros((3, 10, 4, nx), np.float32),
    )


@compiled(fastmath=FAST)
def add_terms(terms, y, values, pairs, working, matrices, vectors):  # type: ignore[no-untyped-def]
    """The terms [5, w] of the pixels' row `y`, to the equations."""
    every, room, lines, sides, rooms = working
    lines[:] = 0
    sides[:] = 0
    for m in range(lines.shape[0]):
        add_line(terms[m], pairs, every, room, lines[m])
    for m in range(sides.shape[0]):
        add_values(terms[lines.shape[0] + m], values, every, room[: values.shape[1]], sides[m])
    add_row(lines, sides, values, pairs, y, rooms, matrices, vectors)


@compiled(fastmath=FAST)
def gather_loop(terms, values, pairs, matrices, vectors):  # type: ignore[no-untyped-def]
    """lattice.gathered of terms [h, 5, w], to matrices [3, 4, 4, ny, nx] and vectors [2, ny, nx] that are zeros yet."""
    working = make_room(vectors.shape[2])
    for y in range(terms.shape[0]):
        add_terms(terms[y], y, values, pairs, working, matrices, vectors)


@compiled(fastmath=FAST)
def band_loop(matrices, band):  # type: ignore[no-untyped-def]
    """Diagonals [n, width] of the mean of the first two matrices, nx <= ny; the main one a little more."""
    reach, (ny, nx) = matrices.shape[1], matrices.shape[3:]
    for j in range(ny):
        for i in range(nx):
            for b in range(min(reach, ny - j)):
                for a in range(min(reach, nx - i)):
                    value = np.float32((matrices[0, b, a, j, i] + matrices[1, b, a, j, i]) * 0.5)
                    band[j * nx + i, b * nx + a] = value
                    if a > 0 and b > 0:
                        band[j * nx + i + a, b * nx - a] = value
            band[j * nx + i, 0] *= np.float32(1 + 1e-5)


@compiled(fastmath=FAST)
def times_loop(matrices, v, out):  # type: ignore[no-untyped-def]
    """[along_x mixed; mixed along_y] times v [2, ny, nx]."""
    reach, (ny, nx) = matrices.shape[1], v.shape[1:]
    out[:] = 0
    for j in range(ny):
        for b in range(min(reach, ny - j)):
            for a in range(reach):
                x, y, m = matrices[0, b, a, j], matrices[1, b, a, j], matrices[2, b, a, j]
                vx0, vy0, vx1, vy1 = v[0, j], v[1, j], v[0, j + b], v[1, j + b]
                ox0, oy0, ox1, oy1 = out[0, j], out[1, j], out[0, j + b], out[1, j + b]
                for i in range(nx - a):
                    ox0[i] += x[i] * vx1[i + a] + m[i] * vy1[i + a]
                    oy0[i] += m[i] * vx1[i + a] + y[i] * vy1[i + a]
                if a > 0 or b > 0:
                    for i in range(nx - a):
                        ox1[i + a] += x[i] * vx0[i] + m[i] * vy0[i]
                        oy1[i + a] += m[i] * vx0[i] + y[i] * vy0[i]
                if a > 0 and b > 0:
                    for i in range(nx - a):
                        ox0[i + a] += x[i] * vx1[i] + m[i] * vy1[i]
                        oy0[i + a] += m[i] * vx1[i] + y[i] * vy1[i]
                    for i in range(nx - a):
                        ox1[i] += x[i] * vx0[i + a] + m[i] * vy0[i + a]
                        oy1[i] += m[i] * vx0[i + a] + y[i] * vy0[i + a]


@compiled(fastmath=FAST)
def precondition_loop(band, r, u, v, z):  # type: ignore[no-untyped-def]
    """z = (L L')^-1 r for both components at once: the factor is read once each way. u, v: room for [n] float32."""
    n, width = band.shape
    for k in range(n):
        u[k], v[k] = np.float32(r[0, k]), np.float32(r[1, k])
    for k in range(n):
        share = np.float32(1) / band[k, 0]
        p, q = u[k] * share, v[k] * share
        u[k], v[k] = p, q
        last = min(width, n - k)
        line, below_u, below_v = band[k, 1:last], u[k + 1 : k + last], v[k + 1 : k + last]
        for i in range(line.size):
            below_u[i] -= line[i] * p
            below_v[i] -= line[i] * q
    for k in range(n - 1, -1, -1):
        p, q = np.float32(0), np.float32(0)
        last = min(width, n - k)
        line, below_u, below_v = band[k, 1:last], u[k + 1 : k + last], v[k + 1 : k + last]
        for i in range(line.size):
            p += line[i] * below_u[i]
            q += line[i] * below_v[i]
        share = np.float32(1) / band[k, 0]
        u[k], v[k] = (u[k] - p) * share, (v[k] - q) * share
    for k in range(n):
        z[0, k], z[1, k] = u[k], v[k]


@compiled(fastmath=FAST)
def conjugate_gradients_loop(matrices, band, right, tolerance, change):  # type: ignore[no-untyped-def]
    """lattice.conjugate_gradients; `right` is used up, `change` begins as zeros."""
    n = band.shape[0]
    u, v = np.empty(n, np.float32), np.empty(n, np.float32)
    x, r, z, ap, p = change.reshape(2 * n), right.reshape(2 * n), np.empty(2 * n), np.empty(2 * n), np.empty(2 * n)
    by_knot, times_by_knot = p.reshape(change.shape), ap.reshape(change.shape)
    precondition_loop(band, r.reshape(2, n), u, v, z.reshape(2, n))
    p[:] = z
    size = inner(r, z)
    goal = tolerance**2 * size
    for _ in range(60):
        if size <= goal or size <= 0:
            break
        times_loop(matrices, by_knot, times_by_knot)
        step = size / inner(p, ap)
        for i in range(2 * n):
            x[i] += step * p[i]
        for i in range(2 * n):
            r[i] -= step * ap[i]
        precondition_loop(band, r.reshape(2, n), u, v, z.reshape(2, n))
        before = size
        size = inner(r, z)
        for i in range(2 * n):
            p[i] = z[i] + size / before * p[i]


@compiled(fastmath=FAST)
def inner(a, b):  # type: ignore[no-untyped-def]
    total = 0.0
    for i in range(a.size):
        total += a[i] * b[i]
    return total
