"""Strokes against what can be worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from unreel.core.frame import Window
from unreel.qt_panel.model.paint.brush import Brush
from unreel.qt_panel.model.paint.drawing import Drawing, draw, draw_stroke
from unreel.qt_panel.model.paint.raster import Raster
from unreel.qt_panel.model.paint.strokes import Line, Point, Stroke

HARD = Brush(size=20, hardness=1, pressure_size=False)
RED = (2.0, 0.5, 0.25)


def picture(raster: Raster) -> np.ndarray:
    window = raster.window
    found = raster.read((window.x, window.y, window.width, window.height))
    return np.zeros((*window.shape, 4), np.float32) if found is None else found


def painted(brush: Brush, *points: Point, raster: Raster | None = None, erase: bool = False) -> np.ndarray:
    raster = raster or Raster(Window(-40, -30, 300, 280))
    draw_stroke(raster, Stroke(brush, RED, points, erase))
    return picture(raster)


def test_a_dot_is_a_disc_where_it_was_put():
    made = painted(HARD, (60, 50, 1))
    y, x = np.mgrid[:280, :300] + 0.5
    distance = np.hypot(x - 40 - 60, y - 30 - 50)
    assert (made[distance < 9.4] == (*RED, 1)).all() and not made[distance > 10.6].any()
    assert made[..., 3].sum() == pytest.approx(np.pi * 100, rel=0.01)


def test_a_line_across_tiles_has_one_width_all_along():
    raster = Raster(Window(-40, -30, 300, 280))
    draw(raster, Line(HARD, RED, (-20, 100), (240, 100)), lambda op: None)
    across = picture(raster)[..., 3].sum(0)
    assert np.allclose(across[30:270], 20, atol=0.05) and len(raster.tiles) == 2


def test_a_stroke_that_crosses_itself_does_not_build_up():
    brush = Brush(size=30, hardness=0.3, opacity=0.4, pressure_size=False)
    there, again = ((x, 60.0, 1.0) for x in (20.0, 90.0))
    once, twice = painted(brush, there, again), painted(brush, there, again, there, again)
    assert np.array_equal(once, twice) and once[..., 3].max() == pytest.approx(0.4, abs=1e-3)
    both = Raster(Window(-40, -30, 300, 280))
    painted(brush, there, again, raster=both)
    assert painted(brush, there, again, raster=both)[..., 3].max() == pytest.approx(1 - 0.6**2, abs=1e-3)


def test_pressure_makes_it_wider_and_where_asked_more_opaque():
    light, full = (painted(Brush(size=40, hardness=1), (60, 60, p)) for p in (0.5, 1.0))
    assert light[..., 3].sum() == pytest.approx(full[..., 3].sum() / 4, rel=0.02)
    faint = painted(Brush(size=40, hardness=1, pressure_size=False, pressure_opacity=True), (60, 60, 0.25))
    assert faint[..., 3].max() == 0.25 and (faint[..., 3] > 0).sum() == (full[..., 3] > 0).sum()
    grows = painted(Brush(size=40, hardness=1), (0, 60, 0.2), (200, 60, 1.0))[..., 3].sum(0)
    assert (np.diff(grows[50:220]) >= -1e-3).all() and grows[220] > 3 * grows[50]


def test_soft_is_full_in_the_middle_and_falls_smoothly_to_the_edge():
    row = painted(Brush(size=80, hardness=0.5, pressure_size=False), (100.5, 100.5, 1))[130, :, 3]
    assert (row[140 - 19 : 140 + 20] == 1).all() and row[140 + 30] == pytest.approx(0.5, abs=0.01)
    assert (np.diff(row[140:185]) <= 0).all() and row[181] == 0


def test_an_eraser_takes_away_by_its_opacity():
    raster = Raster(Window(-40, -30, 300, 280))
    painted(HARD, (60, 50, 1), raster=raster)
    half = Brush(size=10, hardness=1, opacity=0.5, pressure_size=False)
    left = painted(half, (60, 50, 1), raster=raster, erase=True)
    assert left[80, 100].tolist() == [1.0, 0.25, 0.125, 0.5] and left[80, 107].tolist() == [*RED, 1]


def test_point_by_point_is_the_same_as_at_once_and_a_drop_leaves_nothing():
    points = [(10.0 + 7 * at, 40 + 0.4 * at * at, 0.3 + 0.05 * at) for at in range(14)]
    brush = Brush(size=36, hardness=0.4, opacity=0.8)
    raster = Raster(Window(-40, -30, 300, 280))
    painted(HARD, (60, 50, 1), raster=raster)
    before = dict(raster.tiles)
    drawing = Drawing(raster, brush, RED)
    for each in points:
        drawing.reach(each)
    drawn = picture(raster)
    drawing.edit.drop()
    assert raster.tiles.keys() == before.keys() and all(raster.tiles[key] is before[key] for key in before)
    assert np.array_equal(painted(brush, *points, raster=raster), drawn)


def test_what_is_told_as_changed_holds_all_that_changed():
    raster = Raster(Window(-40, -30, 300, 280))
    drawing = Drawing(raster, Brush(size=36, hardness=0), RED)
    drawing.reach((30, 30, 1))
    before = picture(raster)
    x, y, width, height = drawing.reach((55, 42, 0.6))
    changed = (picture(raster) != before).any(2)
    inside = np.zeros_like(changed)
    inside[y + 30 : y + 30 + height, x + 40 : x + 40 + width] = True
    assert changed.any() and not (changed & ~inside).any()


def test_outside_the_picture_nothing_is_drawn():
    raster = Raster(Window(-40, -30, 300, 280))
    assert draw_stroke(raster, Stroke(HARD, RED, ((-200, 0, 1), (-180, 10, 1))))[1] == (0, 0, 0, 0)
    assert not raster.tiles


def test_a_colour_that_half_floats_cannot_hold_stays_finite():
    raster = Raster(Window(0, 0, 60, 60))
    draw_stroke(raster, Stroke(HARD, (1e9, -1e9, 0), ((30, 30, 1),)))
    draw_stroke(raster, Stroke(Brush(size=30, opacity=0.5), (1e9, -1e9, 0), ((30, 30, 1),)))
    assert np.isfinite(picture(raster)).all()
