"""A picture as the panel holds it, and one that could not be read."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from unreel.core.frame import Window


@dataclass(frozen=True, eq=False)
class Picture:
    rgba: np.ndarray
    """[h, w, 4], float16, scene-linear, premultiplied."""
    window: Window
    """Where it lies, in full-size pixels, y down."""
    display: Window
    """The format of the shot, in full-size pixels."""
    scale: float
    """Its own pixels in a full-size pixel, 1 or less."""
    name: str
    """For the viewer's bar and for errors, such as `frame 1007`."""

    def value_at(self, x: float, y: float) -> tuple[float, float, float, float] | None:
        """Red, green, blue and alpha at a full-size pixel, None outside."""
        column, row = (math.floor((at - start) * self.scale) for at, start in ((x, self.window.x), (y, self.window.y)))
        height, width = self.rgba.shape[:2]
        if not (0 <= column < width and 0 <= row < height):
            return None
        red, green, blue, alpha = (float(value) for value in self.rgba[row, column])
        return red, green, blue, alpha


@dataclass(frozen=True)
class Broken:
    """In place of a picture that could not be read; the text says what, where and what to do."""

    text: str
