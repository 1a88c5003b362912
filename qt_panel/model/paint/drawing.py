"""Ops become pixels: strokes point by point while they are drawn, the rest at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import ceil, floor

import cv2
import numpy as np

from .brush import Brush
from .raster import NOWHERE, Edit, Raster, Rect, Swap, clipped, joined
from .strokes import Line, Op, Placed, Point, Rgb, Stroke, Text, point

LARGEST = 65000.0
"""Of a half float, with room for rounding."""
Picture = tuple[Rect, np.ndarray]
"""Where it lies, and [h, w, 4] float32, premultiplied."""
MakePicture = Callable[[Text | Placed], Picture | None]
"""None where its font or file is missing."""


class Drawing:
    """A stroke as it is drawn: the largest of its segments counts at each pixel, then its colour is laid once."""

    def __init__(self, raster: Raster, brush: Brush, colour: Rgb, erase: bool = False) -> None:
        self.edit = Edit(raster)
        self._brush, self._erase = brush, erase
        rgb = [min(max(float(part), -LARGEST), LARGEST) for part in colour]
        self._colour = np.array([*rgb, 1.0], np.float32)
        self._last: Point | None = None
        # Zeroes that the system gives when they are first written to: a large canvas costs nothing.
        self._mask = np.zeros(raster.window.shape, np.float32)

    def reach(self, new: Point) -> Rect:
        """Draws from the last point to this one; what has changed."""
        last, self._last = self._last or new, new
        window = self.edit.raster.window
        rect = clipped(window, box_of(self._brush, last, new))
        if rect == NOWHERE:
            return NOWHERE
        x, y, width, height = rect
        part = self._mask[y - window.y :, x - window.x :][:height, :width]
        np.maximum(part, coverage(self._brush, last, new, rect), out=part)
        paint = np.zeros((height, width, 4), np.float32) if self._erase else part[..., None] * self._colour
        self.edit.lay(rect, part, paint)
        return rect


def box_of(brush: Brush, start: Point, end: Point) -> Rect:
    """The pixels that a segment can touch."""
    reach = max(brush.radius(start[2]), brush.radius(end[2])) + 1
    left, top = (floor(min(start[axis], end[axis]) - reach) for axis in (0, 1))
    right, bottom = (ceil(max(start[axis], end[axis]) + reach) for axis in (0, 1))
    return left, top, right - left, bottom - top


def coverage(brush: Brush, start: Point, end: Point, rect: Rect) -> np.ndarray:
    """[h, w] float32 0..1: a segment whose radius and strength go from one end's to the other's.

    A pixel counts by its middle. Within the radius r at its nearest point of the segment, from full at `hardness r` to
    none at r, smoothly; never in less than a pixel.
    """
    x = np.arange(rect[0], rect[0] + rect[2], dtype=np.float32)[None] + np.float32(0.5 - start[0])
    y = np.arange(rect[1], rect[1] + rect[3], dtype=np.float32)[:, None] + np.float32(0.5 - start[1])
    dx, dy = np.float32(end[0] - start[0]), np.float32(end[1] - start[1])
    length = dx * dx + dy * dy
    along = np.clip((x * dx + y * dy) / length, 0, 1) if length > 0 else np.zeros((rect[3], rect[2]), np.float32)
    distance = cv2.magnitude(x - along * dx, y - along * dy)
    radius = between(along, brush.radius(start[2]), brush.radius(end[2]))
    soft = radius * np.float32(1 - brush.hardness)
    edge = np.maximum(soft, np.float32(1))
    inside = np.clip((radius + (edge - soft) / 2 - distance) / edge, 0, 1)
    inside *= inside * (3 - 2 * inside)
    return inside * between(along, brush.strength(start[2]), brush.strength(end[2]))


def between(along: np.ndarray, first: float, last: float) -> np.ndarray | np.float32:
    """From `first` where along is 0 to `last` where it is 1; a plain number where they are the same."""
    if first == last:
        return np.float32(first)
    mixed: np.ndarray = np.float32(first) + along * np.float32(last - first)
    return mixed


def draw(raster: Raster, op: Op, make_picture: MakePicture) -> tuple[Swap, Rect]:
    """An op on a raster; what it has changed, and where."""
    if isinstance(op, Stroke):
        return draw_stroke(raster, op)
    if isinstance(op, Line):
        ends = (point(op.start, 1), point(op.end, 1))
        return draw_stroke(raster, Stroke(op.brush, op.colour, ends, op.erase))
    edit, made = Edit(raster), make_picture(op)
    if made is None:
        return {}, NOWHERE
    rect, rgba = made
    edit.lay(rect, np.clip(rgba[..., 3], 0, 1), np.clip(rgba, -LARGEST, LARGEST))
    return edit.done(), clipped(raster.window, rect)


def draw_stroke(raster: Raster, stroke: Stroke) -> tuple[Swap, Rect]:
    drawing, rect = Drawing(raster, stroke.brush, stroke.colour, stroke.erase), NOWHERE
    for each in stroke.points:
        rect = joined(rect, drawing.reach(each))
    return drawing.edit.done(), rect


def draw_all(raster: Raster, ops: Iterable[Op], make_picture: MakePicture) -> Raster:
    """The raster itself, with all ops on it."""
    for op in ops:
        draw(raster, op, make_picture)
    return raster
