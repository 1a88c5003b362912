"""A map without folds: where it turns over, its bend is smoothed, as little and as near as will do."""

from __future__ import annotations

import cv2
import numpy as np

from .sheet import map_determinant

LEAST = 0.05
"""Determinant, against the plane's, under which a map counts as folded."""
ROUNDS_A_PIXEL = 6
"""Rounds of smoothing until it reaches one pixel further: slowly, so that little more than the fold is touched."""
MOST_ROUNDS = 240


def unfold(xy_key: np.ndarray, plane: np.ndarray) -> np.ndarray:
    """The map [h, w, 2] with determinants above `LEAST` of its plane's [h, w, 2] everywhere; elsewhere it stays.

    Heat flow of the bend (map minus plane) around the folds: smooth enough, it is fold-free as the plane is. A map
    without folds is given back itself.
    """
    before = (xy_key - plane).astype(np.float32)
    bend = before.copy()
    wanted = LEAST * map_determinant(plane)
    for count in range(MOST_ROUNDS):
        folded = map_determinant(plane + bend) <= wanted
        if not folded.any():
            if count == 0:
                return xy_key
            break
        sigma = 1 + count / ROUNDS_A_PIXEL
        rows, columns = np.flatnonzero(folded.any(1)), np.flatnonzero(folded.any(0))
        margin = int(6 * sigma) + 4
        top, left = max(rows[0] - margin, 0), max(columns[0] - margin, 0)
        box = np.s_[top : rows[-1] + margin, left : columns[-1] + margin]
        part = bend[box]
        near = np.zeros(part.shape[:2], np.float32)
        inside = folded[box]
        near[: inside.shape[0], : inside.shape[1]] = inside
        reach = max(2, round(1.5 * sigma))
        disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
        share = cv2.GaussianBlur(cv2.dilate(near, disc), (0, 0), reach / 2)[..., None]
        bend[box] = part + share * (cv2.GaussianBlur(part, (0, 0), sigma) - part)
    return xy_key + (bend - before)
