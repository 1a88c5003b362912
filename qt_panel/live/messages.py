"""What the window and its helper say to each other: one JSON object a line, no pixels."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Literal, get_args

VERSION = 1
Mode = Literal["over", "replace", "add", "multiply"]
MODES: tuple[Mode, ...] = get_args(Mode)
Rect = tuple[int, int, int, int]
"""x, y, width, height; y down."""
Way = Literal["to canonical", "to frame"]


class Misspoken(ValueError):
    """A line that is none of these."""


@dataclass(frozen=True)
class Open:
    """First of all."""

    folder: str
    """`NAME.unreel/live/proxy`."""
    layout: str
    """As the window read it there: both must mean the same pixels."""
    scratch: str
    most_bytes: int
    """Of frames kept in memory."""
    version: int = VERSION


@dataclass(frozen=True)
class Painted:
    """The canvas of a mode changed there."""

    mode: str
    """One of `MODES`, or `whole`."""
    rect: Rect


@dataclass(frozen=True)
class Stack:
    """In what order the modes are laid."""

    modes: tuple[Mode, ...]


@dataclass(frozen=True)
class Show:
    frame: int
    moving: bool
    """The frame is about to change again: be quick, and exact when it rests."""
    number: int


@dataclass(frozen=True)
class Near:
    """Frames that are there, nearest first: have them ready."""

    frames: tuple[int, ...]


@dataclass(frozen=True)
class Where:
    frame: int
    xy: tuple[float, float]
    way: Way


@dataclass(frozen=True)
class Invert:
    """Put a frame's inverse into the scratch."""

    frame: int


@dataclass(frozen=True)
class Ready:
    version: int = VERSION


@dataclass(frozen=True)
class Shown:
    frame: int
    rect: Rect
    """What changed of the picture."""
    slot: int
    number: int


@dataclass(frozen=True)
class Place:
    """Where a point lies: in full-size pixels, centres at whole numbers."""

    frame: int
    of: tuple[float, float]
    way: Way
    xy: tuple[float, float]
    sure: bool
    """False where the surface is hidden, or the map does not lead there."""


@dataclass(frozen=True)
class Inverted:
    frame: int


@dataclass(frozen=True)
class Failed:
    """A frame can't be shown; the text says why. The helper goes on."""

    frame: int
    text: str
    number: int


Message = Open | Painted | Stack | Show | Near | Where | Invert | Ready | Shown | Place | Inverted | Failed
KINDS = {kind.__name__: kind for kind in get_args(Message)}


def line_of(message: Message) -> str:
    return json.dumps({"is": type(message).__name__, **asdict(message)}) + "\n"


def message_of(line: str) -> Message:
    """Misspoken where it is none."""
    try:
        table = json.loads(line)
        kind = KINDS[table.pop("is")]
        return kind(**{name: tuple(value) if isinstance(value, list) else value for name, value in table.items()})
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Misspoken(f"{line[:200]!r}: {error}") from None
