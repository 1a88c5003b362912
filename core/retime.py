"""Moments between frames: other frame rates and slow motion, for paint on frames that were never shot."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from .errors import InputError, UsageError
from .frame import Window
from .in_between import shares_between, xy_key_between
from .inverse import newton
from .solved import Solved

STEP_PIXEL, LAST_ROUNDS, MOST_ROUNDS = 4, 3, 24
"""A Newton step goes so far at most: so many rounds from a moment to the frames around it, and a few to settle."""
SPAN = re.compile(r"(-?\d+(?:\.\d+)?)-(-?\d+(?:\.\d+)?)x(\d*\.?\d+)")
SLACK = 1e-6
MOST_FRAMES = 1_000_000


def times_file(text: str) -> Path | None:
    """The file that holds the moments; None where `text` is a span of them."""
    return None if SPAN.fullmatch(text.strip()) else Path(text)


def parse_times(text: str) -> dict[int, float]:
    """Output frame number -> moment of the shot: `1001-1010x0.5`, or a file of lines `NUMBER TIME`.

    A span is numbered on from its first frame. UsageError, InputError: no such form, no such file.
    """
    span = SPAN.fullmatch(text.strip())
    if span is None:
        return read_times(Path(text))
    first, last, step = map(float, span.groups())
    if step <= 0 or last < first:
        raise UsageError(f"--times {text}: give it as FIRST-LASTxSTEP, such as 1001-1010x0.5")
    count = int((last - first) / step + SLACK) + 1
    if count > MOST_FRAMES:
        raise UsageError(f"--times {text} is {count} frames; a span may have {MOST_FRAMES}")
    return {math.floor(first) + k: round(first + k * step, 9) for k in range(count)}


def read_times(path: Path) -> dict[int, float]:
    """A retime curve: a line for each output frame, its number and the moment of the shot it shows."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise InputError(f"--times {path}: {reason}; give FIRST-LASTxSTEP, or a file of lines NUMBER TIME") from None
    times: dict[int, float] = {}
    for at, line in enumerate(lines, 1):
        words = line.partition("#")[0].replace(",", " ").split()
        if not words:
            continue
        try:
            number, time = int(words[0]), float(words[1])
        except (ValueError, IndexError):
            raise InputError(f"{path}, line {at}: {line.strip()!r} is not a frame number and a time") from None
        if number in times:
            raise InputError(f"{path}, line {at}: frame {number} has a time already")
        times[number] = time
    if not times:
        raise InputError(f"{path} holds no times")
    return times


@dataclass(frozen=True, eq=False)
class Neighbour:
    """A frame beside a moment."""

    number: int
    share: float
    xy: np.ndarray
    """[h, w, 2]: where the moment's pixels lie in that frame, by the surface they show."""


def neighbours(solved: Solved, time: float) -> list[Neighbour]:
    """The frame before a moment and the one after it; one alone where the moment is a frame. x_n = M_n^-1(M_t(x))."""
    frames = sorted(solved.model.maps)
    shares_between(frames, time)  # UsageError outside the shot
    before = max((n for n in frames if n <= time), default=frames[0])
    after = min((n for n in frames if n >= time), default=frames[-1])
    share = 0.0 if before == after else (time - before) / (after - before)
    target = xy_key_between(solved, time)
    height, width = target.shape[:2]
    here = np.stack(np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32)), -1)
    found = []
    for number, part in ((before, 1 - share), (after, share)):
        if part > 0:
            own = solved.xy_key(number)
            away = float(np.abs(target - own).max())
            at, _ = newton(own, target, here, min(LAST_ROUNDS + int(away / STEP_PIXEL), MOST_ROUNDS))
            found.append(Neighbour(number, part, at.astype(np.float32)))
    return found


def plate_between(solved: Solved, time: float) -> np.ndarray:
    """Scene-linear colour [h, w, 3] of a moment that was never shot: right on the layer, doubled elsewhere."""
    return between(neighbours(solved, time), lambda number: solved.shot.linear(solved.shot.read_plate(number)))


def surface_between(solved: Solved, time: float, paint: Window | None) -> np.ndarray:
    """`Solved.surface` [h, w] of a moment between frames."""

    def surface(number: int) -> np.ndarray:
        return solved.surface(number, solved.shot.read_plate(number), paint)

    return np.clip(between(neighbours(solved, time), surface), 0, 1)


def between(beside: list[Neighbour], read: Callable[[int], np.ndarray]) -> np.ndarray:
    """A picture [h, w] or [h, w, c] of a moment, from those of the frames beside it, moved with the surface."""
    parts = [
        np.float32(n.share) * cv2.remap(read(n.number), n.xy, None, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
        for n in beside
    ]
    return np.sum(parts, axis=0)
