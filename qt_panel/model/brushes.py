"""What the artist paints with: brush, eraser and colours, kept from one start to the next."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, fields, replace
from typing import Any, Literal

from .paint.brush import MOST_SIZE, Brush
from .paint.strokes import Rgb
from .signal import Signal

Which = Literal["brush", "eraser"]
STEP = 1.15
"""How much larger a key makes the brush."""
HARDER = 0.1
LIMITS = {"size": (1.0, MOST_SIZE), "hardness": (0.0, 1.0), "opacity": (0.01, 1.0)}
WHITE: Rgb = (1.0, 1.0, 1.0)
RECENT = 8


class Brushes:
    def __init__(self, kept: Mapping[str, Any]) -> None:
        """kept: of `to_json`; what makes no sense there is left out."""
        self.changed: Signal[None] = Signal()
        self.which: Which = "brush"
        """The one that the sliders are for."""
        self.brushes: dict[Which, Brush] = {
            "brush": read_brush(kept.get("brush"), Brush()),
            "eraser": read_brush(kept.get("eraser"), Brush(size=60.0)),
        }
        self.colour: Rgb = read_colour(kept.get("colour")) or (0.8, 0.1, 0.05)
        """Scene-linear."""
        self.recent: tuple[Rgb, ...] = tuple(filter(None, map(read_colour, list_of(kept.get("recent")))))
        """The last colours that were painted with, the newest first."""

    @property
    def brush(self) -> Brush:
        return self.brushes[self.which]

    def use(self, which: Which) -> None:
        if which != self.which:
            self.which = which
            self.changed.emit(None)

    def change(self, **values: Any) -> None:
        """Sets some of the brush in use; numbers are kept in their range."""
        for name, (low, high) in LIMITS.items():
            if name in values:
                values[name] = min(max(float(values[name]), low), high)
        new = replace(self.brush, **values)
        if new != self.brush:
            self.brushes[self.which] = new
            self.changed.emit(None)

    def larger(self, steps: int) -> None:
        """Smaller where steps are below 0; a pixel at least."""
        size = self.brush.size * STEP**steps
        grown = self.brush.size + math.copysign(1, steps)
        self.change(size=round(max(size, grown) if steps > 0 else min(size, grown), 1))

    def harder(self, steps: int) -> None:
        self.change(hardness=round(self.brush.hardness + HARDER * steps, 2))

    def take_colour(self, colour: Rgb) -> None:
        if colour != self.colour:
            self.colour = colour
            self.changed.emit(None)

    def painted(self) -> None:
        """It was painted with the colour: it is one of the recent ones."""
        recent = (self.colour, *(each for each in self.recent if each != self.colour))[:RECENT]
        if recent != self.recent:
            self.recent = recent
            self.changed.emit(None)

    def to_json(self) -> dict[str, Any]:
        brushes = {str(name): asdict(brush) for name, brush in self.brushes.items()}
        return {**brushes, "colour": list(self.colour), "recent": [list(each) for each in self.recent]}


def read_brush(kept: Any, default: Brush) -> Brush:
    """Values of a wrong type, or out of range, are the default's."""
    values: dict[str, Any] = {}
    for field in fields(Brush):
        value = kept.get(field.name) if isinstance(kept, Mapping) else None
        low, high = LIMITS.get(field.name, (-math.inf, math.inf))
        if value is not None and type(value) is type(getattr(default, field.name)) and low <= value <= high:
            values[field.name] = value
    return replace(default, **values)


def read_colour(kept: Any) -> Rgb | None:
    parts = list_of(kept)
    if len(parts) != 3 or not all(isinstance(part, (int, float)) and math.isfinite(part) for part in parts):
        return None
    return float(parts[0]), float(parts[1]), float(parts[2])


def list_of(kept: Any) -> list[Any]:
    return kept if isinstance(kept, list) else []
