"""A dense map brought into the form that models keep: homography, lattice, and the little that they leave."""

from __future__ import annotations

import cv2
import numpy as np

from ..fields.frame_map import FrameMap
from ..fields.homography import apply_homography, fit_affine, fit_homography
from .planar import is_plausible
from .pyramid import pad_to_align
from .sheet import fit_sheet, lattice_displacement
from .steady import unfolded

CELL = 8
BENDING = 0.01
MOST_PIXEL = 6e4
"""What half a float can hold."""
WORTH_PIXEL = 0.02
"""Residuals below it are not kept."""


def fit_frame_map(xy_key: np.ndarray, mask: np.ndarray, reach: float = 0.0) -> FrameMap:
    """`lattice_map` without folds."""
    return unfolded(lattice_map(xy_key, mask, reach), *pad_to_align(mask, None).shape)


def lattice_map(xy_key: np.ndarray, mask: np.ndarray, reach: float = 0.0, seen: np.ndarray | None = None) -> FrameMap:
    """The map nearest to xy_key [h, w, 2] in the frame's layer, mask [h, w]; either may be padded to the alignment.

    reach: how many pictures beyond its edge the map will be asked for. seen [h, w]: see `FrameMap`.
    """
    mask = pad_to_align(mask, None)
    height, width = mask.shape
    known = np.pad(xy_key, ((0, height - xy_key.shape[0]), (0, width - xy_key.shape[1]), (0, 0)), mode="edge")
    x, y = np.meshgrid(np.arange(width, dtype=float), np.arange(height, dtype=float))
    trust = mask if mask.sum() > 64 else np.ones_like(mask)
    sure = trust > 0.05
    matrix = fit_plane(x[sure], y[sure], known[sure], trust[sure], (height, width), reach)
    plane = np.stack(apply_homography(matrix, x, y), -1)
    near = cv2.GaussianBlur(cv2.dilate(trust, np.ones((9, 9), np.uint8)), (0, 0), 4)
    weight = (near + 0.002).astype(np.float32)
    knots = fit_sheet((known - plane).astype(np.float32), weight, CELL, BENDING)
    sheet = plane + lattice_displacement(knots, CELL, height, width, 0)
    residual = np.clip((known - sheet) * np.clip(near, 0, 1)[..., None], -MOST_PIXEL, MOST_PIXEL).astype(np.float16)
    kept = residual if np.abs(residual).max() > WORTH_PIXEL else None
    told = None if seen is None else pad_to_align(seen.astype(np.float32), None) > 0.5
    return FrameMap(matrix, knots, CELL, (0, 0), kept, told)


def fit_plane(
    x: np.ndarray, y: np.ndarray, xy_key: np.ndarray, weight: np.ndarray, size: tuple[int, int], reach: float
) -> np.ndarray:
    """The homography [3, 3] of points x, y [n] to xy_key [n, 2]; an affine map if its horizon is within reach."""
    points = (x, y, xy_key[:, 0], xy_key[:, 1], weight)
    matrix = fit_homography(*points)
    beyond = [int(reach * side) for side in size]
    wide = (size[0] + 2 * beyond[0], size[1] + 2 * beyond[1])
    return matrix if is_plausible(matrix, wide, (-beyond[1], -beyond[0])) else fit_affine(*points)
