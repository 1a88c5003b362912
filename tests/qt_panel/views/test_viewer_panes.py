from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QToolButton
from unreel.core.exr_write import make_frame, write_frame
from unreel.core.frame import Attribute, Window
from unreel.qt_panel.model.frames import PROXY
from unreel.qt_panel.model.picture import Broken, Picture
from unreel.qt_panel.views.main_window import MainWindow
from unreel.qt_panel.views.viewer_panes import ViewerPanes

FORMAT = Window(0, 0, 64, 36)
OVERSCAN = Window(-8, -4, 80, 44)
ASPECT = {"PixelAspectRatio": Attribute("float", 2.0), "FramesPerSecond": Attribute("rational", (25, 1))}
FRAMES = range(1001, 1006)
AT = (20, 9)


def write(path: Path, value: float, data: Window = OVERSCAN, display: Window = FORMAT) -> None:
    planes = {name: np.full(data.shape, value, np.float16) for name in "RGB"}
    planes["G"][AT[1] - data.y, AT[0] - data.x] = 0.8125
    write_frame(path, make_frame(planes, data, display, metadata=ASPECT))


@pytest.fixture
def plate(tmp_path: Path) -> Path:
    """1003 is missing, 1004 can't be read."""
    for number in FRAMES:
        write(tmp_path / f"plate.{number}.exr", (number - 1000) / 8)
    (tmp_path / "plate.1003.exr").unlink()
    (tmp_path / "plate.1004.exr").write_bytes(b"torn")
    return tmp_path


@pytest.fixture
def panes(window: MainWindow, plate: Path, qtbot) -> ViewerPanes:
    window.resize(1280, 720)
    window.session.view.change(view="Raw")
    window.session.open(str(plate))
    qtbot.waitUntil(lambda: isinstance(window.viewers.first._shown, Picture))
    return window.viewers


