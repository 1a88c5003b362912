"""What is done on a layer, as data: pixels are made of it, and the journal keeps it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from .brush import Brush

Xy = tuple[float, float]
"""Full-size pixels of the picture painted on, y down; the middle of the first pixel is 0.5, 0.5."""
Rgb = tuple[float, float, float]
"""Scene-linear."""
Point = tuple[float, float, float]
"""x, y and pressure 0..1."""
Matrix = tuple[float, float, float, float, float, float, float, float, float]
"""3x3, row by row: a homography."""


@dataclass(frozen=True)
class Stroke:
    brush: Brush
    colour: Rgb
    points: tuple[Point, ...]
    erase: bool = False


@dataclass(frozen=True)
class Line:
    """A straight stroke."""

    brush: Brush
    colour: Rgb
    start: Xy
    end: Xy
    erase: bool = False


@dataclass(frozen=True)
class Text:
    text: str
    font: str
    """A font's file."""
    size: float
    """Height of the font in full-size pixels."""
    colour: Rgb
    at: Xy
    """Left end of the first line's base."""
    angle: float = 0.0
    """Degrees, clockwise."""
    opacity: float = 1.0


@dataclass(frozen=True)
class Placed:
    """A picture from a file."""

    file: str
    """A name in the paint's own folder `images`, which keeps a copy."""
    homography: Matrix
    """From the picture's pixels to those painted on."""
    opacity: float = 1.0


Op = Stroke | Line | Text | Placed
KINDS: dict[str, type[Any]] = {"stroke": Stroke, "line": Line, "text": Text, "placed": Placed}
_NAMES = {kind: name for name, kind in KINDS.items()}


def point(xy: Xy, pressure: float) -> Point:
    """As the journal keeps it: pixels are made of these numbers, so that they are the same when made again."""
    return round(float(xy[0]), 2), round(float(xy[1]), 2), round(min(max(float(pressure), 0.0), 1.0), 3)


def is_apart(brush: Brush, last: Point, new: Point) -> bool:
    """Whether a point adds anything to a stroke."""
    least = max(0.5, brush.spacing * brush.radius(last[2]))
    return math.hypot(new[0] - last[0], new[1] - last[1]) >= least or abs(new[2] - last[2]) > 0.05


def op_to_json(op: Op) -> dict[str, Any]:
    """`kind` and its fields."""
    return {"kind": _NAMES[type(op)], **asdict(op)}


def op_from_json(content: Mapping[str, Any]) -> Op:
    """KeyError, TypeError, ValueError where it is none."""
    kind = KINDS[content["kind"]]
    given = {field.name: content[field.name] for field in fields(kind)}
    if "brush" in given:
        given["brush"] = Brush(**given["brush"])
    for name in ("colour", "start", "end", "at", "homography"):
        if name in given:
            given[name] = tuple(map(float, given[name]))
    if "points" in given:
        given["points"] = tuple((float(x), float(y), float(p)) for x, y, p in given["points"])
    made: Op = kind(**given)
    return made
