"""The equations of a B-spline lattice: what its knots are, given what each pixel asks for.

A matrix over the knots is kept as [4, 4, ny, nx]: the entry [b, a, j, i] couples the knots (j, i) and (j + b, i + a),
and alike (j, i + a) and (j + b, i), since products of a basis along x and one along y come alike for both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from types import EllipsisType

import numpy as np
from scipy.linalg import cho_solve_banded, cholesky_banded

from ..fields.spline import basis
from .forms import compiled_form

NO_CREASE = 1e6
"""A second difference no sheet comes to: it nowhere yields."""
REACH = 4
"""Knots that a pixel is under, along each axis."""
HOLD = 1e-6
"""Holds a knot where nothing is asked of it."""


@dataclass(frozen=True)
class Equations:
    """What the pixels ask for: [xx xy; xy yy] change = (x, y)."""

    xx: np.ndarray
    """[4, 4, ny, nx], as `xy` and `yy`: sum over pixels of w sx sx, .. times basis times basis."""
    xy: np.ndarray
    yy: np.ndarray
    x: np.ndarray
    """[ny, nx], as `y`: sum over pixels of w sx r, w sy r times basis."""
    y: np.ndarray


@lru_cache(maxsize=8)
def cell_basis(cell: int) -> np.ndarray:
    """The four basis values at the pixels of a cell, [cell, 4] float32."""
    return basis((np.arange(cell) + 0.5) / cell).astype(np.float32)


def gathered(terms: tuple[np.ndarray, ...], cell: int) -> Equations:
    """The equations of pixels' terms w sx sx, w sx sy, w sy sy, w sx r, w sy r, each [h, w]; `cell` in these pixels."""
    loops = compiled_form("lattice")
    return gathered_plain(terms, cell) if loops is None else loops.gathered(terms, cell)


def gathered_plain(terms: tuple[np.ndarray, ...], cell: int) -> Equations:
    """`gathered` in numpy: the reference, and the way without numba."""
    xx, xy, yy, x, y = terms
    return Equations(
        matrix_of(xx, cell), matrix_of(xy, cell), matrix_of(yy, cell), vector_of(x, cell), vector_of(y, cell)
    )


def matrix_of(plane: np.ndarray, cell: int) -> np.ndarray:
    """Sum over pixels of plane [h, w] times basis times basis."""
    rows, columns, one = plane.shape[0] // cell, plane.shape[1] // cell, cell_basis(cell)
    pairs = (one[:, :, None] * one[:, None, :]).reshape(cell, REACH * REACH)
    along = plane.reshape(rows * cell, columns, cell) @ pairs
    both = pairs.T @ along.reshape(rows, cell, columns * REACH * REACH)
    both = both.reshape(rows, REACH, REACH, columns, REACH, REACH)
    out = np.zeros((REACH, REACH, rows + 3, columns + 3))
    for j, i in product(range(REACH), repeat=2):
        for b, a in product(range(REACH - j), range(REACH - i)):
            out[b, a, j : j + rows, i : i + columns] += both[:, j, j + b, :, i, i + a]
    return out


def vector_of(plane: np.ndarray, cell: int) -> np.ndarray:
    """Sum over pixels of plane [h, w] times basis, per knot [ny, nx]."""
    rows, columns, one = plane.shape[0] // cell, plane.shape[1] // cell, cell_basis(cell)
    along = plane.reshape(rows * cell, columns, cell) @ one
    both = (one.T @ along.reshape(rows, cell, columns * REACH)).reshape(rows, REACH, columns, REACH)
    out = np.zeros((rows + 3, columns + 3))
    for j, i in product(range(REACH), repeat=2):
        out[j : j + rows, i : i + columns] += both[:, j, :, i]
    return out


def bending_matrix(knots: np.ndarray, crease: float) -> np.ndarray:
    """Matrix (one component) of the sum of squared second differences of knots [ny, nx, 2], each divided by
    1 + (bend / crease)^2, so that a sheet may bend sharply where one side hides the other."""
    out = np.zeros((REACH, REACH, *knots.shape[:2]))

    def yielding(bend: np.ndarray) -> np.ndarray:
        return 1 / (1 + (bend**2).sum(-1) / crease**2)

    for matrix, line in ((out[0], knots), (out[:, 0].swapaxes(1, 2), knots.swapaxes(0, 1))):
        soft = yielding(line[:, :-2] - 2 * line[:, 1:-1] + line[:, 2:])
        for place, square in ((np.s_[:-2], 1), (np.s_[1:-1], 4), (np.s_[2:], 1)):
            matrix[0, :, place] += square * soft
        for place in (np.s_[:-2], np.s_[1:-1]):
            matrix[1, :, place] -= 2 * soft
        matrix[2, :, :-2] += soft
    soft = 2 * yielding(knots[:-1, :-1] - knots[1:, :-1] - knots[:-1, 1:] + knots[1:, 1:])
    for j, i in product((np.s_[:-1], np.s_[1:]), repeat=2):
        out[0, 0, j, i] += soft
    for side in (np.s_[:-1], np.s_[1:]):
        out[0, 1, side, :-1] -= soft
        out[1, 0, :-1, side] -= soft
    out[1, 1, :-1, :-1] += soft
    return out


