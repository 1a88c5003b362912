from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPointingDevice, QTabletEvent, QWheelEvent
from PySide6.QtWidgets import QApplication
from unreel.core.frame import Window
from unreel.qt_panel.model.compare import ABOVE, BELOW
from unreel.qt_panel.model.picture import Broken, Picture
from unreel.qt_panel.model.screen import Screen
from unreel.qt_panel.model.signal import Signal
from unreel.qt_panel.model.view_state import ViewState
from unreel.qt_panel.views.qt_loop import QtLoop
from unreel.qt_panel.views.viewer import Viewer

FORMAT = Window(0, 0, 40, 20)
OVERSCAN = Window(-4, -2, 48, 24)
AT = (11, 7)
"""A pixel unlike all others."""


def picture_of(value: float = 0.25, window: Window = OVERSCAN, mark: float = 1.0) -> Picture:
    rgba = np.full((*window.shape, 4), value, np.float16)
    rgba[AT[1] - window.y, AT[0] - window.x, :3] = mark
    return Picture(rgba, window, FORMAT, 1.0, "frame 1")


@pytest.fixture
def view() -> ViewState:
    return ViewState(view="Raw", windows=False)


@pytest.fixture
def viewer(qtbot, view: ViewState) -> Iterator[Viewer]:
    screen = Screen(QtLoop(), view)
    made = Viewer(screen, "Picture")
    made.outline(False)
    qtbot.addWidget(made)
    made.resize(400, 300)
    made.set_format(FORMAT, 1.0)
    made.show()
    qtbot.waitUntil(lambda: screen.transform is not None)
    yield made
    screen.close()


def seen(viewer: Viewer) -> QImage:
    return viewer.grab().toImage()


def grey_at(viewer: Viewer, xy: tuple[float, float]) -> int:
    """What the viewer shows in the middle of a full-size pixel."""
    x, y = viewer.zoom.to_viewer((xy[0] + 0.5, xy[1] + 0.5))
    ratio = viewer.zoom.ratio
    return QColor(seen(viewer).pixel(int(x * ratio), int(y * ratio))).red()


@pytest.mark.parametrize("aspect", [1.0, 2.0])
@pytest.mark.parametrize("scale", [1.0, 3.0, 8.0])
def test_a_pixel_is_drawn_where_it_is_pointed_at(viewer: Viewer, qtbot, aspect: float, scale: float):
    viewer.set_format(FORMAT, aspect)
    viewer.take(picture_of())
    seen(viewer)
    viewer.one_to_one()
    viewer.closer(scale)
    assert grey_at(viewer, AT) == pytest.approx(255, abs=1)
    for beside in ((AT[0] - 1, AT[1]), (AT[0] + 1, AT[1]), (AT[0], AT[1] - 1), (AT[0], AT[1] + 1)):
        assert grey_at(viewer, beside) == pytest.approx(64, abs=2)
    pointed = []
    viewer.pointed.connect(lambda xy: pointed.append(xy))
    x, y = viewer.zoom.to_viewer((AT[0] + 0.5, AT[1] + 0.5))
    qtbot.mouseMove(viewer, QPoint(int(x), int(y)))
    qtbot.waitUntil(lambda: bool(pointed))
    assert (int(pointed[-1][0]), int(pointed[-1][1])) == AT


def test_overscan_is_shown_outside_of_the_format(viewer: Viewer):
    viewer.take(picture_of())
    viewer.one_to_one()
    viewer.closer(4)
    assert grey_at(viewer, (-4, -2)) == pytest.approx(64, abs=2)
    assert grey_at(viewer, (43, 21)) == pytest.approx(64, abs=2)
    assert grey_at(viewer, (-6, 5)) == QColor("#1c1c1c").red()


def test_the_exact_picture_comes_when_nothing_moves(viewer: Viewer, qtbot, view: ViewState):
    viewer.take(picture_of())
    qtbot.waitUntil(lambda: viewer.is_exact)
    view.change(exposure=1)
    seen(viewer)
    assert not viewer.is_exact
    qtbot.waitUntil(lambda: viewer.is_exact)
    assert grey_at(viewer, (3, 3)) == pytest.approx(128, abs=2)


def test_full_size_takes_the_place_of_the_proxy_where_it_is_needed(viewer: Viewer, qtbot):
    full = picture_of()
    proxy = Picture(np.full((12, 24, 4), 0.25, np.float16), OVERSCAN, FORMAT, 0.5, "frame 1")
    viewer.take(proxy)
    viewer.one_to_one()
    viewer.closer(8)
    assert grey_at(viewer, AT) == pytest.approx(64, abs=2)
    viewer.take(proxy, full)
    assert grey_at(viewer, AT) == pytest.approx(255, abs=1)
    qtbot.waitUntil(lambda: viewer.is_exact)
    assert grey_at(viewer, AT) == pytest.approx(255, abs=1)
    viewer.zoom.pan(-120, 0)
    viewer.update()
    assert grey_at(viewer, (30, 7)) == pytest.approx(64, abs=2)


