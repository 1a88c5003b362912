"""What is painted, as the helper keeps it: each mode's canvas shaped, and where on it there is anything."""

from __future__ import annotations

import cv2
import numpy as np

from .lay import REACH, ground_of, painted_of
from .messages import Mode, Rect


class Painting:
    """The paint of one mode, over the canonical [H, W, 3]."""

    def __init__(self, mode: Mode, canonical: np.ndarray) -> None:
        self.mode, self._canonical = mode, canonical
        self.bare = ground_of(mode, canonical)
        self.painted = self.bare.copy()
        self.darkest = np.zeros(3, np.float32)
        """A channel each: 0, or the paint's least."""
        self.box: Rect | None = None
        """All paint lies in it; None where there is none."""

    def update(self, canvas: np.ndarray, rect: Rect) -> None:
        """The canvas [H, W, 4] changed there."""
        x, y, width, height = within(rect, canvas.shape[1::-1])
        if not width or not height:
            return
        rows, columns = slice(y, y + height), slice(x, x + width)
        paint = canvas[rows, columns].copy()  # the window may go on painting meanwhile
        self.painted[rows, columns] = painted_of(self.mode, paint, self._canonical[rows, columns])
        least = np.minimum(paint[..., :3].min((0, 1)), 0)
        if paint.shape == canvas.shape:
            self.box, self.darkest = None, least
        self.darkest = np.minimum(self.darkest, least)
        left, top, across, down = cv2.boundingRect((np.abs(paint).max(2) > 0).astype(np.uint8))
        if across:
            self.box = union(self.box, (x + left, y + top, across, down))


def box_in_frame(xy: np.ndarray, box: Rect | None) -> Rect | None:
    """Of the pixels of a frame whose resampling by xy [h, w, 2] reads a box of the canvas; None for none."""
    if box is None:
        return None
    x, y, width, height = box
    low = (float(x - REACH), float(y - REACH))
    high = (float(x + width - 1 + REACH), float(y + height - 1 + REACH))
    left, top, across, down = cv2.boundingRect(cv2.inRange(xy, low, high))
    return (left, top, across, down) if across else None


def within(rect: Rect, size: tuple[int, int]) -> Rect:
    x, y = max(rect[0], 0), max(rect[1], 0)
    right, bottom = min(rect[0] + rect[2], size[0]), min(rect[1] + rect[3], size[1])
    return x, y, max(right - x, 0), max(bottom - y, 0)


def union(one: Rect | None, other: Rect | None) -> Rect | None:
    if one is None or other is None:
        return one or other
    x, y = min(one[0], other[0]), min(one[1], other[1])
    right, bottom = (max(each[at] + each[at + 2] for each in (one, other)) for at in (0, 1))
    return x, y, right - x, bottom - y
