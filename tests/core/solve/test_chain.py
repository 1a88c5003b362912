"""All frames of a shot against its key frame."""

import numpy as np
import pytest
from unreel.core.fields.frame_map import FrameMap, evaluate_map
from unreel.core.fields.homography import apply_homography, translation_matrix
from unreel.core.solve.chain import (
    ChainSettings,
    cut,
    is_lost,
    measure_rigidity,
    outward,
    plane_and_crease,
    solve_from,
    solve_planes,
    solve_soft,
    solve_soft_side,
    solve_stiff,
    stiffness_of,
)
from unreel.core.solve.flow import compute_flow
from unreel.core.solve.planar import PlanarSettings
from unreel.core.solve.pyramid import Pyramid, make_pyramid

from .pictures import HEIGHT, WIDTH, X, Y, seen_through, smooth_bend, waves, whole

START = np.stack([X, Y], -1)
SETTINGS = ChainSettings()
BOX = (44, 28, 80, 72)
"""x, y, width, height of the layer on the key."""


def slide(dx: float, dy: float) -> np.ndarray:
    return np.broadcast_to(np.float32([dx, dy]), (HEIGHT, WIDTH, 2))


def error(found: FrameMap, displacement: np.ndarray) -> np.ndarray:
    """Distances in pixels, away from the frame's edge."""
    xy = evaluate_map(found, np.arange(WIDTH), np.arange(HEIGHT))
    return np.linalg.norm((xy - START - displacement)[12:-12, 12:-12], axis=-1)


def layer(dx: float, dy: float, shown: bool = True) -> Pyramid:
    """The layer moved by (dx, dy) over another picture, its matte two pixels smaller, or empty where it is hidden."""
    x, y, width, height = BOX
    inside = np.minimum(np.minimum(X - dx - x, x + width - 1 - X + dx), np.minimum(Y - dy - y, y + height - 1 - Y + dy))
    picture = np.where((inside >= 0) & shown, waves(X - dx, Y - dy), waves(X, Y, seed=9))
    return make_pyramid(picture, ((inside >= 2) & shown).astype(np.float32))


def error_on_layer(matrix: np.ndarray, dx: float, dy: float) -> float:
    x, y, width, height = BOX
    columns, rows = np.meshgrid(np.arange(x, x + width) + dx, np.arange(y, y + height) + dy)
    u, v = apply_homography(matrix, columns, rows)
    return float(np.median(np.hypot(u - (columns - dx), v - (rows - dy))))


def planes_of(shots: dict[int, Pyramid], side: list[int], known: dict[int, FrameMap] | None = None):
    found: dict[int, FrameMap] = {}
    solve_planes(shots.__getitem__, shots[0], side, PlanarSettings(), found.__setitem__, known or {})
    return found


def test_frames_are_solved_outward_from_the_key() -> None:
    assert outward((3, 5, 8, 9), 5) == ([8, 9], [3])
    assert outward((1, 2, 3), 3) == ([], [2, 1])


def test_a_frame_is_cut_to_its_layer() -> None:
    window = cut(layer(0, 0))
    assert window.offset == (16, 0) and window.pyramid.size == (128, 128)
    assert not window.hidden
    assert cut(layer(0, 0, shown=False)).hidden


def test_every_plane_of_a_pan_is_found() -> None:
    frames = {n: layer(4 * n, -3 * n) for n in range(4)}
    planes = planes_of(frames, [1, 2, 3])
    assert list(planes) == [1, 2, 3]
    for n, plane in planes.items():
        assert error_on_layer(plane.homography, 4 * n, -3 * n) < 0.05


def test_a_layer_that_was_hidden_is_found_again_forty_pixels_away() -> None:
    frames = {0: layer(0, 0), 1: layer(0, 1), **{n: layer(0, 0, shown=False) for n in (2, 3, 4)}, 5: layer(-40, 6)}
    planes = planes_of(frames, [1, 2, 3, 4, 5])
    assert list(planes) == [1, 2, 3, 4, 5]
    assert error_on_layer(planes[5].homography, -40, 6) < 0.05


def test_a_hidden_frames_plane_goes_on_at_the_same_speed() -> None:
    frames = {0: layer(0, 0), 1: layer(3, 1), 2: layer(6, 2), 3: layer(0, 0, shown=False), 4: layer(12, 4)}
    planes = planes_of(frames, [1, 2, 3, 4])
    assert error_on_layer(planes[3].homography, 9, 3) < 0.3
    assert error_on_layer(planes[4].homography, 12, 4) < 0.05


