"""From trained fields to one `FrameMap` a frame, against the key frame: M_key^-1 o M_t."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch

from ..fields.deformation_fields import Deformation
from ..fields.frame_map import FrameMap
from ..inverse import invert_map, newton, sampled
from ..solve.frame_map_fit import fit_frame_map
from ..solve.pyramid import Pyramid

MARGIN = 0.25
"""Share of the picture that the key's map is continued beyond its edge before it is turned round."""
LARGEST_CANVAS = 4
"""Pictures a side: a map that throws pixels further is wrong there anyway."""
CHUNK = 1 << 17


@torch.no_grad()
def evaluate_deformation(
    deformation: Deformation, frame: int, step: int | None, size: tuple[int, int], x: np.ndarray, y: np.ndarray
) -> np.ndarray:
    """Canonical positions [len(y), len(x), 2] of a grid of pixels: index coordinates all."""
    grid = np.stack(np.meshgrid(x, y), -1).reshape(-1, 2)
    side = torch.tensor(size, dtype=torch.float64)
    unit = ((torch.from_numpy(grid).double() + 0.5) / side).float()
    device = next(deformation.parameters()).device
    parts = [
        deformation(part.to(device), torch.full((len(part),), frame, device=device), step).cpu().double() * side - 0.5
        for part in unit.split(CHUNK)
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


def compute_frame_map(
    deformation: Deformation,
    inverse: Callable[[np.ndarray], np.ndarray],
    frame: int,
    step: int | None,
    size: tuple[int, int],
    pyramid: Pyramid,
) -> FrameMap:
    x, y = np.arange(size[0], dtype=float), np.arange(size[1], dtype=float)
    return fit_frame_map(inverse(evaluate_deformation(deformation, frame, step, size, x, y)), pyramid.mask[0])
