"""Parameters of the fake Natron as scripts see them: what each kind takes, and what it makes of it."""

from __future__ import annotations

from enum import Enum
from typing import Any

from .fake_natron_data import Knob
from .fake_natron_values import boolean, checked, current, express, link, put, string


class TypeEnum(Enum):
    eStringTypeLabel = "label"
    eStringTypeMultiLine = "lines"
    eStringTypeDefault = "default"


class Param:
    def __init__(self, knob: Knob) -> None:
        self._knob = knob

    def getScriptName(self) -> str:
        return self._knob.name

    def getLabel(self) -> str:
        return self._knob.label

    def getNumDimensions(self) -> int:
        return self._knob.dimensions

    def getIsVisible(self) -> bool:
        return self._knob.visible

    def setVisible(self, visible: bool) -> None:
        self._knob.visible = boolean(visible)

    def getIsEnabled(self, dimension: int = 0) -> bool:
        return self._knob.enabled

    def setEnabled(self, enabled: bool, dimension: int = 0) -> None:
        self._knob.enabled = boolean(enabled)

    def setEvaluateOnChange(self, on: bool) -> None:
        self._knob.evaluates = boolean(on)

    def setAnimationEnabled(self, on: bool) -> None:
        self._knob.animates = boolean(on)

    def setHelp(self, help: str) -> None:
        assert self._knob.user, "only for user parameters"
        self._knob.help = string(help)

    def getHelp(self) -> str:
        return self._knob.help

    def setPersistent(self, on: bool) -> None:
        boolean(on)


class Valued(Param):
    def getValue(self) -> Any:
        return current(self._knob)[0]

    def get(self) -> Any:
        return self.getValue()

    def setValue(self, value: Any) -> None:
        put(self._knob, value, 0)

    def set(self, value: Any) -> None:
        put(self._knob, value, 0)

    def setDefaultValue(self, value: Any) -> None:
        """Does not touch the value."""
        self._knob.default = [checked(self._knob, value)]

    def getDefaultValue(self) -> Any:
        return self._knob.default[0]

    def restoreDefaultValue(self) -> None:
        self._knob.value = list(self._knob.default)

    def setExpression(self, expression: str, has_ret: bool, dimension: int = 0) -> bool:
        return express(self._knob, string(expression), dimension)

    def slaveTo(self, other: Param, thisDimension: int, otherDimension: int) -> bool:
        return link(self._knob, other._knob, thisDimension, otherDimension)


class BooleanParam(Valued):
    pass


class Dimensioned(Valued):
    def getValue(self, dimension: int = 0) -> Any:
        return current(self._knob)[dimension]

    def setValue(self, value: Any, dimension: int = 0) -> None:
        put(self._knob, value, dimension)

    def setMinimum(self, value: float, dimension: int = 0) -> None:
        self._knob.low = value

    def setMaximum(self, value: float, dimension: int = 0) -> None:
        self._knob.high = value

    def setDisplayMinimum(self, value: float, dimension: int = 0) -> None:
        assert value >= self._knob.low

    def setDisplayMaximum(self, value: float, dimension: int = 0) -> None:
        assert value <= self._knob.high


class IntParam(Dimensioned):
    pass


class DoubleParam(Dimensioned):
    pass


class ColorParam(Dimensioned):
    def get(self) -> Any:
        raise TypeError("a ColorTuple, not a tuple: read it by getValue(dimension)")

    def set(self, r: float, g: float, b: float, a: float) -> None:
        for dimension in range(self._knob.dimensions):
            put(self._knob, (r, g, b, a)[dimension], dimension)


class ChoiceParam(Valued):
    def setOptions(self, options: list[tuple[str, str]]) -> None:
        if self._knob.user:
            self._knob.options = [string(option) for option, help in options if string(help) is not None]

    def getOptions(self) -> list[str]:
        return list(self._knob.options)

    def getOption(self, index: int) -> str:
        return self._knob.options[index] if 0 <= index < len(self._knob.options) else ""

    def getNumOptions(self) -> int:
        return len(self._knob.options)


class StringParam(Valued):
    TypeEnum = TypeEnum

    def setType(self, kind: TypeEnum) -> None:
        if not self._knob.node.shown:  # not to be changed once it is shown
            self._knob.text_type = TypeEnum(kind).value


class FileParam(Valued):
    def setSequenceEnabled(self, on: bool) -> None:
        self._knob.sequence = boolean(on)

    def reloadFile(self) -> None:
        self._knob.reloaded += 1


class OutputFileParam(Valued):
    def setSequenceEnabled(self, on: bool) -> None:
        self._knob.sequence = boolean(on)


class PathParam(Valued):
    pass


class ButtonParam(Param):
    def trigger(self) -> None:
        knob = self._knob
        if knob.name == "convertToGroup" and not knob.node.app.creating:
            knob.node.pyplug = None
            knob.visible = False
        knob.node.app.natron.call_back(knob, True)


class PageParam(Param):
    def addParam(self, param: Param) -> None:
        assert isinstance(param, Param) and param._knob.user, param
        self._knob.children.append(param._knob)


WRAPPERS: dict[str, type[Param]] = {
    "bool": BooleanParam,
    "text": StringParam,
    "choice": ChoiceParam,
    "button": ButtonParam,
    "page": PageParam,
    "file": FileParam,
    "output file": OutputFileParam,
    "path": PathParam,
}


def wrapped(knob: Knob) -> Param:
    """A new one each time."""
    if knob.kind == "number":
        return (IntParam if knob.whole else DoubleParam if knob.dimensions == 1 else ColorParam)(knob)
    return WRAPPERS[knob.kind](knob)
