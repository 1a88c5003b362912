"""A picture that shows what figures don't: the truth, what each method made of it, and the errors, around the edit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import cv2
import numpy as np

from bench.score import COVERED, display_from_linear
from bench.shots import Picture, Plane, Shot

FRAMES = 4
TILE = (240, 180)
"""Width and height of a crop."""
BAR = 20
"""Height of a line of text."""
MARGIN = 14
"""Pixels of the frame around the edit."""
ERROR_GAIN = 3.0


def write_sheet(path: Path, shot: Shot, methods: Mapping[str, Callable[[int], Picture]]) -> None:
    """Frames down, each with a row of pictures and one of errors; the truth and the methods across."""
    rows = [title_row(["truth", *methods])]
    for number in spread(shot.others, FRAMES):
        linear, cover = shot.edited(number)
        truth, box = display_from_linear(linear), edit_box(cover)
        results = [display_from_linear(read(number)) for read in methods.values()]
        rows.append(title_row([f"frame {number}", *([""] * len(results))]))
        rows.append(np.hstack([tile(picture[box]) for picture in (truth, *results)]))
        errors = [np.clip(np.abs(result - truth) * ERROR_GAIN, 0, 1) for result in results]
        rows.append(np.hstack([tile(picture[box]) for picture in (np.zeros_like(truth), *errors)]))
    if not cv2.imwrite(str(path), np.vstack(rows)[..., ::-1]):
        raise OSError(f"{path} could not be written")


def spread(numbers: list[int], count: int) -> list[int]:
    """`count` of them, evenly, up to the last; all where there are no more."""
    return list(dict.fromkeys(numbers[round((k + 1) * len(numbers) / count) - 1] for k in range(count)))


def edit_box(cover: Plane) -> tuple[slice, slice]:
    """Rows and columns of the edit and a little around it; the whole frame where it does not show."""
    rows, columns = np.where(cover > COVERED)
    if not len(rows):
        return slice(None), slice(None)
    top, left = max(0, rows.min() - MARGIN), max(0, columns.min() - MARGIN)
    return slice(top, rows.max() + MARGIN + 1), slice(left, columns.max() + MARGIN + 1)


def tile(picture: Picture) -> np.ndarray:
    """As large as fits, on grey; uint8 [TILE height, TILE width, 3]."""
    height, width = picture.shape[:2]
    scale = min((TILE[0] - 4) / width, (TILE[1] - 4) / height)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    kind = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    small = cv2.resize(picture.astype(np.float32), size, interpolation=kind)
    canvas = np.full((TILE[1], TILE[0], 3), 40, np.uint8)
    left, top = (TILE[0] - size[0]) // 2, (TILE[1] - size[1]) // 2
    canvas[top : top + size[1], left : left + size[0]] = (np.clip(small, 0, 1) * 255 + 0.5).astype(np.uint8)
    return canvas


def title_row(titles: list[str]) -> np.ndarray:
    bars = []
    for title in titles:
        bar = np.full((BAR, TILE[0], 3), 40, np.uint8)
        bars.append(cv2.putText(bar, title, (4, 14), cv2.FONT_HERSHEY_SIMPLEX, 0.42, (220, 220, 220), 1, cv2.LINE_AA))
    return np.hstack(bars)
