from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QLineEdit, QPushButton
from unreel.qt_panel.model.notices import Notice
from unreel.qt_panel.model.session import Question
from unreel.qt_panel.model.user_settings import read_settings
from unreel.qt_panel.views.main_window import MainWindow
from unreel.qt_panel.views.notice_bar import NoticeFrame
from unreel.qt_panel.views.pages import PAGES


def open_shot(qtbot, window: MainWindow, path: Path) -> None:
    window.session.open(str(path))
    qtbot.waitUntil(lambda: window.session.shot is not None and not window.session.opening)


def buttons(window: MainWindow) -> list[str]:
    return [each.text() for each in window._places.currentWidget().findChildren(QPushButton)]


def test_a_page_that_cannot_be_worked_on_says_what_is_needed_and_leads_there(window: MainWindow, qtbot):
    window.go_to("paint")
    assert buttons(window) == ["Open a shot"]
    qtbot.mouseClick(window._places.currentWidget().findChild(QPushButton), Qt.MouseButton.LeftButton)
    assert window._page.id == "shot"


def test_every_page_has_its_key(window: MainWindow, qtbot):
    for number, spec in enumerate(PAGES):
        qtbot.keyClick(window, Qt.Key(Qt.Key.Key_F1 + number))
        assert window._page is spec


def test_a_page_is_made_when_it_is_first_shown_and_told_that_it_is(window: MainWindow, qtbot, plate: Path):
    assert window.page("train") is None
    open_shot(qtbot, window, plate)
    window.go_to("train")
    window.go_to("shot")
    assert window.page("train").called == ["shown", "left"]


def test_a_shot_opens_by_dropping_it(window: MainWindow, qtbot, plate: Path):
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(file)) for file in sorted(plate.iterdir())])
    actions, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    window.dropEvent(QDropEvent(QPointF(200, 200), actions, mime, left, none))
    qtbot.waitUntil(lambda: window.session.shot is not None)
    assert window.session.shot.frames == (1001, 1002, 1003)
    assert window.windowTitle() == "plate - Unreel" and "1001-1003" in window._name.text()
    qtbot.waitUntil(lambda: all(window.session.frames.has("plate", n) for n in (1001, 1002, 1003)))
    assert np.allclose(window.session.frames.get("plate", 1003).rgba[0, 0], (0.1, 0.2, 1.0, 1.0), atol=1e-3)


def test_what_cannot_be_opened_is_told_and_the_shot_stays(window: MainWindow, qtbot, plate: Path):
    open_shot(qtbot, window, plate)
    window.session.open(str(plate / "none.####.exr"))
    qtbot.waitUntil(lambda: bool(window.session.notices.at("shot")))
    assert "there is no such sequence" in window.session.notices.at("shot")[0].text
    assert window.session.shot.name == "plate"


def test_keys_move_the_frame_but_not_while_something_is_typed(window: MainWindow, qtbot, plate: Path):
    open_shot(qtbot, window, plate)
    window.go_to("train")
    qtbot.keyClick(window, Qt.Key.Key_Right)
    assert window.session.playhead.frame == 1002
    line = QLineEdit()
    window.page("train").column.addWidget(line)
    line.show()
    line.setFocus()
    qtbot.keyClicks(line, "re 1")
    qtbot.keyClick(line, Qt.Key.Key_Right)
    assert line.text() == "re 1" and window.session.playhead.frame == 1002
    assert window.session.view.channel == "C" and not window.session.playhead.playing


def test_space_presses_a_button_that_has_the_keyboard(window: MainWindow, qtbot, plate: Path):
    open_shot(qtbot, window, plate)
    window.go_to("train")
    page, pressed = window.page("train"), []
    page.button.clicked.connect(lambda: pressed.append(page.button))
    page.button.setFocus()
    qtbot.keyClick(page.button, Qt.Key.Key_Space)
    assert len(pressed) == 1 and not window.session.playhead.playing


def test_a_held_key_holds(window: MainWindow, qtbot):
    qtbot.keyPress(window, Qt.Key.Key_Q)
    assert window.session.view.flicker_second
    qtbot.keyRelease(window, Qt.Key.Key_Q)
    assert not window.session.view.flicker_second


def test_the_pages_own_key_goes_to_the_page(window: MainWindow, qtbot, plate: Path):
    open_shot(qtbot, window, plate)
    window.go_to("train")
    qtbot.keyClick(window, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert window.page("train").called[-1] == "main"


def test_a_channels_key_pressed_again_goes_back_to_colour(window: MainWindow, qtbot):
    qtbot.keyClick(window, Qt.Key.Key_G)
    assert window.session.view.channel == "G"
    qtbot.keyClick(window, Qt.Key.Key_G)
    assert window.session.view.channel == "C"


def test_escape_closes_the_newest_notice(window: MainWindow, qtbot):
    window.session.notices.add(Notice("first"))
    window.session.notices.add(Notice("second"))
    assert len(window.findChildren(NoticeFrame)) == 2
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert [each.text for each in window.session.notices.shown] == ["first"]


def test_a_page_of_long_words_gets_the_room_that_it_needs(window: MainWindow, qtbot, plate: Path):
    open_shot(qtbot, window, plate)
    window.go_to("train")
    assert window._places.width() == 300
    window.page("train").button.setMinimumWidth(420)
    window.go_to("shot")
    window.go_to("train")
    qtbot.waitUntil(lambda: window._places.width() > 420)
    window.go_to("shot")
    assert window._places.minimumWidth() == 300


def test_the_list_of_keys_opens_and_closes(window: MainWindow, qtbot):
    window.do("window.keys")
    assert window._keys_list.isVisible()
    window.do("window.keys")
    assert not window._keys_list.isVisible()


def test_the_window_asks_once_before_a_training_is_left(window: MainWindow, qtbot, monkeypatch):
    asked = []

    def close(answer=None):
        asked.append(answer)
        return None if answer else Question("A training is running.", (("keep", "Keep running"), ("stop", "Stop")))

    monkeypatch.setattr(window.session, "close", close)
    window.close()
    window.close()
    assert window.isVisible() and len(window.session.notices.shown) == 1
    qtbot.waitUntil(lambda: len(window.findChildren(NoticeFrame)) == 1)
    (frame,) = window.findChildren(NoticeFrame)
    answers = {each.text(): each for each in frame.findChildren(QPushButton)}
    assert list(answers) == ["Keep running", "Stop", "Cancel"]
    qtbot.mouseClick(answers["Keep running"], Qt.MouseButton.LeftButton)
    assert not window.isVisible() and asked == [None, None, "keep"]


def test_the_windows_layout_is_kept(window: MainWindow, qtbot, shown):
    window._split.setSizes([500, 420])
    wide = window._places.width()
    window.close()
    again = MainWindow(type(shown)(shown.loop, read_settings(shown.settings.folder)))
    qtbot.addWidget(again)
    again.show()
    assert wide > 350 and again._places.width() == wide


def test_the_stop_key_stops_what_runs(window: MainWindow, qtbot, monkeypatch):
    stopped = []
    monkeypatch.setattr(type(window.session.jobs), "active", property(lambda jobs: ("the first", "another")))
    monkeypatch.setattr(window.session.jobs, "cancel", stopped.append)
    qtbot.keyClick(window, Qt.Key.Key_Period, Qt.KeyboardModifier.ControlModifier)
    assert stopped == ["the first"]
