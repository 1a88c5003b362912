"""Painting by mouse, pen and keys."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QInputDevice, QMouseEvent, QPointingDevice, QTabletEvent
from PySide6.QtWidgets import QApplication, QPushButton
from unreel.core.exr_write import write_picture
from unreel.core.frame import Window
from unreel.qt_panel.model.paint.placed import usual_font
from unreel.qt_panel.model.paint.strokes import Line, Placed, Stroke, Text
from unreel.qt_panel.model.picture import Picture
from unreel.qt_panel.views import main_window
from unreel.qt_panel.views.main_window import MainWindow
from unreel.qt_panel.views.page_paint import PaintPage

from .looked_at import clipped, missed_by_tab, nameless

CANONICAL, PLATE = Window(-40, -30, 400, 240), Window(0, 0, 320, 180)
NONE, LEFT = Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton
PLAIN = Qt.KeyboardModifier.NoModifier
Xy = tuple[float, float]


@pytest.fixture
def page(window: MainWindow, qtbot, plate: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Open on a shot as if that were trained; the viewer shows the canonical."""
    session = window.session
    monkeypatch.setattr(session.live_paint, "make", lambda again=False: None)
    monkeypatch.setattr(session.easel, "make_canonical", lambda: None)
    monkeypatch.setattr(main_window, "need_of", lambda spec, stage: None)
    monkeypatch.setattr(main_window, "make_page", lambda spec, its, of: PaintPage(its, of))
    session.open(str(plate))
    qtbot.waitUntil(lambda: session.shot is not None)
    rgba = np.full((240, 400, 4), 0.25, np.float16)
    rgba[..., 3] = 1
    session.canonical.picture = Picture(rgba, CANONICAL, PLATE, 1.0, "canonical")
    session.canonical.changed.emit(None)
    session.paint.open(tmp_path / "shot.unreel", {"canonical": CANONICAL, **dict.fromkeys((1001, 1002, 1003), PLATE)})
    window.go_to("paint")
    made = window.page("paint")
    assert isinstance(made, PaintPage)
    qtbot.waitExposed(window)
    qtbot.waitUntil(lambda: window.viewers.first.width() > 300)
    yield made
    session.paint.close()


def drag(page: PaintPage, *points: Xy, modifiers: Qt.KeyboardModifier = PLAIN) -> None:
    viewer = page.main_window.viewers.first
    at = [QPointF(*viewer.zoom.to_viewer(xy)) for xy in points]

    def send(kind: QEvent.Type, place: QPointF, button: Qt.MouseButton, buttons: Qt.MouseButton) -> None:
        event = QMouseEvent(kind, place, viewer.mapToGlobal(place), button, buttons, modifiers)
        QApplication.sendEvent(viewer, event)

    send(QEvent.Type.MouseButtonPress, at[0], LEFT, LEFT)
    for each in at[1:]:
        send(QEvent.Type.MouseMove, each, NONE, LEFT)
    send(QEvent.Type.MouseButtonRelease, at[-1], LEFT, NONE)


def value(page: PaintPage, xy: Xy) -> tuple[float, ...]:
    shown = page.easel.painted.full()
    assert isinstance(shown, Picture)
    found = shown.value_at(*xy)
    assert found is not None
    return found


def take(page: PaintPage, tool: str) -> None:
    page.main_window.take_tool(tool)


def test_a_stroke_by_the_mouse_lies_where_it_was_drawn(page: PaintPage):
    take(page, "brush")
    page.easel.brushes.take_colour((1.0, 0.0, 0.0))
    page.easel.brushes.change(size=20.0, hardness=1.0)
    drag(page, (50, 60), (120, 60), (200, 60))
    assert value(page, (130, 60)) == (1, 0, 0, 1) and value(page, (130, 75)) == (0.25, 0.25, 0.25, 1)
    (stroke,) = page.easel.paint.layers[0].ops
    assert isinstance(stroke, Stroke) and stroke.points[-1][:2] == pytest.approx((200, 60), abs=0.02)
    take(page, "eraser")
    page.easel.brushes.change(size=20.0, hardness=1.0)
    drag(page, (130, 60), (131, 60))
    assert value(page, (130, 60))[:3] == (0.25, 0.25, 0.25)


