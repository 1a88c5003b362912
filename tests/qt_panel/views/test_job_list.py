from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QToolButton
from unreel.plugin import protocol
from unreel.plugin.job import Job, jobs_folder, make_id
from unreel.plugin.protocol import Status
from unreel.qt_panel.model.jobs import JobItem
from unreel.qt_panel.views.job_bar import JobBar
from unreel.qt_panel.views.main_window import MainWindow


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "a.unreel"
    path.mkdir()
    return path


@pytest.fixture
def queue(window: MainWindow, qtbot, folder: Path) -> list[JobItem]:
    """Three renders that wait, in the open drawer."""
    jobs = window.session.jobs
    jobs.pause()
    flags = {"folder": str(folder), "output": str(folder / "renders" / "v001" / "a.####.exr")}
    items = [jobs.add(Job("propagate", flags=flags, id=make_id(f"r{n}")), f"Render v00{n}") for n in (1, 2, 3)]
    window.queue.setVisible(True)
    return items


def press(qtbot, button: QToolButton) -> None:
    assert button.isVisible() and button.isEnabled() and button.accessibleName()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def titles(window: MainWindow) -> list[str]:
    return [item.title for item in window.session.jobs.items]


def end(window: MainWindow, item: JobItem, state: str, message: str = "") -> None:
    """As if its worker had said so."""
    item.status, item.state = Status(state, message=message), state  # type: ignore[assignment]
    window.session.jobs.changed.emit(None)


def test_the_drawer_opens_over_the_bar_and_says_what_it_is_for_where_nothing_is_queued(window: MainWindow, qtbot):
    bar = window.findChild(JobBar)
    assert window.queue.isHidden()
    qtbot.mouseClick(bar._opener, Qt.MouseButton.LeftButton)
    assert window.queue.isVisible() and window.queue._empty.isVisible()
    root = window.centralWidget()
    assert window.queue.geometry().bottom() < root.height() - bar.parentWidget().height() + 2
    assert window.queue.width() == root.width()
    window.resize(1500, 900)
    qtbot.waitUntil(lambda: window.queue.width() == root.width())
    qtbot.mouseClick(bar._opener, Qt.MouseButton.LeftButton)
    assert window.queue.isHidden()


def test_those_that_wait_change_places_by_their_buttons(window: MainWindow, queue: list[JobItem], qtbot):
    rows = [window.queue.row(item) for item in queue]
    assert not rows[0].up.isEnabled() and not rows[2].down.isEnabled()
    press(qtbot, rows[2].up)
    press(qtbot, rows[0].down)
    assert titles(window) == ["Render v003", "Render v001", "Render v002"]
    assert [window.queue._column.indexOf(row) for row in rows] == [1, 2, 0]
    rows[1].stop.setFocus()
    qtbot.keyClick(rows[1].stop, Qt.Key.Key_Space)
    assert queue[1].state == "stopped" and "taken out of the queue" in rows[1]._line.whole()


def test_what_is_over_goes_off_the_list(window: MainWindow, queue: list[JobItem], qtbot):
    for item in queue[:2]:
        window.session.jobs.cancel(item)
    press(qtbot, window.queue.row(queue[0]).forget)
    assert titles(window) == ["Render v002", "Render v003"]
    qtbot.mouseClick(window.queue._clear, Qt.MouseButton.LeftButton)
    assert titles(window) == ["Render v003"] and not window.queue._clear.isEnabled()


def test_one_that_failed_says_why_and_its_log_is_copied(window: MainWindow, queue: list[JobItem], qtbot):
    (queue[0].job_folder / protocol.LOG).write_text("the last words")
    end(window, queue[0], "failed", "the memory was full")
    row = window.queue.row(queue[0])
    assert row._line.whole() == "failed: the memory was full"
    assert row._mark.toolTip() == "failed"
    press(qtbot, row.copy)
    assert QGuiApplication.clipboard().text() == "Render v001: failed: the memory was full\n\nthe last words"


def test_the_folder_of_what_was_written_is_opened(
    window: MainWindow, queue: list[JobItem], qtbot, monkeypatch: pytest.MonkeyPatch
):
    opened: list[str] = []
    monkeypatch.setattr("unreel.qt_panel.views.job_list.open_path", opened.append)
    end(window, queue[0], "done")
    press(qtbot, window.queue.row(queue[0]).folder)
    assert opened == [str(Path(queue[0].job.flags["output"]).parent)]


def test_the_bar_tells_what_runs_and_how_many_wait(window: MainWindow, queue: list[JobItem]):
    bar = window.findChild(JobBar)
    assert bar._opener.text() == "3 waiting, paused" and bar._line.isHidden()
    end(window, queue[0], "running")
    queue[0].status = Status("running", stage="propagate", done=3, total=12, eta_seconds=40)
    window.session.jobs.changed.emit(None)
    assert bar._line.whole() == "Render v001: propagate, 3 of 12, 40 s left"
    assert bar._bar.value() == 250 and bar._opener.text() == "2 waiting, paused"


@pytest.mark.slow
def test_pause_and_go_on_by_the_bar_and_a_killed_worker_is_told(trained_window: MainWindow, qtbot):
    window, jobs = trained_window, trained_window.session.jobs
    bar = window.findChild(JobBar)
    first, second = window.session.renders.render(), window.session.renders.render()
    assert first is not None and second is not None
    press(qtbot, bar._pause)
    qtbot.waitUntil(lambda: first.state == "paused", timeout=30_000)
    assert bar._pause.toolTip() == "Go on with the queue"
    os.kill(first.status.pid, signal.SIGKILL)
    qtbot.waitUntil(lambda: first.state == "failed", timeout=30_000)
    window.queue.setVisible(True)
    assert "the system killed the worker" in window.queue.row(first)._line.whole()
    press(qtbot, bar._pause)
    qtbot.waitUntil(lambda: second.state == "done", timeout=60_000)
    assert not jobs.active and jobs_folder(Path(str(window.session.folder))).is_dir()
