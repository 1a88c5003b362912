"""What the timeline says of single frames, beside which are there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Marks:
    """Each has a shape of its own: keys a diamond, painted frames a dot, frames of the verdict a triangle."""

    keys: frozenset[int] = frozenset()
    painted: frozenset[int] = frozenset()
    verdict: frozenset[int] = frozenset()
    """Frames that the verdict says to look at."""


def runs(frames: Iterable[int], step: int = 1) -> list[tuple[int, int]]:
    """(first, last) of frames that follow each other, for drawing many as one."""
    found: list[tuple[int, int]] = []
    for frame in frames:
        if found and frame - found[-1][1] == step:
            found[-1] = found[-1][0], frame
        else:
            found.append((frame, frame))
    return found


def keys_of(knobs: Mapping[str, Any]) -> frozenset[int]:
    """The key frames that Train's knobs name."""
    key, further = knobs.get("key"), knobs.get("further_keys") or ()
    return frozenset([*([int(key)] if key is not None else []), *(int(each) for each in further)])


def marks_of(told: Mapping[str, Any], painted: Iterable[object]) -> Marks:
    """told: of the last training, see `versions.read_told`; painted: what is painted on, frames by their numbers."""
    key = told.get("key")
    return Marks(
        frozenset([key] if isinstance(key, int) else []),
        frozenset(each for each in painted if isinstance(each, int)),
        frozenset(each for each in told.get("frames") or () if isinstance(each, int)),
    )
