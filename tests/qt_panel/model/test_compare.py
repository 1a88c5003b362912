from __future__ import annotations

import numpy as np
from unreel.core.frame import Window
from unreel.qt_panel.model.compare import ABOVE, BELOW, difference, on_grid_of
from unreel.qt_panel.model.picture import Picture

WINDOW = Window(-2, 1, 8, 4)


def grey(value: float, window: Window = WINDOW, scale: float = 1.0) -> Picture:
    size = round(window.height * scale), round(window.width * scale), 4
    return Picture(np.full(size, value, np.float16), window, window, scale, "a")


def test_equal_pictures_differ_nowhere():
    shown = difference(grey(0.5), grey(0.5), exposure=10)
    assert (shown[..., :3] == 0).all() and (shown[..., 3] == 255).all()


def test_brighter_is_orange_and_darker_is_blue():
    base = grey(0.5)
    other = grey(0.5)
    other.rgba[0, 0, 1] = 2.0
    other.rgba[1, 1, 2] = 0.01
    shown = difference(other, base)
    assert tuple(shown[0, 0, 2::-1]) == ABOVE
    assert tuple(shown[1, 1, 2::-1]) == BELOW
    assert (shown[2:] == (0, 0, 0, 255)).all()


def test_the_least_bit_shows_and_exposure_makes_it_more():
    base, other = grey(0.5), grey(0.5)
    other.rgba[0, 0, 0] = np.nextafter(np.float16(0.5), np.float16(1))
    low, high = difference(other, base)[0, 0], difference(other, base, exposure=6)[0, 0]
    assert low[:3].max() > 20
    assert high[:3].max() > low[:3].max()


def test_a_proxy_and_a_full_picture_meet_on_the_proxys_grid():
    shown = difference(grey(0.5, scale=0.5), grey(0.5))
    assert shown.shape == (2, 4, 4)
    assert (shown[..., :3] == 0).all()


def test_another_window_is_black_outside_of_it():
    part = grey(1.0, Window(0, 2, 2, 2))
    moved = on_grid_of(part, grey(0))
    expected = np.zeros((4, 8), np.float16)
    expected[1:3, 2:4] = 1
    assert (moved[..., 0] == expected).all()
    assert (on_grid_of(grey(1.0, Window(50, 50, 2, 2)), grey(0)) == 0).all()


def test_a_picture_that_is_kept_in_more_bits_is_compared_too():
    more = Picture(np.full((4, 8, 4), 0.5, np.float32), WINDOW, WINDOW, 1.0, "live")
    assert (difference(more, grey(0.5))[..., :3] == 0).all()
