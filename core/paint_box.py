"""The part of a frame that a paint can touch, found on the solve's small grid before anything is made at full size."""

from __future__ import annotations

from collections.abc import Iterable

import cv2
import numpy as np

from .frame import Window
from .in_between import small_xy_key_between
from .light import GRID
from .paint import PAINT_MARGIN
from .solved import Solved

SLACK = 2
"""Source pixels more: between four pixels of the solve the map is nearly straight, not quite."""
NEAR = np.ones((3, 3), np.uint8)


def box_of_paint(solved: Solved, times: Iterable[float], painted: Window, margin: int) -> Window | None:
    """What of the raster can show the paint at one of these moments, grown by `margin`, from the light's grid on.

    painted: its box on the key frame, both in plate pixels. None: nowhere.
    """
    raster, size = solved.shot.raster, np.array(solved.size)
    factor = np.array(solved.model.solve_size) / size
    reach = PAINT_MARGIN + SLACK
    first = (np.array([painted.x - raster.x, painted.y - raster.y]) - reach + 0.5) * factor - 0.5
    last = (np.array([painted.right - raster.x, painted.bottom - raster.y]) + reach + 0.5) * factor - 0.5
    touched = np.zeros(solved.model.solve_size[::-1], bool)
    for time in times:
        xy = small_xy_key_between(solved, time)
        # between four pixels a map can be wherever one of them is beyond a bound and another is not
        sides = [cv2.dilate(side.view(np.uint8), NEAR) for side in (*to_planes(xy > first), *to_planes(xy < last))]
        touched |= np.logical_and.reduce(sides)
    if not touched.any():
        return None
    x0, x1 = bounds(np.flatnonzero(touched.any(0)), factor[0], margin)
    y0, y1 = bounds(np.flatnonzero(touched.any(1)), factor[1], margin)
    grown = Window(raster.x + x0, raster.y + y0, x1 - x0, y1 - y0)
    return grown.intersect(raster)


def to_planes(sides: np.ndarray) -> list[np.ndarray]:
    return [np.ascontiguousarray(sides[..., axis]) for axis in range(2)]


def bounds(places: np.ndarray, factor: float, margin: int) -> tuple[int, int]:
    """First pixel of an axis of the plate and the one after the last, both on the light's grid, around places [n] of
    the solve's, which rise. The last may lie beyond the picture's edge."""
    first = int(np.floor((places[0] - 0.5) / factor)) - margin
    last = int(np.ceil((places[-1] + 1.5) / factor)) + margin
    return max(first - first % GRID, 0), last + -last % GRID