Places = tuple[int | slice | EllipsisType, ...]


def couplings(shape: tuple[int, ...]) -> Iterator[tuple[Places, Places, Places]]:
    """Of a matrix over knots of a shape [ny, nx]: an entry's place, and those of the two sets that it couples."""
    ny, nx = shape
    for b, a in product(range(REACH), repeat=2):
        up, down, left, right = slice(0, ny - b), slice(b, ny), slice(0, nx - a), slice(a, nx)
        here = (b, a, up, left)
        yield here, (..., up, left), (..., down, right)
        if a and b:
            yield here, (..., up, right), (..., down, left)


def times(matrix: np.ndarray, vector: np.ndarray) -> np.ndarray:
    """A matrix [4, 4, ny, nx] times a vector [.., ny, nx]."""
    out = matrix[0, 0] * vector
    for entry, one, other in couplings(vector.shape[-2:]):
        if one != other:
            out[one] += matrix[entry] * vector[other]
            out[other] += matrix[entry] * vector[one]
    return out


def factor(matrix: np.ndarray) -> np.ndarray:
    """Banded Cholesky factor of a matrix [4, 4, ny, nx] with nx <= ny, single precision: it only preconditions."""
    ny, nx = matrix.shape[2:]
    place = np.arange(ny * nx).reshape(ny, nx)
    band = np.zeros(((REACH - 1) * (nx + 1) + 1, ny * nx), np.float32, order="F")
    for entry, one, other in couplings((ny, nx)):
        first, last = place[one], place[other]
        low = np.minimum(first, last)
        band[np.abs(last - first), low] = matrix[entry]
    band[0] *= 1 + 1e-5
    return cholesky_banded(band, overwrite_ab=True, lower=True, check_finite=False)


def solve_lattice(
    asked: Equations, knots: np.ndarray, bending: float, crease: float, tolerance: float = 0.02
) -> np.ndarray:
    """Knot change [ny, nx, 2] that minimises sum w (r - s.du)^2 + bending |second differences(knots + change)|^2.

    The residual of the equations falls to `tolerance` of its start: a Gauss-Newton step need not be exact.
    """
    bend = bending * bending_matrix(knots, crease)
    bend[0, 0] += HOLD
    now = np.moveaxis(knots, -1, 0)
    right = np.stack([asked.x, asked.y]) - times(bend, now)
    along_x, along_y, mixed = asked.xx + bend, asked.yy + bend, asked.xy
    tall = now.shape[1] >= now.shape[2]
    if not tall:  # the short axis runs fastest: a narrow band
        right = right.swapaxes(1, 2)
        along_x, along_y, mixed = (m.transpose(1, 0, 3, 2) for m in (along_x, along_y, mixed))
    loops = compiled_form("lattice")
    solve = solve_plain if loops is None else loops.solve
    change = solve(along_x, along_y, mixed, right, tolerance)
    return np.moveaxis(change if tall else change.swapaxes(1, 2), 0, -1)


def solve_plain(
    along_x: np.ndarray, along_y: np.ndarray, mixed: np.ndarray, right: np.ndarray, tolerance: float
) -> np.ndarray:
    """[2, ny, nx] of [along_x mixed; mixed along_y] change = right [2, ny, nx]: conjugate gradients over both
    components, preconditioned with the factor of their mean: they differ and couple only where edges slant."""
    lower = factor((along_x + along_y) / 2)

    def matrix_times(v: np.ndarray) -> np.ndarray:
        across = times(mixed, v[::-1])
        return np.stack([times(along_x, v[0]) + across[0], times(along_y, v[1]) + across[1]])

    def precondition(v: np.ndarray) -> np.ndarray:
        flat = v.reshape(2, -1).T.astype(np.float32)
        return cho_solve_banded((lower, True), flat, check_finite=False).T.reshape(v.shape).astype(float)

    return conjugate_gradients(matrix_times, precondition, right, tolerance)


def conjugate_gradients(
    times: Callable[[np.ndarray], np.ndarray],
    precondition: Callable[[np.ndarray], np.ndarray],
    right: np.ndarray,
    tolerance: float,
    most: int = 60,
) -> np.ndarray:
    """x of A x = right for a positive definite A, until the preconditioned residual is `tolerance` of its start."""
    x, r = np.zeros_like(right), right.copy()
    z = precondition(r)
    p, size = z.copy(), float((r * z).sum())
    goal = tolerance**2 * size
    for _ in range(most):
        if size <= goal or size <= 0:
            break
        ap = times(p)
        step = size / float((p * ap).sum())
        x += step * p
        r -= step * ap
        z = precondition(r)
        size, before = float((r * z).sum()), size
        p = z + (size / before) * p
    return x
