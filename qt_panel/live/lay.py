"""The live formula of docs/files.md, a picture or a box of it at a time: paint over the plate, by maps there are."""

from __future__ import annotations

import cv2
import numpy as np
from unreel.plugin.nodes.ops import KNEE

from .messages import Mode

REACH = 2
"""Pixels around a place that its resampling reads."""


def shaped(linear: np.ndarray) -> np.ndarray:
    """s(x) = ln(1 + x / knee), below 0 x / knee; float32."""
    return (np.log1p(np.maximum(linear, 0) / KNEE) + np.minimum(linear, 0) / KNEE).astype(np.float32)


def linear(shaped: np.ndarray) -> np.ndarray:
    """The inverse of `shaped`; [h, w, 3] float32."""
    above = cv2.subtract(cv2.exp(cv2.max(shaped, 0.0)), (1.0, 1.0, 1.0, 0.0))
    return cv2.addWeighted(above, KNEE, cv2.min(shaped, 0.0), KNEE, 0)


def ground_of(mode: Mode, canonical: np.ndarray) -> np.ndarray:
    """s(C), and 0 [H, W, 4]: what `painted_of` gives where nothing is painted. C is 1 for multiply."""
    bare = np.zeros((*canonical.shape[:2], 4), np.float32)
    bare[..., :3] = shaped(np.ones_like(canonical) if mode == "multiply" else canonical)
    return bare


def painted_of(mode: Mode, paint: np.ndarray, canonical: np.ndarray) -> np.ndarray:
    """s(F), and the paint's alpha [H, W, 4], of premultiplied paint [H, W, 4] over the canonical [H, W, 3]."""
    alpha = paint[..., 3:]
    cover = np.zeros_like(alpha) if mode == "add" else alpha
    under = np.float32(1) if mode == "multiply" else canonical
    return np.concatenate([shaped(paint[..., :3] + under * (1 - cover)), alpha], 2).astype(np.float32)


def sample(picture: np.ndarray, xy: np.ndarray, exact: bool) -> np.ndarray:
    """A picture [H, W, 4] at index coordinates [h, w, 2]: [h, w, 4], black outside. exact: by Keys' kernel at -1/2.

    OpenCV's cubic is Keys' at -3/4. Along one axis a third of the kernel at 0, which is linear at a smoothed place, and
    two thirds of that are the kernel at -1/2; so they are along both, to 0.003 of a weight.
    """
    if not exact:
        return cv2.remap(picture, xy, None, cv2.INTER_LINEAR)
    first = np.floor(xy)
    part = xy - first
    smoothed = first + part * part * (3 - 2 * part)
    sharp = cv2.remap(picture, xy, None, cv2.INTER_CUBIC)
    return cv2.addWeighted(sharp, 2 / 3, cv2.remap(picture, smoothed, None, cv2.INTER_LINEAR), 1 / 3, 0)


def lay(
    mode: Mode,
    plate: np.ndarray,
    painted: np.ndarray,
    bare: np.ndarray,
    gain: np.ndarray,
    hold: np.ndarray,
    darkest: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """The plate [h, w, 3] with the paint on it, and how much it covers of the surface [h, w]; float32.

    painted, bare: `painted_of` and `ground_of`, sampled alike, so that the plate keeps its bits where no paint is read.
    gain [h, w, 4], hold [h, w, 3]: of the frame. darkest [3]: the least that paint may be, 0 or less.
    """
    alpha = np.clip(painted[..., 3], 0, 1)
    cover = np.zeros_like(alpha) if mode == "add" else alpha
    cover3 = cv2.merge([cover] * 3)
    above, under = (linear(cv2.cvtColor(each, cv2.COLOR_BGRA2BGR)) for each in (painted, bare))
    layer = cv2.subtract(above, cv2.multiply(1 - cover3, under))
    layer = np.maximum(layer, darkest) if darkest.any() else cv2.max(layer, 0.0)
    surface = np.ascontiguousarray(gain[..., 3])
    covered = alpha * surface
    if mode == "multiply":
        taken = cv2.multiply(cv2.merge([surface] * 3), cv2.subtract(cover3, layer))
        return cv2.multiply(plate, 1 - taken), covered
    lit = cv2.merge([surface] * 3) if mode == "replace" else cv2.cvtColor(gain, cv2.COLOR_BGRA2BGR)
    staying = cv2.multiply(plate, 1 - cv2.multiply(cover3, hold))
    return cv2.add(staying, cv2.multiply(layer, lit)), covered
