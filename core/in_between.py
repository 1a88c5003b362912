"""The map between frames: at a moment of an open shutter, or of a retimed frame that was never shot."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

import numpy as np

from .errors import UsageError
from .frame import Window
from .sequence import format_range
from .solved import Solved, one_to_one

MOST_BEYOND = 0.5
"""Frames before the first and after the last that the motion is taken to go on: half a shutter, and no more."""


def xy_key_between(
    solved: Solved, time: float, read: dict[int, np.ndarray] | None = None, part: Window | None = None
) -> np.ndarray:
    """Where the pixels of a moment lie on the key frame: [h, w, 2] index coordinates of the raster.

    time: in frames, such as 1003.25; at a frame's own number this is `solved.xy_key` bit for bit. Each pixel of the
    picture is followed by itself, through the maps of the frames around: see `shares_between`.
    read: maps of frames already evaluated; those that this moment needs are added. part: of the raster, None: all.
    UsageError outside the shot.
    """
    read = {} if read is None else read
    shares = shares_between(sorted(solved.model.maps), time)
    for number in shares.keys() - read.keys():
        read[number] = solved.xy_key(number, part)
    return mixed(read, shares)


def small_xy_key_between(solved: Solved, time: float) -> np.ndarray:
    """The same between the solve's pictures, of the whole frame."""
    shares = shares_between(sorted(solved.model.maps), time)
    return mixed({number: solved.small_xy_key(number) for number in shares}, shares)


def mixed(read: dict[int, np.ndarray], shares: dict[int, float]) -> np.ndarray:
    """The maps by their shares; one alone is itself."""
    if len(shares) == 1:
        return read[next(iter(shares))]
    # About the nearest map, so that large coordinates cost no digits: sum of w M = M_0 + sum of w (M - M_0).
    nearest = max(shares, key=lambda number: shares[number])
    out = read[nearest].copy()
    for number, share in shares.items():
        if number != nearest:
            out += np.float32(share) * (read[number] - read[nearest])
    return out


def shown_between(solved: Solved, time: float, xy_key: np.ndarray, part: Window | None = None) -> np.ndarray:
    """[h, w] bool: where the map [h, w, 2] of a moment is to be believed: the key frame shows what the frames around
    show; where their solve does not tell, it does not turn over. part: of the raster, that the map is about."""
    share = np.zeros(xy_key.shape[:2], np.float32)
    for number, weight in beside(sorted(solved.model.maps), time).items():
        shown = solved.shown(number, part)
        share += np.float32(weight) * (one_to_one(xy_key) if shown is None else shown)
    return share > 0.5


def beside(frames: Sequence[int], time: float) -> dict[int, float]:
    """The frames before and after a moment, by how near they are to it."""
    if time <= frames[0] or time >= frames[-1] or time in frames:
        return {min(frames, key=lambda number: abs(number - time)): 1.0}
    at = bisect_right(frames, time)
    share = (time - frames[at - 1]) / (frames[at] - frames[at - 1])
    return {frames[at - 1]: 1 - share, frames[at]: share}


def shares_between(frames: Sequence[int], time: float) -> dict[int, float]:
    """What each frame of a rising list adds to the moment `time`, by its number; the shares add up to 1.

    Between two frames that have a neighbour each: the cubic through both whose slope at each is that between its
    neighbours (Catmull-Rom; frames need not be evenly spaced). Next to the shot's ends, and `MOST_BEYOND` past them:
    the line through two frames. UsageError farther out.
    """
    if not frames[0] - MOST_BEYOND <= time <= frames[-1] + MOST_BEYOND:
        raise UsageError(f"there is no moment {time:g} in the shot; it has {format_range(frames)}")
    if time in frames or len(frames) == 1:
        return {min(frames, key=lambda number: abs(number - time)): 1.0}
    last = min(max(bisect_right(frames, time), 1), len(frames) - 1)
    b, c = frames[last - 1], frames[last]
    s = (time - b) / (c - b)
    if not (1 < last < len(frames) - 1):
        return {b: 1 - s, c: s}
    a, d = frames[last - 2], frames[last + 1]
    rise_b, rise_c = s * (1 - s) ** 2 * (c - b) / (c - a), s * s * (s - 1) * (c - b) / (d - b)
    smooth = s * s * (3 - 2 * s)
    return {a: -rise_b, b: 1 - smooth - rise_c, c: smooth + rise_b, d: rise_c}
