"""Known deformations are found again."""

import cv2
import numpy as np
import pytest
from unreel.core.solve.pyramid import Pyramid, make_pyramid
from unreel.core.solve.sheet import (
    Base,
    Expectation,
    SheetSettings,
    fit_sheet,
    lattice_displacement,
    map_determinant,
    refine_sheet,
)

from .pictures import HEIGHT, WIDTH, X, Y, seen_through, smooth_bend, waves, whole

FLAT = Base(np.eye(3), (0, 0))
STAGES = ((1, 8), (0, 8))


KEY = whole(waves(X, Y))


def no_knots(cell: int) -> np.ndarray:
    return np.zeros((HEIGHT // cell + 3, WIDTH // cell + 3, 2))


def refined(
    frame: Pyramid,
    settings: SheetSettings = SheetSettings(),  # noqa: B008 - frozen
    expectation: Expectation | None = None,
) -> np.ndarray:
    """The displacement [h, w, 2] found from nothing."""
    knots, cell = refine_sheet(frame, KEY, FLAT, no_knots(16), 16, STAGES, settings, expectation)
    assert cell == 8
    return lattice_displacement(knots, cell, HEIGHT, WIDTH, 0)


def error(found: np.ndarray, truth: np.ndarray, where: np.ndarray | bool = True) -> np.ndarray:
    """Distances in pixels, away from the frame's edge."""
    inside = (X >= 12) & (X < WIDTH - 12) & (Y >= 12) & (Y < HEIGHT - 12) & where
    return np.linalg.norm(found - truth, axis=-1)[inside]


def test_a_smooth_displacement_is_fitted() -> None:
    knots = np.random.default_rng(7).normal(size=(HEIGHT // 16 + 3, WIDTH // 16 + 3, 2))
    moved = lattice_displacement(knots, 16, HEIGHT, WIDTH, 0)
    fitted = fit_sheet(moved, np.ones((HEIGHT, WIDTH), np.float32), 16, 1e-4)
    np.testing.assert_allclose(lattice_displacement(fitted, 16, HEIGHT, WIDTH, 0), moved, atol=0.02)


def test_a_fit_goes_on_straight_where_nothing_is_known() -> None:
    moved = np.stack([0.1 * X, -0.05 * Y + 2], -1)
    weight = (X < 80).astype(np.float32)
    moved[:, 80:] = 99
    fitted = lattice_displacement(fit_sheet(moved, weight, 16, 0.03), 16, HEIGHT, WIDTH, 0)
    np.testing.assert_allclose(fitted[..., 0], 0.1 * X, atol=0.5)
    np.testing.assert_allclose(fitted[..., 1], -0.05 * Y + 2, atol=0.5)


@pytest.mark.parametrize("light", ["same", "gain", "ramp"])
def test_a_known_bend_is_found_under_any_light(light: str) -> None:
    bend = smooth_bend()
    seen = seen_through(bend)
    lit = {"same": seen, "gain": 0.4 * seen + 0.3, "ramp": seen * (0.6 + 0.8 * X / WIDTH) + 0.1}[light]
    off = error(refined(whole(lit)), bend)
    assert np.median(off) < 0.03 and np.quantile(off, 0.98) < 0.1
    assert np.median(error(0 * bend, bend)) > 0.8  # there was something to find


def test_an_occluder_under_a_matte_does_not_bend_the_sheet_around_it() -> None:
    bend, mask = smooth_bend(), np.ones((HEIGHT, WIDTH), np.float32)
    mask[40:90, 60:110] = 0
    seen = np.where(mask > 0, seen_through(bend), waves(X + 9, Y, seed=9))
    off = error(refined(make_pyramid(seen, mask)), bend, mask > 0)
    assert np.median(off) < 0.03 and np.quantile(off, 0.98) < 0.1


def test_robust_weights_hold_the_sheet_under_a_small_occluder() -> None:
    bend = smooth_bend()
    seen = seen_through(bend)
    patch = np.s_[50:62, 70:82]
    seen[patch] = waves(X, Y, seed=9)[patch] + 0.5
    around = (np.abs(X - 76) > 14) | (np.abs(Y - 56) > 14)
    off = error(refined(whole(seen), SheetSettings(robustness=0.5)), bend, around)
    assert np.median(off) < 0.03 and off.max() < 0.3


def test_a_stiff_sheet_bends_less() -> None:
    frame, bend = whole(seen_through(smooth_bend())), smooth_bend()
    soft, stiff = (refined(frame, SheetSettings(bending=b, crease=1e6)) for b in (0.1, 1e6))
    assert np.median(error(soft, bend)) < 0.03
    assert np.median(error(stiff, bend)) > 0.5
    edges = [np.abs(np.diff(d, 2, axis=1)).max() for d in (soft, stiff)]
    assert edges[1] < 0.2 * edges[0]


def test_where_nothing_can_be_compared_the_expectation_holds() -> None:
    bend, mask = smooth_bend(), np.ones((HEIGHT, WIDTH), np.float32)
    mask[:, 80:] = 0
    frame = make_pyramid(seen_through(bend), mask)
    expected = Expectation(np.stack([X, Y], -1) + bend, np.full((HEIGHT, WIDTH), 0.1, np.float32))
    beyond = X > 100
    assert np.median(error(refined(frame, expectation=expected), bend, beyond)) < 0.1
    assert np.median(error(refined(frame), bend, beyond)) > 0.5


def test_where_the_frame_matches_a_wrong_expectation_is_let_go() -> None:
    bend = smooth_bend()
    wrong = Expectation(np.stack([X, Y], -1) + bend + np.float32([1, -1]), np.full((HEIGHT, WIDTH), 0.1, np.float32))
    assert np.median(error(refined(whole(seen_through(bend)), expectation=wrong), bend)) < 0.05


def test_a_base_is_plane_and_residual_at_any_level() -> None:
    matrix = np.array([[1.1, 0.0, 3.0], [0.0, 0.9, -2.0], [0.0, 0.0, 1.0]])
    residual = np.full((32, 48, 2), 0.5, np.float32)
    found = Base(matrix, (16, 32), residual).at_level(16, 24, 1)
    # pixel (row 2, column 3) of level 1 stands at x 3.5 * 2 - 0.5 + 16, y 2.5 * 2 - 0.5 + 32
    np.testing.assert_allclose(found[2, 3], [1.1 * 22.5 + 3.5, 0.9 * 36.5 - 1.5], atol=1e-4)


def test_a_lattice_means_the_same_at_every_level() -> None:
    knots = np.random.default_rng(2).normal(size=no_knots(16).shape)
    fine = lattice_displacement(knots, 16, HEIGHT, WIDTH, 0)
    coarse = lattice_displacement(knots, 16, HEIGHT // 2, WIDTH // 2, 1)
    mean = cv2.resize(fine, (WIDTH // 2, HEIGHT // 2), interpolation=cv2.INTER_AREA)
    np.testing.assert_allclose(coarse, mean, atol=0.01)


def test_the_determinant_tells_size_and_folds() -> None:
    np.testing.assert_allclose(map_determinant(np.stack([2 * X, 0.5 * Y], -1)), 1, atol=1e-4)
    np.testing.assert_allclose(map_determinant(np.stack([-X, Y], -1)), -1, atol=1e-4)
    folded = map_determinant(np.stack([np.abs(X - 80), Y], -1))
    assert (folded[:, :80] < 0).all() and (folded[:, 80:] > 0).all()
