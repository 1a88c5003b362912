"""A frame as it was shot: planes in their own bits, windows and metadata, nothing lost."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Window:
    """A rectangle of pixels, y down. `x`, `y` is its first pixel; it ends before `x + width`, `y + height`."""

    x: int
    y: int
    width: int
    height: int
