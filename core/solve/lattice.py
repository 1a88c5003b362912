"""The equations of a B-spline lattice: what its knots are, given what each pixel asks for."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np
from scipy.linalg import cho_solve_banded, cholesky_banded

from ..fields.spline import basis

NO_CREASE = 1e6
"""A second difference no sheet comes to: it nowhere yields."""


@lru_cache(maxsize=8)
def _cell_basis(cell: int) -> np.ndarray:
    """The 16 basis values of the pixels of one cell: [cell^2, 16]."""
    one = basis((np.arange(cell) + 0.5) / cell)
    return np.einsum("ya,xb->yxab", one, one).reshape(cell * cell, 16).astype(np.float32)


def _cells(plane: np.ndarray, cell: int) -> np.ndarray:
    """[h, w] as [cells, cell^2]."""
    height, width = plane.shape
    split = plane.reshape(height // cell, cell, width // cell, cell)
    return split.transpose(0, 2, 1, 3).reshape(-1, cell * cell)


class LatticeSystem:
    """Normal equations of a lattice of ny x nx cells; a matrix is kept as its 25 lower diagonals [25, knots].

    The short axis runs fastest, so that all diagonals lie in a narrow band. Solved by conjugate gradients over both
    components, preconditioned with the banded Cholesky factor of each: the components couple only where edges slant.
    """

    def __init__(self, cells_y: int, cells_x: int) -> None:
        self.knots = (cells_y + 3, cells_x + 3)
        short_is_y = self.knots[0] <= self.knots[1]
        short = min(self.knots)
        j, i = np.meshgrid(np.arange(self.knots[0]), np.arange(self.knots[1]), indexing="ij")
        self.index = (i * short + j) if short_is_y else (j * short + i)
        """Place of each knot in the vector, [ny, nx]."""
        self.count = self.index.size
        self.offsets = np.array(sorted({a * short + b for a in range(4) for b in range(-3, 4) if a * short + b >= 0}))
        """Distance of each kept diagonal from the main one."""
        self._slot = np.full(self.offsets[-1] + 1, -1)
        self._slot[self.offsets] = np.arange(len(self.offsets))
        first = np.stack(np.meshgrid(np.arange(cells_y), np.arange(cells_x), indexing="ij"), -1).reshape(-1, 2)
        tap = np.stack(np.meshgrid(np.arange(4), np.arange(4), indexing="ij"), -1).reshape(-1, 2)
        self.member = self.index[first[:, None, 0] + tap[:, 0], first[:, None, 1] + tap[:, 1]]
        """The 16 knots of each cell, [cells, 16]."""
        a, b = np.divmod(np.arange(256), 16)
        lower = self.member[0, a] >= self.member[0, b]  # the same pairs in every cell
        self._pair = a[lower], b[lower]
        self._pair_place = self._place(self.member[:, a[lower]], self.member[:, b[lower]])
        index = self.index
        self._stencils = (
            ((index[:, :-2], index[:, 1:-1], index[:, 2:]), (1, -2, 1), 1.0),
            ((index[:-2], index[1:-1], index[2:]), (1, -2, 1), 1.0),
            ((index[:-1, :-1], index[1:, :-1], index[:-1, 1:], index[1:, 1:]), (1, -1, -1, 1), 2.0),
        )
        """Second differences along x, along y and mixed: places, signs, weight."""

    def _place(self, row: np.ndarray, column: np.ndarray) -> np.ndarray:
        """Where the entry (row, column), row >= column, is kept, flat."""
        return self._slot[row - column] * self.count + column

    def _diagonals(self, place: np.ndarray, value: np.ndarray) -> np.ndarray:
        total = np.bincount(place.ravel(), value.ravel(), minlength=len(self.offsets) * self.count)
        return total.reshape(len(self.offsets), self.count)

    def bending(self, vectors: np.ndarray, crease: float) -> np.ndarray:
        """Matrix (one component) of the sum of squared second differences of knots [n, 2], each divided by
        1 + (bend / crease)^2, so that a sheet may bend sharply where one side hides the other."""
        places, values = [], []
        for members, signs, weight in self._stencils:
            bend = sum(sign * vectors[member] for sign, member in zip(signs, members, strict=True))
            soft = weight / (1 + (bend**2).sum(-1) / crease**2)
            for a, sa in zip(members, signs, strict=True):
                for b, sb in zip(members, signs, strict=True):
                    keep = a >= b
                    places.append(self._place(a[keep], b[keep]))
                    values.append(soft[keep] * (sa * sb))
        return self._diagonals(np.concatenate(places), np.concatenate(values))

    def data(self, weights: np.ndarray, cell: int) -> np.ndarray:
        """Matrix of sum over pixels of weight [h, w] times basis times basis; `cell` in these pixels."""
        values = _cell_basis(cell)
        return self._diagonals(
            self._pair_place, _cells(weights, cell) @ (values[:, self._pair[0]] * values[:, self._pair[1]])
        )

    def gathered(self, plane: np.ndarray, cell: int) -> np.ndarray:
        """Sum over pixels of plane [h, w] times basis, per knot."""
        return np.bincount(self.member.ravel(), (_cells(plane, cell) @ _cell_basis(cell)).ravel(), minlength=self.count)

    def times(self, matrix: np.ndarray, vector: np.ndarray) -> np.ndarray:
        out = matrix[0] * vector
        for offset, row in zip(self.offsets[1:], matrix[1:], strict=True):
            out[offset:] += row[:-offset] * vector[:-offset]
            out[:-offset] += row[:-offset] * vector[offset:]
        return out

    def factor(self, matrix: np.ndarray) -> np.ndarray:
        """Banded Cholesky factor, single precision: it only preconditions."""
        band = np.zeros((self.offsets[-1] + 1, self.count), np.float32)
        band[self.offsets] = matrix
        band[0] *= 1 + 1e-5
        return cholesky_banded(band, overwrite_ab=True, lower=True, check_finite=False)

    def solve(
        self,
        terms: tuple[np.ndarray, ...],
        cell: int,
        knots: np.ndarray,
        bending: float,
        crease: float,
        tolerance: float = 0.02,
    ) -> np.ndarray:
        """Knot change [ny, nx, 2] that minimises sum w (r - s.du)^2 + bending |second differences(knots + change)|^2.

        terms: per pixel w sx sx, w sx sy, w sy sy, w sx r, w sy r, each [h, w]; `cell` in these pixels. The residual of
        the equations falls to `tolerance` of its start: a Gauss-Newton step need not be exact.
        """
        xx, xy, yy, bx, by = terms
        now = np.empty((2, self.count))
        now[:, self.index] = np.moveaxis(knots, -1, 0)
        bend = bending * self.bending(now.T, crease)
        bend[0] += 1e-6
        along_x, along_y, mixed = self.data(xx, cell) + bend, self.data(yy, cell) + bend, self.data(xy, cell)
        factors = self.factor(along_x), self.factor(along_y)
        residual = np.stack([self.gathered(b, cell) - self.times(bend, v) for b, v in zip((bx, by), now, strict=True)])

        def matrix_times(v: np.ndarray) -> np.ndarray:
            x, y = v
            return np.stack(
                [self.times(along_x, x) + self.times(mixed, y), self.times(mixed, x) + self.times(along_y, y)]
            )

        def precondition(v: np.ndarray) -> np.ndarray:
            pairs = zip(factors, v.astype(np.float32), strict=True)
            return np.stack([cho_solve_banded((f, True), part, check_finite=False) for f, part in pairs]).astype(float)

        change = conjugate_gradients(matrix_times, precondition, residual, tolerance)
        return np.moveaxis(change[:, self.index], 0, -1)


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


@lru_cache(maxsize=64)
def lattice_system(cells_y: int, cells_x: int) -> LatticeSystem:
    return LatticeSystem(cells_y, cells_x)
