"""Points followed between pictures whose motion is known."""

import numpy as np
import pytest
from unreel.core.solve.tracks import follow, inside, light_blind, points_on

from .pictures import HEIGHT, WIDTH, X, Y, waves

MIDDLE = ((abs(X - 80) < 50) & (abs(Y - 64) < 40)).astype(np.float32)


@pytest.mark.parametrize("slide", [(3.0, -2.0), (-7.25, 4.5)])
def test_points_are_followed_to_a_twentieth_of_a_pixel(slide) -> None:
    points = points_on(MIDDLE, 100)
    there, kept = follow(light_blind(waves(X, Y)), light_blind(waves(X - slide[0], Y - slide[1])), points)
    assert kept.mean() > 0.95
    assert np.median(np.linalg.norm(there - points - slide, axis=1)[kept]) < 0.05


def test_a_shadow_changes_nothing() -> None:
    points = points_on(MIDDLE, 100)
    dark = waves(X - 3, Y) - 0.3 / (1 + np.exp((X - 70) / 15))
    there, kept = follow(light_blind(waves(X, Y)), light_blind(dark.astype(np.float32)), points)
    assert kept.mean() > 0.9
    assert np.median(np.linalg.norm(there - points - (3, 0), axis=1)[kept]) < 0.1


def test_points_that_are_not_there_any_more_are_lost() -> None:
    other = light_blind(waves(X, Y, seed=9))
    _, kept = follow(light_blind(waves(X, Y)), other, points_on(MIDDLE, 100))
    assert kept.mean() < 0.3


def test_a_grid_has_about_as_many_points_as_asked_for_and_all_lie_on_the_mask() -> None:
    points = points_on(MIDDLE, 100)
    assert 80 < len(points) < 130
    assert inside(MIDDLE, points).all()
    assert not len(points_on(np.zeros_like(MIDDLE), 100))


def test_outside_of_the_picture_nothing_is_covered() -> None:
    at = np.float32([[-1, 5], [5, HEIGHT], [WIDTH, 5], [WIDTH - 1, 5]])
    assert inside(np.ones_like(MIDDLE), at).tolist() == [False, False, False, True]
