"""A uniform cubic B-spline lattice over a picture: a smooth displacement, two numbers a knot.

The lattice has its origin at the picture's top left corner (index coordinate -0.5) and one cell every `cell` pixels;
knot (j, i) stands at cell (j - 1, i - 1), so a picture of n cells has n + 3 knots an axis.
"""

from __future__ import annotations

import numpy as np

try:
    from . import spline_compiled as compiled
except ImportError:  # the plain form below serves where numba has no wheel
    compiled = None  # type: ignore[assignment]

MAX_KNOT_STEP = 0.48
"""A step that moves knots by less than this share of the cell adds no fold of its own (Choi, Lee 2000)."""


def basis(fraction: np.ndarray) -> np.ndarray:
    """The four cubic B-spline weights at fractions [n] of a cell: [n, 4]."""
    t = fraction
    return np.stack([(1 - t) ** 3, 3 * t**3 - 6 * t**2 + 4, -3 * t**3 + 3 * t**2 + 3 * t + 1, t**3], -1) / 6


def knot_count(size: int, cell: float) -> int:
    """How many knots cover `size` pixels."""
    return int(np.ceil(size / cell)) + 3


def basis_matrix(position_cells: np.ndarray, knots: int) -> np.ndarray:
    """Weights [n, knots] of all knots at positions [n] in cells; positions off the lattice are clamped to its edge."""
    first, weights = near_knots(position_cells, knots)
    matrix = np.zeros((first.size, knots), np.float32)
    for k in range(4):
        matrix[np.arange(first.size), first + k] = weights[:, k]
    return matrix


def near_knots(position_cells: np.ndarray, knots: int) -> tuple[np.ndarray, np.ndarray]:
    """The same without zeros: the first of four knots [n] and their weights [n, 4]."""
    position = np.clip(position_cells, 0.0, knots - 3 - 1e-6)
    first = position.astype(np.int64)
    return first, basis(position - first).astype(np.float32)


def evaluate_lattice(knots: np.ndarray, x_cells: np.ndarray, y_cells: np.ndarray) -> np.ndarray:
    """Displacement [len(y), len(x), 2] on a grid of positions in cells, from knots [ny, nx, 2]."""
    return np.stack(tuple(lattice_planes(knots, x_cells, y_cells)), -1)


def lattice_planes(knots: np.ndarray, x_cells: np.ndarray, y_cells: np.ndarray) -> np.ndarray:
    """The same [2, len(y), len(x)] float32: its parts along x and along y."""
    planes = np.ascontiguousarray(np.moveaxis(knots, -1, 0), np.float32)
    if compiled is None:
        return lattice_planes_plain(planes, x_cells, y_cells)
    out = np.empty((2, len(y_cells), len(x_cells)), np.float32)
    compiled.lattice_loop(planes, *near_knots(x_cells, knots.shape[1]), *near_knots(y_cells, knots.shape[0]), out)
    return out


def lattice_planes_plain(planes: np.ndarray, x_cells: np.ndarray, y_cells: np.ndarray) -> np.ndarray:
    """`lattice_planes` of knots [2, ny, nx] in numpy, as two products: the reference, and the way without numba."""
    return basis_matrix(y_cells, planes.shape[1]) @ planes @ basis_matrix(x_cells, planes.shape[2]).T


def evaluate_lattice_at(knots: np.ndarray, xy_cells: np.ndarray) -> np.ndarray:
    """The same at single places [n, 2] in cells: [n, 2]."""
    position = np.clip(xy_cells, 0.0, np.array(knots.shape[1::-1]) - 3 - 1e-6)
    first = position.astype(np.int64)
    across, down = (basis(position[:, axis] - first[:, axis]) for axis in range(2))
    taps = np.arange(4)
    near = knots[(first[:, 1, None] + taps)[:, :, None], (first[:, 0, None] + taps)[:, None, :]]
    return np.einsum("na,nb,nabc->nc", down, across, near).astype(np.float32)


def refine_lattice(knots: np.ndarray) -> np.ndarray:
    """The same displacement on cells half as large (Lane, Riesenfeld subdivision)."""

    def halve(k: np.ndarray) -> np.ndarray:
        n = k.shape[0]
        fine = np.zeros((2 * (n - 3) + 3, *k.shape[1:]), k.dtype)
        odd = (k[:-2] + 6 * k[1:-1] + k[2:]) / 8  # fine knot 2i - 1 stands on knot i
        even = (k[:-1] + k[1:]) / 2
        fine[1::2] = odd
        fine[0::2] = even
        return fine

    return halve(halve(knots).swapaxes(0, 1)).swapaxes(0, 1)
