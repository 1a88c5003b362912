"""How far paint streaks under an open shutter, for a surface that slides at a known speed."""

from types import SimpleNamespace

import numpy as np
import pytest
from unreel.core.compose import LightSettings, Match, Paint, lay
from unreel.core.shutter import MOST_SAMPLES, moments, xy_in_shutter

HEIGHT, WIDTH = 48, 120
ONES = np.ones((HEIGHT, WIDTH), np.float32)
STILL = LightSettings(strength=0)


class Slide:
    """A surface that moves to the right by `speed` pixels a frame; frame 5 is the key."""

    def __init__(self, speed):
        self.speed = speed
        self.model = SimpleNamespace(maps=dict.fromkeys(range(1, 10)))

    def xy_key(self, number, part=None):
        y, x = np.mgrid[:HEIGHT, :WIDTH].astype(np.float32)
        return np.stack([x - self.speed * (number - 5), y], -1)


def streak(speed, degrees, mode="over"):
    """A white line of 4 columns at 58, on grey, laid on frame 5."""
    layer, alpha = np.zeros((HEIGHT, WIDTH, 3), np.float32), np.zeros((HEIGHT, WIDTH), np.float32)
    layer[8:40, 58:62], alpha[8:40, 58:62] = 1, 1
    picture = np.full((HEIGHT, WIDTH, 3), 0.2, np.float32)
    solved = Slide(speed)
    found = tuple(xy_in_shutter(solved, 5, degrees, ONES > 0))
    laid = lay(
        picture, solved.xy_key(5), ONES, ONES > 0, Paint(layer, alpha, picture, ONES, mode), STILL, Match(moments=found)
    )
    return laid, found


@pytest.mark.parametrize(("speed", "degrees", "length"), [(16, 180, 8), (16, 360, 16), (24, 90, 6), (-16, 180, 8)])
def test_a_line_streaks_by_the_shutters_share_of_the_motion(speed, degrees, length):
    laid, _ = streak(speed, degrees)
    row = laid.alpha[24]
    x = np.arange(WIDTH)
    assert row.sum() == pytest.approx(4, rel=0.02)  # nothing is lost
    assert (row * x).sum() / row.sum() == pytest.approx(59.5, abs=0.05)  # and it stays where it was
    # A box of 4 pixels smeared by one of `length`: their variances add up.
    spread = (row * (x - 59.5) ** 2).sum() / row.sum()
    assert spread == pytest.approx(((4**2 - 1) + length**2) / 12, rel=0.08)
    np.testing.assert_allclose(laid.rgb[24, :, 0], 0.2 + 0.8 * row, atol=0.03)


def test_still_surfaces_and_closed_shutters_are_left_alone():
    sharp, none = streak(16, 0)
    assert none == () and set(np.unique(sharp.alpha)) == {0, 1}
    assert streak(0.3, 180)[1] == ()
    assert streak(0.3, 180)[0].rgb.tobytes() == sharp.rgb.tobytes()


def test_a_far_motion_has_a_moment_a_pixel_within_bounds():
    counts = [len(streak(speed, 180)[1]) for speed in (1, 10, 40, 4000)]
    assert counts == [3, 5, 20, MOST_SAMPLES]
    assert not xy_in_shutter(Slide(10), 5, 180, ONES < 0)


def test_the_first_frame_streaks_as_its_only_neighbour_says():
    first = np.stack(xy_in_shutter(Slide(8), 1, 180, ONES > 0)).mean(0)
    np.testing.assert_allclose(first, Slide(8).xy_key(1), atol=1e-4)


def test_moments_are_even_and_centred():
    np.testing.assert_allclose(moments(4), [-0.75, -0.25, 0.25, 0.75])


def test_beyond_the_shots_ends_the_shutter_sees_no_farther_than_half_a_frame():
    found = xy_in_shutter(Slide(16), 9.5, 180, ONES > 0)
    last = np.stack([Slide(16).xy_key(9), Slide(16).xy_key(8)])
    beyond = 1.5 * last[0] - 0.5 * last[1]
    assert np.abs(found[-1] - beyond).max() < 1e-3


def test_a_streak_reaches_as_far_as_the_paint_has_moved():
    laid, _ = streak(100, 360)
    touched = np.flatnonzero(laid.alpha[24] > 0.001)
    assert touched[0] <= 60 - 48 and touched[-1] >= 60 + 48
