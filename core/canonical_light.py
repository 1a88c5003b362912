"""One frame's light matched to another's, and values carried to where there are none."""

from __future__ import annotations

import cv2
import numpy as np


def push_pull(values: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """`values` [h, w, c] where weight is 1, carried smoothly to where it is 0 (Gortler 1996, push-pull).

    Each level averages what it knows, the coarser the farther away; nothing known at all gives 0.
    """
    height, width = weight.shape
    weight = np.clip(weight, 0, 1).astype(np.float32)
    values = np.where(weight[..., None] > 0, values, 0).astype(np.float32)
    if min(height, width) < 4:
        total = float(weight.sum())
        mean = (values * weight[..., None]).sum((0, 1)) / max(total, 1e-12)
        return values * weight[..., None] + mean * (1 - weight[..., None])
    small_weight = cv2.pyrDown(weight)
    small = _channels(cv2.pyrDown(values * weight[..., None]), values) / np.maximum(small_weight, 1e-9)[..., None]
    far = push_pull(small, np.minimum(small_weight * 4, 1))
    far = _channels(cv2.pyrUp(far, dstsize=(width, height)), values)
    return far + weight[..., None] * (values - far)


def _channels(picture: np.ndarray, like: np.ndarray) -> np.ndarray:
    """OpenCV drops a last axis of 1; this puts it back."""
    return picture.reshape((*picture.shape[:2], like.shape[2]))


def light_log_gain(
    reference: np.ndarray, picture: np.ndarray, overlap: np.ndarray, sigma_pixel: float = 6.0, least: float = 0.002
) -> np.ndarray:
    """ln of the gain [h, w, 3] that brings `picture`'s light to `reference`'s, both scene-linear [h, w, 3].

     g = (blur(w reference) / blur(w) + eps) / (blur(w picture) / blur(w) + eps) over the overlap w, push-pull elsewhere
    . A second round gives little weight to places that differ by more than light.
    """
    weight = np.asarray(overlap, np.float32)
    if weight.max(initial=0) <= 0:
        return np.zeros(picture.shape, np.float32)

    def ratio(w: np.ndarray, sigma: float) -> tuple[np.ndarray, np.ndarray]:
        support = cv2.GaussianBlur(w, (0, 0), sigma)
        over, under = (
            np.maximum(cv2.GaussianBlur(np.where(w[..., None] > 0, p, 0) * w[..., None], (0, 0), sigma), 0)
            / np.maximum(support, 1e-6)[..., None]
            for p in (reference, picture)
        )
        return np.clip(np.log((over + least) / (under + least)), -3, 3), support

    wide, support = ratio(weight, sigma_pixel)
    local, _ = ratio(weight, 1.0)
    differs = np.abs(local - wide).mean(2)
    weight = weight / (1 + (differs / 0.4) ** 2)
    wide, support = ratio(weight, sigma_pixel)
    return push_pull(wide, np.clip(support * 4 - 0.1, 0, 1))
