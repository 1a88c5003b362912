"""Nuke's node text: what `.nk` files hold and Nuke reads. Words are quoted so that nothing in them is evaluated."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Union


@dataclass(frozen=True)
class Expression:
    """A knob that follows others, such as `parent.opacity`."""

    text: str


Knob = Union[str, bool, int, float, Expression, tuple[float, ...]]


@dataclass(frozen=True)
class NkNode:
    """A node as Nuke's text has it."""

    name: str
    nuke_class: str
    inputs: tuple[str | None, ...] = ()
    """Names of earlier nodes, Nuke's input 0 first; None is left open."""
    knobs: Mapping[str, Knob] = field(default_factory=dict)


PLAIN = re.compile(r"[A-Za-z0-9_./:+*,=~-]*[A-Za-z0-9_./]")


def word(text: str) -> str:
    """One word: bare where it can be, else in quotes with all that means something to TCL escaped.

    Braces too: the text lies in a node's braces, which are counted before quotes are looked at.
    """
    if PLAIN.fullmatch(text) and not text.startswith(("+", "-")):
        return text
    escaped = re.sub(r'([\\"\[\]${}])', r"\\\1", text)
    return '"' + escaped.replace("\n", "\\n").replace("\t", "\\t") + '"'


def value(knob: Knob) -> str:
    """A knob's value."""
    if isinstance(knob, bool):
        return "true" if knob else "false"
    if isinstance(knob, Expression):
        return "{{" + (word(knob.text) if not PLAIN.fullmatch(knob.text) else knob.text) + "}}"
    if isinstance(knob, tuple):
        return "{" + " ".join(repr(number) for number in knob) + "}"
    return repr(knob) if isinstance(knob, (int, float)) else word(knob)


def node_lines(node: NkNode, extra: Iterable[str] = ()) -> Iterator[str]:
    """The node alone. extra: lines such as those of user knobs, before its name."""
    yield f"{node.nuke_class} {{"
    yield f" inputs {len(node.inputs)}"
    yield from (f" {name} {value(knob)}" for name, knob in node.knobs.items())
    yield from (f" {line}" for line in extra)
    yield f" name {word(node.name)}"
    yield "}"


def graph_lines(nodes: Iterable[NkNode]) -> Iterator[str]:
    """Nodes with their connections: each is kept in a variable, and its inputs are pushed, input 0 last.

    ValueError for an input that is no earlier node: Nuke would connect something else.
    """
    numbers: dict[str, int] = {}
    for node in nodes:
        for name in reversed(node.inputs):
            if name is not None and name not in numbers:
                raise ValueError(f"{node.name}: its input {name} is no node before it")
            yield "push 0" if name is None else f"push $N{numbers[name]}"
        yield from node_lines(node)
        if node.name in numbers:
            raise ValueError(f"{node.name}: there are two nodes of this name")
        numbers[node.name] = len(numbers)
        yield f"set N{numbers[node.name]} [stack 0]"


def layer_line(layer: str) -> str:
    """Makes a layer known; a node that names a channel of an unknown one is refused."""
    channels = " ".join(f"{layer}.{channel}" for channel in ("red", "green", "blue", "alpha"))
    return f"add_layer {{{layer} {channels}}}"


def evaluated_path(path: str) -> str:
    """What a file knob must hold to mean `path`: it evaluates what stands in brackets."""
    return re.sub(r"([\\\[])", r"\\\1", path.replace(os.sep, "/"))


def plain_path(held: str) -> str:
    """The path that a file knob means that has nothing to evaluate; the inverse of `evaluated_path`."""
    return re.sub(r"\\(.)", r"\1", held)


def has_brackets(held: str) -> bool:
    """Whether a file knob has something in brackets to evaluate."""
    return re.search(r"(?<!\\)(?:\\\\)*\[", held) is not None
