"""The lattice's equations, against the same written down densely."""

import numpy as np
import pytest
from unreel.core.fields.spline import evaluate_lattice
from unreel.core.solve.lattice import NO_CREASE, LatticeSystem, conjugate_gradients


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


@pytest.mark.parametrize("crease", [NO_CREASE, 0.8])
@pytest.mark.parametrize("cells", [(3, 5), (5, 3), (4, 4)])
def test_the_lattice_solve_equals_dense_least_squares(cells: tuple[int, int], crease: float) -> None:
    cell, bending, rng = 4, 0.3, np.random.default_rng(6)
    height, width = cells[0] * cell, cells[1] * cell
    slope = rng.normal(size=(2, height, width)).astype(np.float32)
    residual, weight = rng.normal(size=(height, width)).astype(np.float32), rng.random((height, width), np.float32)
    system = LatticeSystem(*cells)
    knots = rng.normal(size=(*system.knots, 2))
    wx, wy = weight * slope
    terms = (wx * slope[0], wx * slope[1], wy * slope[1], wx * residual, wy * residual)
    found = system.solve(terms, cell, knots, bending, crease, tolerance=1e-8)

    count = knots[..., 0].size
    at = ((np.arange(width) + 0.5) / cell, (np.arange(height) + 0.5) / cell)
    units = np.eye(count).reshape(count, *system.knots)
    design = np.stack([evaluate_lattice(np.stack([u, u], -1), *at)[..., 0].ravel() for u in units], 1).astype(float)
    root = np.sqrt(weight.reshape(-1, 1))
    rows = [np.concatenate([root * design * s.reshape(-1, 1) for s in slope], 1)]
    right = [(root[:, 0] * residual.ravel())]
    now = knots.reshape(-1, 2)
    for row, twice in zip(bending_rows(system.knots), (1, 1, 2), strict=True):
        yields = 1 / (1 + ((row @ now) ** 2).sum(-1, keepdims=True) / twice / crease**2)
        stiff = np.sqrt(bending * yields) * row
        rows += [np.concatenate([stiff, 0 * stiff], 1), np.concatenate([0 * stiff, stiff], 1)]
        right += [-stiff @ now[:, 0], -stiff @ now[:, 1]]
    best = np.linalg.lstsq(np.concatenate(rows), np.concatenate(right), rcond=None)[0]
    # besides, 1e-6 holds each knot in place
    np.testing.assert_allclose(found, best.reshape(2, *system.knots).transpose(1, 2, 0), atol=2e-3)


def test_bending_is_nothing_on_a_tilted_plane_and_the_sum_of_squares_on_noise() -> None:
    system = LatticeSystem(4, 6)
    j, i = np.mgrid[: system.knots[0], : system.knots[1]]
    matrix = system.bending(np.zeros((system.count, 2)), NO_CREASE)
    for knots in (2.0 * i - 3.0 * j + 1, np.random.default_rng(3).normal(size=system.knots)):
        vector = np.empty(system.count)
        vector[system.index] = knots
        energy = sum(float(((row @ knots.ravel()) ** 2).sum()) for row in bending_rows(system.knots))
        np.testing.assert_allclose(vector @ system.times(matrix, vector), energy, rtol=1e-6, atol=1e-8)


def test_conjugate_gradients_solve_a_positive_definite_system() -> None:
    rng = np.random.default_rng(4)
    root = rng.normal(size=(20, 20))
    matrix, right = root @ root.T + np.eye(20), rng.normal(size=20)
    found = conjugate_gradients(lambda v: matrix @ v, lambda v: v / matrix.diagonal(), right, 1e-10)
    np.testing.assert_allclose(found, np.linalg.solve(matrix, right), atol=1e-6)
    assert not conjugate_gradients(lambda v: matrix @ v, lambda v: v, np.zeros(20), 1e-10).any()
