"""Values of parameters in the fake Natron: what is taken, and what it becomes."""

from __future__ import annotations

from typing import Any

from .fake_natron_data import Knob

RGB, OPAQUE = 1, 0
"""Of a reader's outputComponents and outputPremult: the first allows no other of the second."""


def boolean(value: Any) -> bool:
    if not isinstance(value, (bool, int)):
        raise TypeError(f"{value!r} is no bool")
    return bool(value)


def string(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


def checked(knob: Knob, value: Any) -> Any:
    """As Natron has it: within limits, cut to a whole number; TypeError where Shiboken has no such overload."""
    if knob.kind == "bool":
        return boolean(value)
    if knob.kind == "number":
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise TypeError(f"{knob.name}: {value!r} is no number")
        value = min(max(value, knob.low), knob.high)
        return int(value) if knob.whole else float(value)
    if knob.kind == "choice":
        if isinstance(value, str):
            return knob.options.index(value) if value in knob.options else None
        if isinstance(value, bool) or not isinstance(value, int):
            raise TypeError(f"{knob.name}: {value!r} is no option")
        return value
    return string(value)


def put(knob: Knob, value: Any, dimension: int) -> None:
    new = checked(knob, value)
    if new is None:
        return  # an option there is not: nothing happens, and nothing is said
    if knob.name == "outputPremult" and knob.node.params["outputComponents"].value == [RGB]:
        new = OPAQUE
    if dimension >= knob.dimensions:
        raise IndexError(f"{knob.name} has {knob.dimensions} dimensions")
    if knob.value[dimension] != new:
        knob.node.touch()
    knob.value[dimension] = new
    knob.node.app.natron.call_back(knob, False)


def express(knob: Knob, expression: str, dimension: int) -> bool:
    """False for a bad one; nothing is raised."""
    if not expression:
        knob.expressions.pop(dimension, None)
        return True
    try:
        knob.node.app.natron.evaluated(knob, expression)
    except Exception:
        return False
    knob.expressions[dimension] = expression
    return True


def link(knob: Knob, master: Knob, dimension: int, of_master: int) -> bool:
    """False between a choice and a number, and where there is a link already."""
    if knob.kind != master.kind or dimension in knob.masters:
        return False
    knob.masters[dimension] = (master, of_master)
    knob.node.touch()
    return True


def current(knob: Knob) -> list[Any]:
    if knob.kind in ("button", "page"):
        raise AttributeError(f"{knob.name} has no value")
    return [value_of(knob, dimension) for dimension in range(len(knob.value))]


def value_of(knob: Knob, dimension: int) -> Any:
    if dimension in knob.masters:
        master, of_master = knob.masters[dimension]
        return value_of(master, of_master)
    if dimension in knob.expressions:
        return knob.node.app.natron.evaluated(knob, knob.expressions[dimension])
    return knob.value[dimension]