def test_a_hidden_frames_plane_never_runs_through_the_horizon() -> None:
    """Two tilts that grow would be seen from behind some frames on, at constant velocity."""
    tilt = np.array([[1.0, 0, 0], [0, 1, 0], [0.0025, 0, 1]])
    planes: dict[int, FrameMap] = {}
    known = {2: FrameMap(tilt), 3: FrameMap(tilt @ tilt)}
    empty = make_pyramid(waves(X, Y), np.zeros((HEIGHT, WIDTH), np.float32))
    side = list(range(2, 40))
    solve_planes(lambda n: empty, empty, side, PlanarSettings(), lambda n, plane: planes.update({n: plane}), known)
    corners = np.array([0.0, WIDTH]), np.array([0.0, HEIGHT])
    for plane in planes.values():
        assert (np.array(plane.homography) @ np.stack([*corners, np.ones(2)]))[2].min() > 0
        assert np.abs(apply_homography(plane.homography, *corners)).max() < 20 * WIDTH


def test_a_map_whose_plane_has_its_horizon_in_the_picture_gets_an_affine_base() -> None:
    rng = np.random.default_rng(4)
    wild = (rng.normal(size=(HEIGHT, WIDTH, 2)) * 300).astype(np.float32)
    folded = np.stack([100 / (X - 80.5), Y / (X - 80.5)], -1).astype(np.float32)  # a horizon at x = 80.5
    for xy in (wild, folded):
        weight = np.ones((HEIGHT, WIDTH), np.float32)
        matrix, crease = plane_and_crease(xy, weight, weight, (0, 0), SETTINGS)
        assert np.isfinite(crease).all()
        assert np.isfinite(apply_homography(matrix, X, Y)).all()


def test_planes_that_are_known_are_not_solved_again() -> None:
    frames = {0: layer(0, 0), 2: layer(8, 2)}
    planes = planes_of(frames, [1, 2], {1: FrameMap(translation_matrix(-4, -1))})  # frame 1 cannot even be read
    assert list(planes) == [2]
    assert error_on_layer(planes[2].homography, 8, 2) < 0.05


def rigidity(frame: Pyramid, matrix: np.ndarray) -> tuple[float, float]:
    key = whole(waves(X, Y))
    return measure_rigidity({1: frame}.__getitem__, key, {1: FrameMap(matrix)}, [1], SETTINGS)


def test_a_rigid_plane_is_solved_as_a_plane() -> None:
    rng = np.random.default_rng(3)
    noisy = seen_through(slide(3, -2)) + rng.normal(0, 0.004, (HEIGHT, WIDTH)).astype(np.float32)
    ratio, misfit = rigidity(whole(noisy), translation_matrix(3, -2))
    assert misfit < 0.1
    assert stiffness_of(ratio, misfit, matted=True) == stiffness_of(ratio, misfit, matted=False) == "plane"


def test_a_strong_bend_is_solved_as_a_soft_sheet() -> None:
    ratio, misfit = rigidity(whole(seen_through(smooth_bend())), np.eye(3))
    assert stiffness_of(ratio, misfit, matted=True) == stiffness_of(ratio, misfit, matted=False) == "soft"


def test_frames_without_the_layer_say_nothing_of_its_stiffness() -> None:
    hidden = layer(0, 0, shown=False)
    assert rigidity(hidden, np.eye(3)) == (1.0, 0.0)


@pytest.mark.parametrize(
    ("ratio", "misfit", "matted", "stiffness"),
    [
        (1.05, 0.2, True, "plane"),
        (1.05, 0.2, False, "plane"),
        (1.05, 0.5, False, "soft"),
        (0.88, 0.3, True, "stiff"),
        (0.88, 0.2, False, "soft"),
        (0.6, 0.5, True, "soft"),
    ],
)
def test_stiffness_follows_the_measured_ratio(ratio: float, misfit: float, matted: bool, stiffness: str) -> None:
    assert stiffness_of(ratio, misfit, matted) == stiffness


def test_a_stiff_sheet_follows_a_gentle_bend() -> None:
    bend = 0.3 * smooth_bend()
    plane = FrameMap(np.eye(3))
    found = solve_stiff(cut(whole(seen_through(bend))), whole(waves(X, Y)), plane, SETTINGS)
    assert found.cell == 16
    assert np.median(error(found, bend)) < 0.05 < 0.2 < np.median(error(plane, bend))


def test_a_hidden_frames_stiff_sheet_is_its_plane() -> None:
    plane = FrameMap(translation_matrix(5, 5))
    assert solve_stiff(cut(layer(0, 0, shown=False)), layer(0, 0), plane, SETTINGS) is plane


def test_a_slide_of_three_pixels_is_found_as_three_pixels() -> None:
    frame, trust = whole(seen_through(slide(3, 0))), np.ones((HEIGHT, WIDTH), np.float32)
    found = solve_from(cut(frame), whole(waves(X, Y)), START, trust, "plane", SETTINGS)
    assert found.knots is None
    assert error(found, slide(3, 0)).max() < 0.02


