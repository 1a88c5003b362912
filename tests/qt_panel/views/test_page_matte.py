"""The page Matte, painted on and looked at."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QLineEdit, QToolButton
from unreel.core.sequence import Sequence
from unreel.qt_panel.model.matte_files import Look, read_matte
from unreel.qt_panel.model.session import Session
from unreel.qt_panel.views.main_window import MainWindow
from unreel.qt_panel.views.page_matte import MattePage

from ..shots import WINDOW, write_matte, write_plate
from .looked_at import clipped, missed_by_tab, nameless

NONE = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def page(qtbot, shown: Session, tmp_path: Path) -> MattePage:
    window = MainWindow(shown)
    qtbot.addWidget(window)
    window.resize(1280, 720)
    window.show()
    shown.open(write_plate(tmp_path / "plate"))
    qtbot.waitUntil(lambda: shown.shot is not None and not shown.opening)
    window.go_to("matte")
    found = window.page("matte")
    assert isinstance(found, MattePage)
    return found


def test_without_a_matte_a_stroke_says_what_to_do_first(page: MattePage):
    brush = page._brushes["brush"]
    assert brush.press((10, 10), 1.0, NONE) and brush.release((10, 10), 1.0, NONE)
    assert "import one, or let Unreel propose one" in page.main_window._hint.text()
    assert page._propose_button.property("kind") == "main" and not page._fix.isVisible()


def test_a_stroke_is_in_the_file_and_undone_by_a_key(qtbot, page: MattePage, tmp_path: Path):
    page.mattes.add(write_matte(tmp_path / "m"))
    page.main_window.take_tool("brush")
    for key, step in ((Qt.Key.Key_BracketRight, 1), (Qt.Key.Key_BracketLeft, -1)):
        before = page._size.value()
        qtbot.keyClick(page.main_window, key)
        assert (page._size.value() - before) * step > 0
    page._size.setValue(8)
    brush = page._brushes["brush"]
    brush.press((70, 10), 1.0, NONE)
    brush.move((80, 10), 1.0, NONE)
    brush.release((80, 10), 1.0, NONE)
    qtbot.waitUntil(lambda: "_v002" in page.mattes.layer.pattern and page.mattes.fixes.can_undo, timeout=20000)
    path = Sequence.find(page.mattes.layer.pattern).path(page.session.playhead.frame)
    assert read_matte(path, Look(), WINDOW)[0][10, 75] == 1
    qtbot.waitUntil(lambda: page._undo_button.isEnabled())
    qtbot.keyClick(page.main_window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: read_matte(path, Look(), WINDOW)[0][10, 75] == 0, timeout=10000)


def test_the_mouse_takes_away_what_it_goes_over(qtbot, page: MattePage, tmp_path: Path):
    roto = write_matte(tmp_path / "m")
    page.mattes.add(roto)
    viewer = page.main_window.viewers.first
    qtbot.waitUntil(lambda: page.session.frames.has("plate", 1001))
    qtbot.keyClick(page.main_window, Qt.Key.Key_X)
    page._size.setValue(6)
    start = next(
        place
        for x in range(0, viewer.width(), 4)
        for y in range(0, viewer.height(), 4)
        for place in [QPointF(x, y)]
        if abs(viewer._at(place)[0] - 30) < 1 and abs(viewer._at(place)[1] - 25) < 1
    ).toPoint()
    qtbot.mousePress(viewer, Qt.MouseButton.LeftButton, NONE, start)
    qtbot.mouseMove(viewer, start + QPoint(20, 0))
    qtbot.mouseRelease(viewer, Qt.MouseButton.LeftButton, NONE, start + QPoint(20, 0))
    qtbot.waitUntil(lambda: "_v002" in page.mattes.layer.pattern and page.mattes.fixes.can_undo, timeout=20000)
    path = Sequence.find(page.mattes.layer.pattern).path(1001)
    fixed = read_matte(path, Look(), WINDOW)[0]
    assert fixed[25, 30] == 0 and fixed[38, 50] == 1


def test_the_matte_lies_over_the_picture_in_its_colour(qtbot, page: MattePage, tmp_path: Path):
    page.mattes.add(write_matte(tmp_path / "m"))
    frame = page.session.playhead.frame
    page.session.frames.get("matte", frame)
    qtbot.waitUntil(lambda: page.session.frames.has("matte", frame))
    image = QImage(96, 64, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.black)
    painter = QPainter(image)
    page.overlays()[0](painter)
    painter.end()
    inside, outside = image.pixelColor(30, 20), image.pixelColor(80, 60)
    assert inside.blue() > inside.red() > 20 and outside.blue() == 0


def test_rows_are_shown_moved_locked_and_renamed(qtbot, page: MattePage, tmp_path: Path):
    for name in ("man", "car"):
        page.mattes.add(write_matte(tmp_path / "m", name=name))

    def press(text: str) -> None:
        found = [each for each in page.findChildren(QToolButton) if each.accessibleName() == text]
        qtbot.mouseClick(found[-1], Qt.MouseButton.LeftButton)

    press("car: To the front")
    assert [layer.name for layer in page.mattes.layers] == ["car", "man"]
    press("man: Lock: no fixes")
    press("car: Show over the picture")
    assert (page.mattes.layers[1].locked, page.mattes.layers[0].visible) == (True, False)
    field = next(each for each in page._list._rows[0].findChildren(QLineEdit))
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "street car")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert page.mattes.layers[0].name == "street_car"
    qtbot.waitUntil(lambda: clipped(page) == [])
    assert missed_by_tab(page) == [] and nameless(page) == []