def test_the_pen_presses(page: PaintPage):
    take(page, "brush")
    page.easel.brushes.change(size=60.0, hardness=1.0, pressure_size=True)
    viewer = page.main_window.viewers.first
    kinds = QInputDevice.DeviceType.Stylus, QPointingDevice.PointerType.Pen
    pen = QPointingDevice("pen", 1, *kinds, QInputDevice.Capability.Pressure, 1, 1)

    def send(kind: QEvent.Type, xy: Xy, pressure: float, button: Qt.MouseButton, buttons: Qt.MouseButton) -> None:
        at = QPointF(*viewer.zoom.to_viewer(xy))
        rest = (pressure, 0, 0, 0, 0, 0, PLAIN, button, buttons)
        QApplication.sendEvent(viewer, QTabletEvent(kind, pen, at, viewer.mapToGlobal(at), *rest))

    send(QEvent.Type.TabletPress, (60, 60), 0.25, LEFT, LEFT)
    send(QEvent.Type.TabletMove, (120, 60), 0.5, NONE, LEFT)
    send(QEvent.Type.TabletMove, (200, 60), 1.0, NONE, LEFT)
    send(QEvent.Type.TabletRelease, (200, 60), 0.0, LEFT, NONE)
    (stroke,) = page.easel.paint.layers[0].ops
    assert [point[2] for point in stroke.points] == pytest.approx([0.25, 0.5, 1.0], abs=0.01)
    shown = page.easel.painted.full()
    assert isinstance(shown, Picture)
    wide = [(shown.rgba[:, x + 40, 0] != 0.25).sum() for x in (62, 120, 200)]
    assert wide[0] < wide[1] < wide[2] and wide[2] == pytest.approx(60, abs=2)


def test_keys_change_brush_and_undo(page: PaintPage, qtbot):
    window = page.main_window
    window.viewers.first.setFocus()
    qtbot.keyClick(window, Qt.Key.Key_B)
    assert window.session.view.tool == "brush"
    size = page.easel.brushes.brush.size
    window.do("brush.larger")
    assert page.easel.brushes.brush.size > size and page.brush.diameter.number.value() == page.easel.brushes.brush.size
    window.do("brush.opacity_4")
    assert page.easel.brushes.brush.opacity == 0.4 and page.brush.opacity.number.value() == 40
    window.do("brush.opacity_0")
    assert page.easel.brushes.brush.opacity == 1
    drag(page, (50, 60), (120, 60))
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert value(page, (80, 60))[0] == 0.25 and window._hint.text() == "Undone: Stroke"
    window.do("edit.redo")
    assert value(page, (80, 60))[0] != 0.25
    window.do("edit.redo")
    assert window._hint.text() == "There is nothing to redo."


def test_escape_breaks_a_stroke_off_and_else_closes_a_notice(page: PaintPage):
    take(page, "brush")
    drag(page, (50, 60), (60, 60))
    tool = page.main_window.viewers.first._tool
    tool.press((50, 100), 1, PLAIN)
    tool.move((150, 100), 1, PLAIN)
    assert "window.notice" in page.keys()
    page.main_window.do("window.notice")
    tool.release((150, 100), 1, PLAIN)
    assert value(page, (100, 100))[0] == 0.25 and len(page.easel.paint.layers[0].ops) == 1
    assert "window.notice" not in page.keys()


def test_the_ring_is_as_large_as_the_brush(page: PaintPage):
    take(page, "brush")
    viewer = page.main_window.viewers.first
    page.easel.brushes.change(size=100.0, hardness=1.0)
    viewer._tool.hover((160, 90))
    with_ring = viewer.grab().toImage()
    viewer._tool.hover(None)
    without = viewer.grab().toImage()
    ratio = with_ring.devicePixelRatio()
    seen = []
    for x in range(with_ring.width()):
        for y in range(0, with_ring.height()):
            if with_ring.pixel(x, y) != without.pixel(x, y):
                seen.append(math.dist(viewer.zoom.to_picture((x / ratio + 0.5, y / ratio + 0.5)), (160, 90)))
    rim = [each for each in seen if each > 10]
    assert rim and min(rim) > 45 and max(rim) < 55


def test_the_picker_takes_what_is_seen_and_control_does_so_with_the_brush(page: PaintPage):
    take(page, "brush")
    page.easel.brushes.take_colour((2.0, 0.5, 0.0))
    page.easel.brushes.change(size=40.0, hardness=1.0)
    drag(page, (50, 60), (120, 60))
    take(page, "picker")
    drag(page, (200, 100))
    assert page.easel.brushes.colour == (0.25, 0.25, 0.25)
    take(page, "brush")
    drag(page, (80, 60), modifiers=Qt.KeyboardModifier.ControlModifier)
    assert page.easel.brushes.colour == pytest.approx((2.0, 0.5, 0.0), abs=0.01)
    assert len(page.easel.paint.layers[0].ops) == 1, "picking paints nothing"


