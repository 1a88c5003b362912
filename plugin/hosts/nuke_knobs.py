"""The knobs of a node in Nuke, from its face: which kind each is, by what name, and what it holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..face import Knob, NodeFace, Value
from ..job import parts_of
from ..nk import evaluated_path, plain_path, word
from ..nodes.host import VERSION_KNOB

NODE_KNOB = "unreel_node"
"""Which of the face's nodes it is."""
NAMES_KNOB = "unreel_knobs"
"""The names of all knobs that we added: an older Unreel's are known by it."""
TAKEN = frozenset({"name", "label", "help", "icon", "disable", "cached", "selected", "tile_color", "indicators"})
"""Names that every node of Nuke has already."""
TEXT, FILE, INT, CHOICE, BOOL, DOUBLE, TAB, SCRIPT = 1, 2, 3, 4, 6, 7, 20, 22
"""Kinds of user knobs, by the number that node text has for them."""
CLASSES = {
    TEXT: "String_Knob",
    FILE: "File_Knob",
    INT: "Int_Knob",
    CHOICE: "Enumeration_Knob",
    BOOL: "Boolean_Knob",
    DOUBLE: "Double_Knob",
    TAB: "Tab_Knob",
    SCRIPT: "PyScript_Knob",
}
MISSING = "Unreel is not installed here; python3 install --host nuke brings it. What was made renders without it."
CODE = (
    "__import__('unreel.plugin.hosts.nuke', fromlist=['press']).press(nuke.thisNode(), '{button}') "
    "if __import__('importlib.util', fromlist=['util']).find_spec('unreel') "
    f"else (nuke.message if nuke.GUI else nuke.tprint)('{MISSING}')"
)
"""What a button holds: one line, that also works where there is no Unreel."""


@dataclass(frozen=True)
class UserKnob:
    """A knob to add."""

    kind: int
    name: str
    label: str
    tooltip: str = ""
    value: str | bool | int | float | None = None
    """To begin with, as Nuke takes it; None leaves it as it comes."""
    choices: tuple[str, ...] = ()
    range: tuple[float, float] | None = None
    code: str = ""
    read_only: bool = False
    hidden: bool = False


def user_knobs(face: NodeFace) -> Iterator[UserKnob]:
    """A tab for each page, with its knobs, then its buttons; last what is hidden."""
    names = []
    for page in face.pages:
        tab = UserKnob(TAB, f"{face.id}_{page.lower().replace(' ', '_')}_page", page)
        knobs = [user_knob(knob) for knob in face.knobs if knob.page == page]
        buttons = [
            UserKnob(SCRIPT, button.name, button.label, button.tooltip, code=CODE.format(button=button.name))
            for button in face.buttons
            if button.page == page
        ]
        names += [knob.name for knob in (tab, *knobs, *buttons)]
        yield from (tab, *knobs, *buttons)
    hidden = {NODE_KNOB: face.id, NAMES_KNOB: " ".join([*names, NODE_KNOB, NAMES_KNOB, VERSION_KNOB])}
    yield from (UserKnob(TEXT, name, name, value=value, hidden=True) for name, value in hidden.items())
    yield UserKnob(INT, VERSION_KNOB, VERSION_KNOB, value=face.version, hidden=True)


def native_name(knob: str) -> str:
    """What a knob of the face is called in Nuke."""
    return f"unreel_{knob}" if knob in TAKEN else knob


def user_knob(knob: Knob) -> UserKnob:
    low, high = knob.range or (None, None)
    return UserKnob(
        kind_of(knob),
        native_name(knob.name),
        knob.label,
        knob.tooltip,
        held(knob, knob.default),
        choices_of(knob),
        None if low is None or high is None else (low, high),
        read_only=knob.read_only,
    )


def kind_of(knob: Knob) -> int:
    """Nuke's numbers and ticks can't be empty: those that may are text, or a choice."""
    if knob.type == "file":
        return FILE
    if knob.type == "choice" or (knob.type == "bool" and knob.optional):
        return CHOICE
    if knob.optional:
        return TEXT
    return {"int": INT, "float": DOUBLE, "bool": BOOL}.get(knob.type, TEXT)


def choices_of(knob: Knob) -> tuple[str, ...]:
    """As text, the empty one first where it may be empty."""
    if kind_of(knob) != CHOICE:
        return ()
    words = tuple(map(str, knob.choices)) if knob.choices else ("true", "false")
    return ("", *words) if knob.optional else words


def held(knob: Knob, value: Value) -> str | bool | int | float:
    """What Nuke's knob holds for a value of ours."""
    kind = kind_of(knob)
    if kind == FILE:
        return evaluated_path(str(value)) if value else ""
    if kind == BOOL:
        return bool(value)
    if kind in (INT, DOUBLE) and isinstance(value, (int, float)):
        return value
    if value is None:
        return {INT: 0, DOUBLE: 0.0}.get(kind, "")
    if isinstance(value, (tuple, list)):
        return " ".join(quoted(str(part)) for part in value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def quoted(part: str) -> str:
    """A name with blanks in it stays one."""
    return f'"{part}"' if any(letter in part for letter in " ,\t") else part


def ours(knob: Knob, native: Any) -> Value:
    """The inverse of `held`. What was typed and is not of the knob's type stays text: the job says what is wrong."""
    if native == "" or native is None:
        return None
    if knob.type == "file":
        return plain_path(native)
    if knob.type == "choice":
        return next((choice for choice in knob.choices or () if str(choice) == native), str(native))
    if knob.type == "bool":
        return {"true": True, "false": False}.get(native, str(native)) if isinstance(native, str) else bool(native)
    try:
        if knob.type == "int":
            return int(native)
        if knob.type == "float":
            return float(native)
        if knob.type == "numbers":
            return tuple(int(part) for part in parts_of(native))
        if knob.type == "names":
            return tuple(map(str, parts_of(native)))
    except ValueError:
        pass
    return str(native)


def knob_lines(knob: UserKnob) -> Iterator[str]:
    """Of node text: the definition, and what it holds."""
    words = [str(knob.kind), knob.name, f"l {word(knob.label)}"]
    if knob.tooltip:
        words.append(f"t {word(knob.tooltip)}")
    words += ["+INVISIBLE"] if knob.hidden else []
    if knob.kind == CHOICE:
        words.append("M {" + " ".join(word(choice) for choice in knob.choices) + "}")
    if knob.range is not None and knob.kind == DOUBLE:
        words.append(f"R {knob.range[0]} {knob.range[1]}")
    if knob.kind == SCRIPT:
        words.append(f"T {word(knob.code)}")
    if knob.kind in (SCRIPT, BOOL):
        words.append("+STARTLINE")
    yield "addUserKnob {" + " ".join(words) + "}"
    if knob.value not in (None, ""):
        text = ("true" if knob.value else "false") if isinstance(knob.value, bool) else str(knob.value)
        yield f"{knob.name} {word(text)}"
