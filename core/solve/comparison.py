"""The residual of a map: two pictures normalised locally over the pixels that both can see, so light drops out."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from ..fields.sampling import sample_with_slope
from .forms import compiled_form
from .pyramid import Pyramid

SHARED = 1e-3
"""Of the common mask: what is under it counts as a residual of 0."""
MEDIAN_PIXELS = 1 << 15
"""How many pixels a median is taken from, about: its error is then under 1 %."""


@dataclass(frozen=True)
class Comparison:
    """At one level, over the frame's pixels [h, w]."""

    residual: np.ndarray
    """Normalised frame minus normalised key picture; 0 where the mask is."""
    slope_x: np.ndarray
    """d(normalised key)/dx of the key position, per level-0 pixel."""
    slope_y: np.ndarray
    mask: np.ndarray
    """What both can see, 0..1."""


def window_sigma(level: int) -> float:
    return max(4.0 / 1.4**level, 1.5)


def compare(
    frame: Pyramid, key: Pyramid, level: int, x_key: np.ndarray, y_key: np.ndarray, epsilon: float
) -> Comparison:
    """Compare at `level`; x_key, y_key [h, w] float32: where each pixel of the frame lies on the key, level-0 pixels.

    LN(a; m) = (a - mean) / sqrt(variance + epsilon^2), Gaussian windows normalised by the blurred *common* mask.
    """
    loops = compiled_form("comparison")
    return (compare_plain if loops is None else loops.compare)(frame, key, level, x_key, y_key, epsilon)


def compare_plain(
    frame: Pyramid, key: Pyramid, level: int, x_key: np.ndarray, y_key: np.ndarray, epsilon: float
) -> Comparison:
    """`compare` in numpy: the reference, and the way without numba."""
    scale = np.float32(1 / 2**level)
    shift = np.float32(0.5 * scale - 0.5)
    x, y = x_key * scale + shift, y_key * scale + shift
    picture, slope_x, slope_y = sample_with_slope(key.luma[level], x, y)
    height, width = key.luma[level].shape
    seen = cv2.remap(key.mask[level], x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=0)
    inside = (x >= 0) & (y >= 0) & (x <= width - 1) & (y <= height - 1)
    mask = frame.mask[level] * seen * inside
    sigma = window_sigma(level)

    def blur(plane: np.ndarray) -> np.ndarray:
        return cv2.GaussianBlur(plane, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE)

    weight = blur(mask) + 1e-6

    def centre_and_scale(plane: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        masked = plane * mask
        mean = blur(masked) / weight
        variance = np.maximum(blur(masked * plane) / weight - mean * mean, 0)
        return plane - mean, 1 / np.sqrt(variance + epsilon * epsilon)

    frame_centred, frame_gain = centre_and_scale(frame.luma[level])
    key_centred, key_gain = centre_and_scale(picture)
    residual = np.where(mask > SHARED, frame_centred * frame_gain - key_centred * key_gain, 0)
    gain = key_gain * scale
    return Comparison(residual, slope_x * gain, slope_y * gain, mask)


def robust_weight(comparison: Comparison, k: float) -> np.ndarray:
    """Geman-McClure weights m / (1 + (r/s)^2)^2 with s = 3 k max(1.48 MAD, 0.08)."""
    return comparison.mask / (1 + (comparison.residual / robust_scale(comparison, k)) ** 2) ** 2


def robust_scale(comparison: Comparison, k: float) -> float:
    """The residual s at which a pixel has a quarter of its weight."""
    return 3 * k * max(1.48 * median_residual(comparison), 0.08)


def misfit(comparison: Comparison) -> float:
    """Mean of |r| cut at 1, over what both see: 0 is a perfect match, 1 none at all."""
    total = float(comparison.mask.sum())
    if total < 1:
        return 1.0
    return float((np.minimum(np.abs(comparison.residual), 1) * comparison.mask).sum() / total)


def median_residual(comparison: Comparison) -> float:
    """Of |r| over what both see, from every few pixels of a large picture; 1 where they see nothing together."""
    step = max(1, int(np.sqrt(comparison.mask.size / MEDIAN_PIXELS)))
    inside = comparison.mask[::step, ::step] > 0.5
    return float(np.median(np.abs(comparison.residual[::step, ::step][inside]))) if inside.any() else 1.0
