"""Homographies found again: any light, occluders in view, far away."""

import numpy as np
import pytest
from unreel.core.fields.homography import apply_homography, homography_derivative, translation_matrix
from unreel.core.solve.comparison import Comparison
from unreel.core.solve.planar import (
    PlanarSettings,
    doubt,
    is_plausible,
    map_of,
    normal_equations,
    pixel_grid,
    planar_misfit,
    refine_planar,
    search_planar,
    shared_on_key,
    slide_of_masks,
    solve_planar,
)
from unreel.core.solve.pyramid import Pyramid, crop_pyramid, make_pyramid

from .pictures import HEIGHT, WIDTH, X, Y, waves, whole

SETTINGS = PlanarSettings()
TILTED = np.array([[1.03, 0.02, 2.0], [-0.015, 0.98, -3.0], [1e-4, -1.5e-4, 1.0]])


def seen_by(matrix: np.ndarray) -> np.ndarray:
    """The frame whose pixels lie on the key at `matrix` x."""
    return waves(*apply_homography(matrix, X, Y))


KEY = whole(waves(X, Y))


def error_pixel(found: np.ndarray, truth: np.ndarray) -> float:
    """Largest distance over what the key shows of the frame."""
    there, wanted = (np.stack(apply_homography(m, X, Y)) for m in (found, truth))
    shown = (wanted[0] >= 0) & (wanted[0] <= WIDTH - 1) & (wanted[1] >= 0) & (wanted[1] <= HEIGHT - 1)
    return float(np.hypot(*(there - wanted))[shown].max())


def solve(frame: Pyramid, prediction: np.ndarray | None = None, settings: PlanarSettings = SETTINGS) -> np.ndarray:
    return solve_planar(
        frame, KEY, np.eye(3) if prediction is None else prediction, (0, 0), settings, always_search=True
    )


def test_normal_equations_are_those_of_the_jacobian() -> None:
    rng = np.random.default_rng(0)
    residual, slope_x, slope_y, weight = (rng.standard_normal((48, 80)).astype(np.float32) for _ in range(4))
    matrix = np.array([[1.1, 0.02, 3.0], [-0.03, 0.95, -5.0], [1e-4, -2e-4, 1.0]])
    x, y = pixel_grid(48, 80, 1, (16, 32))
    seen = Comparison(residual, slope_x, slope_y, np.ones_like(residual))
    normal, gradient = normal_equations(matrix, x, y, seen, np.abs(weight))

    dx, dy = homography_derivative(matrix, x.astype(float), y.astype(float))
    jacobian = dx * slope_x.ravel() + dy * slope_y.ravel()
    weighted = jacobian * np.abs(weight).ravel()
    scale = np.sqrt(np.diag(weighted @ jacobian.T))
    np.testing.assert_allclose(
        normal / scale / scale[:, None], weighted @ jacobian.T / scale / scale[:, None], atol=1e-5
    )
    np.testing.assert_allclose(gradient / scale, weighted @ residual.ravel() / scale, atol=1e-4)


def test_a_levels_pixel_centres_are_between_the_finer_ones() -> None:
    x, y = pixel_grid(2, 3, 1, (16, 32))
    np.testing.assert_array_equal(x[0], [16.5, 18.5, 20.5])
    np.testing.assert_array_equal(y[:, 0], [32.5, 34.5])


@pytest.mark.parametrize("slide", [(3, 0), (-2.5, 1.25), (6, -5)])
def test_a_slide_is_found_to_a_fiftieth_of_a_pixel(slide: tuple[float, float]) -> None:
    truth = translation_matrix(*slide)
    assert error_pixel(solve(whole(seen_by(truth))), truth) < 0.02


def test_a_known_homography_is_recovered() -> None:
    assert error_pixel(solve(whole(seen_by(TILTED))), TILTED) < 0.02


def test_a_layer_cut_out_of_its_frame_gives_the_same_homography() -> None:
    part = crop_pyramid(whole(seen_by(TILTED)), 48, 32, 96, 80)
    found = solve_planar(part, KEY, np.eye(3), (48, 32), SETTINGS, True)
    corner = np.s_[32:112, 48:144]
    there, wanted = (np.stack(apply_homography(m, X[corner], Y[corner])) for m in (found, TILTED))
    assert np.hypot(*(there - wanted)).max() < 0.03


