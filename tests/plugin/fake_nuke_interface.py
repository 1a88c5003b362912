"""What the artist sees of the fake Nuke beside its nodes: steps of undo, a bar of progress, menus."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .fake_nuke import FakeNuke


class Undo:
    """Steps that the artist sees; what is changed while it is disabled is in none."""

    _nuke: FakeNuke

    def begin(self, name: str = "") -> None:
        if self._nuke.step is not None:
            raise RuntimeError("an undo step is open already")
        self._nuke.step = [name]

    def end(self) -> None:
        assert self._nuke.step is not None
        self._nuke.undo.append(self._nuke.step)
        self._nuke.step = None

    @classmethod
    def disable(cls) -> None:
        cls._nuke.undisturbed += 1

    @classmethod
    def enable(cls) -> None:
        assert cls._nuke.undisturbed > 0
        cls._nuke.undisturbed -= 1


class ProgressTask:
    _nuke: FakeNuke

    def __init__(self, name: str) -> None:
        self._nuke.need_window("ProgressTask")
        self._nuke.told.append(("progress", name))

    def setMessage(self, text: str) -> None:
        self._nuke.told.append(("message", text + ""))

    def setProgress(self, percent: int) -> None:
        if not isinstance(percent, int) or not 0 <= percent <= 100:
            raise TypeError(f"{percent!r} is no percentage")

    def isCancelled(self) -> bool:
        return self._nuke.cancelled


class Menu:
    def __init__(self, nuke: FakeNuke, name: str) -> None:
        self._nuke, self._name = nuke, name
        self.found: dict[str, Any] = {}

    def name(self) -> str:
        return self._name

    def addMenu(self, name: str, icon: str = "") -> Menu:
        return self.found.setdefault(name, Menu(self._nuke, name))

    def addCommand(self, name: str, command: str, shortcut: str = "", icon: str = "") -> None:
        compile(command, name, "eval")
        self.found[name] = command
