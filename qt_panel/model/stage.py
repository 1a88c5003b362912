"""How far a shot is."""

from __future__ import annotations

from enum import IntEnum


class Stage(IntEnum):
    """How far a shot is. Painted and rendered are none: they come and go."""

    EMPTY, OPEN, TRAINED, LIVE = range(4)
