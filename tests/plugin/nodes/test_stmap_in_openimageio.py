"""ST maps mean what OpenImageIO's `st_warp(flip_t=True)` says, which is modelled on Nuke's node."""

from __future__ import annotations

import numpy as np
import OpenImageIO as oiio
import pytest

from .evaluate import Picture, warped

WIDTH, HEIGHT = 24, 16
WINDOWS = [(0, 0, 24, 16), (-3, -2, 30, 20), (5, 4, 10, 7)]
"""Data windows: the display window, overscan, and a part of it."""


def noise(x: int, y: int, width: int, height: int) -> Picture:
    rng = np.random.default_rng(0)
    return Picture(rng.random((height, width, 4)).astype(np.float32), (WIDTH, HEIGHT), x, y)


def stmap(x: int, y: int, width: int, height: int, shift: tuple[float, float]) -> Picture:
    """By which each pixel is what lies `shift` pixels to its right and below."""
    columns, rows = np.meshgrid(np.arange(width) + x + 0.5 + shift[0], np.arange(height) + y + 0.5 + shift[1])
    u, v = columns / WIDTH, 1 - rows / HEIGHT
    rgba = np.dstack([u, v, np.ones_like(u), np.ones_like(u)]).astype(np.float32)
    return Picture(rgba, (WIDTH, HEIGHT), x, y)


def buffer(picture: Picture, aspect: float) -> oiio.ImageBuf:
    height, width, channels = picture.rgba.shape
    spec = oiio.ImageSpec(width, height, channels, oiio.FLOAT)
    spec.x, spec.y, spec.full_width, spec.full_height = picture.x, picture.y, *picture.display
    spec.attribute("PixelAspectRatio", aspect)
    made = oiio.ImageBuf(spec)
    made.set_pixels(made.roi, np.ascontiguousarray(picture.rgba))
    return made


def st_warped(picture: Picture, places: Picture, aspect: float = 1.0, flip_t: bool = True) -> np.ndarray:
    """On the picture's own window, which is where OpenImageIO gives it."""
    sources = buffer(picture, aspect), buffer(places, aspect)
    found = oiio.ImageBufAlgo.st_warp(*sources, "catmull-rom", 0.0, 0, 1, False, flip_t)
    assert not found.has_error, found.geterror()
    return found.get_pixels(oiio.FLOAT)


def moved(picture: Picture, right: int, down: int) -> np.ndarray:
    """The answer by hand: what lies there, 0 beyond."""
    height, width = picture.rgba.shape[:2]
    wide = np.zeros((height + 2 * down, width + 2 * right, 4), np.float32)
    wide[:height, :width] = picture.rgba
    return wide[down : down + height, right : right + width]


@pytest.mark.parametrize("aspect", [1.0, 2.0])
@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("shift", [(0, 0), (3, 2)])
def test_identity_and_a_shift_are_exact(window: tuple[int, int, int, int], shift: tuple[int, int], aspect: float):
    picture, places = noise(*window), stmap(*window, shift)
    expected = moved(picture, *shift)
    np.testing.assert_allclose(st_warped(picture, places, aspect), expected, atol=2e-5)
    np.testing.assert_allclose(warped(picture, places).rgba, expected, atol=2e-5)


@pytest.mark.parametrize("window", WINDOWS)
def test_between_pixels_both_are_catmull_rom(window: tuple[int, int, int, int]):
    picture, places = noise(*window), stmap(*window, (0.25, -0.4))
    inside = np.s_[2:-3, 2:-3]  # at the edge OpenImageIO weighs anew what is there
    np.testing.assert_allclose(st_warped(picture, places)[inside], warped(picture, places).rgba[inside], atol=1e-4)


def test_a_map_upside_down_is_found():
    picture, places = noise(*WINDOWS[0]), stmap(*WINDOWS[0], (0, 0))
    assert np.abs(st_warped(picture, places, flip_t=False) - picture.rgba).max() > 0.1
