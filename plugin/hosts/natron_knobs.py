"""Knobs as user parameters of a group: made, filled, read."""

from __future__ import annotations

from typing import Any

from ..face import Button, Knob, NodeFace, Value
from ..job import parts_of
from ..nodes.host import VERSION_KNOB, HostFailed
from .natron_values import PLACE

NODE = "unreel_node"
"""Hidden: which of the face's nodes it is."""
KNOBS = "unreel_knobs"
"""Hidden: the names of the knobs and buttons that the node was made with."""
EMPTY = "(empty)"
"""The first entry of a choice that may be left open."""
FOR_PICTURE = ("show", "source", "way", "output", "opacity", "darkest")
"""Knobs that the nodes inside follow; a change of any other renders nothing anew."""
LISTS = ("names", "numbers")


def make_params(group: Any, face: NodeFace, string_param: Any) -> None:
    """Pages, knobs and buttons of a face, at their defaults; what is there already is left.

    string_param: Natron's class, which has the types of text. HostFailed where a name is taken by one of Natron's own.
    """
    for page_label in face.pages:
        page = group.getParam(page_name(page_label)) or group.createPageParam(page_name(page_label), page_label)
        for knob in face.knobs:
            if knob.page == page_label and group.getParam(knob.name) is None:
                page.addParam(make_knob(group, knob, string_param))
        for button in face.buttons:
            if button.page == page_label and group.getParam(button.name) is None:
                page.addParam(make_button(group, button))
    for knob in with_place(face):
        if group.getParam(PLACE + knob.name) is None:
            group.createIntParam(PLACE + knob.name, f"{knob.label} by number").setVisible(False)
        take_place(group, knob)
    hidden = group.getParam(NODE) or group.createStringParam(NODE, "Unreel node")
    put_text(hidden, face.id)
    listed = group.getParam(KNOBS) or group.createStringParam(KNOBS, "Unreel knobs")
    put_text(listed, " ".join(names_of(face)))
    version = group.getParam(VERSION_KNOB) or group.createIntParam(VERSION_KNOB, "Unreel version")
    version.setDefaultValue(face.version)
    version.restoreDefaultValue()
    for param in (hidden, listed, version):
        param.setEvaluateOnChange(False)
        param.setVisible(False)
    group.setPagesOrder([page_name(label) for label in face.pages] + ["Node", "Info"])
    group.refreshUserParamsGUI()


def with_place(face: NodeFace) -> list[Knob]:
    """Choices that the nodes inside follow."""
    return [knob for knob in face.knobs if knob.name in FOR_PICTURE and kind_of(knob) == "choice"]


def take_place(group: Any, knob: Knob) -> None:
    """Have the nodes inside follow what a choice holds now."""
    group.getParam(PLACE + knob.name).setValue(group.getParam(knob.name).getValue())


def names_of(face: NodeFace) -> list[str]:
    """Of its knobs and buttons."""
    return [knob.name for knob in face.knobs] + [button.name for button in face.buttons]


def page_name(label: str) -> str:
    return f"page_{label.replace(' ', '_')}"


def make_button(group: Any, button: Button) -> Any:
    param = group.createButtonParam(button.name, button.label)
    param.setHelp(button.tooltip)
    param.setEvaluateOnChange(False)
    return param


def make_knob(group: Any, knob: Knob, string_param: Any) -> Any:
    param = create(group, knob)
    if param is None:
        raise HostFailed(f"{knob.name} is taken by a parameter of Natron's own; tell us this Natron's version")
    param.setHelp(knob.tooltip)
    param.setEvaluateOnChange(knob.name in FOR_PICTURE and kind_of(knob) != "choice")
    param.setAnimationEnabled(False)
    set_default(param, knob)
    if knob.read_only and kind_of(knob) == "text":
        param.setType(string_param.TypeEnum.eStringTypeLabel)  # over several lines; not to be changed once it is shown
    elif knob.read_only:
        param.setEnabled(False)
    return param


def create(group: Any, knob: Knob) -> Any:
    kind = kind_of(knob)
    if kind == "choice":
        param = group.createChoiceParam(knob.name, knob.label)
        param.setOptions([(option, "") for option in choices_of(knob)])
        return param
    if kind in ("int", "float"):
        param = (
            group.createIntParam(knob.name, knob.label)
            if kind == "int"
            else group.createDoubleParam(knob.name, knob.label)
        )
        limit(param, knob)
        return param
    if kind == "bool":
        return group.createBooleanParam(knob.name, knob.label)
    if kind == "text":
        return group.createStringParam(knob.name, knob.label)
    if knob.file == "folder":
        return group.createPathParam(knob.name, knob.label)
    files = {"in": group.createFileParam, "out": group.createOutputFileParam}
    param = files[knob.file or "in"](knob.name, knob.label)
    param.setSequenceEnabled(knob.sequence)
    return param


def kind_of(knob: Knob) -> str:
    """Of the parameter. Natron has no empty number or switch: one that may be empty is text, or a choice."""
    if knob.type == "bool" and knob.default is None:
        return "choice"
    if knob.type in ("choice", "bool", "file"):
        return knob.type
    if knob.type in ("int", "float") and knob.default is not None:
        return knob.type
    return "text"


