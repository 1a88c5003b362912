"""Which pixels of a frame show the surface the key frame shows, where no matte says so."""

from __future__ import annotations

import cv2
import numpy as np

from .solve.comparison import compare
from .solve.pyramid import Pyramid

FLAT = 0.02
"""Contrast under which a window says nothing about the match, in encoded units."""
COLOUR_STEP = 0.07
"""Difference of encoded luma, after the light is matched, that is as likely an occluder as not."""
PATTERN_STEP = 0.7
"""Light-blind residual that is as likely an occluder as not."""
SLOPE = 4.0
ROUNDS = 3


def compute_visibility(frame: Pyramid, key: Pyramid, xy_key: np.ndarray) -> np.ndarray:
    """Soft visibility [h, w] 0..1 at the solve's size, from pattern and from colour under a local gain.

    What lies beyond the key's own view cannot be compared and counts as visible.
    """
    x, y = np.ascontiguousarray(xy_key[..., 0]), np.ascontiguousarray(xy_key[..., 1])
    seen = compare(frame, key, 0, x, y, FLAT)
    pattern = cv2.GaussianBlur(np.minimum(np.abs(seen.residual), 1.5), (0, 0), 1.5)
    warped = cv2.remap(key.luma[0], x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    difference = frame.luma[0] - warped  # of encoded luma: a gain of light is an offset here
    visible = seen.mask.copy()
    for _ in range(ROUNDS):
        light = cv2.GaussianBlur(difference * visible, (0, 0), 10) / (cv2.GaussianBlur(visible, (0, 0), 10) + 1e-4)
        colour = np.sqrt(cv2.GaussianBlur((difference - np.clip(light, -0.4, 0.4)) ** 2, (0, 0), 1.2))
        evidence = 0.3 * (COLOUR_STEP - colour) / COLOUR_STEP + (PATTERN_STEP - pattern) / PATTERN_STEP
        visible = seen.mask / (1 + np.exp(-SLOPE * evidence))
    visible = np.where(beyond(key, x, y), 1, contrasted(visible)) * frame.mask[0]
    return cv2.GaussianBlur(visible.astype(np.float32), (0, 0), 0.7)


def beyond(key: Pyramid, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """[h, w] bool: places the key frame does not show."""
    shown = cv2.remap(key.mask[0], x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=0)
    return shown < 0.5


def contrasted(visible: np.ndarray) -> np.ndarray:
    """Specks taken out, and the middle stretched to 0..1."""
    closed = cv2.medianBlur(visible.astype(np.float32), 5)
    return np.clip((closed - 0.25) / 0.5, 0, 1)


def compute_confidence(frame: Pyramid, key: Pyramid, xy_key: np.ndarray) -> np.ndarray:
    """[h, w] 0..1: 1 where the frame's pattern is the key's at its mapped place, 0 where it is another."""
    x, y = np.ascontiguousarray(xy_key[..., 0]), np.ascontiguousarray(xy_key[..., 1])
    seen = compare(frame, key, 0, x, y, FLAT)
    misfit = cv2.GaussianBlur(np.minimum(np.abs(seen.residual), 1), (0, 0), 3.0)
    return np.where(seen.mask > 0.5, 1 - misfit, 0).astype(np.float32)
