"""How sharp a canonical is, against the frames that its pixels came from."""

from __future__ import annotations

import cv2
import numpy as np

from .canonical import CanonicalPicture
from .color import shaped_from_linear

LARGEST = 65504.0
"""Of a half; a plate of float32 may hold what has no square."""
COVERED = 0.98
LEAST_PIXELS = 100
"""Fewer say nothing."""


def gradient_energy(rgb: np.ndarray) -> np.ndarray:
    """[h, w]: squared differences to the right and the lower neighbour, of the shaped mean of scene-linear [h, w, 3].

    Shaped as what pictures are resampled in: highlights don't outweigh all else, and a change of light drops out.
    """
    finite = np.nan_to_num(np.asarray(rgb, np.float32), posinf=0, neginf=0)
    right, down = differences(shaped_from_linear(np.clip(finite, -LARGEST, LARGEST)))
    return right**2 + down**2


def differences(shaped: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Of the mean of [h, w, 3] to the right and to the lower neighbour, [h, w] float32 each."""
    mean = shaped.mean(2, dtype=np.float32)
    return np.diff(mean, axis=1, append=mean[:, -1:]), np.diff(mean, axis=0, append=mean[-1:])


def carried_energy(shaped: np.ndarray, xy: np.ndarray) -> np.ndarray:
    """[h, w]: the gradient energy on the canvas of a frame's picture [.., .., 3] (shaped) seen at places xy [h, w, 2].

    By the nearest pixel, which softens nothing: at the frame's own scale that is its own energy. Where the frame is s
    times as far away its pixels come doubled, which gives s times its energy where a smooth picture has s^2.
    """
    nearest = cv2.remap(shaped, xy, None, cv2.INTER_NEAREST, borderMode=cv2.BORDER_REPLICATE)
    down, right = (np.minimum(np.linalg.norm(step, axis=2), 1) for step in np.gradient(xy, axis=(0, 1)))
    to_right, to_below = differences(nearest)
    return (right * to_right**2 + down * to_below**2).astype(np.float32)


def measure_sharpness(picture: CanonicalPicture, key: int, filled_only: bool) -> float | None:
    """Gradient energy of the canonical over that of the frames it came from: 1 is as sharp; None where it is not known.

    filled_only: the key frame's own pixels are the plate's bits and say nothing; 1 where there are no others. Seams,
    where the source changes, are left out: they are no detail. Less noise counts as less sharp.
    """
    if picture.detail is None:
        return None
    source = picture.source.astype(np.float32)
    kernel = np.ones((3, 3), np.uint8)
    same = cv2.dilate(source, kernel) == cv2.erode(source, kernel)
    covered = cv2.erode((picture.alpha > COVERED).astype(np.uint8), kernel) > 0
    measured = same & covered & np.isfinite(picture.detail)
    if filled_only:
        measured &= picture.source != key
    if measured.sum() < LEAST_PIXELS:
        return 1.0 if filled_only else None
    expected = float(picture.detail[measured].sum(dtype=np.float64))
    return float(gradient_energy(picture.rgb)[measured].sum(dtype=np.float64)) / max(expected, 1e-9)
