"""From trained fields to one `FrameMap` a frame, against the key frame: M_key^-1 o M_t."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
import torch

from ..fields.deformation_fields import Deformation
from ..fields.frame_map import FrameMap
from ..fields.homography import apply_homography, fit_homography
from ..inverse import invert_map, newton, sampled
from ..solve.pyramid import Pyramid
from ..solve.sheet import fit_sheet, lattice_displacement
from ..solve.steady import unfolded

CELL = 8
BENDING = 0.01
MARGIN = 0.25
"""Share of the picture that the key's map is continued beyond its edge before it is turned round."""
LARGEST_CANVAS = 4
"""Pictures a side: a map that throws pixels further is wrong there anyway."""
WORTH_PIXEL = 0.02
"""Residuals below it are not kept."""
CHUNK = 1 << 17


@torch.no_grad()
def evaluate_deformation(
    deformation: Deformation, frame: int, step: int | None, size: tuple[int, int], x: np.ndarray, y: np.ndarray
) -> np.ndarray:
    """Canonical positions [len(y), len(x), 2] of a grid of pixels: index coordinates all."""
    grid = np.stack(np.meshgrid(x, y), -1).reshape(-1, 2)
    side = torch.tensor(size, dtype=torch.float64)
    unit = ((torch.from_numpy(grid).double() + 0.5) / side).float()
    parts = [
        deformation(part, torch.full((len(part),), frame), step).double() * side - 0.5 for part in unit.split(CHUNK)
    ]
    return torch.cat(parts).numpy().reshape(len(y), len(x), 2).astype(np.float32)


@dataclass(frozen=True)
class KeyInverse:
    """From canonical positions back to the key frame, between pixels."""

    wide: np.ndarray
    """The key's map with a margin around it [h, w, 2]."""
    margin: np.ndarray
    """Pixels (x, y)."""
    start: np.ndarray
    """Nearly its inverse [H, W, 2], counted from the margin's corner."""
    first: np.ndarray
    """Canonical position (x, y) of the first pixel of `start`."""

    def __call__(self, xy_canonical: np.ndarray) -> np.ndarray:
        """Key positions [h, w, 2] of canonical positions [h, w, 2]."""
        at = np.stack([sampled(self.start[..., c], xy_canonical - self.first) for c in range(2)], -1)
        at, _ = newton(self.wide, xy_canonical, at, rounds=4)
        return at - self.margin


def make_key_inverse(deformation: Deformation, key: int, step: int | None, size: tuple[int, int]) -> KeyInverse:
    width, height = size
    margin = np.array([round(width * MARGIN), round(height * MARGIN)])
    x = np.arange(-margin[0], width + margin[0], dtype=float)
    y = np.arange(-margin[1], height + margin[1], dtype=float)
    wide = evaluate_deformation(deformation, key, step, size, x, y)
    most = LARGEST_CANVAS * np.array(size)
    first = np.maximum(np.floor(wide.min((0, 1)) - 4), -most).astype(int)
    last = np.minimum(np.ceil(wide.max((0, 1)) + 4), 2 * most).astype(int)
    grid = (int(first[0]), int(first[1]), int(last[0] - first[0]), int(last[1] - first[1]))
    start, _ = invert_map(wide, (0.0, 0.0), grid)
    return KeyInverse(wide, margin.astype(np.float32), start, first.astype(np.float32))


def fit_frame_map(xy_key: np.ndarray, frame: Pyramid) -> FrameMap:
    """The map nearest to xy_key [h, w, 2] in the frame's layer: plane, lattice, and the little that they leave."""
    height, width = frame.size
    mask = frame.mask[0]
    known = np.pad(xy_key, ((0, height - xy_key.shape[0]), (0, width - xy_key.shape[1]), (0, 0)), mode="edge")
    x, y = np.meshgrid(np.arange(width, dtype=float), np.arange(height, dtype=float))
    trust = mask if mask.sum() > 64 else np.ones_like(mask)
    sure = trust > 0.05
    matrix = fit_homography(x[sure], y[sure], known[..., 0][sure], known[..., 1][sure], trust[sure])
    plane = np.stack(apply_homography(matrix, x, y), -1)
    near = cv2.GaussianBlur(cv2.dilate(trust, np.ones((9, 9), np.uint8)), (0, 0), 4)
    weight = (near + 0.002).astype(np.float32)
    knots = fit_sheet((known - plane).astype(np.float32), weight, CELL, BENDING)
    sheet = plane + lattice_displacement(knots, CELL, height, width, 0)
    residual = ((known - sheet) * np.clip(near, 0, 1)[..., None]).astype(np.float16)
    kept = residual if np.abs(residual).max() > WORTH_PIXEL else None
    return unfolded(FrameMap(matrix, knots, CELL, (0, 0), kept), height, width)


def compute_frame_map(
    deformation: Deformation,
    inverse: Callable[[np.ndarray], np.ndarray],
    frame: int,
    step: int | None,
    size: tuple[int, int],
    pyramid: Pyramid,
) -> FrameMap:
    x, y = np.arange(size[0], dtype=float), np.arange(size[1], dtype=float)
    return fit_frame_map(inverse(evaluate_deformation(deformation, frame, step, size, x, y)), pyramid)
