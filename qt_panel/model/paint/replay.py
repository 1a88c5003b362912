"""Reads a journal back: what is painted, as data. Pixels are made of it afterwards."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

from .brush import Brush
from .layers import Stack
from .strokes import Point, Stroke, op_from_json

SCHEMA = 1


@dataclass(frozen=True)
class Replayed:
    stack: Stack
    is_clean: bool
    """It was closed as it should, or nothing was done since it was opened."""
    good: int
    """Bytes from the start that could be read."""
    damage: str | None
    """What can't be read, and where; None where all can."""
    is_in_stroke: bool
    """It ends within one, which is taken as far as it goes."""


class JournalTooNew(Exception):
    """A newer Unreel wrote it."""


class Replay:
    """Line by line. KeyError, TypeError, ValueError for one that makes no sense."""

    def __init__(self) -> None:
        self.stack = Stack()
        self.is_clean = True
        self.stroke: tuple[int, Stroke] | None = None
        self._points: list[Point] = []
        self._past: list[Stack] = []
        self._future: list[Stack] = []
        self._at_start = Stack()
        """As it was when the window before this one opened it."""
        self._at_opened = Stack()

    def take(self, record: Any) -> None:
        if isinstance(record, list):
            x, y, pressure = record
            self._points.append((float(x), float(y), float(pressure)))
            return
        if record["do"] not in ("end", "drop"):
            self.end()
        getattr(self, f"_{record['do']}")(record)
        self.is_clean = record["do"] in ("closed", "opened", "journal", "back")

    def end(self, record: Any = None) -> None:
        """A stroke that nobody ended goes as far as it goes."""
        if self.stroke is not None and self._points:
            id, stroke = self.stroke
            self._step(self.stack.painted(id, replace(stroke, points=tuple(self._points))))
        self.stroke, self._points = None, []

    _end = end

    def _journal(self, record: Any) -> None:
        if int(record["schema"]) > SCHEMA:
            raise JournalTooNew

    def _opened(self, record: Any) -> None:
        self._at_start, self._at_opened = self._at_opened, self.stack

    def _closed(self, record: Any) -> None:
        pass

    def _begin(self, record: Any) -> None:
        red, green, blue = map(float, record["colour"])
        self.stack.of(record["layer"])
        stroke = Stroke(Brush(**record["brush"]), (red, green, blue), (), bool(record["erase"]))
        self.stroke = record["layer"], stroke

    def _drop(self, record: Any) -> None:
        self.stroke, self._points = None, []

    def _add(self, record: Any) -> None:
        self._step(self.stack.painted(record["layer"], op_from_json(record["op"])))

    def _change(self, record: Any) -> None:
        self._step(self.stack.repainted(record["layer"], int(record["at"]), op_from_json(record["op"])))

    def _layers(self, record: Any) -> None:
        new = self.stack.arranged(record)
        if record.get("again"):
            self.stack = new
        else:
            self._step(new)

    def _undo(self, record: Any) -> None:
        self._future.append(self.stack)
        self.stack = self._keeping(self._past.pop())

    def _redo(self, record: Any) -> None:
        self._past.append(self.stack)
        self.stack = self._keeping(self._future.pop())

    def _back(self, record: Any) -> None:
        self._step(self._keeping(self._at_start))

    def _step(self, stack: Stack) -> None:
        self._past.append(self.stack)
        self._future.clear()
        self.stack = stack

    def _keeping(self, stack: Stack) -> Stack:
        """Ids are not given twice."""
        return replace(stack, used=max(stack.used, self.stack.used))


def replay(content: bytes) -> Replayed:
    """Of whole lines; it stops at the first that makes no sense. JournalTooNew."""
    reader, good = Replay(), 0
    damage = None
    for number, line in enumerate(content.splitlines(keepends=True), 1):
        try:
            reader.take(json.loads(line))
        except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
            damage = f"line {number} makes no sense ({type(error).__name__}: {error})"
            break
        good += len(line)
    is_in_stroke = reader.stroke is not None
    is_clean = reader.is_clean and not is_in_stroke
    reader.end()
    return Replayed(reader.stack, is_clean, good, damage, is_in_stroke)


def earlier(content: bytes) -> Stack:
    """What is painted without what was done since the window before opened it."""
    reader = Replay()
    for line in content.splitlines():
        reader.take(json.loads(line))
    reader.end()
    reader.take({"do": "opened"})
    reader.take({"do": "back"})
    return reader.stack