def point_at(panes: ViewerPanes, qtbot, xy: tuple[int, int]) -> str:
    x, y = panes.first.zoom.to_viewer((xy[0] + 0.5, xy[1] + 0.5))
    qtbot.mouseMove(panes.first, QPoint(int(x), int(y)))
    qtbot.waitUntil(lambda: panes.first.xy is not None and int(panes.first.xy[0] // 1) == xy[0])
    return panes.bar._values.text()


def test_values_under_the_pointer_are_the_files_own(panes: ViewerPanes, qtbot):
    assert panes.first.zoom.aspect == 2.0
    assert point_at(panes, qtbot, AT) == "x 20  y 9    0.1250  0.8125  0.1250  1.0000"
    assert point_at(panes, qtbot, (21, 9)) == "x 21  y 9    0.1250  0.1250  0.1250  1.0000"
    panes.first.zoom.by(0.7)
    assert point_at(panes, qtbot, (-8, -4)) == "x -8  y -4    0.1250  0.1250  0.1250  1.0000"
    assert point_at(panes, qtbot, (-9, 3)) == "x -9  y 3"


def test_a_missing_and_an_unreadable_frame_are_told_and_the_window_lives(panes: ViewerPanes, qtbot):
    playhead, viewer = panes.session.playhead, panes.first
    playhead.go(1003)
    qtbot.waitUntil(lambda: isinstance(viewer._shown, Broken))
    assert viewer._title == "Frame 1003 is missing" and "plate.1003.exr" in viewer._shown.text
    playhead.go(1004)
    qtbot.waitUntil(lambda: isinstance(viewer._shown, Broken) and "1004" in viewer._shown.text)
    assert viewer._title == "Frame 1004 can't be shown"
    playhead.go(1005)
    qtbot.waitUntil(lambda: isinstance(viewer._shown, Picture) and viewer._shown.name == "frame 1005")


def test_it_is_played_in_a_loop_at_the_plates_rate_past_what_is_not_there(panes: ViewerPanes, qtbot):
    seen = []
    playhead = panes.session.playhead
    assert playhead.fps == 25
    playhead.moved.connect(lambda frame: seen.append(frame))
    playhead.play()
    qtbot.waitUntil(lambda: set(seen) == set(FRAMES), timeout=20000)
    playhead.stop()


def test_full_size_comes_at_rest_and_only_then(window: MainWindow, tmp_path: Path, qtbot):
    large = Window(0, 0, 2 * PROXY, 16)
    for number in (1, 2, 3):
        write(tmp_path / f"large.{number}.exr", 0.25, large, large)
    session, viewer = window.session, window.viewers.first
    session.open(str(tmp_path / "large.#.exr"))
    qtbot.waitUntil(lambda: isinstance(viewer._shown, Picture))
    qtbot.waitUntil(lambda: bool(viewer._first.full))
    assert viewer._first.full[0].scale == 1 and viewer._shown.scale == 0.5
    session.playhead.drag(True)
    session.playhead.go(2)
    qtbot.waitUntil(lambda: viewer._shown.name == "frame 2")
    qtbot.wait(400)
    assert not viewer._first.full
    session.playhead.drag(False)
    qtbot.waitUntil(lambda: bool(viewer._first.full))


def test_a_second_viewer_stands_beside_the_first(panes: ViewerPanes, qtbot):
    session = panes.session
    window = Window(-10, 0, 90, 50)
    canonical = Picture(np.ones((50, 90, 4), np.float16), window, window, 1.0, "canonical")
    session.frames.source("canonical", lambda frame: canonical, is_still=True)
    assert not panes.second.isVisible()
    session.view.change(beside="canonical")
    assert panes.second.isVisible() and panes.first.isVisible()
    qtbot.waitUntil(lambda: panes.second._shown is canonical)
    assert [label.text() for label in panes._labels] == ["plate  1001", "canonical"]
    assert panes.second.zoom.display == window and panes.first.zoom.display == FORMAT
    session.playhead.go(1002)
    assert panes.second._shown is canonical
    session.view.change(beside=None)
    assert not panes.second.isVisible()


def test_what_there_is_not_yet_is_said(panes: ViewerPanes):
    panes.session.view.change(kind="rendered")
    assert panes.first._wrong() == ("", "There is no render yet.", False)


def test_the_held_key_flickers_to_the_second(panes: ViewerPanes, qtbot):
    session = panes.session
    other = Picture(np.ones((36, 64, 4), np.float16), FORMAT, FORMAT, 1.0, "rendered")
    session.frames.direct("rendered", lambda frame: other)
    session.view.change(second="rendered", flicker_second=True)
    assert panes.first._other is other and panes.first._sides()[0].pictures == (other,)
    session.view.change(flicker_second=False)
    assert panes.first._other is None


def test_another_colour_space_reads_the_plate_anew(panes: ViewerPanes, qtbot):
    before = panes.first._shown
    panes.session.set_knob("train", "space", "sRGB Encoded Rec.709 (sRGB)")
    qtbot.waitUntil(lambda: panes.first._shown is not before and isinstance(panes.first._shown, Picture))
    assert panes.first._shown.rgba[0, 0, 0] < 0.02


def test_keys_zoom_and_the_bar_says_how_close(panes: ViewerPanes, window: MainWindow):
    assert panes.bar._zoom.text().startswith("Fit ")
    window.do("view.one_to_one")
    assert panes.bar._zoom.text() == "100 %"
    window.do("view.closer")
    window.do("view.closer")
    assert panes.bar._zoom.text() == "200 %"
    window.do("view.farther")
    window.do("view.fit")
    assert panes.first.zoom.is_fit


def test_the_bar_and_the_view_are_one(panes: ViewerPanes, window: MainWindow):
    view, bar = window.session.view, panes.bar
    window.do("view.brighter")
    assert bar._exposure.value() == 0.5
    bar._exposure.setValue(-1)
    bar._gamma_slider.setValue(10)
    assert (view.exposure, view.gamma) == (-1.0, 2.0)
    assert bar._gamma.value() == 2.0 and bar._exposure_slider.value() == -10
    red = next(each for each in bar.findChildren(QToolButton) if each.accessibleName() == "Red")
    red.click()
    assert view.channel == "R" and panes.display.look.channel == "R"
    window.do("view.reset")
    assert (bar._exposure.value(), bar._gamma.value(), bar._channels.checkedId()) == (0.0, 1.0, 0)


def test_the_bar_offers_the_views_of_the_config(panes: ViewerPanes, qtbot):
    views = panes.bar._views
    qtbot.waitUntil(lambda: views.count() > 3)
    assert views.currentText() == "Raw"
    at = views.findText("Un-tone-mapped")
    views.setCurrentIndex(at)
    views.activated.emit(at)
    assert panes.session.view.view == "Un-tone-mapped"
    qtbot.waitUntil(lambda: panes.display.transform.view == "Un-tone-mapped")
