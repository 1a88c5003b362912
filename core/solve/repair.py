"""Parts of a sheet that match nothing: found again from what matches around them."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from .comparison import compare
from .pyramid import Pyramid, box_of_mask, crop_pyramid
from .sheet import Base, SheetSettings, fit_sheet, lattice_displacement, refine_sheet

LOST = 0.12
"""Local mean squared residual over which a part of the sheet is lost; nine tenths of what is right are under 0.09."""
FOUND = 0.07
"""And under which it is found again."""
GAIN = 0.02
LEAST_SHARE = 0.01
"""Of the layer: less is left alone."""
REPAIR_STEPS = 5
COARSE_CELL = 16
FILL_BENDING = 0.03
MARGIN = 32
"""Pixels of context around what is lost."""


def local_misfit(frame: Pyramid, key: Pyramid, xy_key: np.ndarray, epsilon: float) -> np.ndarray:
    """[h, w] mean squared light-blind residual in a window of 4 px; 0 where the key shows nothing to compare."""
    x, y = (np.ascontiguousarray(xy_key[..., c], np.float32) for c in range(2))
    seen = compare(frame, key, 0, x, y, epsilon)
    known = cv2.GaussianBlur(seen.mask, (0, 0), 4.0)
    squared = cv2.GaussianBlur(np.minimum(seen.residual**2, 1) * seen.mask, (0, 0), 4.0)
    return np.where(known > 0.1, squared / (known + 1e-3), 0)


def repaired(
    frame: Pyramid, key: Pyramid, xy_key: np.ndarray, cell: int, offset: tuple[int, int], settings: SheetSettings
) -> np.ndarray | None:
    """The map [h, w, 2] of a frame's window with its lost parts found again; None where that changes nothing.

    What is lost is drawn smoothly through from its surroundings and matched anew, coarse to fine; taken where it then
    fits well: a surface that is hidden fits nowhere.
    """
    misfit = local_misfit(frame, key, xy_key, settings.epsilon)
    lost = (misfit > LOST) & (frame.mask[0] > 0.5)
    if lost.sum() < LEAST_SHARE * frame.mask[0].sum():
        return None
    x0, y0, width, height = box_of_mask(lost.astype(np.float32), MARGIN)
    box = np.s_[y0 : y0 + height, x0 : x0 + width]
    part, at = crop_pyramid(frame, x0, y0, width, height), (offset[0] + x0, offset[1] + y0)
    now, before, mask = xy_key[box], misfit[box], part.mask[0]
    plane = Base(np.eye(3), at).at_level(height, width, 0)
    trust = np.clip(1 - before / LOST, 0, 1) ** 2 * mask + np.float32(1e-6)
    fill = fit_sheet((now - plane).astype(np.float32), trust.astype(np.float32), COARSE_CELL, FILL_BENDING)
    share = cv2.GaussianBlur((before > 0.7 * LOST).astype(np.float32), (0, 0), 4)[..., None]
    start = now + share * (plane + lattice_displacement(fill, COARSE_CELL, height, width, 0) - now)
    knots = fit_sheet((start - plane).astype(np.float32), mask + np.float32(0.003), cell, 0.01)
    stages = tuple((level, cell) for level in (1, 0))
    knots, _ = refine_sheet(part, key, Base(np.eye(3), at), knots, cell, stages, replace(settings, steps=REPAIR_STEPS))
    again = (plane + lattice_displacement(knots, cell, height, width, 0)).astype(np.float32)
    after = local_misfit(part, key, again, settings.epsilon)
    gain = cv2.GaussianBlur(((before - after) * mask).astype(np.float32), (0, 0), 6)
    better = (gain > GAIN) & (cv2.GaussianBlur(after.astype(np.float32), (0, 0), 4) < FOUND)
    if not (better & lost[box]).any():
        return None
    out = xy_key.copy()
    out[box] = now + cv2.GaussianBlur(better.astype(np.float32), (0, 0), 2)[..., None] * (again - now)
    return out
