"""Motion blur by the shutter: the moments at which a moving paint is looked at, to be averaged."""

from __future__ import annotations

import numpy as np

from .frame import Window
from .in_between import MOST_BEYOND, xy_key_between
from .solved import Solved

LEAST_MOTION = 0.25
"""Source pixels moved while the shutter is open below which a frame is taken as still."""
MOST_SAMPLES = 48
"""Moments of one frame; a paint that moves farther than so many pixels shows them apart."""


def xy_in_shutter(
    solved: Solved, time: float, degrees: float, under_paint: np.ndarray, part: Window | None = None
) -> list[np.ndarray]:
    """The map at moments spread evenly over the open shutter of a frame, each [h, w, 2] like `solved.xy_key`.

    degrees: 180 is open from a quarter of a frame before to a quarter after. under_paint [h, w] bool: where the
    motion counts; one moment a pixel moved, at most `MOST_SAMPLES`. Empty where nothing moves. part: of the raster.
    """
    if degrees <= 0 or not under_paint.any():
        return []
    read: dict[int, np.ndarray] = {}
    opened, closed = while_open(solved, time, degrees, 2)
    path = (xy_key_between(solved, closed, read, part) - xy_key_between(solved, opened, read, part))[under_paint]
    motion = float(np.hypot(path[:, 0], path[:, 1]).max())
    if motion < LEAST_MOTION:
        return []
    count = int(np.clip(np.ceil(motion), 3, MOST_SAMPLES))
    half = min(degrees / 720, MOST_BEYOND)
    return [xy_key_between(solved, in_shot(solved, time + half * at), read, part) for at in moments(count)]


def while_open(solved: Solved, time: float, degrees: float, count: int) -> list[float]:
    """`count` moments from the shutter's opening to its closing, within the shot and what goes on beside it."""
    half = min(degrees / 720, MOST_BEYOND)
    return [in_shot(solved, moment) for moment in np.linspace(time - half, time + half, count).tolist()]


def in_shot(solved: Solved, moment: float) -> float:
    frames = solved.model.maps.keys()
    return min(max(moment, min(frames) - MOST_BEYOND), max(frames) + MOST_BEYOND)


def moments(count: int) -> np.ndarray:
    """The middles of `count` equal parts of -1..1."""
    return (2 * np.arange(count) + 1) / count - 1
