"""How what is painted gets to disk, as an artist sees it: kept, not kept, or found again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from ..loop import Loop
from ..signal import Signal
from .journal import Journal
from .replay import SCHEMA, JournalTooNew, Replayed, replay


@dataclass(frozen=True)
class SaveState:
    state: Literal["clean", "saving", "saved", "failed", "read only", "recovered"]
    text: str = ""
    """What the artist should know, and do."""


class Keeping:
    """The journal of one shot's paint, from when the shot is opened until it is closed."""

    def __init__(self, folder: Path, loop: Loop, saved: Signal[SaveState], told: Callable[[str], object]) -> None:
        self.save_state = SaveState("clean")
        self.recoverable: bytes | None = None
        """What a killed window left behind, until it is kept or painted on."""
        self._saved, self._told = saved, told
        self._is_begun = self._is_closed = False
        self._journal = Journal(folder, lambda error: loop.soon(lambda: self._written(error)))

    @property
    def refusal(self) -> str | None:
        """Why nothing can be painted, in a sentence; None where it can."""
        return self._journal.refusal

    def read(self) -> bytes:
        """What was kept; nothing, and a refusal, where that can't be read."""
        try:
            return self._journal.read()
        except OSError as error:
            self._journal.refusal = f"{self._journal.path} can't be read: {error.strerror}."
            return b""

    def opened(self, content: bytes, found: Replayed | None) -> Replayed:
        """What is painted, of what was read and replayed; how it was found is told. found: None by a newer Unreel."""
        if found is None:
            self._journal.refusal = f"{self._journal.path} was written by a newer Unreel: update this one."
            found, content = replay(b""), b""
        if found.damage and not self.refusal:
            self._journal.cut(found.good)
            if not self.refusal:
                kept = self._journal.folder
                self._told(f"A part of the paint can't be read: {found.damage}; a copy of all is kept in {kept}.")
        if self.refusal:
            self._be("read only", self.refusal)
        elif not found.is_clean and found.stack.layers:
            self.recoverable = content[: found.good]
            self._be("recovered", "The window ended without closing this shot. What was painted is here.")
        return found

    def take(self) -> bool:
        """Makes sure that we may write; `refusal` says why not."""
        return self._journal.take()

    def record(self, *records: Any, sync: bool = True) -> bool:
        """False where it can't be kept, which is told."""
        if not self._journal.take():
            self._be("read only", self.refusal or "")
            return False
        if not self._is_begun:
            self._is_begun = True
            self._journal.write({"do": "journal", "schema": SCHEMA}, sync=False)
            self._journal.write({"do": "opened"}, sync=False)
        self.recoverable = None
        for record in records:
            self._journal.write(record, sync)
        if self.save_state.state in ("clean", "saved", "recovered"):
            self._be("saving")
        return True

    def keep_found(self) -> None:
        """What was recovered stays; it is not offered again."""
        self.record()
        self._be("saved")

    def unkept(self) -> str | None:
        """Why what was painted is not on disk, in a sentence; None where it is. It waits for the disk."""
        return self._journal.flush()

    def close(self) -> None:
        """All is on disk afterwards that the disk takes; what comes of it later is not told any more."""
        if self._is_begun:
            self._journal.write({"do": "closed"})
        self._journal.close()
        self._is_closed = True

    def _written(self, error: str | None) -> None:
        if not self._is_closed and self.refusal is None:
            self._be("failed" if error else "saved", error or "")

    def _be(self, state: Literal["saving", "saved", "failed", "read only", "recovered"], text: str = "") -> None:
        new = SaveState(state, text)
        if new != self.save_state:
            self.save_state = new
            self._saved.emit(new)


def replayed(content: bytes) -> Replayed | None:
    """None where a newer Unreel wrote it."""
    try:
        return replay(content)
    except JournalTooNew:
        return None
