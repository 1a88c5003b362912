"""The nodes' face as hosts read it: `plugin.yaml` with all owners looked up, from its JSON twin."""

from __future__ import annotations

import json
import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Union

SCHEMA = 1
Value = Union[None, bool, int, float, str, tuple[int, ...], tuple[str, ...]]
"""What a knob holds. None: nothing is put in, and the core decides."""


@dataclass(frozen=True)
class Port:
    """An input or output."""

    name: str
    label: str
    required: bool


@dataclass(frozen=True)
class Button:
    name: str
    label: str
    page: str
    tooltip: str


@dataclass(frozen=True)
class Knob:
    name: str
    label: str
    type: str
    """text, int, float, bool, choice, frames (a range such as 1-9x2), numbers, names (words with blanks), file."""
    default: Value
    optional: bool
    """It may be empty: a choice has an empty entry first, a bool is shown as such a choice, a number as text. Where it
    may not, and there is no default, it must be given."""
    range: tuple[float | None, float | None] | None
    """Least and most; the core alone says whether an end is in it."""
    choices: tuple[int | str, ...] | None
    """As the core takes them; a host shows them as text."""
    joined: str | None
    """What stands between names that the command takes in one word."""
    file: str | None
    """in, out or folder: what the path is to the node."""
    sequence: bool
    read_only: bool
    page: str
    tooltip: str
    cli: str | None
    """How the command line says it; None for what only nodes have."""
    owner: Mapping[str, str]
    """`kind`: setting, option, argument, or own; `name`: `solve.proxy`, `--output`, `folder`, or the knob's own."""


@dataclass(frozen=True)
class NodeFace:
    """A node: what it shows, and the command that it is."""

    id: str
    label: str
    command: str
    version: int
    inputs: tuple[Port, ...]
    outputs: tuple[Port, ...]
    pages: tuple[str, ...]
    buttons: tuple[Button, ...]
    knobs: tuple[Knob, ...]

    def knob(self, name: str) -> Knob:
        """KeyError naming the node and the knobs that it has."""
        return _named(self.knobs, name, f"node {self.id} has no knob")

    def button(self, name: str) -> Button:
        """KeyError naming the node and the buttons that it has."""
        return _named(self.buttons, name, f"node {self.id} has no button")


@dataclass(frozen=True)
class Face:
    """All of `plugin.yaml` that a host needs."""

    id: str
    name: str
    version: str
    protocol: int
    hosts: Mapping[str, str]
    """Host -> the oldest version that the nodes are made for."""
    nodes: tuple[NodeFace, ...]

    def node(self, id: str) -> NodeFace:
        """KeyError naming the nodes that there are."""
        for node in self.nodes:
            if node.id == id:
                return node
        raise KeyError(f"there is no node {id!r}; there are {', '.join(node.id for node in self.nodes)}")


class FaceUnreadable(Exception):
    """The twin is missing, or of another version than this host side."""


@cache
def read_face() -> Face:
    """From beside this file, also inside a zip, or from the core where both lie in one tree. FaceUnreadable."""
    return face_from_table(json.loads(_twin().decode("utf-8")))


def _twin() -> bytes:
    try:
        packed = pkgutil.get_data(__name__, "plugin.json")
        if packed is not None:
            return packed
    except OSError:
        pass
    beside = Path(__file__).parent.parent / "core" / "nodes.json"
    try:
        return beside.read_bytes()
    except OSError:
        raise FaceUnreadable(
            f"{Path(__file__).parent}: plugin.json is missing, so the nodes are not known; install Unreel again"
        ) from None


def face_from_table(table: dict[str, Any]) -> Face:
    """FaceUnreadable for a schema that this host side does not know."""
    if table.get("schema") != SCHEMA:
        raise FaceUnreadable(
            f"the nodes are described in schema {table.get('schema')!r}, and this host side reads {SCHEMA}; "
            "install Unreel again, so that both are of one version"
        )
    return Face(
        id=table["id"],
        name=table["name"],
        version=table["version"],
        protocol=table["protocol"],
        hosts={host: its["least"] for host, its in table["hosts"].items()},
        nodes=tuple(_node(node) for node in table["nodes"]),
    )


def _node(table: dict[str, Any]) -> NodeFace:
    return NodeFace(
        id=table["id"],
        label=table["label"],
        command=table["command"],
        version=table["version"],
        inputs=tuple(Port(**port) for port in table["inputs"]),
        outputs=tuple(Port(**port) for port in table["outputs"]),
        pages=tuple(table["pages"]),
        buttons=tuple(Button(**button) for button in table["buttons"]),
        knobs=tuple(_knob(knob) for knob in table["knobs"]),
    )


def _knob(table: dict[str, Any]) -> Knob:
    values: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in table.items()}
    return Knob(**values)


def _named(parts: tuple[Any, ...], name: str, lack: str) -> Any:
    for part in parts:
        if part.name == name:
            return part
    raise KeyError(f"{lack} {name!r}; it has {', '.join(part.name for part in parts)}")
