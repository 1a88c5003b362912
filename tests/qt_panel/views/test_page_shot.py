from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from unreel.core.exr_write import make_frame, write_frame
from unreel.core.frame import Window
from unreel.qt_panel.model.session import Session
from unreel.qt_panel.model.thumbnails import thumbnail_file
from unreel.qt_panel.views.main_window import MainWindow
from unreel.qt_panel.views.page_shot import Elided, RecentButton, ShotPage

FORMAT = Window(0, 0, 64, 36)


def write_plate(folder: Path, name: str, numbers: tuple[int, ...]) -> str:
    for number in numbers:
        planes = {channel: np.full(FORMAT.shape, 0.2, np.float16) for channel in "RGB"}
        write_frame(folder / f"{name}.{number:04d}.exr", make_frame(planes, FORMAT))
    return str(folder / f"{name}.####.exr")


@pytest.fixture
def window(qtbot, shown: Session) -> MainWindow:
    made = MainWindow(shown)
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.fixture
def page(window: MainWindow) -> ShotPage:
    found = window.page("shot")
    assert isinstance(found, ShotPage)
    return found


def open_shot(qtbot, window: MainWindow, path: str) -> None:
    window.session.open(path)
    qtbot.waitUntil(lambda: window.session.shot is not None and not window.session.opening)


def texts(page: ShotPage) -> list[str]:
    return [each.accessibleName() or each.text() for each in page._found.findChildren(QLabel) if not each.isHidden()]


def recents(page: ShotPage) -> list[RecentButton]:
    return [each for each in page.findChildren(RecentButton) if not each.isHidden()]


def test_before_a_shot_is_open_there_is_only_the_way_in(page: ShotPage):
    assert page._open.isVisible() and not page._found.isVisible()
    assert page._open.property("kind") == "main"


def test_what_was_found_is_told_with_what_is_missing(page: ShotPage, window: MainWindow, qtbot, tmp_path: Path):
    open_shot(qtbot, window, write_plate(tmp_path, "plate", (1001, 1002, 1004)))
    qtbot.waitUntil(lambda: {"plate", "1001-1004   (4)", "64 x 36"} <= set(texts(page)))
    wrong = [each.accessibleName() for each in page.findChildren(Elided) if each.property("kind") == "wrong"]
    assert wrong == ["1003   (1)"]
    assert page._open.property("kind") != "main"


def test_looking_again_finds_what_came_meanwhile(page: ShotPage, window: MainWindow, qtbot, tmp_path: Path):
    open_shot(qtbot, window, write_plate(tmp_path, "plate", (1001, 1003)))
    write_plate(tmp_path, "plate", (1002, 1004))
    qtbot.mouseClick(page._again, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.session.shot.frames == (1001, 1002, 1003, 1004) and not window.session.shot.missing)


def test_shots_that_were_open_are_a_click_away_with_their_picture(
    page: ShotPage, window: MainWindow, qtbot, tmp_path: Path
):
    first = write_plate(tmp_path, "first", (1, 2, 3))
    open_shot(qtbot, window, first)
    qtbot.waitUntil(lambda: thumbnail_file(window.session.settings.folder, first).is_file())
    second = write_plate(tmp_path, "second", (1, 2))
    window.session.open(second)
    qtbot.waitUntil(lambda: window.session.shot.name == "second")
    qtbot.waitUntil(lambda: [each.toolTip() for each in recents(page)] == [first])
    pictures = [each for each in recents(page)[0].findChildren(QLabel) if each.objectName() == "Thumbnail"]
    assert not pictures[0].pixmap().isNull()
    qtbot.mouseClick(recents(page)[0], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.session.shot.name == "first")


def test_a_colour_space_is_chosen_for_all_that_reads_the_plate(
    page: ShotPage, window: MainWindow, qtbot, tmp_path: Path
):
    open_shot(qtbot, window, write_plate(tmp_path, "plate", (1, 2)))
    assert page._space.currentText() == "As found: scene_linear"
    at = page._space.findText("ACEScct")
    page._space.setCurrentIndex(at)
    page._space.activated.emit(at)
    assert window.session.nodes["train"].knobs["space"] == "ACEScct"
    assert page._space.currentText() == "ACEScct"
    page._space.activated.emit(0)
    assert window.session.nodes["train"].knobs["space"] is None


def test_nothing_is_clipped_in_the_narrowest_panel(page: ShotPage, window: MainWindow, qtbot, tmp_path: Path):
    open_shot(qtbot, window, write_plate(tmp_path, "a_plate_with_a_name_that_is_very_long_indeed", (1, 2)))
    window.resize(*(window.minimumSize().toTuple()))
    assert page.minimumSizeHint().width() <= 300
