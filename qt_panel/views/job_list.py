"""The queue as a drawer over the timeline: each job with its state, its place, and what can be done about it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget
from unreel.plugin.death import log_tail
from unreel.plugin.nodes.desktop import open_path
from unreel.plugin.nodes.tell import Refused, spoken

from ..model.jobs import JobItem, JobQueue
from ..model.notices import Notice, Notices
from .job_bar import STEPS, Elided, progress_bar, show_mark, show_pause, small_button
from .theme import GRID, JOBS

ROW, TITLE, MOST_ROWS = 32, 176, 6


class JobList(QFrame):
    """Lies over the lower part of `over`, above the bar; `setVisible` opens and closes it."""

    def __init__(self, jobs: JobQueue, notices: Notices, over: QWidget) -> None:
        super().__init__(over)
        self.setProperty("kind", "drawer")
        self.setAutoFillBackground(True)
        self._jobs, self._notices, self._over = jobs, notices, over
        self._rows: dict[JobItem, JobRow] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(3 * GRID, GRID, 3 * GRID, 2 * GRID)
        column.setSpacing(GRID)
        column.addLayout(self._head())
        self._empty = QLabel(
            self.tr("Nothing is queued. Renders, movies and trainings stand here, one after the other.")
        )
        self._empty.setProperty("kind", "dim")
        column.addWidget(self._empty)
        column.addWidget(self._list())
        over.installEventFilter(self)
        jobs.changed.connect(self._show)
        self.hide()
        self._show(None)

    def row(self, item: JobItem) -> JobRow:
        """KeyError for a job that is not on the list."""
        return self._rows[item]

    def setVisible(self, is_open: bool) -> None:
        super().setVisible(is_open)
        if is_open:
            self._place()
            self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return False

    def _head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(2 * GRID)
        title = QLabel(self.tr("Queue"))
        title.setProperty("kind", "title")
        row.addWidget(title)
        self._note = QLabel()
        self._note.setProperty("kind", "dim")
        row.addWidget(self._note)
        row.addStretch()
        self._clear = QPushButton(self.tr("Clear what is over"))
        self._clear.clicked.connect(self._forget)
        self._pause = small_button("pause", self.tr("Pause the queue"), self._pause_or_go_on)
        close = small_button("close", self.tr("Close the queue"), lambda: self.setVisible(False))
        for each in (self._clear, self._pause, close):
            row.addWidget(each)
        return row

    def _list(self) -> QScrollArea:
        inside = QWidget()
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addStretch()
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setWidget(inside)
        return self._scroll

    def _show(self, _: None) -> None:
        items = self._jobs.items
        for item in [item for item in self._rows if item not in items]:
            row = self._rows.pop(item)
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        for at, item in enumerate(items):
            if item not in self._rows:
                self._rows[item] = JobRow(self._jobs, self._notices, item)
            if self._column.indexOf(self._rows[item]) != at:
                self._column.insertWidget(at, self._rows[item])
            self._rows[item].show_state()
        self._empty.setVisible(not items)
        self._scroll.setVisible(bool(items))
        self._clear.setEnabled(any(item.is_over for item in items))
        show_pause(self._pause, self._jobs.is_paused)
        self._note.setText(self.tr("paused: nothing more is started") if self._jobs.is_paused else "")
        self._scroll.setFixedHeight(ROW * min(max(1, len(items)), MOST_ROWS))
        if self.isVisible():
            self._place()

    def _place(self) -> None:
        height = self.sizeHint().height()
        self.setGeometry(0, self._over.height() - JOBS - height, self._over.width(), height)

    def _forget(self) -> None:
        for item in self._jobs.items:
            self._jobs.forget(item)

    def _pause_or_go_on(self) -> None:
        if self._jobs.is_paused:
            self._jobs.resume()
        else:
            self._jobs.pause()


class JobRow(QWidget):
    """One job. Its buttons are those that make sense now."""

    def __init__(self, jobs: JobQueue, notices: Notices, item: JobItem) -> None:
        super().__init__()
        self._jobs, self._notices, self.item = jobs, notices, item
        self.setFixedHeight(ROW)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2 * GRID)
        self._mark, self._line, self._bar = QLabel(), Elided(), progress_bar()
        title = Elided()
        title.setText(item.title)
        title.setFixedWidth(TITLE)
        self._line.setProperty("kind", "dim")
        name = item.title
        self.up = small_button("up", self.tr("{} earlier").format(name), lambda: self._move(-1))
        self.down = small_button("down", self.tr("{} later").format(name), lambda: self._move(1))
        self.stop = small_button("stop", self.tr("Stop {}; what it reached is kept").format(name), self._stop)
        self.again = small_button("redo", self.tr("Start {} again").format(name), self._again)
        self.copy = small_button("copy", self.tr("Copy what {} said").format(name), self._copy)
        self.folder = small_button("folder", self.tr("Open the folder of {}").format(name), self._reveal)
        self.forget = small_button("close", self.tr("Take {} off the list").format(name), lambda: jobs.forget(item))
        for each in (self._mark, title, self._line, self._bar):
            row.addWidget(each, 1 if each is self._line else 0)
        for button in (self.up, self.down, self.again, self.copy, self.folder, self.stop, self.forget):
            row.addWidget(button)
        self.show_state()

    def show_state(self) -> None:
        item, waiting = self.item, self._jobs.waiting
        show_mark(self._mark, item)
        self._line.setText(item.line)
        self._bar.setVisible(item.is_active)
        self._bar.setValue(round(STEPS * item.fraction))
        is_waiting = item.state == "waiting"
        for button in (self.up, self.down):
            button.setVisible(is_waiting)
        self.up.setEnabled(is_waiting and waiting[0] is not item)
        self.down.setEnabled(is_waiting and waiting[-1] is not item)
        self.stop.setVisible(not item.is_over)
        self.stop.setEnabled(item.state != "stopping")
        self.forget.setVisible(item.is_over)
        self.again.setVisible(item.may_go_again)
        self.copy.setVisible(item.state in ("failed", "lost"))
        self.folder.setVisible(item.state == "done" and bool(output_of(item)))

    def _move(self, by: int) -> None:
        self._jobs.move(self.item, self._jobs.waiting.index(self.item) + by)

    def _stop(self) -> None:
        self._jobs.cancel(self.item)

    def _again(self) -> None:
        try:
            self._jobs.again(self.item)
        except OSError as error:
            self._notices.add(Notice(spoken(error), level="wrong"))

    def _copy(self) -> None:
        text = f"{self.item.title}: {self.item.line}\n\n{log_tail(self.item.job_folder)}"
        QGuiApplication.clipboard().setText(text)

    def _reveal(self) -> None:
        try:
            open_path(str(Path(output_of(self.item)).parent))
        except Refused as error:
            self._notices.add(Notice(str(error), level="wrong"))


def output_of(item: JobItem) -> str:
    """Where it wrote to; empty where that is nothing to look at."""
    return str(item.result.get("file") or item.job.flags.get("output") or "")


def toggle_button(drawer: JobList) -> QPushButton:
    """For the bar: opens the queue, and closes it."""
    button = QPushButton(QCoreApplication.translate("JobBar", "Queue"))
    button.setProperty("kind", "fold")
    button.setAccessibleName(QCoreApplication.translate("JobBar", "Show the queue"))
    button.clicked.connect(lambda: drawer.setVisible(drawer.isHidden()))
    return button
