"""Layers as one picture, at every size."""

from __future__ import annotations

import numpy as np
import pytest
from unreel.core.frame import Window
from unreel.qt_panel.model.paint.flatten import averaged, flatten, laid, laid_on, scaled, source_of
from unreel.qt_panel.model.paint.layers import Layer
from unreel.qt_panel.model.paint.raster import Edit, Raster

WINDOW = Window(-20, -10, 400, 300)


def noise(seed: int, window: Window = WINDOW) -> Raster:
    raster, random = Raster(window), np.random.default_rng(seed)
    alpha = random.random(window.shape, np.float32)
    rgb = random.random((*window.shape, 3), np.float32) * alpha[..., None]
    edit = Edit(raster)
    edit.lay((window.x, window.y, window.width, window.height), alpha, np.dstack([rgb, alpha]))
    edit.done()
    return raster


def whole(raster: Raster) -> np.ndarray:
    window = raster.window
    found = raster.read((window.x, window.y, window.width, window.height))
    assert found is not None
    return found


def test_a_layer_lies_over_the_one_below_by_its_opacity():
    below, above = noise(1), noise(2)
    made = flatten([(Layer(1, "a"), below), (Layer(2, "b", opacity=0.5), above)], (-20, -10, 400, 300))
    a, b = whole(below), whole(above) * 0.5
    assert np.allclose(made, a * (1 - b[..., 3:]) + b, atol=1e-6)


@pytest.mark.parametrize("mode", ["over", "add", "multiply", "replace"])
def test_two_layers_as_one_lie_on_a_picture_as_one_after_the_other(mode):
    a, b, ground = whole(noise(1)), whole(noise(2)), whole(noise(3))
    ground[..., 3] = 1
    after = laid_on(laid_on(ground, a, mode), b, mode)
    assert np.allclose(laid_on(ground, laid(a, b, mode), mode), after, atol=1e-5)


@pytest.mark.parametrize("scale", [0.5, 0.46875, 0.333, 0.83])
def test_any_scale_keeps_what_is_there_in_all(scale):
    raster = noise(4)
    made = flatten([(Layer(1, "a"), raster)], scaled((-20, -10, 400, 300), scale), scale)
    assert np.allclose(made.sum((0, 1)) / scale**2, whole(raster).sum((0, 1)), rtol=1e-4)


def test_half_size_is_the_mean_of_four():
    raster = noise(5)
    made = flatten([(Layer(1, "a"), raster)], (-10, -5, 200, 150), 0.5)
    assert np.allclose(made, whole(raster).reshape(150, 2, 200, 2, 4).mean((1, 3)), atol=1e-6)


def test_a_part_is_the_same_as_in_the_whole():
    scale, raster = 0.46875, [(Layer(1, "a"), noise(6))]
    x, y, width, height = scaled((-20, -10, 400, 300), scale)
    all_of_it = flatten(raster, (x, y, width, height), scale)
    part = flatten(raster, (x + 33, y + 40, 51, 37), scale)
    assert np.allclose(part, all_of_it[40:77, 33:84], atol=1e-6)


def test_a_ramp_stays_a_ramp():
    x = np.arange(60, dtype=np.float32) + 0.5
    ramp = np.broadcast_to(x[None, :, None], (10, 60, 4)).copy()
    made = averaged(ramp, (0, 0, 60, 10), (0, 0, 20, 3), 1 / 3)
    assert np.allclose(made[..., 0], (np.arange(20) + 0.5) * 3)


def test_a_picture_may_begin_anywhere():
    scale, raster = 0.46875, [(Layer(1, "a"), noise(6))]
    moved = Raster(Window(-20 - 7, -10 + 11, 400, 300), raster[0][1].tiles)
    made = flatten(raster, (5, 5, 60, 40), scale, (-20, -10))
    assert made.any() and np.array_equal(flatten([(Layer(1, "a"), moved)], (5, 5, 60, 40), scale, (-27, 1)), made)
    assert scaled((-20, -10, 4, 6), 0.5, (-20, -10)) == (0, 0, 2, 3)


def test_nothing_painted_is_clear():
    made = flatten([(Layer(1, "a"), Raster(WINDOW))], (0, 0, 7, 5), 0.5)
    assert made.shape == (5, 7, 4) and not made.any()


def test_what_a_small_pixel_holds_and_what_touches_it():
    assert source_of((2, 1, 3, 1), 0.5) == (4, 2, 6, 2) and scaled((4, 2, 6, 2), 0.5) == (2, 1, 3, 1)
    assert scaled((5, 3, 1, 1), 0.5) == (2, 1, 1, 1) and source_of((-1, 0, 1, 1), 1 / 3) == (-3, 0, 3, 3)