@pytest.mark.parametrize("light", ["gain", "ramp"])
def test_light_leaves_the_result_as_it_is(light: str) -> None:
    ramp = np.linspace(0.5, 1.5, WIDTH, dtype=np.float32)
    frame = seen_by(TILTED)
    lit = frame * 2.5 - 0.4 if light == "gain" else frame * ramp + ramp
    limit = 0.002 if light == "gain" else 0.15  # a threefold ramp slopes within the window too
    assert error_pixel(solve(whole(lit)), solve(whole(frame))) < limit


def occluded(frame: np.ndarray) -> np.ndarray:
    """A patch of another picture over a fifth of the view."""
    hidden = frame.copy()
    hidden[30:100, 40:100] = waves(X, Y, seed=9)[30:100, 40:100] + 0.3
    return hidden


def test_an_occluder_does_not_bend_the_solve() -> None:
    frame = whole(occluded(seen_by(TILTED)))
    robust, plain = (PlanarSettings(robustness=k) for k in (0.5, 1e3))
    assert error_pixel(solve(frame, settings=robust), TILTED) < 0.03
    assert error_pixel(solve(frame, settings=plain), TILTED) > 0.1


def test_an_occluder_under_a_matte_changes_nothing() -> None:
    mask = np.ones((HEIGHT, WIDTH), np.float32)
    mask[30:100, 40:100] = 0
    assert error_pixel(solve(make_pyramid(occluded(seen_by(TILTED)), mask)), TILTED) < 0.02


@pytest.mark.parametrize("slide", [(40, 0), (-33, 30)])
def test_a_plane_that_jumped_is_searched_for(slide: tuple[float, float]) -> None:
    truth = translation_matrix(*slide)
    frame = whole(seen_by(truth))
    near = search_planar(frame, KEY, np.eye(3), (0, 0), SETTINGS)[0]
    assert error_pixel(near, truth) < 8
    found = solve_planar(frame, KEY, np.eye(3), (0, 0), SETTINGS)  # not asked to search: the misfit tells it
    assert error_pixel(found, truth) < 0.02


def test_without_the_search_a_jump_is_lost() -> None:
    truth = translation_matrix(40, 0)
    found = refine_planar(whole(seen_by(truth)), KEY, np.eye(3), (3, 2, 1, 0), (0, 0), SETTINGS)
    assert error_pixel(found, truth) > 10


def test_where_nothing_is_seen_the_prediction_stands() -> None:
    blank = make_pyramid(np.zeros((HEIGHT, WIDTH), np.float32), np.zeros((HEIGHT, WIDTH), np.float32))
    assert np.array_equal(refine_planar(blank, KEY, TILTED, (3, 2, 1, 0), (0, 0), SETTINGS), TILTED)


def test_a_sliver_keeps_to_the_prediction_where_it_knows_no_better() -> None:
    truth, mask = translation_matrix(3, 1), np.zeros((HEIGHT, WIDTH), np.float32)
    mask[50:60, 20:50] = 1
    found = refine_planar(make_pyramid(seen_by(truth), mask), KEY, translation_matrix(2.5, 1), (1, 0), (0, 0), SETTINGS)
    on_sliver = np.stack(apply_homography(found, X, Y)) - np.stack(apply_homography(truth, X, Y))
    assert np.hypot(*on_sliver)[50:60, 20:50].max() < 0.3
    assert error_pixel(found, truth) < 3


def test_a_plausible_plane_has_its_box_before_the_camera_and_of_a_like_size() -> None:
    size, offset = (40, 60), (20, 10)
    assert is_plausible(translation_matrix(300, -50), size, offset)
    assert is_plausible(np.diag([0.3, 0.3, 1.0]), size, offset)
    assert not is_plausible(np.diag([0.1, 0.1, 1.0]), size, offset)  # a hundredth of the area
    assert not is_plausible(np.diag([-1.0, 1.0, 1.0]), size, offset)  # mirrored
    assert not is_plausible(np.array([[1.0, 0, 0], [0, 1, 0], [-1 / 70, 0, 1]]), size, offset)  # a horizon at x = 70
    assert not is_plausible(np.full((3, 3), np.nan), size, offset)


