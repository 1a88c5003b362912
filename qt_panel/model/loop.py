"""The one thread in which the model lives, and how to come back to it."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable
from typing import Protocol


class Loop(Protocol):
    """The window's event loop, as far as the model knows it."""

    def soon(self, function: Callable[[], object]) -> None:
        """From any thread: the function is called in the loop's own."""

    def later(self, function: Callable[[], bool], seconds: float) -> None:
        """In the loop's thread: the function is called every so often, as long as it gives True."""


class InTurn:
    """A loop without a window, for scripts and tests: it runs when it is asked to, by the real clock."""

    def __init__(self) -> None:
        self._soon: queue.SimpleQueue[Callable[[], object]] = queue.SimpleQueue()
        self._later: list[tuple[float, float, Callable[[], bool]]] = []

    def soon(self, function: Callable[[], object]) -> None:
        self._soon.put(function)

    def later(self, function: Callable[[], bool], seconds: float) -> None:
        self._later.append((time.monotonic() + seconds, seconds, function))

    def run(self, until: Callable[[], bool], seconds: float = 60.0) -> bool:
        """Runs until something is true; False where that took longer than `seconds`."""
        end = time.monotonic() + seconds
        while not until():
            if time.monotonic() > end:
                return False
            self._turn()
        return True

    def _turn(self) -> None:
        try:
            self._soon.get(timeout=0.01)()
        except queue.Empty:
            pass
        now = time.monotonic()
        due = [each for each in self._later if each[0] <= now]
        self._later = [each for each in self._later if each[0] > now]
        for _, seconds, function in due:
            if function():
                self.later(function, seconds)
