"""Qt's event loop as the model's."""

from __future__ import annotations

from collections.abc import Callable
from queue import SimpleQueue

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot


class QtLoop(QObject):
    """Lives in the window's thread. Timers stop with it."""

    _came = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        # Beside the signal and not in it: Qt would hold Python's object in a thread that is none of Python's.
        self._waiting: SimpleQueue[Callable[[], object]] = SimpleQueue()
        self._came.connect(self._call, Qt.ConnectionType.QueuedConnection)

    def soon(self, function: Callable[[], object]) -> None:
        self._waiting.put(function)
        try:
            self._came.emit()
        except RuntimeError:  # the window is gone, and a thread was not done yet
            pass

    def later(self, function: Callable[[], bool], seconds: float) -> None:
        timer = QTimer(self)
        timer.setTimerType(Qt.TimerType.PreciseTimer)

        def look() -> None:
            goes_on = False
            try:
                goes_on = function()
            finally:  # what fails is told once, not for ever
                if not goes_on:
                    timer.stop()
                    timer.deleteLater()

        timer.timeout.connect(look)
        timer.start(max(1, round(seconds * 1000)))

    @Slot()
    def _call(self) -> None:
        """One for each signal, in their order."""
        self._waiting.get()()
