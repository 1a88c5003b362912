"""One frame's deformation."""

import numpy as np
import pytest
from unreel.core.fields import frame_map as frame_map_module
from unreel.core.fields.frame_map import IDENTITY, FrameMap, evaluate_map, evaluate_map_at, grid_bilinear, map_at_size
from unreel.core.fields.homography import apply_homography
from unreel.core.fields.spline import evaluate_lattice

TILTED = np.array([[1.02, 0.03, 5.0], [-0.02, 0.97, -3.0], [1e-4, -2e-4, 1.0]])
X, Y = np.arange(40.0), np.arange(24.0)


def knots(seed: int = 3) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(7, 9, 2))


def test_the_identity_is_the_identity() -> None:
    xy = evaluate_map(IDENTITY, X, Y)
    assert np.array_equal(xy, np.stack(np.meshgrid(X, Y), -1)) and xy.dtype == np.float32


def test_a_map_is_plane_and_lattice_and_residual() -> None:
    residual = np.random.default_rng(4).normal(size=(24, 40, 2)).astype(np.float16)
    plane = np.stack(np.broadcast_arrays(*apply_homography(TILTED, X[None], Y[:, None])), -1)
    bent = evaluate_lattice(knots(), (X + 0.5) / 8, (Y + 0.5) / 8)
    found = evaluate_map(FrameMap(TILTED, knots(), 8, (0, 0), residual), X, Y)
    np.testing.assert_allclose(found, plane + bent + residual.astype(np.float32), atol=1e-4)


def test_the_lattice_begins_at_the_boxs_first_corner() -> None:
    at_origin = evaluate_map(FrameMap(np.eye(3), knots(), 8, (0, 0)), X, Y)
    moved = evaluate_map(FrameMap(np.eye(3), knots(), 8, (16, 32)), X + 16, Y + 32)
    np.testing.assert_allclose(moved - at_origin, np.broadcast_to([16, 32], (24, 40, 2)), atol=1e-4)


def test_a_residual_adds_to_the_sheet_inside_its_box_only() -> None:
    residual = np.full((4, 4, 2), 2.0, np.float16)
    frame_map = FrameMap(np.eye(3), None, 16, (8, 8), residual)
    xy = evaluate_map(frame_map, np.arange(20.0), np.arange(20.0))
    assert xy[9, 9, 0] == 11 and xy[2, 2, 0] == 2 and xy[9, 18, 0] == 18


def test_a_map_means_the_same_at_twice_the_size() -> None:
    frame_map = FrameMap(TILTED, knots(), 16, (0, 0))
    small = evaluate_map(frame_map, np.array([10.0, 40.0]), np.array([20.0]))
    # the corner shared by four large pixels is the small pixel's centre
    large = map_at_size(frame_map, (96, 64), (192, 128), np.array([20.5, 80.5]), np.array([40.5]))
    np.testing.assert_allclose(large, (small + 0.5) * 2 - 0.5, atol=1e-3)


def test_a_slide_grows_with_the_picture_in_each_direction() -> None:
    slide = FrameMap(np.array([[1.0, 0, 3], [0, 1, 2], [0, 0, 1]]))
    x, y = np.arange(10.0), np.arange(5.0)
    found = map_at_size(slide, (100, 50), (250, 75), x, y)
    np.testing.assert_allclose(
        found - np.stack(np.meshgrid(x, y), -1), np.broadcast_to([7.5, 3], (5, 10, 2)), atol=1e-4
    )


def test_bilinear_samples_are_means_inside_and_fade_to_nothing_outside() -> None:
    picture = np.array([[1.0, 3.0], [5.0, 7.0]], np.float32)[..., None]
    found = grid_bilinear(picture, np.array([-1.0, -0.5, 0.0, 0.5, 1.0, 2.0]), np.array([0.0, 0.5]))[..., 0]
    np.testing.assert_allclose(found, [[0, 0.5, 1, 2, 3, 0], [0, 1.5, 3, 4, 5, 0]])


def test_single_places_are_mapped_as_a_grid_is() -> None:
    rng = np.random.default_rng(21)
    bent = FrameMap(
        np.array([[1.02, 0.01, 3], [-0.02, 0.97, -2], [1e-5, 2e-5, 1]]),
        rng.normal(size=(9, 11, 2)).astype(np.float32),
        8,
        (16, 32),
        rng.normal(size=(48, 64, 2)).astype(np.float16),
    )
    x, y = np.linspace(-9, 130, 23), np.linspace(-9, 110, 19)
    places = np.stack(np.meshgrid(x, y), -1).reshape(-1, 2)
    for found in (bent, FrameMap(bent.homography)):
        np.testing.assert_allclose(
            evaluate_map_at(found, places).reshape(19, 23, 2), evaluate_map(found, x, y), atol=1e-4
        )


@pytest.mark.parametrize("bent", [False, True], ids=["plane", "sheet"])
@pytest.mark.parametrize("left", [False, True], ids=["", "residual"])
def test_the_compiled_loop_equals_the_plain_form(bent: bool, left: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if frame_map_module.compiled is None:
        pytest.skip("numba is not installed; with it the compiled map is compared")
    residual = np.random.default_rng(5).normal(size=(20, 30, 2)).astype(np.float16)
    frame_map = FrameMap(TILTED, knots() if bent else None, 8, (4, 2), residual if left else None)
    grids = (X[7:30:2] * 1.5 - 3, Y + 0.25), (np.arange(-90.0, 90), np.arange(-40.0, 80))
    compiled = [map_at_size(frame_map, (40, 24), (60, 48), *grid) for grid in grids]
    monkeypatch.setattr(frame_map_module, "compiled", None)
    for found, grid in zip(compiled, grids, strict=True):
        np.testing.assert_allclose(found, map_at_size(frame_map, (40, 24), (60, 48), *grid), rtol=2e-6, atol=2e-5)


def test_a_horizon_that_runs_through_a_pixel_is_no_error() -> None:
    horizon = np.eye(3)
    horizon[2, 0] = -1 / 4
    xy = evaluate_map(FrameMap(horizon), X, Y)
    assert np.isinf(xy[:, 4, 0]).all() and np.isfinite(xy[:, :4]).all()
