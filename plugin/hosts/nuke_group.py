"""A node of ours in Nuke is a plain Group: its knobs, its inside, as text and in a running Nuke.

`nuke` is Nuke's module, handed in: only `nuke.py` imports it. A limited edition's Python sees ten nodes, so the inside
is read as text and never looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..face import NodeFace
from ..nk import graph_lines, layer_line, word
from ..nodes.graph import Step
from ..nodes.host import HostFailed
from .nuke_knobs import BOOL, CHOICE, CLASSES, DOUBLE, NAMES_KNOB, SCRIPT, UserKnob, knob_lines, user_knobs
from .nuke_nodes import Link, layers_of, linked, nuke_nodes

STATUS_LABEL = "[value status]"
"""What the node shows below its name."""


def inside_text(steps: Sequence[Step], ports: Sequence[str], link: Link = linked) -> str:
    """Node text of a group's inside."""
    layers = [layer_line(layer) for layer in layers_of(steps)]
    return "\n".join([*layers, *graph_lines(nuke_nodes(steps, ports, link))]) + "\n"


def group_text(face: NodeFace, steps: Sequence[Step], version: str = "14.0 v1") -> str:
    """The whole node as a script of its own, to be dropped into Nuke; what its documentation draws."""
    ports = [port.name for port in face.inputs]
    knobs = [line for knob in user_knobs(face) for line in knob_lines(knob)]
    head = [
        f"version {version}",
        "Group {",
        " inputs 0",
        f" name {word(first_name(face))}",
        f" label {word(STATUS_LABEL)}",
        *(f" {line}" for line in knobs),
        "}",
    ]
    inside = [f" {line}" for line in inside_text(steps, ports).splitlines()]
    return "\n".join([*head, *inside, "end_group"]) + "\n"


def first_name(face: NodeFace) -> str:
    """`Unreel_CanonicalExport1`; Nuke counts on."""
    return f"Unreel_{face.label.replace(' ', '')}1"


def add_knobs(nuke: Any, node: Any, face: NodeFace) -> None:
    """All knobs of the face, with what they hold to begin with."""
    for knob in user_knobs(face):
        node.addKnob(made_knob(nuke, knob))
    give_flags(nuke, node, face)


def made_knob(nuke: Any, knob: UserKnob) -> Any:
    kind = getattr(nuke, CLASSES[knob.kind])
    if knob.kind == CHOICE:
        made = kind(knob.name, knob.label, list(knob.choices))
    elif knob.kind == SCRIPT:
        made = kind(knob.name, knob.label, knob.code)
    else:
        made = kind(knob.name, knob.label)
    if knob.tooltip:
        made.setTooltip(knob.tooltip)
    if knob.range is not None and knob.kind == DOUBLE:
        made.setRange(*knob.range)
    if knob.value is not None:
        made.setValue(knob.value)
    return made


def give_flags(nuke: Any, node: Any, face: NodeFace) -> None:
    """Nuke forgets flags when a script is read or nodes are pasted."""
    held = node.knobs()
    for knob in user_knobs(face):
        if knob.name not in held:
            continue
        native = held[knob.name]
        if knob.hidden:
            native.setFlag(nuke.INVISIBLE)
        if knob.read_only:
            native.setFlag(nuke.READ_ONLY)
            native.setFlag(nuke.NO_UNDO)
        if knob.kind in (SCRIPT, BOOL):
            native.setFlag(nuke.STARTLINE)
        if knob.kind not in CLICKED:
            native.setFlag(nuke.NO_ANIMATION)


CLICKED = (SCRIPT, 20)
"""Kinds of knobs that hold nothing."""


def fill(nuke: Any, node: Any, text: str) -> None:
    """What is in the group goes, and what the text says comes. HostFailed with what Nuke said."""
    clear(nuke, node)
    try:
        with node:
            nuke.scriptReadText(text)
    except RuntimeError as error:
        raise HostFailed(f"{node.name()}: Nuke could not make what is inside ({error}); press undo") from None


def clear(nuke: Any, node: Any) -> None:
    """By as many nodes at a time as Python is shown."""
    left = node.numNodes()
    while left:
        for inner in node.nodes():
            nuke.delete(inner)
        before, left = left, node.numNodes()
        if left >= before:
            raise HostFailed(f"{node.name()}: Nuke did not let its inside be made anew; make a new node")


def renew(nuke: Any, node: Any, face: NodeFace) -> None:
    """The knobs that the face has now, with what those of the same name and kind held; others go."""
    before = {name: (knob.Class(), knob.value()) for name, knob in ours(node).items()}
    remove_knobs(node)
    add_knobs(nuke, node, face)
    for knob in user_knobs(face):
        if knob.name not in before or knob.kind in CLICKED or knob.hidden:
            continue
        kind, value = before[knob.name]
        if kind == CLASSES[knob.kind] and (knob.kind != CHOICE or value in knob.choices):
            node[knob.name].setValue(value)


def ours(node: Any) -> dict[str, Any]:
    """The knobs that we added, in their order."""
    held = node.knobs()
    names = held[NAMES_KNOB].value().split() if NAMES_KNOB in held else []
    return {name: held[name] for name in names if name in held}


def remove_knobs(node: Any) -> None:
    """The tabs last: one that still holds knobs stays."""
    knobs = list(ours(node).values())
    for knob in sorted(knobs, key=lambda knob: knob.Class() == CLASSES[20]):
        node.removeKnob(knob)


def frozen_name(name: str) -> str:
    return name if name.endswith("_frozen") else name + "_frozen"
