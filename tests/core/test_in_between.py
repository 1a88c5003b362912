"""Maps at moments between frames, where the truth is a formula of time."""

from types import SimpleNamespace

import numpy as np
import pytest
from unreel.core.errors import UsageError
from unreel.core.in_between import beside, shares_between, xy_key_between

FRAMES = (1, 2, 3, 5, 8, 9, 10)


class Solved:
    """A shot whose maps are a polynomial of time; counts what it is asked for."""

    def __init__(self, power, frames=FRAMES):
        self.power, self.asked = power, []
        self.model = SimpleNamespace(maps=dict.fromkeys(frames))

    def truth(self, time):
        y, x = np.mgrid[:4, :5].astype(np.float32)
        return np.stack([x + np.float32(0.5 * time**self.power), y - np.float32(time)], -1)

    def xy_key(self, number, part=None):
        self.asked.append(number)
        return self.truth(number)


@pytest.mark.parametrize("time", [0.5, 1.25, 2.5, 4.0, 6.2, 8.5, 9.75, 10.5])
def test_a_steady_motion_is_met_at_every_moment(time):
    np.testing.assert_allclose(xy_key_between(Solved(1), time), Solved(1).truth(time), atol=1e-5)


def test_a_frames_own_moment_is_its_map_bit_for_bit():
    solved = Solved(2)
    for number in FRAMES:
        assert xy_key_between(solved, float(number)).tobytes() == solved.truth(number).tobytes()


def test_an_even_acceleration_is_met_inside_and_a_line_is_taken_at_the_ends():
    solved = Solved(2, (1, 2, 3, 4))
    np.testing.assert_allclose(xy_key_between(solved, 2.3), solved.truth(2.3), atol=1e-5)
    line = 0.5 * solved.truth(1) + 0.5 * solved.truth(2)
    np.testing.assert_allclose(xy_key_between(solved, 1.5), line, atol=1e-5)
    assert np.abs(xy_key_between(solved, 1.5) - solved.truth(1.5)).max() > 0.1


@pytest.mark.parametrize("time", [0.5, 1, 1.5, 2.25, 4, 6.5, 8.5, 9.5, 10.5])
def test_shares_add_up_to_1_and_reach_no_farther_than_two_frames(time):
    shares = shares_between(FRAMES, time)
    assert sum(shares.values()) == pytest.approx(1)
    places = [FRAMES.index(number) for number in shares]
    assert max(places) - min(places) == len(places) - 1 <= 3


def test_the_motion_is_smooth_across_a_frame():
    solved = Solved(3, (1, 2, 3, 4, 5, 6))
    before, at, after = (xy_key_between(solved, t)[0, 0, 0] for t in (2.999, 3.0, 3.001))
    assert (at - before) / (after - at) == pytest.approx(1, abs=0.05)


def test_maps_that_were_read_are_not_read_again():
    solved, read = Solved(1), {}
    for time in (2.1, 2.5, 2.9):
        xy_key_between(solved, time, read)
    assert sorted(solved.asked) == sorted(read) == [1, 2, 3, 5]


@pytest.mark.parametrize("time", [0.4, 10.6, -100])
def test_outside_the_shot_there_is_no_moment(time):
    with pytest.raises(UsageError, match="1-3,5,8-10"):
        xy_key_between(Solved(1), time)


def test_what_is_shown_goes_by_the_frames_beside_a_moment() -> None:
    assert beside([1, 2, 4], 2) == {2: 1.0}
    assert beside([1, 2, 4], 2.5) == {2: 0.75, 4: 0.25}
    assert beside([1, 2, 4], 4.3) == {4: 1.0}
    assert beside([1, 2, 4], 0.8) == {1: 1.0}
