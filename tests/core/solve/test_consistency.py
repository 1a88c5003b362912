"""Maps whose errors are known, against themselves and against what moves."""

import numpy as np
import pytest
from unreel.core.fields.frame_map import IDENTITY, FrameMap
from unreel.core.fields.homography import translation_matrix
from unreel.core.solve.consistency import Scale, inverse_errors, measure_consistency

from .pictures import HEIGHT, WIDTH, X, Y, smooth_bend, waves, whole

KEY, FRAMES = 3, (1, 2, 3, 4, 5)
LAYER = ((abs(X - 80) < 50) & (abs(Y - 64) < 40)).astype(np.float32)
PICTURES = {n: whole(waves(X - 2 * (n - KEY), Y + (n - KEY)), LAYER) for n in FRAMES}
SIZE = (WIDTH, HEIGHT)


def slide(number: int, off: float = 0.0) -> FrameMap:
    """The right map of a frame, but for `off` pixels."""
    return FrameMap(translation_matrix(-2 * (number - KEY) + off, number - KEY))


RIGHT = {n: slide(n) for n in FRAMES}


def measure(maps, plate_size=SIZE):
    return measure_consistency(PICTURES.__getitem__, maps, KEY, SIZE, plate_size)


def test_right_maps_agree_with_all() -> None:
    found = measure(RIGHT)
    assert all(middle < 1e-4 and high < 1e-3 for middle, high in found.inverse.values())
    assert set(found.agreement) == {1, 2, 4, 5} and max(found.agreement.values()) < 0.05
    assert found.spread < 0.05


def test_a_map_that_is_a_pixel_off_disagrees_by_a_pixel() -> None:
    found = measure(RIGHT | {4: slide(4, 1.0)})
    np.testing.assert_allclose([found.agreement[n] for n in (1, 2, 4, 5)], [0, 0, 1, 1], atol=0.05)
    np.testing.assert_allclose(found.spread, 0.5, atol=0.05)  # one frame of four: sqrt(1 / 4)


def test_maps_that_agree_with_their_neighbours_may_still_spread() -> None:
    found = measure({n: slide(n, 0.5 * (n - KEY)) for n in FRAMES})
    np.testing.assert_allclose(list(found.agreement.values()), 0.5, atol=0.05)
    np.testing.assert_allclose(found.spread, np.sqrt((0.25 + 1) / 2), atol=0.05)


def test_figures_are_in_pixels_of_the_plate() -> None:
    found = measure(RIGHT | {4: slide(4, 1.0)}, (3 * WIDTH, 3 * HEIGHT))
    np.testing.assert_allclose(found.agreement[4], 3, atol=0.15)


@pytest.mark.parametrize("factor", [1, 2, 3.7])
def test_the_inverse_of_a_bent_map_comes_back(factor) -> None:
    bent = FrameMap(np.eye(3), residual=smooth_bend().astype(np.float16))
    errors = inverse_errors(bent, LAYER, Scale(SIZE, (round(WIDTH * factor), round(HEIGHT * factor))))
    assert errors.size > 500 and np.median(errors) < 0.02


def test_a_map_that_folds_does_not_come_back() -> None:
    folded = FrameMap(np.eye(3), residual=np.stack([12 * np.sin(X / 6), 0 * X], -1).astype(np.float16))
    assert np.percentile(inverse_errors(folded, LAYER, Scale(SIZE, SIZE)), 95) > 1


def test_a_layer_that_is_never_seen_has_no_figures() -> None:
    hidden = {n: whole(waves(X, Y), LAYER * (n == KEY)) for n in FRAMES}
    found = measure_consistency(hidden.__getitem__, dict.fromkeys(FRAMES, IDENTITY), KEY, SIZE, SIZE)
    assert (found.inverse, found.agreement, found.spread) == ({}, {}, None)
