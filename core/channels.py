"""A plane against the channels of a picture: numpy's own ways along a last axis of three take ten times as long."""

from __future__ import annotations

from functools import reduce

import cv2
import numpy as np


def in_all(mask: np.ndarray) -> np.ndarray:
    """[h, w] bool of a mask [h, w, c]."""
    return reduce(np.logical_and, np.moveaxis(mask, -1, 0))


def in_any(mask: np.ndarray) -> np.ndarray:
    """[h, w] bool of a mask [h, w, c]."""
    return reduce(np.logical_or, np.moveaxis(mask, -1, 0))


def in_three(plane: np.ndarray) -> np.ndarray:
    """[h, w, 3]: the plane [h, w] in each channel."""
    return np.asarray(cv2.merge([plane, plane, plane]))


def only(picture: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """The picture [h, w(, c)] where the mask [h, w] is True, 0 elsewhere whatever it holds there."""
    return np.asarray(cv2.copyTo(picture, mask.astype(np.uint8)))
