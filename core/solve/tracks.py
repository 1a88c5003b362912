"""Points followed from frame to frame: what the solve's maps are checked against.

Sparse flow of its own (Lucas, Kanade 1981, in a pyramid), not the dense flow that the sheets start from and are
averaged along, which would agree with itself. It costs 3 ms a frame at 480 pixels; the dense flow would cost 120 on a
plane, whose solve does without. Six shots come in much the same order by either: 0.09 to 0.22 pixels apart from the
maps by this one, 0.05 to 0.18 by the dense one.
"""

from __future__ import annotations

import cv2
import numpy as np

WINDOW = 11
"""Pixels: 15 and more drift further on sheets that bend, less loses more points."""
LEVELS = 3
STEPS, STEP_PIXEL = 10, 0.02
"""Of a search: twice the steps change nothing."""
AROUND = 15
"""Pixels a side of the square that a pixel's light is judged by."""
CONTRAST = 0.02
"""Under which a window says nothing, in encoded units."""
HOME_PIXEL = 0.5
"""A point that comes home further off, going there and back, is lost."""


def light_blind(luma: np.ndarray) -> np.ndarray:
    """Encoded luma [h, w] normalised around each pixel, as uint8: a shadow's gain is gone."""
    mean = cv2.blur(luma, (AROUND, AROUND))
    variance = np.maximum(cv2.blur(luma * luma, (AROUND, AROUND)) - mean * mean, 0)
    return np.clip((luma - mean) / np.sqrt(variance + CONTRAST**2) * 40 + 128, 0, 255).astype(np.uint8)


def follow(a8: np.ndarray, b8: np.ndarray, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where points [n, 2] float32 of `a8` are seen in `b8` [n, 2], and which were found there and back [n]."""
    if not len(points):
        return points, np.zeros(0, bool)
    stop = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, STEPS, STEP_PIXEL)
    search = {"winSize": (WINDOW, WINDOW), "maxLevel": LEVELS, "criteria": stop}
    there, found, _ = cv2.calcOpticalFlowPyrLK(a8, b8, points, None, **search)
    home, back, _ = cv2.calcOpticalFlowPyrLK(b8, a8, there, None, **search)
    near = np.linalg.norm(home - points, axis=1) < HOME_PIXEL
    return there, near & (found[:, 0] > 0) & (back[:, 0] > 0)


def points_on(mask: np.ndarray, count: int) -> np.ndarray:
    """About `count` points [n, 2] float32 of a regular grid over what a mask [h, w] covers."""
    step = max(1, int(np.sqrt((mask > 0.5).sum() / count)))
    rows, columns = np.nonzero(mask[step // 2 :: step, step // 2 :: step] > 0.5)
    return (np.stack([columns, rows], -1) * step + step // 2).astype(np.float32)


def inside(mask: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Which of the points [n, 2] a mask [h, w] covers [n]."""
    column, row = np.rint(points).astype(int).T
    height, width = mask.shape
    there = (column >= 0) & (row >= 0) & (column < width) & (row < height)
    return there & (mask[np.clip(row, 0, height - 1), np.clip(column, 0, width - 1)] > 0.5)