@pytest.mark.parametrize("light", ["same", "ramp"])
@pytest.mark.parametrize("stiffness", ["soft", "stiff"])
def test_a_known_bend_is_found_under_any_light(light: str, stiffness: str) -> None:
    bend = smooth_bend(1.5 if stiffness == "soft" else 0.5)
    seen = seen_through(bend) * (1 if light == "same" else 0.6 + 0.8 * X / WIDTH)
    trust = np.full((HEIGHT, WIDTH), 0.01, np.float32)
    found = solve_from(cut(whole(seen)), whole(waves(X, Y)), START, trust, stiffness, SETTINGS)
    assert np.median(error(found, bend)) < 0.05


def test_soft_sheets_of_a_side_follow_a_growing_bend() -> None:
    bends = {n: n * 0.8 * smooth_bend() for n in range(4)}
    frames = {n: whole(seen_through(bend)) for n, bend in bends.items()}
    found: dict[int, FrameMap] = {}

    def flow(number: int, other: int):
        return compute_flow(frames[number].luma[0], frames[other].luma[0])

    planes = {n: FrameMap(np.eye(3)) for n in frames}
    solve_soft_side(frames.__getitem__, flow, 0, [1, 2, 3], planes, SETTINGS, found.__setitem__, {})
    for n in (1, 2, 3):
        assert np.median(error(found[n], bends[n])) < 0.05
        assert np.quantile(error(found[n], bends[n]), 0.98) < 0.3

    # going on from a frame that is known asks for no other flow and gives the very same
    again: dict[int, FrameMap] = {}
    asked: list[tuple[int, int]] = []

    def told_flow(number: int, other: int):
        asked.append((number, other))
        return flow(number, other)

    known = {1: found[1], 2: found[2]}
    solve_soft_side(frames.__getitem__, told_flow, 0, [1, 2, 3], planes, SETTINGS, again.__setitem__, known)
    assert (list(again), asked) == ([3], [(3, 2)])
    np.testing.assert_array_equal(again[3].knots, found[3].knots)


def test_a_soft_layer_that_was_hidden_starts_anew_from_its_plane() -> None:
    frames = {0: layer(0, 0), 1: layer(0, 0, shown=False), 2: layer(-40, 6)}
    planes = {1: FrameMap(np.eye(3)), 2: FrameMap(translation_matrix(40.5, -6.3))}
    found: dict[int, FrameMap] = {}

    def no_flow(number: int, other: int):
        return compute_flow(frames[0].luma[0], frames[0].luma[0])

    solve_soft_side(frames.__getitem__, no_flow, 0, [1, 2], planes, SETTINGS, found.__setitem__, {})
    x, y, width, height = BOX
    columns, rows = np.arange(x + 4, x + width - 4) - 40, np.arange(y + 4, y + height - 4) + 6
    off = evaluate_map(found[2], columns, rows) - np.stack(np.meshgrid(columns + 40, rows - 6), -1)
    assert np.median(np.hypot(*np.moveaxis(off, 2, 0))) < 0.05


def lost(start: np.ndarray, plane: np.ndarray) -> bool:
    frame = whole(seen_through(slide(20, 0)))
    return is_lost(frame, whole(waves(X, Y)), start, FrameMap(plane), (0, 0), SETTINGS)


def test_a_carried_map_is_lost_only_where_the_plane_matches_clearly_better() -> None:
    right, wrong = translation_matrix(20, 0), np.eye(3)
    assert lost(START, right)
    assert not lost(START + np.float32([20, 0]), right)
    assert not lost(START + np.float32([20, 0]), wrong)


def creases(xy: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    ones = np.ones((HEIGHT, WIDTH), np.float32)
    return plane_and_crease(xy, ones, ones, (0, 0), SETTINGS)


def test_a_smooth_map_has_no_crease() -> None:
    matrix, crease = creases(START + smooth_bend(0.8))
    assert np.abs(crease).max() < 0.05
    np.testing.assert_allclose(matrix, np.eye(3), atol=2.0)


def test_a_step_in_the_map_is_kept_as_a_crease() -> None:
    step = np.where(X[..., None] < 83, np.float32([0, 0]), np.float32([4, 0]))
    _, crease = creases(START + step)
    assert np.abs(crease[20:-20, 81:85, 0]).max() > 0.8
    assert np.abs(crease[:, :60]).max() < 0.05 and np.abs(crease[:, 110:]).max() < 0.05


def test_a_soft_solve_keeps_a_step_better_than_its_sheet_can() -> None:
    step = np.where(X[..., None] < 83, np.float32([0, 0]), np.float32([4, 0]))
    frame, key = whole(seen_through(step)), whole(waves(X, Y))
    trust = np.ones((HEIGHT, WIDTH), np.float32)
    found = solve_soft(cut(frame), key, START + step, trust, None, SETTINGS)
    assert found.residual is not None and found.residual.dtype == np.float16
    without = FrameMap(found.homography, found.knots, found.cell, found.offset)
    near = np.s_[:, 66:76]  # of the cut picture: columns 78 to 87
    assert error(found, step)[near].mean() < 0.7 * error(without, step)[near].mean()
