"""Cameras and depths from tracks."""

import numpy as np
import pytest
from unreel.core.solve.parallax import camera_derivative, hidden_by, project, project_with_slope
from unreel.core.solve.rigid_motion import camera_step, fit_motion, normalised

from .bodies import CAMERAS, DEPTH, KEY, LAYER, SIZE, grid

PLACES = tuple(a[LAYER[::3, ::3] > 0] * 3 for a in np.mgrid[: -(-SIZE[0] // 3), : -(-SIZE[1] // 3)])


def tracks() -> dict[int, np.ndarray]:
    return {n: project(camera, grid(), DEPTH)[PLACES].astype(float) for n, camera in CAMERAS.items()}


@pytest.mark.parametrize("wrong", [0.0, 0.15])
def test_tracks_of_a_body_are_explained_though_some_are_wrong(wrong: float) -> None:
    rng = np.random.default_rng(1)
    exact, seen = tracks(), {}
    for number, xy in exact.items():
        lost = rng.random(len(xy)) < wrong
        seen[number] = xy + lost[:, None] * rng.uniform(-15, 15, xy.shape)
    found = fit_motion(grid().at(PLACES), seen, {n: np.ones(len(xy)) for n, xy in exact.items()})
    for number, xy in exact.items():
        at = project(found.cameras[number], grid().at(PLACES), found.depth)
        assert np.median(np.linalg.norm(at - xy, axis=-1)) < 0.02


def test_depths_are_about_their_own_plane_and_move_nothing() -> None:
    cameras, depth = normalised(CAMERAS, grid().at(PLACES), DEPTH[PLACES] * 3 + 7)
    assert abs(np.linalg.lstsq(grid().at(PLACES).points, depth, rcond=None)[0]).max() < 1e-4
    assert np.isclose(depth.std(), 1)
    turned = {n: c @ np.diag([1, 1, 1, 1 / 3]) - c[:, 3:] * [0, 0, 7 / 3, 0] for n, c in CAMERAS.items()}
    moved, _ = normalised(turned, grid().at(PLACES), DEPTH[PLACES] * 3 + 7)
    xy = project(moved[KEY + 2], grid().at(PLACES), depth)
    assert np.abs(xy - tracks()[KEY + 2]).max() < 0.01
    assert cameras.keys() == CAMERAS.keys()


def test_derivatives_are_those_of_differences() -> None:
    some, camera = grid().at(PLACES), CAMERAS[KEY + 3]
    depth, small = DEPTH[PLACES].astype(float), 1e-3
    _, slope = project_with_slope(camera, some, depth)
    by_difference = (project(camera, some, depth + small) - project(camera, some, depth - small)) / (2 * small)
    assert np.abs(slope - by_difference).max() < 0.1
    at, along_x, along_y = camera_derivative(camera, some, depth)
    for entry in range(12):
        change = np.zeros(12)
        change[entry] = 1e-4
        moved = some.units(project(camera + change.reshape(3, 4), some, depth)) - at
        assert np.allclose(moved[:, 0], 1e-4 * along_x[:, entry], atol=3e-6)
        assert np.allclose(moved[:, 1], 1e-4 * along_y[:, entry], atol=3e-6)


def test_a_camera_step_goes_home() -> None:
    some, depth, goal = grid().at(PLACES), DEPTH[PLACES], tracks()[KEY + 1]
    camera = CAMERAS[KEY + 1] + np.random.default_rng(2).normal(0, 0.01, (3, 4)) * (np.arange(12).reshape(3, 4) != 10)
    for _ in range(6):
        camera = camera_step(camera, some, depth, some.units(goal), np.ones(len(goal)), 4.0)
    assert np.abs(project(camera, some, depth) - goal).max() < 0.02


def test_what_stands_behind_is_hidden() -> None:
    xy = np.stack(np.meshgrid(np.arange(8.0), np.arange(6.0)), -1).astype(np.float32)
    near = np.zeros((6, 8), np.float32)
    near[:, 0] = 1  # a post that moves four pixels to the right
    xy[:, 0, 0] = 4
    behind = hidden_by(xy, near, np.ones((6, 8), bool), (6, 8))
    assert (behind[:, 3:6] == 1).all()
    assert (behind[:, [0, 1, 7]] <= 0).all()
    xy[0, 7] = 99
    assert hidden_by(xy, near, np.ones((6, 8), bool), (6, 8))[0, 7] == np.inf
