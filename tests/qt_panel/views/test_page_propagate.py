from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton
from unreel.plugin.job import read_job
from unreel.qt_panel.model.jobs import JobItem
from unreel.qt_panel.views.main_window import MainWindow
from unreel.qt_panel.views.page_propagate import PropagatePage


@pytest.fixture
def page(trained_window: MainWindow) -> PropagatePage:
    trained_window.go_to("propagate")
    found = trained_window.page("propagate")
    assert isinstance(found, PropagatePage)
    return found


def press(qtbot, page: PropagatePage, label: str) -> None:
    [button] = [each for each in page.findChildren(QPushButton) if each.text() == label]
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def renders(page: PropagatePage) -> list[JobItem]:
    """Without the live maps, which are made by themselves."""
    return [item for item in page.session.jobs.items if item.title.startswith("Render")]


def test_it_shows_the_plate_where_nothing_is_rendered_and_says_so(page: PropagatePage):
    assert page.session.view.kind == "plate" and page._none.isVisible()
    assert page._kinds.buttons[2].isChecked()


def test_outputs_are_ticked_and_go_into_the_job(page: PropagatePage, qtbot):
    assert page.outputs["comp"].isChecked() and not page.outputs["comp"].isEnabled()
    page.session.jobs.pause()
    for name in ("stmap", "layer"):
        page.outputs[name].click()
    press(qtbot, page, "Render")
    [item] = renders(page)
    assert read_job(item.job_folder).flags["outputs"] == ["comp", "layer", "stmap"]


def test_the_main_key_renders_and_the_command_line_is_copied(page: PropagatePage, qtbot):
    page.session.jobs.pause()
    page.main_window.do("page.main")
    assert [item.title for item in renders(page)] == ["Render v001"]
    press(qtbot, page, "Copy the command line")
    assert QGuiApplication.clipboard().text().startswith("unreel run ")


def test_the_farm_job_is_asked_for(page: PropagatePage, qtbot, monkeypatch: pytest.MonkeyPatch):
    asked: list[tuple[object, ...]] = []
    monkeypatch.setattr("unreel.qt_panel.model.renders.press", lambda *words: asked.append(words[1:3]))
    press(qtbot, page, "Write farm job")
    assert asked == [("propagate", "farm")]


def test_ways_to_compare_are_chosen_by_button_and_left_with_the_page(page: PropagatePage, qtbot):
    view = page.session.view
    for at, name in enumerate(("one", "wipe", "flicker", "difference")):
        qtbot.mouseClick(page._compares.buttons[at], Qt.MouseButton.LeftButton)
        assert view.compare == name and [each.isChecked() for each in page._compares.buttons].index(True) == at
    assert "Blue: darker" in page._hint.text()
    page._second.setCurrentIndex(page._second.findData("live"))
    page._second.activated.emit(page._second.currentIndex())
    assert view.second == "live"
    page.main_window.go_to("shot")
    assert view.compare == "one"


def test_a_frame_range_that_is_none_is_told_at_its_knob(page: PropagatePage):
    page.session.set_knob("propagate", "frames", "all of them")
    assert page.session.notices.under("propagate.frames") is not None


@pytest.mark.slow
def test_versions_are_listed_shown_and_opened(page: PropagatePage, qtbot, monkeypatch: pytest.MonkeyPatch):
    opened: list[str] = []
    monkeypatch.setattr("unreel.qt_panel.model.renders.open_path", opened.append)
    session = page.session
    for _ in range(2):
        press(qtbot, page, "Render")
    qtbot.waitUntil(lambda: [item.state for item in renders(page)] == ["done", "done"], timeout=90_000)
    rows = [page.versions.item(at).text() for at in range(page.versions.count())]
    assert rows == ["v002   1001-1004", "v001   1001-1004"]
    assert page.versions.currentRow() == 0 and session.renders.shown.endswith("v002/plate.####.exr")
    page.versions.setCurrentRow(1)
    assert session.renders.shown.endswith("v001/plate.####.exr") and session.view.kind == "rendered"
    press(qtbot, page, "Open the folder")
    assert opened == [str(Path(session.renders.shown).parent)]