def test_a_large_picture_that_someone_keeps_whole_is_shown_at_once_and_then_sharp(viewer: Viewer, qtbot):
    large = Window(0, 0, 3000, 1500)
    rgba = np.full((1500, 3000, 4), 0.25, np.float16)
    rgba[::2] = 0.75
    viewer.set_format(large, 1.0)
    viewer.take(Picture(rgba, large, large, 1.0, "canonical"))
    assert viewer._first.pictures[0].rgba.shape[1] <= 960
    qtbot.waitUntil(lambda: viewer.is_exact)
    assert grey_at(viewer, (1000, 700)) == pytest.approx(128, abs=3)
    viewer.one_to_one()
    at = int(viewer.zoom.centre[1])
    lines = sorted((grey_at(viewer, (1500, at)), grey_at(viewer, (1500, at + 1))))
    assert lines == pytest.approx([64, 191], abs=2)


def test_what_cannot_be_shown_is_told_in_its_place(viewer: Viewer):
    viewer.take(picture_of())
    before = seen(viewer)
    viewer.take(Broken("plate.1003.exr is damaged; render it again"), title="Frame 1003 can't be shown")
    told = seen(viewer)
    assert told != before
    wrong = QColor("#f0784f")
    assert any(QColor(told.pixel(x, y)) == wrong for y in range(told.height()) for x in range(told.width()))
    viewer.take(picture_of())
    assert seen(viewer) == before


def test_a_wipe_shows_both_and_its_line_can_be_dragged(viewer: Viewer, qtbot):
    viewer.take(picture_of(0.25), other=picture_of(0.75))
    viewer.compare("wipe", 0.5, False)
    assert grey_at(viewer, (5, 3)) == pytest.approx(64, abs=2)
    assert grey_at(viewer, (35, 3)) == pytest.approx(191, abs=2)
    put = []
    viewer.wiped.connect(lambda at: put.append(at))
    x = round(viewer.zoom.to_viewer((20, 0))[0])
    to = round(viewer.zoom.to_viewer((10, 0))[0])
    qtbot.mousePress(viewer, Qt.MouseButton.LeftButton, pos=QPoint(x, 50))
    qtbot.mouseMove(viewer, QPoint(to, 50))
    qtbot.mouseRelease(viewer, Qt.MouseButton.LeftButton, pos=QPoint(to, 50))
    assert put[-1] == pytest.approx(0.25, abs=0.01)
    viewer.compare("wipe", 0.25, False)
    assert grey_at(viewer, (15, 3)) == pytest.approx(191, abs=2)


def test_flicker_shows_the_other_one(viewer: Viewer):
    viewer.take(picture_of(0.25), other=picture_of(0.75))
    viewer.compare("one", 0.5, True)
    assert grey_at(viewer, (5, 3)) == pytest.approx(191, abs=2)
    viewer.compare("one", 0.5, False)
    assert grey_at(viewer, (5, 3)) == pytest.approx(64, abs=2)


@pytest.mark.parametrize(("mark", "colour"), [(1.0, ABOVE), (0.01, BELOW), (0.25, (0, 0, 0))])
def test_a_difference_is_blue_below_and_orange_above(viewer: Viewer, mark: float, colour):
    viewer.take(picture_of(mark=mark), other=picture_of(mark=0.25))
    viewer.compare("difference", 0.5, False)
    viewer.one_to_one()
    viewer.closer(8)
    x, y = viewer.zoom.to_viewer((AT[0] + 0.5, AT[1] + 0.5))
    shown = QColor(seen(viewer).pixel(int(x), int(y)))
    assert (shown.red(), shown.green(), shown.blue()) == colour


def test_the_wheel_comes_closer_at_the_pointer(viewer: Viewer):
    viewer.take(picture_of())
    at = QPointF(100, 120)
    before, scale = viewer.zoom.to_picture((100, 120)), viewer.zoom.scale
    none = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False
    turn = QWheelEvent(at, QPointF(viewer.mapToGlobal(at.toPoint())), QPoint(), QPoint(0, 120), *none)
    QApplication.sendEvent(viewer, turn)
    assert viewer.zoom.scale > scale
    assert viewer.zoom.to_picture((100, 120)) == pytest.approx(before, abs=0.1)
    viewer.fit()
    assert viewer.zoom.scale == pytest.approx(scale)


class Pencil:
    """Remembers what it was given."""

    cursor = Qt.CursorShape.PointingHandCursor

    def __init__(self, takes: bool = True) -> None:
        self.changed: Signal[None] = Signal()
        self.takes = takes
        self.given: list[tuple] = []

    def press(self, xy, pressure, modifiers) -> bool:
        self.given.append(("press", *np.floor(xy).astype(int).tolist(), pressure))
        return self.takes

    def move(self, xy, pressure, modifiers) -> bool:
        self.given.append(("move", *np.floor(xy).astype(int).tolist(), pressure))
        return True

    def release(self, xy, pressure, modifiers) -> bool:
        self.given.append(("release", *np.floor(xy).astype(int).tolist(), pressure))
        return True

    def hover(self, xy) -> None:
        self.given.append(("hover",) if xy is None else ("hover", *np.floor(xy).astype(int).tolist()))

    def draw(self, painter) -> None:
        painter.fillRect(5, 5, 2, 2, QColor(0, 255, 0))


