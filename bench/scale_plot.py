"""Cost curves of `scale.py` as a picture: core-seconds a frame against megapixels, both as logarithms."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

from .scale_wanted import alike

if TYPE_CHECKING:
    from .scale import Row

SIZE, MARGIN = (900, 560), 70
COLOURS = ((200, 90, 30), (40, 120, 220), (60, 160, 60), (150, 60, 160), (30, 30, 30), (120, 120, 0))
"""Blue, green, red, as OpenCV has them."""


def draw_curves(path: Path, rows: list[Row]) -> None:
    """A line for each command and length, of two threads where they were measured."""
    most = max((row.threads for row in rows), default=0)
    lines = [group for group in alike(rows, "command", "frames", "threads") if group[0].threads == most]
    if not lines:
        return
    points = [np.array([place_of(row) for row in sorted(line, key=lambda row: row.width)]) for line in lines]
    every = np.concatenate(points)
    low, high = np.floor(every.min(0)), np.ceil(every.max(0) + 1e-9)
    picture = np.full((SIZE[1], SIZE[0], 3), 255, np.uint8)

    def pixel(place: np.ndarray) -> np.ndarray:
        share = (place - low) / (high - low)
        inner = np.array(SIZE) - 2 * MARGIN
        return np.rint(np.array([MARGIN, SIZE[1] - MARGIN]) + share * inner * (1, -1)).astype(int)

    for axis, unit in enumerate(("megapixels", "core-s a frame")):
        for decade in np.arange(low[axis], high[axis] + 1):
            ends = [low.copy(), high.copy()]
            for end in ends:
                end[axis] = decade
            cv2.line(picture, *(tuple(map(int, pixel(end))) for end in ends), (225, 225, 225))
            write(picture, f"{10.0**decade:g}", pixel(ends[0]) + ((-10, 18) if axis == 0 else (-45, 4)), (90, 90, 90))
        write(picture, unit, (SIZE[0] // 2, SIZE[1] - 20) if axis == 0 else (10, MARGIN - 25), (0, 0, 0))
    for at, (line, places) in enumerate(zip(lines, points, strict=True)):
        colour, on_picture = COLOURS[at % len(COLOURS)], np.array([pixel(place) for place in places])
        cv2.polylines(picture, [on_picture.astype(np.int32)], False, colour, 2, cv2.LINE_AA)
        for centre in on_picture:
            cv2.circle(picture, tuple(map(int, centre)), 4, colour, -1, cv2.LINE_AA)
        name = f"{line[0].command}, {line[0].frames} frames, {most} threads"
        write(picture, name, (MARGIN + 20, MARGIN + 20 * at), colour)
    cv2.imwrite(str(path), picture)


def place_of(row: Row) -> tuple[float, float]:
    return float(np.log10(row.width * row.height / 1e6)), float(np.log10(row.core_seconds / row.frames))


def write(picture: np.ndarray, text: str, at: tuple[int, int] | np.ndarray, colour: tuple[int, int, int]) -> None:
    cv2.putText(picture, text, (int(at[0]), int(at[1])), cv2.FONT_HERSHEY_SIMPLEX, 0.45, colour, 1, cv2.LINE_AA)
