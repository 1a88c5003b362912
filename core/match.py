"""What makes paint look as if it had been shot with the plate: its softness, its motion blur, its grain."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from .grain import Grain


@dataclass(frozen=True, eq=False)
class Match:
    """How the paint is matched on one frame; by default not at all."""

    sharpness: float = 0.0
    """0..1: how much of the blur that the plate has over the painted picture falls on the paint."""
    moments: tuple[np.ndarray, ...] = ()
    """[h, w, 2] each: the frame's map at moments in the open shutter, to be averaged; none: the frame's own alone."""
    grain: Grain | None = None
    """The plate's."""
    noise: np.ndarray | None = None
    """[h, w, 3]: grain of strength 1, or of less where the paint shall have less than the plate."""

    def within(self, box: tuple[slice, slice]) -> Match:
        """The same for a part of the frame."""
        noise = None if self.noise is None else self.noise[box]
        return replace(self, moments=tuple(xy[box] for xy in self.moments), noise=noise)
