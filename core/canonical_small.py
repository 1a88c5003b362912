"""Every frame's view of the canonical at once, on a small grid, all in the key frame's light."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import cv2
import numpy as np

from .canonical import ReadRgb, View, Views
from .canonical_light import light_log_gain
from .color import linear_from_shaped, shaped_from_linear

GRID_LONG_SIDE = 700
"""The small grid is at most this long: the size that the recipe's pixel constants were measured at."""
MOST_CANDIDATES = 128
"""A longer shot is thinned evenly to between half as many candidates and this."""
GAIN_STEP = 4
"""Gains are smooth (sigma 6) and kept at every 4th pixel of the small grid."""


@dataclass(frozen=True)
class SmallView:
    """A view on the small grid."""

    frame_number: int
    shaped: np.ndarray
    """[h, w, 3] float16: the frame's picture there, shaped; lit to the key once `lit_views` has run."""
    visible: np.ndarray
    """[h, w] float16."""
    texel_scale: np.ndarray
    """[h, w] float16: frame pixels per canonical pixel along the worse direction (smallest singular value)."""
    log_gain: np.ndarray | None = None
    """[h / 4, w / 4, 3] float32: what brings its light to the key's."""


def grid_factor(height: int, width: int) -> int:
    """The power of two that brings the canvas to GRID_LONG_SIDE."""
    return 1 << max(0, int(np.ceil(np.log2(max(height, width) / GRID_LONG_SIDE))))


def block_mean(picture: np.ndarray, factor: int) -> np.ndarray:
    """Mean of factor x factor blocks; a last part block is filled up from its edge."""
    height, width = picture.shape[:2]
    below, right = -height % factor, -width % factor
    if below or right:
        picture = cv2.copyMakeBorder(picture, 0, below, 0, right, cv2.BORDER_REPLICATE)
    if factor == 1:
        return picture
    size = (picture.shape[1] // factor, picture.shape[0] // factor)
    return cv2.resize(picture, size, interpolation=cv2.INTER_AREA)


def grow(small: np.ndarray, factor: int) -> np.ndarray:
    """The small grid's values at full size (a whole number of blocks), bilinear."""
    if factor == 1:
        return small
    return cv2.resize(small, (small.shape[1] * factor, small.shape[0] * factor), interpolation=cv2.INTER_LINEAR)


def smallest_singular_value(xy: np.ndarray, step: float) -> np.ndarray:
    """Of d(frame pixel)/d(canonical pixel), [h, w], for xy [h, w, 2] given at every `step`-th pixel."""
    dy, dx = np.gradient(xy, step, axis=(0, 1))
    square = (dx**2).sum(2) + (dy**2).sum(2)
    determinant = dx[..., 0] * dy[..., 1] - dx[..., 1] * dy[..., 0]
    root = np.sqrt(np.maximum(square**2 - 4 * determinant**2, 0))
    return np.sqrt(np.maximum(square - root, 0) / 2)


def make_small_view(view: View, rgb: np.ndarray, factor: int) -> SmallView:
    """The view on the small grid; colours are block means of the frame, so nothing aliases."""
    xy = np.nan_to_num(block_mean(np.asarray(view.xy_frame, np.float32), factor))
    visible = block_mean(np.nan_to_num(np.asarray(view.visible, np.float32)), factor)
    small = block_mean(finite(rgb), factor)
    xy_small = ((xy + 0.5) / factor - 0.5).astype(np.float32)
    there = cv2.remap(shaped_from_linear(small), xy_small, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    scale = np.clip(smallest_singular_value(xy, factor), 0, 100)
    half = np.float16
    return SmallView(view.frame_number, there.astype(half), visible.astype(half), scale.astype(half))


def finite(rgb: np.ndarray) -> np.ndarray:
    """`rgb` as float32 with 0 in place of every sample that is NaN or infinite."""
    return np.nan_to_num(np.asarray(rgb, np.float32), nan=0, posinf=0, neginf=0)


def gather_small_views(
    views: Views, key_number: int, factor: int, read_rgb: ReadRgb, on_view: Callable[[int], None]
) -> list[SmallView]:
    """Every frame but the key on the small grid; more than MOST_CANDIDATES are thinned, every second one each time."""
    small: list[SmallView] = []
    stride = 1
    for number, view in enumerate(v for v in views(None) if v.frame_number != key_number):
        if number % stride == 0 and np.nanmax(view.visible, initial=0) > 0.02:
            small.append(make_small_view(view, read_rgb(view.frame_number), factor))
        if len(small) > MOST_CANDIDATES:
            small, stride = small[::2], stride * 2
        on_view(view.frame_number)
    return small


def lit_views(small: list[SmallView], key_rgb: np.ndarray, key_own: np.ndarray) -> list[SmallView]:
    """Each view in the key's light. Those that share too little with the key are matched to those already matched.

    key_rgb [h, w, 3] scene-linear and key_own [h, w] 0..1 are the key on the small grid.
    """
    remaining, lit = list(small), []
    weight = (key_own > 0.97).astype(np.float32)
    total = np.where(weight[..., None] > 0, shaped_from_linear(key_rgb), 0)
    enough = 0.01 * weight.size
    while remaining:
        known = weight > 0
        shared = [int((known & (view.visible > 0.97)).sum()) for view in remaining]
        least = min(enough, 0.5 * max(shared))
        reference = linear_from_shaped(total / np.maximum(weight, 1)[..., None])
        batch = [lit_view(v, reference, known, n > 0) for v, n in zip(remaining, shared, strict=True) if n >= least]
        remaining = [v for v, n in zip(remaining, shared, strict=True) if n < least]
        for view in batch:
            new = ((view.visible > 0.97) & (key_own <= 0.97)).astype(np.float32)
            total += new[..., None] * view.shaped
            weight += new
        lit += batch
    return lit


def lit_view(view: SmallView, reference: np.ndarray, known: np.ndarray, shares: bool) -> SmallView:
    """One view with its gain to `reference` (scene-linear, good where `known`) found and applied."""
    height, width = view.visible.shape
    if not shares:
        return replace(view, log_gain=np.zeros((-(-height // GAIN_STEP), -(-width // GAIN_STEP), 3), np.float32))
    picture = linear_from_shaped(view.shaped.astype(np.float32))
    overlap = (known & (view.visible > 0.97)).astype(np.float32)
    gain = block_mean(light_log_gain(reference, picture, overlap), GAIN_STEP)
    full = grow(gain, GAIN_STEP)[:height, :width]
    return replace(view, shaped=shaped_from_linear(picture * np.exp(full)).astype(np.float16), log_gain=gain)
