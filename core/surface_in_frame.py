"""A painted surface in one frame, whatever the paint: where paint can lie, and where the frame tells its light."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .channels import in_all
from .edges import WHOLE, continue_map

KNOWN = 0.98
"""How much of a warped ground must be known for it to be compared with the plate."""


@dataclass(frozen=True, eq=False)
class SurfaceInFrame:
    """What `lay` and the live maps both start from."""

    plate: np.ndarray
    """[h, w, 3] scene-linear; 0 where the frame is not finite."""
    finite: np.ndarray
    """[h, w] bool."""
    matte: np.ndarray
    """[h, w] m: how much of each pixel is the surface."""
    seen: np.ndarray
    """[h, w] bool: this pixel's surface point shows in the painted picture."""
    xy_source: np.ndarray
    """[h, w, 2] the map, a few pixels past the seen area; NaN where no paint goes."""
    trust: np.ndarray
    """[h, w] t: 1 where seen, falling to 0 where the map was carried on."""

    def comparable(self, known: np.ndarray) -> np.ndarray:
        """[h, w] 1 where plate and warped ground show the same surface, else 0; known [h, w]: of the ground, 0..1."""
        return (self.seen & self.finite & (self.matte >= WHOLE) & (known > KNOWN)).astype(np.float32)


def surface_in_frame(plate: np.ndarray, xy_source: np.ndarray, matte: np.ndarray, seen: np.ndarray) -> SurfaceInFrame:
    """From the plate [h, w, 3], the map [h, w, 2] read where seen [h, w] bool, and the surface's matte [h, w] 0..1."""
    finite = in_all(np.isfinite(plate))
    clean = plate if finite.all() else np.where(finite[..., None], plate, 0)
    xy, trust = continue_map(xy_source, seen & (matte > 0), matte)
    return SurfaceInFrame(clean, finite, matte, seen, xy, trust)
