"""Maps averaged in time: their noise falls, what is wrong is not followed, what can't be averaged stays."""

from dataclasses import replace

import numpy as np
import pytest
from unreel.core.fields.frame_map import FrameMap, evaluate_map, map_at_size
from unreel.core.fields.homography import translation_matrix
from unreel.core.solve.flow import Flow
from unreel.core.solve.pyramid import Pyramid, make_pyramid
from unreel.core.solve.sheet import fit_sheet, map_determinant
from unreel.core.solve.steady import dense, steadied, unfolded

from .pictures import HEIGHT, WIDTH, X, Y, smooth_bend, waves, whole

SLIDE = np.float32([3, -1])
"""Pixels that the picture moves by from each frame to the next; its bend moves with it."""
FRAMES = range(7)
ONES = np.ones((HEIGHT, WIDTH), np.float32)
BENT = FrameMap(np.eye(3), fit_sheet(smooth_bend(), ONES, 8, 1e-3), 8)
WHOLE = whole(waves(X, Y))
HIDDEN = make_pyramid(WHOLE.luma[0], 0 * ONES)


def true_map(number: int) -> FrameMap:
    (dx, dy), x, y = number * SLIDE, np.arange(WIDTH), np.arange(HEIGHT)
    bend = evaluate_map(BENT, x - dx, y - dy) - np.stack([X - dx, Y - dy], -1)
    return FrameMap(translation_matrix(-dx, -dy), fit_sheet(bend, ONES, 8, 1e-3), 8)


TRUTH = {number: true_map(number) for number in FRAMES}


def off(found: FrameMap, number: int) -> np.ndarray:
    """Pixels [h, w, 2] between a map and the true one, where neighbours see the picture too."""
    return (dense(found, HEIGHT, WIDTH) - dense(TRUTH[number], HEIGHT, WIDTH))[12:-12, 16:-16]


def rms(pixels: np.ndarray) -> float:
    return float(np.sqrt((pixels**2).sum(-1).mean()))


def noisy_map(number: int) -> FrameMap:
    """The true one and 0.1 pixels of noise, another in each frame."""
    noise = np.random.default_rng(number).normal(size=TRUTH[number].knots.shape)
    size = rms(off(replace(TRUTH[number], knots=TRUTH[number].knots + noise), number))
    return replace(TRUTH[number], knots=TRUTH[number].knots + 0.1 / size * noise)


NOISY = {number: noisy_map(number) for number in FRAMES}


def flow_of(number: int, other: int) -> Flow:
    return Flow(np.broadcast_to((other - number) * SLIDE, (HEIGHT, WIDTH, 2)), ONES)


def steady(number: int, others: list[int], maps: dict[int, FrameMap], pictures: dict[int, Pyramid] | None = None):
    return steadied(number, others, maps, lambda n: (pictures or {}).get(n, WHOLE), flow_of)


def test_noise_and_its_change_in_time_fall() -> None:
    found = {n: steady(n, [n - 1, n + 1], NOISY) for n in FRAMES[1:-1]}
    for n, steadier in found.items():
        assert rms(off(NOISY[n], n)) == pytest.approx(0.1, abs=1e-3)
        assert rms(off(steadier, n)) < 0.07  # a mean of three leaves 1 / sqrt 3
    for n in FRAMES[2:-1]:
        before, after = (rms(off(maps[n], n) - off(maps[n - 1], n - 1)) for maps in (NOISY, found))
        assert after < 0.5 * before  # sqrt 2 / 3 of the noise, which was sqrt 2


def test_maps_that_are_right_stay_right() -> None:
    assert rms(off(steady(3, [2, 4], TRUTH), 3)) < 0.01


def test_a_neighbour_that_is_five_pixels_off_is_not_followed() -> None:
    wrong = replace(TRUTH[4], homography=translation_matrix(5, 0) @ TRUTH[4].homography)
    assert np.abs(off(wrong, 4)).max() == pytest.approx(5, abs=1e-3)
    assert np.abs(off(steady(3, [2, 4], TRUTH | {4: wrong}), 3)).max() < 0.05


def test_where_a_neighbours_matte_is_empty_nothing_comes_from_it() -> None:
    part = make_pyramid(WHOLE.luma[0], (X < 72).astype(np.float32))
    assert np.abs(off(steady(3, [0], NOISY, {0: HIDDEN}), 3) - off(NOISY[3], 3)).max() < 1e-3
    moved = off(steady(3, [0], NOISY, {0: part}), 3) - off(NOISY[3], 3)
    # three frames earlier the picture was nine pixels to the left: what is seen ends at 81, 65 of the cut picture
    assert rms(moved[:, 48:56]) > 0.04
    assert rms(moved[:, 100:]) < 1e-3


def test_planes_stay_as_they_are() -> None:
    plane = FrameMap(translation_matrix(2, 1))
    assert steady(3, [2, 4], NOISY | {3: plane}) is plane


def test_a_frame_that_does_not_show_the_layer_keeps_the_map_of_the_one_before() -> None:
    # cut to that one's layer, and so on another lattice than a frame without a matte has
    cut = FrameMap(np.eye(3), np.zeros((64 // 8 + 3, 48 // 8 + 3, 2)), 8, (32, 16))
    assert steady(3, [2, 4], NOISY | {3: cut}, {3: HIDDEN}) is cut


def test_a_sheet_without_folds_is_left_as_it_is() -> None:
    crease = replace(BENT, residual=np.where(X[..., None] < 80, 0, 0.3).repeat(2, 2).astype(np.float16))
    for sheet in (FrameMap(np.eye(3)), BENT, crease):
        assert unfolded(sheet, HEIGHT, WIDTH) is sheet


def folded_sheet(offset: tuple[int, int]) -> FrameMap:
    """Turned over by knots that pass each other at two places, one of them on the layer's rim."""
    knots = BENT.knots.copy()
    knots[8, 9:12, 0] += (9, 0, -9)
    knots[14:17, 2, 1] += (14, 0, -14)
    matrix = np.array([[1.03, 0.02, 2.0], [-0.015, 0.98, -3.0], [1e-4, -1.5e-4, 1.0]])
    return FrameMap(matrix, knots, 8, offset)


@pytest.mark.parametrize("offset", [(0, 0), (32, 16)])
@pytest.mark.parametrize("size", [1, 2, 3])
def test_a_folded_sheet_is_unfolded_at_any_size_and_little_changed(size: int, offset: tuple[int, int]) -> None:
    sheet = folded_sheet(offset)
    flat = unfolded(sheet, HEIGHT, WIDTH)
    # pixel centres of the sheet's box, in index coordinates of pictures of 400 x 300 `size` times as large
    x, y = (np.arange(n * size) + at * size for n, at in zip((WIDTH, HEIGHT), offset, strict=True))
    before, after = (map_at_size(m, (400, 300), (400 * size, 300 * size), x, y) for m in (sheet, flat))
    assert (map_determinant(before) <= 0).sum() > 20 * size**2
    assert map_determinant(after).min() > 0
    changed = np.abs(after - before).max(-1) / size
    assert changed.max() > 0.1
    assert np.quantile(changed, 0.85) < 1e-3
