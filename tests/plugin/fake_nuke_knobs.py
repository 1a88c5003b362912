"""Knobs of Nuke, as strict as their kinds: what a knob would not take raises."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from .fake_nuke_classes import CHANNELS, OF_EXR, Kind


class Knob:
    def __init__(self, name: str, label: str = "") -> None:
        if not re.fullmatch(r"[A-Za-z_]\w*", name):
            raise ValueError(f"{name!r} is no name for a knob")
        self._name, self._label, self._tooltip, self._flags = name, label, "", 0
        self._held: Any = ""
        self._on: Any = None

    def Class(self) -> str:
        return type(self).__name__

    def name(self) -> str:
        return self._name

    def label(self) -> str:
        return self._label

    def value(self) -> Any:
        return self._held

    def setValue(self, value: Any) -> bool:
        self._held = self._checked(value)
        if self._on is not None:
            self._on._nuke.changed(f"{self._on.name()}.{self._name}", bool(self._flags & self._on._nuke.module.NO_UNDO))
            self._on._nuke.tell_changed(self._on, self)
        return True

    def _checked(self, value: Any) -> Any:
        if not isinstance(value, str):
            raise TypeError(f"{self._name}: {value!r} is no text")
        return value

    def setTooltip(self, tooltip: str) -> None:
        self._tooltip = tooltip + ""

    def tooltip(self) -> str:
        return self._tooltip

    def setFlag(self, flag: int) -> None:
        self._flags |= flag

    def getFlag(self, flag: int) -> bool:
        return bool(self._flags & flag)


class String_Knob(Knob):
    pass


class EvalString_Knob(String_Knob):
    def evaluate(self) -> str | None:
        """Brackets are TCL, backslashes keep the next letter, the frame is put in."""
        text = re.sub(r"(?<!\\)\[([^\]]*)\]", lambda found: self._on._nuke.tcl(self._on, found[1]), self._held)
        text = re.sub(r"#+", lambda found: str(self._on._nuke.now).zfill(len(found[0])), text)
        text = re.sub(r"%0(\d)d", lambda found: str(self._on._nuke.now).zfill(int(found[1])), text)
        return re.sub(r"\\(.)", r"\1", text) or None


class File_Knob(EvalString_Knob):
    pass


class Array_Knob(Knob):
    def __init__(self, name: str, label: str = "") -> None:
        super().__init__(name, label)
        self._held, self._range = 0.0, None

    def setRange(self, low: float, high: float) -> None:
        self._range = (float(low), float(high))

    def _checked(self, value: Any) -> Any:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise TypeError(f"{self._name}: {value!r} is no number")
        return value


class Double_Knob(Array_Knob):
    def _checked(self, value: Any) -> Any:
        return float(super()._checked(value))


class Int_Knob(Array_Knob):
    def _checked(self, value: Any) -> Any:
        if super()._checked(value) != int(value):
            raise TypeError(f"{self._name}: {value!r} is no whole number")
        return int(value)


class Boolean_Knob(Array_Knob):
    def __init__(self, name: str, label: str = "") -> None:
        super().__init__(name, label)
        self._held = False

    def _checked(self, value: Any) -> Any:
        if not isinstance(value, bool):
            raise TypeError(f"{self._name}: {value!r} is not True or False")
        return value


class Enumeration_Knob(Array_Knob):
    def __init__(self, name: str, label: str, values: Sequence[str]) -> None:
        super().__init__(name, label)
        self._values = list(values)
        self._held = self._values[0]

    def values(self) -> list[str]:
        return list(self._values)

    def _checked(self, value: Any) -> Any:
        if value not in self._values:
            raise TypeError(f"{self._name}: {value!r} is none of {self._values}")
        return value


class FileType(Enumeration_Knob):
    """Brings the knobs of the type that is chosen."""

    def __init__(self, name: str) -> None:
        super().__init__(name, "", ("", "cin", "dpx", "exr", "jpeg", "png", "tiff"))

    def setValue(self, value: Any) -> bool:
        super().setValue(value)
        for name, kind in OF_EXR.items() if value == "exr" else ():
            self._on._give(made(name, kind))
        return True


class Channel_Knob(Knob):
    def _checked(self, value: Any) -> Any:
        if not CHANNELS.fullmatch(value):
            raise TypeError(f"{self._name}: {value!r} are no channels")
        return value


class Tab_Knob(Knob):
    def setValue(self, value: Any) -> bool:
        raise TypeError(f"{self._name}: a tab holds nothing")


class Script_Knob(String_Knob):
    def execute(self) -> None:
        self._on._nuke.executed.append(f"{self._on.name()}.{self._name}")


class PyScript_Knob(Script_Knob):
    def __init__(self, name: str, label: str = "", command: str = "") -> None:
        super().__init__(name, label)
        self._held = command

    def execute(self) -> None:
        """As when it is clicked: one line, in a scope that has `nuke`, with the node's inside as the current graph."""
        assert "\n" not in self._held
        nuke = self._on._nuke
        nuke.this, before = self._on, nuke.this
        nuke.pressing = self
        self._on.begin()
        try:
            exec(compile(self._held, self._name, "exec"), {"nuke": nuke.module})
        finally:
            self._on.end()
            nuke.this, nuke.pressing = before, None


MADE: dict[str, Callable[[str], Knob]] = {
    "text": String_Knob,
    "expression": EvalString_Knob,
    "file": File_Knob,
    "number": Array_Knob,
    "bool": Boolean_Knob,
    "channels": Channel_Knob,
    "script": Script_Knob,
    "file type": FileType,
}


def made(name: str, kind: Kind) -> Knob:
    return Enumeration_Knob(name, "", kind) if isinstance(kind, tuple) else MADE[kind](name)
