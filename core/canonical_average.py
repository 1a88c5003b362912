"""The solved canonical: every frame votes in the key's light. Cleaner than the plate canonical, softer than the key."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

from .canonical import CanonicalPicture, KeyPicture, ReadRgb, View, Views
from .canonical_fill import Progress, crop_padded, fill_canonical, sample_view
from .canonical_small import block_mean, grid_factor, lit_view, make_small_view, smallest_singular_value
from .color import linear_from_shaped, shaped_from_linear
from .frame import Window


def average_canonical(
    key: KeyPicture,
    canvas: Window,
    views: Views,
    read_rgb: ReadRgb,
    progress: Progress | None = None,
    filled: CanonicalPicture | None = None,
) -> CanonicalPicture:
    """The robust average of all frames around the plate canonical.

    For registration, reconstruction and clean plates; to paint on, `fill_canonical` is 2 to 3 dB nearer to the key.
    `filled` is that picture, where it was already made. `source` stays that of the plate canonical.
    """
    filled = filled or fill_canonical(key, canvas, views, read_rgb, progress)
    total, weight = shaped_from_linear(filled.rgb), np.ones(filled.alpha.shape, np.float32)
    against = Against.of(filled)
    for view in views(None):
        if view.frame_number != key.frame_number and np.nanmax(view.visible, initial=0) > 0.02:
            add_votes(view, read_rgb(view.frame_number), against, total, weight)
            if progress:
                progress(1.0, f"frame {view.frame_number} averaged")
    rgb = linear_from_shaped(total / weight[..., None])
    return replace(filled, rgb=np.where(filled.alpha[..., None] > 0, rgb, 0))


@dataclass(frozen=True)
class Against:
    """The picture that votes are compared with, at full size and on the small grid."""

    filled: CanonicalPicture
    root: np.ndarray
    """[H, W, 3] square root of its light."""
    factor: int
    small_rgb: np.ndarray
    small_known: np.ndarray

    @staticmethod
    def of(filled: CanonicalPicture) -> Against:
        factor = grid_factor(*filled.alpha.shape)
        known = block_mean((filled.alpha > 0.98).astype(np.float32), factor) > 0.97
        return Against(filled, root(filled.rgb), factor, block_mean(filled.rgb, factor), known)


def root(linear: np.ndarray) -> np.ndarray:
    return np.sqrt(np.maximum(linear, 0))


def add_votes(view: View, rgb: np.ndarray, against: Against, total: np.ndarray, weight: np.ndarray) -> None:
    """One frame's votes: w = exp(-2 d^2 / 0.04^2) clip(z, 0, 1.2)^2, d the rms difference of roots within 1.2 pixels.

    z is the frame's scale; what it saw at less than 0.8 does not vote. `total` [H, W, 3] and `weight` [H, W] grow.
    """
    small = lit_view(make_small_view(view, rgb, against.factor), against.small_rgb, against.small_known, True)
    rows, columns = (np.flatnonzero((np.nan_to_num(view.visible) > 0.02).any(axis)) for axis in (1, 0))
    box = (int(rows[0]), int(columns[0]), int(rows[-1]) + 1, int(columns[-1]) + 1)
    here = np.s_[box[0] : box[2], box[1] : box[3]]
    picture, visible = sample_view(view, rgb, small, against.factor, box)
    differs = ((root(linear_from_shaped(picture)) - against.root[here]) ** 2).mean(2)
    local = cv2.GaussianBlur(visible, (0, 0), 1.2)
    differs = cv2.GaussianBlur(differs * visible, (0, 0), 1.2) / np.maximum(local, 1e-3)
    scale = smallest_singular_value(np.nan_to_num(crop_padded(view.xy_frame, box)), 1)
    vote = np.exp(-2 * differs / 0.04**2) * np.clip(scale, 0, 1.2) ** 2 * (scale > 0.8) * visible
    vote = (vote * (against.filled.alpha[here] > 0)).astype(np.float32)
    total[here] += vote[..., None] * picture
    weight[here] += vote
