from __future__ import annotations

import pytest
from unreel.core.frame import Window
from unreel.qt_panel.model.zoom import LEAST, MARGIN, MOST, Zoom

FORMAT = Window(0, 0, 400, 200)


def make_zoom(ratio: float = 1.0, aspect: float = 1.0, display: Window = FORMAT) -> Zoom:
    zoom = Zoom()
    zoom.set_viewer(800, 600, ratio)
    zoom.set_picture(display, aspect)
    return zoom


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
def test_a_picture_is_fitted_whole_and_in_the_middle(ratio: float):
    zoom = make_zoom(ratio)
    left, top = zoom.to_viewer((0, 0))
    right, bottom = zoom.to_viewer((400, 200))
    assert (left, 800 - right) == pytest.approx((MARGIN, MARGIN), abs=1)
    assert top == pytest.approx(600 - bottom, abs=1)
    assert zoom.scale == pytest.approx((800 - 2 * MARGIN) * ratio / 400)


@pytest.mark.parametrize("ratio", [1.0, 1.25, 2.0, 3.0])
def test_one_to_one_is_a_pixel_of_the_screen_and_lies_on_it(ratio: float):
    zoom = make_zoom(ratio)
    zoom.pan(0.3, 0.7)
    zoom.one_to_one()
    x, y = (each * ratio for each in zoom.to_viewer((7, 11)))
    assert (x, y) == pytest.approx((round(x), round(y)), abs=1e-9)
    assert zoom.to_viewer((8, 12))[0] * ratio - x == pytest.approx(1)


@pytest.mark.parametrize("factor", [1.7, 0.4, 1000, 0.00001])
def test_what_is_under_the_pointer_stays_there(factor: float):
    zoom = make_zoom(2.0)
    at = 613.0, 121.0
    before = zoom.to_picture(at)
    zoom.by(factor, at)
    assert zoom.to_viewer(before) == pytest.approx(at, abs=0.51)
    assert LEAST <= zoom.scale <= MOST


def test_many_turns_of_the_wheel_and_back_lead_to_where_it_began():
    zoom = make_zoom()
    zoom.by(1.5)
    before = zoom.centre
    for factor in (1.1, 1 / 1.1):
        for _ in range(20):
            zoom.by(factor, (13.3, 577.7))
    assert zoom.centre == pytest.approx(before)


def test_wide_pixels_are_shown_wide():
    zoom = make_zoom(aspect=2.0)
    across, down = zoom.units
    assert across == pytest.approx(2 * down)
    assert zoom.to_viewer((400, 0))[0] - zoom.to_viewer((0, 0))[0] == pytest.approx(800 - 2 * MARGIN, abs=1)


def test_points_go_there_and_back_from_any_window():
    zoom = make_zoom(1.5, 2.0, Window(-40, 25, 300, 100))
    zoom.by(3.3, (100, 100))
    assert zoom.to_picture(zoom.to_viewer((12.25, -7.5))) == pytest.approx((12.25, -7.5))


def test_what_is_visible_is_whole_pixels():
    zoom = make_zoom()
    zoom.one_to_one()
    assert zoom.visible() == Window(-200, -200, 800, 600)
    assert zoom.visible(margin=2) == Window(-202, -202, 804, 604)


def test_a_fitted_picture_stays_fitted_and_another_keeps_its_middle():
    zoom = make_zoom()
    zoom.set_viewer(400, 300, 1)
    assert zoom.scale == pytest.approx((400 - 2 * MARGIN) / 400)
    zoom.one_to_one()
    zoom.pan(50, -20)
    middle = zoom.centre
    zoom.set_viewer(900, 700, 2)
    assert (zoom.centre, zoom.scale) == (middle, 1)
    zoom.set_picture(FORMAT, 1.0)
    assert zoom.centre == middle
    zoom.set_picture(Window(0, 0, 100, 100), 1.0)
    assert zoom.is_fit