def test_a_line_and_with_shift_a_straight_one(page: PaintPage):
    take(page, "line")
    drag(page, (50, 60), (70, 80), (200, 66), modifiers=Qt.KeyboardModifier.ShiftModifier)
    (line,) = page.easel.paint.layers[0].ops
    assert isinstance(line, Line) and line.end == pytest.approx((200, 60), abs=0.5)
    take(page, "brush")
    drag(page, (20, 20), (30, 20))
    drag(page, (90, 20), modifiers=Qt.KeyboardModifier.ShiftModifier)
    assert isinstance(page.easel.paint.layers[0].ops[2], Line), "Shift joins to where the last stroke ended"


def test_text_is_written_changed_and_moved(page: PaintPage, qtbot):
    assert usual_font() is not None, "OpenImageIO brings a font"
    take(page, "text")
    drag(page, (60, 100))
    assert not page.easel.paint.layers and "Write the text" in page.main_window._hint.text()
    page.text.text.setPlainText("Hello")
    page.text.font_size.setValue(40)
    drag(page, (60, 100))
    assert page.easel.paint.layers[0].name == "Hello"
    page.text.text.setPlainText("Hello you")
    page.text.angle.setValue(10)
    found = page.easel.placed_now(Text)
    assert found is not None and (found[1].text, found[1].angle, found[1].size) == ("Hello you", 10, 40)
    before = found[1].at
    drag(page, (80, 92), (100, 112), (110, 122))
    found = page.easel.placed_now(Text)
    assert found is not None and found[1].at == pytest.approx((before[0] + 30, before[1] + 30), abs=0.5)
    assert page.easel.paint.undo() == "Text changed" and page.easel.placed_now(Text)[1].at == before
    page.easel.brushes.take_colour((0.0, 1.0, 0.0))
    assert page.easel.placed_now(Text)[1].colour == (0.0, 1.0, 0.0)


def test_an_image_is_placed_moved_enlarged_and_given_numbers(page: PaintPage, qtbot, tmp_path: Path):
    write_picture(tmp_path / "logo.png", np.full((40, 60, 3), 255, np.uint8))
    take(page, "image")
    page.image.place(str(tmp_path / "logo.png"), (100, 100))
    qtbot.waitUntil(lambda: page.easel.placed_now(Placed) is not None)
    assert (page.image.across.value(), page.image.down.value(), page.image.scale.value()) == (100, 100, 100)
    drag(page, (100, 100), (150, 110))
    assert (page.image.across.value(), page.image.down.value()) == pytest.approx((150, 110), abs=0.2)
    # From its lower right corner, away from the upper left.
    drag(page, (180, 130), (210, 150))
    assert page.image.scale.value() == pytest.approx(150, abs=1)
    assert value(page, (125, 95))[0] == pytest.approx(1, abs=0.02) and value(page, (115, 95))[0] == 0.25
    page.image.angle.setValue(90)
    page.image.across.setValue(200)
    assert page.image.scale.value() == pytest.approx(150, abs=1)
    found = page.easel.placed_now(Placed)
    assert found is not None and found[1].homography[:2] == pytest.approx((0, -1.5), abs=0.02)
    drag(page, (10, 10))
    names = [each for each in QApplication.topLevelWidgets() if each.windowTitle() == "An image to place"]
    assert names, "beside all images it asks for another"
    for each in names:
        each.close()


def test_painting_on_the_frame_that_is_shown(page: PaintPage):
    page.session.playhead.go(1002)
    page.on_frame.click()
    assert page.on_frame.text() == "Frame 1002" and page.easel.surface == "frame"
    take(page, "brush")
    drag(page, (10, 10), (20, 10))
    assert [layer.on for layer in page.easel.paint.layers] == [1002]
    page.on_canonical.click()
    drag(page, (10, 10), (20, 10))
    assert [layer.on for layer in page.easel.paint.layers] == [1002, "canonical"]


def test_layers_by_buttons_keys_and_in_place(page: PaintPage, qtbot):
    take(page, "brush")
    drag(page, (50, 60), (120, 60))
    layers, rows = page.layers, page.layers.rows
    layers.add.click()
    assert [rows.item(at).text() for at in range(rows.count())] == ["Paint 2", "Paint"] and rows.currentRow() == 0
    assert not layers.up.isEnabled() and layers.down.isEnabled()
    layers.down.click()
    assert rows.currentRow() == 1 and page.easel.paint.current == 0
    rows.setCurrentRow(0)
    qtbot.waitUntil(lambda: page.easel.paint.current == 1)
    layers.eye.click()
    assert value(page, (80, 60))[0] == 0.25 and not page.easel.paint.layer_now.visible
    layers.eye.click()
    layers.lock.click()
    drag(page, (50, 100), (120, 100))
    assert value(page, (80, 100))[0] == 0.25 and page.main_window._hint.text() == "Paint is locked."
    layers.lock.click()
    layers.mode.setCurrentIndex(2)
    layers.mode.activated.emit(2)
    layers.opacity.setValue(50)
    assert (page.easel.paint.layer_now.mode, page.easel.paint.layer_now.opacity) == ("multiply", 0.5)
    rows.item(0).setText("Scar")
    qtbot.waitUntil(lambda: page.easel.paint.layer_now.name == "Scar")
    qtbot.keyClick(rows, Qt.Key.Key_Delete)
    assert [layer.name for layer in page.easel.paint.layers] == ["Paint 2"]


