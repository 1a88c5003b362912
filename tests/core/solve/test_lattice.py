"""The lattice's equations, against the same written down densely."""

import numpy as np
import pytest
from unreel.core.fields.spline import evaluate_lattice
from unreel.core.solve.forms import Form, using
from unreel.core.solve.lattice import (
    NO_CREASE,
    bending_matrix,
    conjugate_gradients,
    gathered,
    solve_lattice,
    times,
)


def bending_rows(shape: tuple[int, int]) -> list[np.ndarray]:
    """The second differences along x, along y and mixed, each [n, knots]; the mixed one counts twice."""
    grid = np.arange(np.prod(shape)).reshape(shape)
    stencils = [
        ((grid[:, :-2], grid[:, 1:-1], grid[:, 2:]), (1, -2, 1), 1.0),
        ((grid[:-2], grid[1:-1], grid[2:]), (1, -2, 1), 1.0),
        ((grid[:-1, :-1], grid[1:, :-1], grid[:-1, 1:], grid[1:, 1:]), (1, -1, -1, 1), np.sqrt(2)),
    ]
    rows = []
    for places, signs, weight in stencils:
        row = np.zeros((places[0].size, grid.size))
        for place, sign in zip(places, signs, strict=True):
            row[np.arange(place.size), place.ravel()] += sign * weight
        rows.append(row)
    return rows


@pytest.mark.parametrize("form", ["plain", "compiled"])
@pytest.mark.parametrize("crease", [NO_CREASE, 0.8])
@pytest.mark.parametrize("cells", [(3, 5), (5, 3), (4, 4), (1, 2)])
def test_the_lattice_solve_equals_dense_least_squares(cells: tuple[int, int], crease: float, form: Form) -> None:
    cell, bending, rng = 4, 0.3, np.random.default_rng(6)
    height, width = cells[0] * cell, cells[1] * cell
    slope = rng.normal(size=(2, height, width)).astype(np.float32)
    residual, weight = rng.normal(size=(height, width)).astype(np.float32), rng.random((height, width), np.float32)
    shape = cells[0] + 3, cells[1] + 3
    knots = rng.normal(size=(*shape, 2))
    wx, wy = weight * slope
    terms = (wx * slope[0], wx * slope[1], wy * slope[1], wx * residual, wy * residual)
    with using(form):
        found = solve_lattice(gathered(terms, cell), knots, bending, crease, tolerance=1e-8)

    count = knots[..., 0].size
    at = ((np.arange(width) + 0.5) / cell, (np.arange(height) + 0.5) / cell)
    units = np.eye(count).reshape(count, *shape)
    design = np.stack([evaluate_lattice(np.stack([u, u], -1), *at)[..., 0].ravel() for u in units], 1).astype(float)
    root = np.sqrt(weight.reshape(-1, 1))
    rows = [np.concatenate([root * design * s.reshape(-1, 1) for s in slope], 1)]
    right = [(root[:, 0] * residual.ravel())]
    now = knots.reshape(-1, 2)
    for row, twice in zip(bending_rows(shape), (1, 1, 2), strict=True):
        yields = 1 / (1 + ((row @ now) ** 2).sum(-1, keepdims=True) / twice / crease**2)
        stiff = np.sqrt(bending * yields) * row
        rows += [np.concatenate([stiff, 0 * stiff], 1), np.concatenate([0 * stiff, stiff], 1)]
        right += [-stiff @ now[:, 0], -stiff @ now[:, 1]]
    best = np.linalg.lstsq(np.concatenate(rows), np.concatenate(right), rcond=None)[0]
    # besides, 1e-6 holds each knot in place
    np.testing.assert_allclose(found, best.reshape(2, *shape).transpose(1, 2, 0), atol=2e-3)


def test_bending_is_nothing_on_a_tilted_plane_and_the_sum_of_squares_on_noise() -> None:
    shape = 7, 9
    j, i = np.mgrid[: shape[0], : shape[1]]
    matrix = bending_matrix(np.zeros((*shape, 2)), NO_CREASE)
    for knots in (2.0 * i - 3.0 * j + 1, np.random.default_rng(3).normal(size=shape)):
        energy = sum(float(((row @ knots.ravel()) ** 2).sum()) for row in bending_rows(shape))
        np.testing.assert_allclose((knots * times(matrix, knots)).sum(), energy, rtol=1e-6, atol=1e-8)


def test_compiled_equations_equal_the_plain_ones() -> None:
    terms = tuple(np.random.default_rng(2).normal(size=(5, 24, 40)).astype(np.float32))
    for cell in (2, 4, 8):
        with using("plain"):
            plain = gathered(terms, cell)
        with using("compiled"):
            compiled = gathered(terms, cell)
        for name in ("xx", "xy", "yy", "x", "y"):
            np.testing.assert_allclose(getattr(compiled, name), getattr(plain, name), atol=1e-5)


def test_conjugate_gradients_solve_a_positive_definite_system() -> None:
    rng = np.random.default_rng(4)
    root = rng.normal(size=(20, 20))
    matrix, right = root @ root.T + np.eye(20), rng.normal(size=20)
    found = conjugate_gradients(lambda v: matrix @ v, lambda v: v / matrix.diagonal(), right, 1e-10)
    np.testing.assert_allclose(found, np.linalg.solve(matrix, right), atol=1e-6)
    assert not conjugate_gradients(lambda v: matrix @ v, lambda v: v, np.zeros(20), 1e-10).any()
