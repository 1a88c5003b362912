"""In the bar at the bottom: what runs, how far it is, and the way to the queue."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QSizePolicy, QToolButton, QWidget

from ..model.jobs import JobItem, JobQueue
from .icons import icon
from .theme import GRID

BAR = 120
"""Width of the progress."""
STEPS = 1000
MARKS = {
    "waiting": ("waiting", "dim"),
    "starting": ("play", "accent"),
    "running": ("play", "accent"),
    "paused": ("pause", "attention"),
    "stopping": ("stop", "attention"),
    "done": ("done", "good"),
    "stopped": ("stop", "dim"),
    "failed": ("wrong", "wrong"),
    "lost": ("wrong", "wrong"),
}
"""State -> picture and colour: each state has a shape of its own."""


class JobBar(QWidget):
    """Narrow where nothing runs: then there is only the way to the queue."""

    def __init__(self, jobs: JobQueue, opener: QPushButton) -> None:
        """opener: shows and hides the queue."""
        super().__init__()
        self._jobs, self._opener = jobs, opener
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2 * GRID)
        self._mark = QLabel()
        self._line = Elided()
        self._bar = progress_bar()
        self._pause = small_button("pause", self.tr("Pause the queue"), self._pause_or_go_on)
        self._stop = small_button("stop", self.tr("Stop this job; what it reached is kept"), self._stop_it)
        row.addStretch()
        for each in (self._mark, self._line, self._bar, self._pause, self._stop, opener):
            row.addWidget(each, 1 if each is self._line else 0)
        jobs.changed.connect(self._show)
        self._show(None)

    @property
    def shown(self) -> JobItem | None:
        """What runs, the first of it."""
        return next(iter(self._jobs.active), None)

    def _show(self, _: None) -> None:
        item, waiting = self.shown, len(self._jobs.waiting)
        for each in (self._mark, self._line, self._bar, self._stop):
            each.setVisible(item is not None)
        self._pause.setVisible(item is not None or waiting > 0)
        show_pause(self._pause, self._jobs.is_paused)
        if item is not None:
            show_mark(self._mark, item)
            self._line.setText(f"{item.title}: {progress_of(item)}")
            self._bar.setValue(round(STEPS * item.fraction))
        others = len(self._jobs.active) - 1
        more = self.tr("{} waiting").format(waiting) if waiting else ""
        if others > 0:
            more = ", ".join(filter(None, (self.tr("{} more running").format(others), more)))
        paused = self.tr("paused") if self._jobs.is_paused and waiting else ""
        self._opener.setText(", ".join(filter(None, (more, paused))) or self.tr("Queue"))

    def _pause_or_go_on(self) -> None:
        if self._jobs.is_paused:
            self._jobs.resume()
        else:
            self._jobs.pause()

    def _stop_it(self) -> None:
        if self.shown is not None:
            self._jobs.cancel(self.shown)


class Elided(QLabel):
    """A line that is cut where there is no room for it, and whole in its tooltip."""

    def __init__(self) -> None:
        super().__init__()
        self._whole = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setMinimumWidth(GRID)

    def setText(self, text: str) -> None:
        if text != self._whole:
            self._whole = text
            self.setToolTip(text)
            self._cut()

    def whole(self) -> str:
        return self._whole

    def resizeEvent(self, event: object) -> None:
        self._cut()

    def _cut(self) -> None:
        super().setText(self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, self.width()))


def progress_of(item: JobItem) -> str:
    """Without what it does, which its title says."""
    doing, _, progress = item.line.partition(": ")
    return progress or doing


def show_mark(label: QLabel, item: JobItem) -> None:
    """The picture of its state, with the word for it."""
    name, tint = MARKS[item.state]
    label.setPixmap(icon(name, tint).pixmap(16, 16))
    label.setToolTip(QCoreApplication.translate("states", item.state))
    label.setAccessibleName(QCoreApplication.translate("states", item.state))


def show_pause(button: QToolButton, is_paused: bool) -> None:
    texts = (
        QCoreApplication.translate("JobBar", "Pause the queue"),
        QCoreApplication.translate("JobBar", "Go on with the queue"),
    )
    text = texts[is_paused]
    button.setIcon(icon("play" if is_paused else "pause"))
    button.setToolTip(text)
    button.setAccessibleName(text)


def progress_bar() -> QProgressBar:
    bar = QProgressBar()
    bar.setRange(0, STEPS)
    bar.setTextVisible(False)
    bar.setFixedWidth(BAR)
    bar.setAccessibleName(QCoreApplication.translate("JobBar", "Progress"))
    return bar


def small_button(name: str, text: str, do: object) -> QToolButton:
    """A picture to press, with its words for the pointer and for who can't see it."""
    button = QToolButton()
    button.setIcon(icon(name))
    button.setFixedSize(24, 24)
    button.setToolTip(text)
    button.setAccessibleName(text)
    button.clicked.connect(lambda: do())  # type: ignore[operator]
    return button