def test_the_eye_in_a_row_is_pressed_without_choosing_the_layer(page: PaintPage, qtbot):
    paint, rows = page.easel.paint, page.layers.rows
    for _ in range(2):
        page.layers.add.click()
    at = rows.visualItemRect(rows.item(1)).topLeft() + QPoint(8, 12)
    qtbot.mouseClick(rows.viewport(), LEFT, pos=at)
    assert not paint.layers[0].visible and paint.current == 1


def test_a_layer_is_dragged_to_another_place(page: PaintPage, qtbot):
    for _ in range(3):
        page.layers.add.click()
    model = page.layers.rows.model()
    names = [layer.name for layer in page.easel.paint.layers]
    assert model.moveRow(model.index(-1, -1), 0, model.index(-1, -1), 3)
    qtbot.waitUntil(lambda: [layer.name for layer in page.easel.paint.layers] == [names[2], names[0], names[1]])


def test_the_colour_is_chosen_on_the_field_and_by_its_code(page: PaintPage, qtbot):
    colour, brushes = page.colour, page.easel.brushes
    colour.code.setText("#808080")
    colour.code.editingFinished.emit()
    assert brushes.colour == pytest.approx((0.216, 0.216, 0.216), abs=0.002), "scene-linear"
    colour.stops.setValue(2)
    assert brushes.colour == pytest.approx((0.864, 0.864, 0.864), abs=0.01)
    field = colour.field
    qtbot.mouseClick(field, LEFT, pos=QPoint(field._places()[0].toRect().right(), field._places()[0].toRect().top()))
    assert max(brushes.colour) > 2 and min(brushes.colour) < max(brushes.colour) / 2
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Down, Qt.Key.Key_PageDown):
        before = brushes.colour
        qtbot.keyClick(field, key)
        assert brushes.colour != before
    brushes.take_colour((6.0, 3.0, 1.5))
    assert colour.stops.value() == 3 and colour.code.text().startswith("#")
    assert brushes.colour == (6.0, 3.0, 1.5), "showing a colour does not change it"
    colour.code.setText("nonsense")
    colour.code.editingFinished.emit()
    assert brushes.colour == (6.0, 3.0, 1.5)


def test_what_is_not_in_the_render_is_said_and_brought_by_the_main_key(page: PaintPage, monkeypatch):
    assert not page.bring.isEnabled()
    take(page, "brush")
    drag(page, (50, 60), (120, 60))
    assert page.bring.isEnabled() and "Not in the render yet: Paint." in page.state.text()
    started: list[Callable] = []
    monkeypatch.setattr(page.session.bring_in, "start", lambda then, more: started.append(then))
    page.main_window.do("page.main")
    assert started


def test_before_there_are_live_maps_the_main_button_makes_them(page: PaintPage, monkeypatch):
    made: list[bool] = []
    monkeypatch.setattr(page.session.live_paint, "make", lambda again=False: made.append(again))
    page.easel.paint.close()
    page.easel.changed.emit(None)
    assert page.bring.text() == "Make the live maps" and "live maps are needed" in page.line.text()
    take(page, "brush")
    drag(page, (50, 60), (120, 60))
    assert "as soon as the first live maps" in page.main_window._hint.text()
    page.main_window.do("page.main")
    assert made == [False]


@pytest.mark.parametrize("tool", ["look", "brush", "eraser", "picker", "line", "text", "image"])
def test_nothing_is_cut_off_and_all_is_reached_by_keys(page: PaintPage, qtbot, tool: str):
    take(page, "brush")
    drag(page, (50, 60), (120, 60))
    take(page, tool)
    page.main_window.resize(1280, 720)
    qtbot.wait(50)
    assert clipped(page) == [] and missed_by_tab(page) == [] and nameless(page) == []
    scroll = page.parentWidget().parentWidget()
    assert page.minimumSizeHint().height() <= scroll.height(), "at 1280x720 nothing has to be scrolled to"


def test_leaving_the_page_ends_the_stroke_and_takes_the_second_viewer_away(page: PaintPage):
    take(page, "brush")
    page.main_window.viewers.first._tool.press((50, 60), 1, PLAIN)
    page.session.view.change(beside="live")
    page.left()
    assert not page.easel.paint.is_drawing and page.session.view.beside is None
    assert isinstance(page.bring, QPushButton)
