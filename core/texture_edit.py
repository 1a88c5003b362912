"""The paint in a picture that was painted over: what changed, and how opaque it is."""

from __future__ import annotations

import cv2
import numpy as np

from .canonical_light import push_pull

DETAIL_SIGMA = 1.5
WINDOW_SIGMA = 2.5
WINDOW_COUNT = 80
"""Independent samples in a window: 4 pi sigma^2 pixels, three channels that go together."""
TRUSTED_ERROR = 0.03
"""Standard error of a measured opacity at which it counts half."""
LEAST_ALPHA = 1 / 64
"""Alpha of a pixel that changed at all: whoever asks where the paint is must find it."""
MARGIN = 8


def layer_from_edit(
    edited: np.ndarray, original: np.ndarray, coverage: np.ndarray | None = None, quantum: float | np.ndarray = 0.0
) -> tuple[np.ndarray, np.ndarray]:
    """Premultiplied layer [h, w, 3] and alpha [h, w] such that layer + (1 - alpha) original = edited.

    edited, original [h, w, 3] scene-linear float32; coverage [h, w] where `original` is a picture at all (None:
    everywhere). quantum: the largest difference that is rounding, a number or per sample. Alpha is exactly 0, and so is
    the layer, where no channel differs by more; where the paint is whole and nothing shines through it is 1.

    Paint and opacity can't both be known from one colour. Opacity is measured by how much of the original's own detail
    is left (grain is enough); where there is no detail, by the way from the original to the paint's colour farther in.
    """
    alpha = np.zeros(edited.shape[:2], np.float32)
    layer = np.zeros(edited.shape, np.float32)
    changed = changed_pixels(edited, original, quantum)
    if not changed.any():
        return layer, alpha
    box = box_around(changed, MARGIN)
    edit, ground, mask = (np.ascontiguousarray(p[box], np.float32) for p in (edited, original, changed))
    known = np.ones_like(mask) if coverage is None else np.asarray(coverage, np.float32)[box]
    soft = np.where(known > 0.5, opacity(edit, ground, mask), 1)
    alpha[box] = np.where(mask > 0, soft, 0)
    layer[box] = np.where(mask[..., None] > 0, edit - (1 - alpha[box][..., None]) * ground, 0)
    return layer, alpha


def changed_pixels(edited: np.ndarray, original: np.ndarray, quantum: float | np.ndarray) -> np.ndarray:
    """[h, w] bool: where any channel differs by more than the quantum."""
    return (np.abs(edited - original) > quantum).any(2)


def box_around(mask: np.ndarray, margin: int) -> tuple[slice, slice]:
    """Rows and columns of what is True in `mask` [h, w], grown by `margin` pixels inside the picture."""
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    y0, x0 = max(int(rows[0]) - margin, 0), max(int(columns[0]) - margin, 0)
    return slice(y0, int(rows[-1]) + 1 + margin), slice(x0, int(columns[-1]) + 1 + margin)


def opacity(edit: np.ndarray, ground: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """How opaque the paint is [h, w], for the changed pixels `mask` [h, w] 0 or 1."""
    left, trust = detail_left(edit, ground, mask)
    alpha = trust * (1 - left) + (1 - trust) * opacity_by_colour(edit, ground, mask)
    # Paint is not darker than black: L = E - (1 - a) B >= 0.
    no_negative = 1 - np.maximum(edit, 0) / np.maximum(ground, 1e-6)
    alpha = np.maximum(alpha, np.where(ground > 1e-6, no_negative, 0).max(2))
    alpha = np.where(alpha > 0.97, 1, alpha)
    return np.clip(alpha, LEAST_ALPHA, 1).astype(np.float32)


def detail_left(edit: np.ndarray, ground: np.ndarray, mask: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The share of the ground's detail that is left in the edit [h, w] 0..1, and how far to trust it [h, w] 0..1.

    E = a P + (1 - a) B, so 1 - a = cov(E, B) / var(B) over a window in which P's detail has nothing to do with B's.
    The regression's standard error tells when it has, by chance, or when B is flat.
    """
    level = blur(ground.mean(2, keepdims=True) * mask[..., None], 4) / np.maximum(blur(mask, 4), 1e-3)[..., None]
    scale = mask[..., None] / (np.maximum(level, 0) + 0.02)
    near = np.maximum(blur(mask, DETAIL_SIGMA), 1e-3)[..., None]
    edit_detail, ground_detail = ((p - blur(p * mask[..., None], DETAIL_SIGMA) / near) * scale for p in (edit, ground))
    both, own, total = (
        blur((a * b).sum(2), WINDOW_SIGMA)
        for a, b in ((edit_detail, ground_detail), (ground_detail, ground_detail), (edit_detail, edit_detail))
    )
    own = np.maximum(own, 1e-12)
    slope = both / own
    count = WINDOW_COUNT * np.maximum(blur(mask, WINDOW_SIGMA), 0.05)
    error = np.maximum(total - slope * both, 0) / own / count + 1e-9 / own
    return np.clip(slope, 0, 1), 1 / (1 + error / TRUSTED_ERROR**2)


def opacity_by_colour(edit: np.ndarray, ground: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Opacity [h, w] as the share of the way from the ground to the paint's colour, which is taken from farther in.

    Paint is taken as whole in the middle of a stroke and from 32 pixels inside it.
    """
    framed = cv2.copyMakeBorder(mask.astype(np.uint8), 1, 1, 1, 1, cv2.BORDER_CONSTANT)
    depth = cv2.distanceTransform(framed, cv2.DIST_L2, 5)[1:-1, 1:-1]
    reach = int(min(2 * depth.max(), 63)) | 1
    inwards = depth / np.maximum(cv2.dilate(depth, np.ones((reach, reach), np.uint8)), 1)
    paint = push_pull(edit, inwards**8 * mask)
    scale = 1 / (np.abs(paint) + np.abs(ground) + 0.02)
    way, whole = (edit - ground) * scale, (paint - ground) * scale
    along, length = (blur((p * whole).sum(2) * mask, 0.7) for p in (way, whole))
    share = np.clip(along / np.maximum(length, 1e-6), 0, 1)
    # Between two colours of one painting some pixel looks like the ground; a thin gap inside the paint is such a one.
    closed = cv2.morphologyEx(share, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (9, 9)))
    return np.maximum(closed, np.maximum(ramp(depth, 12, 32), ramp(inwards, 0.8, 1)))


def ramp(value: np.ndarray, low: float, high: float) -> np.ndarray:
    """0 below low, 1 above high, smooth between."""
    t = np.clip((value - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


def blur(picture: np.ndarray, sigma: float) -> np.ndarray:
    """Gaussian; keeps a last axis of 1."""
    return cv2.GaussianBlur(picture, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE).reshape(picture.shape)
