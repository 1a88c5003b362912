"""What we ask for of a node of Natron, as data: its plug-in, what comes in, and what its parameters are to hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Union


@dataclass(frozen=True)
class Choice:
    """An option by its id, then by the names that it had in other builds."""

    names: tuple[str, ...]


@dataclass(frozen=True)
class Plane:
    """The option that is this channel of the colour plane; the one that stands may be it already."""

    channel: str


@dataclass(frozen=True)
class OfKnob:
    """What a knob of the group holds, followed by a link."""

    knob: str


@dataclass(frozen=True)
class SameAs:
    """What another parameter of the node holds."""

    param: str


Setting = Union[bool, int, float, tuple[float, ...], Choice, Plane, OfKnob, SameAs]


@dataclass(frozen=True)
class Native:
    """A node of Natron. The last one of an operation has the step's own name."""

    name: str
    plugin: str
    inputs: tuple[tuple[str, str], ...]
    """Its input by label, and the step or node that comes in."""
    values: Mapping[str, Setting] = field(default_factory=dict)
    if_there: Mapping[str, Setting] = field(default_factory=dict)
    """Parameters that not every build has."""