def spot(viewer: Viewer, x: int, y: int) -> QPoint:
    at = viewer.zoom.to_viewer((x + 0.5, y + 0.5))
    return QPoint(round(at[0]), round(at[1]))


def test_a_tool_is_given_the_pixels_of_the_picture(viewer: Viewer, qtbot):
    tool = Pencil()
    viewer.take(picture_of())
    viewer.set_tool(tool)
    assert viewer.cursor().shape() == Pencil.cursor
    qtbot.mouseMove(viewer, spot(viewer, 2, 3))
    qtbot.mousePress(viewer, Qt.MouseButton.LeftButton, pos=spot(viewer, 2, 3))
    qtbot.mouseMove(viewer, spot(viewer, 8, 3))
    qtbot.mouseRelease(viewer, Qt.MouseButton.LeftButton, pos=spot(viewer, 9, 4))
    stroke = [each for each in tool.given if each[0] != "hover"]
    assert stroke == [("press", 2, 3, 1.0), ("move", 8, 3, 1.0), ("release", 9, 4, 1.0)]
    x, y = viewer.zoom.to_viewer((6, 6))
    assert QColor(seen(viewer).pixel(int(x), int(y))) == QColor(0, 255, 0)


def test_a_pen_gives_its_pressure(viewer: Viewer):
    tool = Pencil()
    viewer.take(picture_of())
    viewer.set_tool(tool)
    kinds = (QEvent.Type.TabletPress, QEvent.Type.TabletMove, QEvent.Type.TabletRelease)
    for kind, x, pressure in zip(kinds, (2, 5, 6), (0.25, 0.75, 0.0), strict=True):
        at = QPointF(spot(viewer, x, 3))
        button = Qt.MouseButton.NoButton if kind == QEvent.Type.TabletMove else Qt.MouseButton.LeftButton
        event = QTabletEvent(kind, QPointingDevice.primaryPointingDevice(), at, at, pressure, 0, 0, 0, 0, 0,
                             Qt.KeyboardModifier.NoModifier, button, Qt.MouseButton.LeftButton)  # fmt: skip
        QApplication.sendEvent(viewer, event)
        assert event.isAccepted()
    assert tool.given == [("press", 2, 3, 0.25), ("move", 5, 3, 0.75), ("release", 6, 3, 0.0)]


def test_what_a_tool_does_not_take_moves_the_picture(viewer: Viewer, qtbot):
    viewer.take(picture_of())
    viewer.set_tool(Pencil(takes=False))
    before = viewer.zoom.centre
    qtbot.mousePress(viewer, Qt.MouseButton.LeftButton, pos=QPoint(100, 100))
    qtbot.mouseMove(viewer, QPoint(150, 100))
    qtbot.mouseRelease(viewer, Qt.MouseButton.LeftButton, pos=QPoint(150, 100))
    assert viewer.zoom.centre[0] == pytest.approx(before[0] - 50 / viewer.zoom.units[0])


DENSE = """
import numpy as np
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from unreel.core.frame import Window
from unreel.qt_panel.app import make_app
from unreel.qt_panel.model.picture import Picture
from unreel.qt_panel.model.screen import Screen
from unreel.qt_panel.model.view_state import ViewState
from unreel.qt_panel.views.qt_loop import QtLoop
from unreel.qt_panel.views.viewer import Viewer

app = make_app("en")
screen = Screen(QtLoop(), ViewState(view="Raw"))
viewer = Viewer(screen, "Picture")
viewer.outline(False)
window = Window(0, 0, 40, 20)
rgba = np.zeros((20, 40, 4), np.float16)
rgba[::2, ::2] = rgba[1::2, 1::2] = 1
viewer.resize(101, 77)
viewer.set_format(window, 1.0)
viewer.show()
while screen.transform is None:
    QTest.qWait(10)
viewer.take(Picture(rgba, window, window, 1.0, "a"))
viewer.one_to_one()
shown = viewer.grab().toImage()
assert shown.devicePixelRatio() == 2 and shown.width() == 202, (shown.devicePixelRatio(), shown.width())
left, top = (round(each * 2) for each in viewer.zoom.origin)
drawn = [[QColor(shown.pixel(left + x, top + y)).red() for x in range(40)] for y in range(20)]
assert (np.array(drawn) == rgba[..., 0] * 255).all(), drawn[0]
screen.close()
print("sharp")
"""


@pytest.mark.slow
def test_on_a_dense_screen_a_pixel_is_a_pixel(config: Path):
    environment = {**os.environ, "QT_SCALE_FACTOR": "2", "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run([sys.executable, "-c", DENSE], env=environment, capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == "sharp", done.stderr
