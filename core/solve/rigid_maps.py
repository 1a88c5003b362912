"""From the key's depths to each frame's map: what is nearest is seen, and what the key hides is told."""

from __future__ import annotations

import cv2
import numpy as np

from ..canonical_light import push_pull
from ..inverse import newton, sampled

FINER = 2
"""Samples a pixel of the key and axis that are dropped on the frame."""
TEAR = 4.0
"""Frame pixels between two neighbours of the key from which they are on two surfaces."""
NEWTON_ROUNDS = 3
STRAY = 2.0
"""Key pixels that a place may move from its sample to where it really lies: further is another surface."""
FOUND = 1.0
"""A place is found when the key takes it back this near, in frame pixels."""


def turn_round(
    xy_frame: np.ndarray, near: np.ndarray, shown: np.ndarray, offset: tuple[int, int], size: tuple[int, int]
) -> tuple[np.ndarray, np.ndarray]:
    """Where a frame's pixels lie on the key [H, W, 2], and which of the key's pixels they show [H, W] bool.

    xy_frame: where the pixels of the key's box, which begins at `offset` (x, y), lie in the frame of `size` (height,
    width) [h, w, 2]; near [h, w]: larger stands before smaller; shown [h, w]: the layer. What is not found is 0.
    """
    height, width = near.shape
    step_x = np.linalg.norm(np.diff(xy_frame, axis=1, append=xy_frame[:, -1:]), axis=-1)
    step_y = np.linalg.norm(np.diff(xy_frame, axis=0, append=xy_frame[-1:]), axis=-1)
    whole = (step_x < TEAR) & (step_y < TEAR)
    x, y = ((np.arange(n * FINER, dtype=np.float32) + 0.5) / FINER - 0.5 for n in (width, height))
    at = np.stack(np.meshgrid(x, y), -1)
    column, row = (np.clip(np.rint(at[..., c]).astype(np.int64), 0, n - 1) for c, n in ((0, width), (1, height)))
    left, top = (np.clip(np.floor(at[..., c]).astype(np.int64), 0, n - 1) for c, n in ((0, width), (1, height)))
    own = (np.abs(at[..., 0] - column) < 1e-3) & (np.abs(at[..., 1] - row) < 1e-3)
    good = shown[row, column] & (whole[top, left] | own)
    there, nearness = _between(xy_frame, at)[good], _between(near, at)[good]
    front = np.argsort(nearness, kind="stable")  # the nearest is written last
    there, at = np.rint(there[front]).astype(np.int64), at[good][front]
    inside = ((there >= 0) & (there < (size[1], size[0]))).all(-1)
    there, at = there[inside], at[inside]
    start = np.full((*size, 2), -10 * STRAY, np.float32)
    start[there[:, 1], there[:, 0]] = at
    target = np.stack(np.meshgrid(np.arange(size[1], dtype=np.float32), np.arange(size[0], dtype=np.float32)), -1)
    xy_key, miss = newton(xy_frame, target, start, NEWTON_ROUNDS)
    found = (miss < FOUND) & (np.abs(xy_key - start).max(-1) < STRAY)
    return xy_key + np.array(offset, np.float32), found & (sampled(shown.astype(np.float32), xy_key) > 0.3)


def filled(xy_key: np.ndarray, found: np.ndarray, plane: np.ndarray) -> np.ndarray:
    """The map [h, w, 2] with what was not found drawn through from around it, about its plane [h, w, 2]."""
    bend = np.where(found[..., None], xy_key - plane, 0).astype(np.float32)
    return plane + np.where(found[..., None], bend, push_pull(bend, found.astype(np.float32)))


def _between(plane: np.ndarray, at: np.ndarray) -> np.ndarray:
    return cv2.remap(plane.astype(np.float32), at, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
