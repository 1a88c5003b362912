"""What is painted on, with its paint, as it is shown."""

from __future__ import annotations

import numpy as np
import pytest
from unreel.core.frame import Window
from unreel.qt_panel.model import painted as painted_module
from unreel.qt_panel.model.loop import InTurn
from unreel.qt_panel.model.painted import PaintedPicture
from unreel.qt_panel.model.picture import Broken, Picture

from .conftest import RASTER
from .test_painting import stroke


def picture(window: Window, value: float, name: str) -> Picture:
    rgba = np.full((*window.shape, 4), value, np.float16)
    rgba[..., 3] = 1
    return Picture(rgba, window, RASTER, 1.0, name)


@pytest.fixture
def grounds() -> dict:
    # The canonical as it was exported reaches a little less far than the canvas.
    return {"canonical": picture(Window(-29, -18, 418, 327), 0.5, "canonical"), 1002: picture(RASTER, 0.25, "frame")}


def settled(shown: PaintedPicture, loop: InTurn) -> bool:
    return loop.run(lambda: not shown._queued)


def test_a_stroke_is_there_at_both_sizes_and_the_rest_is_the_picture(paint, loop, grounds, monkeypatch):
    monkeypatch.setattr(painted_module, "PROXY", 209)
    shown = PaintedPicture(loop, paint, grounds.get)
    shown.show("canonical")
    stroke(paint, (100, 100), (200, 100))
    assert settled(shown, loop)
    small, full = shown.picture(), shown.full()
    assert isinstance(small, Picture) and isinstance(full, Picture)
    assert (small.scale, full.scale) == (0.5, 1.0) and small.name == "canonical, painted"
    assert full.value_at(150, 100) == pytest.approx((1, 0.5, 0.25, 1), abs=1e-3)
    assert small.value_at(150, 100) == pytest.approx((1, 0.5, 0.25, 1), abs=1e-3)
    bare = full.rgba.copy()
    bare[100:136, 110:250] = 0
    assert set(np.unique(bare)) == {0, 0.5, 1}
    paint.undo()
    assert settled(shown, loop) and (shown.full().rgba == grounds["canonical"].rgba).all()
    assert (grounds["canonical"].rgba[..., :3] == 0.5).all(), "the picture itself is never written to"


def test_each_change_is_another_object(paint, loop, grounds):
    shown = PaintedPicture(loop, paint, grounds.get)
    shown.show("canonical")
    told = []
    shown.changed.connect(told.append)
    before = shown.picture()
    stroke(paint, (100, 100), (200, 100))
    assert shown.picture() is not before and len(told) >= 2


def test_large_changes_come_in_pieces(paint, loop, grounds, monkeypatch):
    monkeypatch.setattr(painted_module, "MOST_PIXELS", 5000)
    for at in range(20, 320, 20):
        stroke(paint, (0, at), (380, at))
    shown, told = PaintedPicture(loop, paint, grounds.get), []
    shown.changed.connect(told.append)
    shown.show("canonical")
    assert len(told) == 1 and settled(shown, loop) and len(told) > 10
    assert shown.full().value_at(200, 300) == pytest.approx((1, 0.5, 0.25, 1), abs=1e-3)


def test_the_frame_has_its_own_paint(paint, loop, grounds):
    shown = PaintedPicture(loop, paint, grounds.get)
    stroke(paint, (100, 100), (200, 100))
    paint.add_layer("On 1002", 1002)
    paint.layer(mode="add")
    stroke(paint, (100, 200), (200, 200))
    shown.show(1002)
    assert settled(shown, loop)
    assert shown.full().value_at(150, 100)[0] == 0.25
    assert shown.full().value_at(150, 200)[0] == pytest.approx(1.25, abs=1e-3)


def test_without_a_picture_there_is_none_and_one_that_is_broken_says_why(paint, loop, grounds):
    shown = PaintedPicture(loop, paint, grounds.get)
    shown.show(1000)
    assert shown.picture() is None
    grounds[1000] = Broken("frame 1000 is missing")
    shown.show(1000)
    assert shown.picture() == Broken("frame 1000 is missing")
    grounds[1000] = picture(RASTER, 0.25, "frame")
    shown.show(1000)
    assert isinstance(shown.full(), Picture)