def choices_of(knob: Knob) -> dict[str, Value]:
    """The options of a choice, and what each stands for."""
    empty: dict[str, Value] = {EMPTY: None} if knob.optional else {}
    if knob.type == "bool":
        return {**empty, "no": False, "yes": True}
    return {**empty, **{str(choice): choice for choice in knob.choices or ()}}


def option_of(knob: Knob, value: Value) -> int:
    """The place of what a value is called; None is the default where it can't be empty. HostFailed."""
    choices = choices_of(knob)
    wanted = knob.default if value is None else value
    for place, held in enumerate(choices.values()):
        if held == wanted and (held is None) == (wanted is None):
            return place
    raise HostFailed(f"{knob.label}: {value!r} is none of {', '.join(choices)}")


def limit(param: Any, knob: Knob) -> None:
    low, high = knob.range or (None, None)
    if low is not None:
        param.setMinimum(as_kind(knob, low))
        param.setDisplayMinimum(as_kind(knob, low))
    if high is not None:
        param.setMaximum(as_kind(knob, high))
        param.setDisplayMaximum(as_kind(knob, high))


def as_kind(knob: Knob, value: float) -> float:
    return int(value) if knob.type == "int" else float(value)


def set_default(param: Any, knob: Knob) -> None:
    """`setDefaultValue` alone leaves the current value as it is."""
    kind = kind_of(knob)
    if kind == "choice":
        param.setDefaultValue(option_of(knob, knob.default))
    elif kind in ("int", "float"):
        param.setDefaultValue(as_kind(knob, knob.default))  # type: ignore[arg-type]
    elif kind == "bool":
        param.setDefaultValue(bool(knob.default))
    elif knob.default is not None:
        param.setDefaultValue(as_text(knob.default))
    else:
        return
    param.restoreDefaultValue()


def get_value(param: Any, knob: Knob) -> Value:
    """What a parameter holds, in the knob's type; None where it is empty. Text that is no number stays text."""
    kind, value = kind_of(knob), param.getValue()
    if kind == "choice":
        held = list(choices_of(knob).values())
        return held[value] if 0 <= value < len(held) else knob.default
    if kind in ("bool", "int", "float"):
        return {"bool": bool, "int": int, "float": float}[kind](value)
    text = str(value)
    return from_text(text, knob) if text.strip() else None


def from_text(text: str, knob: Knob) -> Value:
    try:
        if knob.type == "int":
            return int(text)
        if knob.type == "float":
            return float(text)
        if knob.type == "numbers":
            return tuple(int(part) for part in parts_of(text))
        if knob.type == "names":
            return tuple(str(part) for part in parts_of(text))
    except ValueError:
        pass
    return text


def put_value(param: Any, knob: Knob, value: Value) -> None:
    """HostFailed where the parameter does not take it."""
    kind = kind_of(knob)
    if kind in ("text", "file"):
        put_text(param, "" if value is None else as_text(value))
        return
    wanted = option_of(knob, value) if kind == "choice" else knob.default if value is None else value
    param.setValue(wanted)
    if param.getValue() != wanted:
        raise HostFailed(f"{knob.label}: Natron made {param.getValue()!r} of {wanted!r}")


def put_text(param: Any, text: str) -> None:
    param.setValue(text)
    if str(param.getValue()) != text:
        raise HostFailed(f"{param.getScriptName()}: Natron made {param.getValue()!r} of {text!r}")


def as_text(value: Any) -> str:
    """A list with blanks between, its parts quoted where they hold one."""
    if isinstance(value, (tuple, list)):
        return " ".join(f'"{part}"' if " " in str(part) else str(part) for part in value)
    return str(value)


def take_away(group: Any, face: NodeFace) -> None:
    """All that makes it a node of Unreel. Buttons and pages are hidden; one of the buttons is being pressed."""
    for knob in face.knobs:
        group.removeParam(group.getParam(knob.name))
    for name in (NODE, KNOBS, VERSION_KNOB, *(PLACE + knob.name for knob in with_place(face))):
        group.removeParam(group.getParam(name))
    for button in face.buttons:
        group.getParam(button.name).setVisible(False)
    for label in face.pages:
        group.getParam(page_name(label)).setVisible(False)
    group.refreshUserParamsGUI()


def renew_params(group: Any, face: NodeFace, string_param: Any) -> None:
    """As the face has them now: those that it lost go, a choice gets its new entries, and what they hold stays."""
    now = names_of(face)
    for name in str(group.getParam(KNOBS).getValue()).split():
        if name not in now and group.getParam(name) is not None:
            group.removeParam(group.getParam(name))
    for knob in face.knobs:
        param = group.getParam(knob.name)
        if param is not None and kind_of(knob) == "choice":
            renew_choice(param, list(choices_of(knob)))
    make_params(group, face, string_param)


def renew_choice(param: Any, options: list[str]) -> None:
    held = str(param.getOption(param.getValue()))
    if list(param.getOptions()) != options:
        param.setOptions([(option, "") for option in options])
        param.setValue(options.index(held) if held in options else 0)
