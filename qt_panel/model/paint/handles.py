"""Text and pictures that lie on a layer are taken hold of: moved, made larger, turned, pulled by a corner."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Literal, TypeVar

import cv2
import numpy as np

from .placed import corners_of, text_box
from .strokes import Matrix, Placed, Text, Xy

Object = Text | Placed
Thing = TypeVar("Thing", bound=Object)
Grip = Literal["inside", "corner", "turn"]
LEAST_SIZE = 4.0
"""Of a font."""


def quad_of(thing: Object, size: tuple[int, int]) -> np.ndarray:
    """[4, 2]: its corners on the picture, from its own top left on, clockwise. size: of a picture's file."""
    if isinstance(thing, Placed):
        return corners_of(thing.homography, size)
    x, y, width, height = text_box(thing)
    turn = math.radians(thing.angle)
    turned = np.array([[math.cos(turn), math.sin(turn)], [-math.sin(turn), math.cos(turn)]])
    box = np.array([[x, y], [x + width, y], [x + width, y + height], [x, y + height]], np.float64)
    corners: np.ndarray = box @ turned + np.array(thing.at)
    return corners


def grip_at(quad: np.ndarray, xy: Xy, near: float) -> tuple[Grip, int] | None:
    """What is taken hold of at a point, and which corner: within `near` pixels, or farther, where it turns."""
    away = np.hypot(*(quad - np.array(xy)).T)
    corner = int(np.argmin(away))
    if away[corner] <= near:
        return "corner", corner
    if cv2.pointPolygonTest(quad.astype(np.float32), (float(xy[0]), float(xy[1])), False) >= 0:
        return "inside", corner
    return ("turn", corner) if away[corner] <= 3 * near else None


def moved(thing: Object, by: Xy) -> Object:
    if isinstance(thing, Text):
        return replace(thing, at=(thing.at[0] + by[0], thing.at[1] + by[1]))
    return _by(thing, np.array([[1, 0, by[0]], [0, 1, by[1]], [0, 0, 1]]))


def scaled(thing: Object, about: Xy, factor: float) -> Object:
    """Larger by a factor, with one point left where it is."""
    x, y = about
    if isinstance(thing, Text):
        factor = max(factor, LEAST_SIZE / thing.size)
        at = (x + factor * (thing.at[0] - x), y + factor * (thing.at[1] - y))
        return replace(thing, size=thing.size * factor, at=at)
    factor = max(factor, 1e-3)
    return _by(thing, np.array([[factor, 0, x - factor * x], [0, factor, y - factor * y], [0, 0, 1]]))


def turned(thing: Object, about: Xy, degrees: float) -> Object:
    """Clockwise, about a point."""
    turn = math.radians(degrees)
    cos, sin = math.cos(turn), math.sin(turn)
    x, y = about
    matrix = np.array([[cos, -sin, x - cos * x + sin * y], [sin, cos, y - sin * x - cos * y], [0, 0, 1]])
    if isinstance(thing, Text):
        at = matrix @ np.array([*thing.at, 1.0])
        return replace(thing, at=(float(at[0]), float(at[1])), angle=(thing.angle + degrees + 180) % 360 - 180)
    return _by(thing, matrix)


def pulled(thing: Placed, size: tuple[int, int], corner: int, to: Xy) -> Placed:
    """One corner elsewhere, the others where they are; as it was where that would fold it."""
    quad = corners_of(thing.homography, size).astype(np.float32)
    quad[corner] = to
    if not cv2.isContourConvex(quad) or not np.isfinite(quad).all():
        return thing
    width, height = size
    flat = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    return replace(thing, homography=matrix_of(cv2.getPerspectiveTransform(flat, quad)))


def scale_of(thing: Placed, size: tuple[int, int]) -> float:
    """How many pixels of what is painted on one of its own covers along its upper edge."""
    quad = corners_of(thing.homography, size)
    return float(np.hypot(*(quad[1] - quad[0]))) / max(size[0], 1)


def angle_of(thing: Object, size: tuple[int, int]) -> float:
    """Degrees, clockwise, of its upper edge."""
    if isinstance(thing, Text):
        return thing.angle
    quad = corners_of(thing.homography, size)
    return math.degrees(math.atan2(*(quad[1] - quad[0])[::-1]))


def middle_of(quad: np.ndarray) -> Xy:
    x, y = (float(part) for part in quad.mean(0))
    return x, y


def matrix_of(matrix: np.ndarray) -> Matrix:
    """With 1 at its end, and as many places as the journal needs."""
    a, b, c, d, e, f, g, h, i = (round(float(part), 9) for part in (matrix / matrix[2, 2]).ravel())
    return a, b, c, d, e, f, g, h, i


def _by(thing: Placed, matrix: np.ndarray) -> Placed:
    return replace(thing, homography=matrix_of(matrix @ np.array(thing.homography).reshape(3, 3)))