def test_misfit_and_share_tell_a_match_from_a_miss() -> None:
    frame = whole(seen_by(translation_matrix(16, 0)))
    right = planar_misfit(frame, KEY, translation_matrix(16, 0), 0, (0, 0), SETTINGS)
    wrong = planar_misfit(frame, KEY, np.eye(3), 0, (0, 0), SETTINGS)
    assert right[0] < 0.01 and wrong[0] > 0.45
    np.testing.assert_allclose([right[1], wrong[1]], [1 - 16 / WIDTH, 1], atol=1e-3)


def test_a_map_is_evaluated_at_a_levels_pixel_centres() -> None:
    u, v = map_of(TILTED, KEY, 2, (16, 0))
    # pixel (0, 1): (0 + .5) * 4 - .5 + 16, 1.5 * 4 - .5
    wanted = apply_homography(TILTED, np.array(17.5), np.array(5.5))
    np.testing.assert_allclose((u[1, 0], v[1, 0]), wanted, atol=1e-4)


def scaled(factor: float) -> np.ndarray:
    """About the picture's middle."""
    middle = translation_matrix(WIDTH / 2, HEIGHT / 2)
    return middle @ np.diag([factor, factor, 1.0]) @ np.linalg.inv(middle)


def card(dx: float = 0, dy: float = 0, contrast: float = 1) -> Pyramid:
    """A layer with a matte in the middle of a picture, on a ground of its own."""
    inside = (np.abs(X - dx - WIDTH / 2) < 30) & (np.abs(Y - dy - HEIGHT / 2) < 26)
    return make_pyramid(np.where(inside, contrast * waves(X - dx, Y - dy), waves(X, Y, seed=9)), inside.astype("f4"))


@pytest.mark.parametrize("factor", [0.4, 0.6])
def test_a_map_onto_a_small_patch_of_the_key_shares_little_of_it(factor: float) -> None:
    frame, matrix = card(), scaled(factor)
    np.testing.assert_allclose(shared_on_key(frame, frame, matrix, 0, (0, 0)), factor**2, atol=0.02)
    assert planar_misfit(frame, frame, matrix, 0, (0, 0), SETTINGS)[1] == 1  # to the frame's pixels it is all there
    left = planar_misfit(frame, frame, matrix, 0, (0, 0), SETTINGS)[0]
    assert doubt(frame, frame, matrix, 0, (0, 0), SETTINGS) > left + 0.15


def test_a_zoom_shares_all_that_the_frame_has_room_for() -> None:
    assert shared_on_key(KEY, KEY, scaled(0.4), 0, (0, 0)) > 0.97
    assert shared_on_key(KEY, KEY, scaled(2.5), 0, (0, 0)) > 0.97


def test_half_a_layer_shares_all_of_itself() -> None:
    mask = np.zeros((HEIGHT, WIDTH), np.float32)
    mask[:, : WIDTH // 2] = 1
    half = crop_pyramid(make_pyramid(seen_by(np.eye(3)), mask), 0, 0, 96, HEIGHT)
    assert shared_on_key(half, KEY, np.eye(3), 0, (0, 0)) > 0.99


def test_what_lies_behind_the_camera_is_not_shared() -> None:
    horizon = np.array([[1.0, 0, 0], [0, 1, 0], [-1.02 / (WIDTH / 2), 0, 1]])
    right = make_pyramid(waves(X, Y), (WIDTH / 2 <= X).astype(np.float32))
    assert shared_on_key(right, KEY, translation_matrix(220, 150) @ horizon, 0, (0, 0)) == 0


def test_masks_are_laid_on_each_other_by_their_middles() -> None:
    part = crop_pyramid(card(-12, 7), 16, 16, 112, 96)
    np.testing.assert_allclose(slide_of_masks(part, card(), (16, 16)), translation_matrix(12, -7), atol=0.01)


@pytest.mark.parametrize("last", [np.eye(3), scaled(0.45)])
def test_a_map_that_shrank_is_found_again_from_the_neighbour_or_the_masks(last: np.ndarray) -> None:
    frame, truth = card(6, -4), translation_matrix(-6, 4)

    def off(matrix: np.ndarray) -> float:
        there, wanted = (np.stack(apply_homography(m, X, Y)) for m in (matrix, truth))
        return float(np.hypot(*(there - wanted))[frame.mask[0] > 0].max())

    prediction = scaled(0.45) @ truth
    assert off(solve_planar(frame, card(), prediction, (0, 0), SETTINGS, last)) < 0.1
    assert off(solve_planar(frame, card(), prediction, (0, 0), SETTINGS)) > 3
