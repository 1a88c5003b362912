"""A whole picture that was graded or painted over, kept as what changed: a difference or a ratio, not a new surface."""

from __future__ import annotations

import numpy as np

from .canonical_light import push_pull
from .texture_edit import changed_pixels

LEAST_GROUND = 0.001
"""Scene-linear: in a darker sample a ratio is mostly noise and takes that of the samples around."""
MOST_RATIO = 64.0
"""Six stops: what is brighter yet is paint, and no grade."""
NEUTRAL = 1e-3
"""How far from 1 a ratio that was carried to a dark sample counts as a change."""


def difference_of(
    edited: np.ndarray, ground: np.ndarray, coverage: np.ndarray, quantum: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """edited - ground [h, w, 3], below 0 too, for mode `add`, and an alpha of 0 [h, w].

    All scene-linear float32. coverage [h, w]: where the ground is a picture at all. Exactly 0 where no channel differs
    by more than `quantum`, which is rounding.
    """
    changed = changed_pixels(edited, ground, quantum) & (coverage > 0)
    return np.where(changed[..., None], edited - ground, 0).astype(np.float32), np.zeros(changed.shape, np.float32)


def ratio_of(
    edited: np.ndarray, ground: np.ndarray, coverage: np.ndarray, quantum: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """edited / ground [h, w, 3], 0 to `MOST_RATIO`, for mode `multiply`, and alpha [h, w]: 1 where anything changed.

    Shapes as above. A sample darker than `LEAST_GROUND` says little: it takes the ratio of those around it, so a black
    that is lit in another frame is graded there.
    """
    changed = changed_pixels(edited, ground, quantum) & (coverage > 0)
    if not changed.any():
        return np.zeros_like(edited), changed.astype(np.float32)
    ratio = np.ones_like(ground)
    for c in range(3):
        sure = (ground[..., c] > LEAST_GROUND) & (coverage > 0)
        own = np.clip(edited[..., c] / np.where(sure, ground[..., c], 1), 0, MOST_RATIO)
        own = np.where(changed, own, 1)
        around = push_pull(np.log(own + LEAST_GROUND)[..., None], sure.astype(np.float32))[..., 0]
        ratio[..., c] = np.where(sure, own, np.clip(np.exp(around) - LEAST_GROUND, 0, MOST_RATIO))
    kept = (coverage > 0) & (changed | (np.abs(ratio - 1) > NEUTRAL).any(2))
    return np.where(kept[..., None], ratio, 0).astype(np.float32), kept.astype(np.float32)
