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
COLOUR_WEIGHT = 0.3
PATTERN_STEP = 0.5
"""Light-blind residual that is as likely an occluder as not."""
PATTERN_SIGMA = 2.5
DOUBTFUL = 0.5
"""Pattern's residual from which a place tells nothing of the light."""
SLOPE = 4.0
ROUNDS = 3
NEAR_AND_FAR = ((10.0, 1.0), (40.0, 0.02))
"""Windows over which the light is averaged, sigma in pixels, and their shares."""
QUARTER = 4
"""These averages are taken at a quarter of the size."""
SURE_PIXEL = 5
"""Pixels from the border between visible and hidden at which a cut takes them for sure."""
LEAST_SURE = 50
CUT_ROUNDS = 2
LEAST_PIECE = 150
"""Pixels of the solve; a smaller piece of an occluder is taken for noise."""


def compute_visibility(frame: Pyramid, key: Pyramid, xy_key: np.ndarray) -> np.ndarray:
    """Soft visibility [h, w] 0..1 at the solve's size, from pattern and from colour under a local gain.

    What lies beyond the key's own view cannot be compared and counts as visible.
    """
    x, y = np.ascontiguousarray(xy_key[..., 0]), np.ascontiguousarray(xy_key[..., 1])
    seen = compare(frame, key, 0, x, y, FLAT)
    pattern = cv2.GaussianBlur(np.minimum(np.abs(seen.residual), 1.5), (0, 0), PATTERN_SIGMA)
    warped = cv2.remap(key.luma[0], x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    difference = frame.luma[0] - warped  # of encoded luma: a gain of light is an offset here
    visible = seen.mask * np.clip(1 - cv2.GaussianBlur(pattern, (0, 0), 3) / DOUBTFUL, 0, 1) ** 2
    for _ in range(ROUNDS):
        light = local_mean(difference, visible)
        colour = np.sqrt(cv2.GaussianBlur((difference - np.clip(light, -0.6, 0.6)) ** 2, (0, 0), 1.2))
        evidence = COLOUR_WEIGHT * (COLOUR_STEP - colour) / COLOUR_STEP + (PATTERN_STEP - pattern) / PATTERN_STEP
        visible = seen.mask / (1 + np.exp(-SLOPE * evidence))
    visible = np.where(beyond(key, x, y), 1, contrasted(visible)) * frame.mask[0]
    return cv2.GaussianBlur(visible.astype(np.float32), (0, 0), 0.7)


def local_mean(plane: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """[h, w] weighted mean around each pixel, from further away where nothing near has weight."""
    height, width = plane.shape
    small = (-(-width // QUARTER), -(-height // QUARTER))
    both = cv2.resize(cv2.merge([plane * weight, weight]), small, interpolation=cv2.INTER_AREA)
    sums = np.float32(1e-8) + sum(
        share * cv2.GaussianBlur(both, (0, 0), sigma / QUARTER) for sigma, share in NEAR_AND_FAR
    )
    return cv2.resize(sums[..., 0] / sums[..., 1], (width, height))


def cut_out(visible: np.ndarray, picture: np.ndarray) -> np.ndarray:
    """Visibility [h, w] with its border moved to where the picture [h, w, 3] uint8 has one (GrabCut, Rother 2004)."""
    shown = (visible > 0.5).astype(np.uint8)
    disc = np.ones((2 * SURE_PIXEL + 1,) * 2, np.uint8)
    labels = np.where(shown > 0, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    labels[cv2.erode(shown, disc) > 0] = cv2.GC_FGD
    labels[cv2.erode(1 - shown, disc) > 0] = cv2.GC_BGD
    if (labels == cv2.GC_BGD).sum() < LEAST_SURE:
        return np.ones_like(visible)  # nothing hides it: thin doubts are edges of shadows
    if (labels == cv2.GC_FGD).sum() < LEAST_SURE:
        return visible
    cv2.setRNGSeed(0)
    models = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.grabCut(np.ascontiguousarray(picture), labels, None, *models, CUT_ROUNDS, cv2.GC_INIT_WITH_MASK)
    kept = np.isin(labels, (cv2.GC_FGD, cv2.GC_PR_FGD)).astype(np.uint8)
    whole = without_specks(1 - without_specks(1 - kept))
    return cv2.GaussianBlur(whole.astype(np.float32), (0, 0), 0.7)


def without_specks(marked: np.ndarray, least: int = LEAST_PIECE) -> np.ndarray:
    """What is marked, uint8 0 or 1 [h, w], less its pieces of fewer than `least` pixels."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(marked)
    large = stats[:, cv2.CC_STAT_AREA] >= least
    large[0] = False
    return large[labels].astype(np.uint8)


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
