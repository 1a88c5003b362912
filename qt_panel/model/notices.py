"""What the window tells the artist where it belongs: at the top of a page, or under a knob."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from .signal import Signal

Level = Literal["say", "ask", "wrong"]
"""Good to know; a question, with its answers as actions; something did not work."""


@dataclass(frozen=True)
class Action:
    """A button of a notice; pressing it takes the notice away."""

    label: str
    do: Callable[[], object]


@dataclass(frozen=True)
class Notice:
    text: str
    """One or two sentences: what, where, what to do."""
    details: str = ""
    """More to copy for someone who helps: a log's end, a traceback."""
    level: Level = "say"
    where: str = ""
    """The page it belongs to, such as `train`; empty: the whole window."""
    knob: str = ""
    """`train.preset`: it stands under this knob of its page."""
    actions: tuple[Action, ...] = ()


class Notices:
    """Those that are shown now, oldest first. The same text at the same place stands there once."""

    def __init__(self) -> None:
        self.changed: Signal[None] = Signal()
        self._shown: tuple[Notice, ...] = ()

    @property
    def shown(self) -> tuple[Notice, ...]:
        return self._shown

    def at(self, where: str) -> tuple[Notice, ...]:
        """Those of a page, without the ones that stand under a knob."""
        return tuple(notice for notice in self._shown if notice.where == where and not notice.knob)

    def under(self, knob: str) -> Notice | None:
        """The newest under a knob."""
        return next((notice for notice in reversed(self._shown) if notice.knob == knob), None)

    def add(self, notice: Notice) -> None:
        """It takes the place of one of the same text there, and of any under the same knob."""
        kept = [each for each in self._shown if not _same_place(each, notice)]
        self._shown = (*kept, notice)
        self.changed.emit(None)

    def clear(self, notice: Notice) -> None:
        self._keep(lambda each: each is not notice)

    def clear_at(self, where: str, level: Level | None = None) -> None:
        """All of a page that stand under no knob, or those of one level."""
        self._keep(lambda each: each.where != where or bool(each.knob) or (level is not None and each.level != level))

    def clear_pages(self) -> None:
        """All that belong to a page: another shot is open."""
        self._keep(lambda each: not each.where)

    def clear_under(self, knob: str) -> None:
        self._keep(lambda each: each.knob != knob)

    def _keep(self, is_kept: Callable[[Notice], bool]) -> None:
        kept = tuple(filter(is_kept, self._shown))
        if len(kept) != len(self._shown):
            self._shown = kept
            self.changed.emit(None)


def _same_place(one: Notice, other: Notice) -> bool:
    if one.knob or other.knob:
        return one.knob == other.knob
    return (one.where, one.text) == (other.where, other.text)
