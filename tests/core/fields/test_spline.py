"""The B-spline lattice."""

import numpy as np
import pytest
from unreel.core.fields import spline
from unreel.core.fields.spline import basis, basis_matrix, evaluate_lattice, knot_count, refine_lattice


def test_the_basis_is_the_cubic_one() -> None:
    np.testing.assert_allclose(basis(np.array([0.0]))[0], np.array([1, 4, 1, 0]) / 6)
    np.testing.assert_allclose(basis(np.array([0.5]))[0], np.array([1, 23, 23, 1]) / 48)


def test_weights_sum_to_one_everywhere() -> None:
    np.testing.assert_allclose(basis_matrix(np.linspace(-2, 9, 50), 8).sum(1), 1, atol=1e-6)


@pytest.mark.parametrize(("size", "cell", "count"), [(160, 16, 13), (161, 16, 14), (7, 16, 4)])
def test_a_lattice_covers_the_picture(size: int, cell: int, count: int) -> None:
    assert knot_count(size, cell) == count


def test_equal_knots_move_everything_alike() -> None:
    knots = np.broadcast_to(np.array([3.0, -2.0]), (6, 9, 2))
    moved = evaluate_lattice(knots, np.linspace(0, 5.9, 20), np.linspace(0, 2.9, 10))
    np.testing.assert_allclose(moved[..., 0], 3, atol=1e-6)
    np.testing.assert_allclose(moved[..., 1], -2, atol=1e-6)


def test_knots_on_a_ramp_give_the_ramp() -> None:
    # knot (j, i) stands at cell (j - 1, i - 1), and a cubic B-spline reproduces straight lines
    j, i = np.mgrid[:6, :9]
    x, y = np.linspace(0, 5.9, 20), np.linspace(0, 2.9, 10)
    moved = evaluate_lattice(np.stack([2.0 * (i - 1), 0.5 * (j - 1) - (i - 1)], -1), x, y)
    np.testing.assert_allclose(moved[..., 0], np.broadcast_to(2 * x, (10, 20)), atol=1e-5)
    np.testing.assert_allclose(moved[..., 1], 0.5 * y[:, None] - x, atol=1e-5)


def test_one_knot_reaches_two_cells_and_no_farther() -> None:
    knots = np.zeros((11, 11, 2))
    knots[5, 5] = 1  # at cell 4
    moved = evaluate_lattice(knots, np.array([1.9, 2.1, 4.0, 5.9, 6.1]), np.array([4.0]))[0, :, 0]
    assert moved[0] == 0 and moved[4] == 0
    assert moved[1] > 0 and moved[3] > 0
    np.testing.assert_allclose(moved[2], 4 / 9, atol=1e-6)


def test_beyond_the_lattice_its_edge_holds_on() -> None:
    knots = np.random.default_rng(1).normal(size=(6, 7, 2))
    inside = evaluate_lattice(knots, np.array([0.0, 4.0]), np.array([0.0, 3.0]))
    outside = evaluate_lattice(knots, np.array([-9.0, 40.0]), np.array([-0.1, 3.1]))
    np.testing.assert_allclose(outside, inside, atol=1e-5)


def test_refining_a_lattice_keeps_its_displacement() -> None:
    knots = np.random.default_rng(0).normal(size=(8, 9, 2))
    x, y = np.linspace(0, 5.9, 30), np.linspace(0, 4.9, 20)
    fine = evaluate_lattice(refine_lattice(knots), x * 2, y * 2)
    assert refine_lattice(knots).shape == (13, 15, 2)
    np.testing.assert_allclose(fine, evaluate_lattice(knots, x, y), atol=1e-5)


def test_the_compiled_form_equals_the_plain_one(monkeypatch) -> None:
    knots = np.random.default_rng(2).normal(size=(8, 11, 2)) * 20
    x, y = np.linspace(-1, 9, 70), np.linspace(-2, 7, 50)
    if spline.compiled is None:
        pytest.skip("numba, which pyproject.toml asks for, does not import here: nothing to compare")
    fast = evaluate_lattice(knots, x, y)
    monkeypatch.setattr(spline, "compiled", None)
    np.testing.assert_allclose(evaluate_lattice(knots, x, y), fast, atol=2e-5)
