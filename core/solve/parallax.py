"""Where the points of a rigid body lie in each frame: plane plus parallax.

x_t ~ H_t (x, y, 1) + d(x, y) e_t, whatever the camera and however the body turns (Kumar, Anandan, Hanna 1994; Irani and
Anandan 1996): twelve numbers a frame, and one a point for all frames together.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np


@dataclass(frozen=True)
class Grid:
    """Places on the key frame, in coordinates that keep all numbers near 1."""

    centre: np.ndarray
    """[2] pixels."""
    scale: float
    """Of a pixel."""
    points: np.ndarray
    """[..., 3]: x, y, 1."""

    @property
    def shape(self) -> tuple[int, ...]:
        return self.points.shape[:-1]

    def at(self, index: tuple[np.ndarray, ...] | slice) -> Grid:
        """Some of its places."""
        return Grid(self.centre, self.scale, self.points[index])

    def units(self, xy_pixel: np.ndarray) -> np.ndarray:
        return (xy_pixel - self.centre) * self.scale

    def pixels(self, xy_unit: np.ndarray) -> np.ndarray:
        return xy_unit / self.scale + self.centre


def make_grid(height: int, width: int, offset: tuple[int, int], size: tuple[int, int]) -> Grid:
    """Of the pixels of a box of a picture of `size` (height, width) that begins at `offset` (x, y)."""
    centre, scale = np.array([size[1], size[0]]) / 2.0, 2.0 / max(size)
    x, y = np.meshgrid(np.arange(width) + float(offset[0]), np.arange(height) + float(offset[1]))
    x, y = (x - centre[0]) * scale, (y - centre[1]) * scale
    return Grid(centre, scale, np.stack([x, y, np.ones_like(x)], -1).astype(np.float32))


def project(camera: np.ndarray, grid: Grid, depth: np.ndarray) -> np.ndarray:
    """Frame positions [..., 2] float32, pixels, of places with a depth [...], by a camera [3, 4]."""
    return grid.pixels(_divided(_homogeneous(camera, grid, depth))).astype(np.float32)


def project_with_slope(camera: np.ndarray, grid: Grid, depth: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The same, and its derivative by the depth [..., 2] in pixels."""
    y = _homogeneous(camera, grid, depth)
    at = _divided(y)
    slope = (camera[:2, 3] - at * camera[2, 3]) / (y[..., 2:] * grid.scale)
    return grid.pixels(at).astype(np.float32), slope.astype(np.float32)


def camera_derivative(camera: np.ndarray, grid: Grid, depth: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Positions [n, 2] in units of the grid, and the derivatives [n, 12] of x and of y by the camera's entries."""
    y = _homogeneous(camera, grid, depth)
    place = np.concatenate([grid.points, depth[..., None]], -1) / y[..., 2:]
    at, none = _divided(y), np.zeros_like(place)
    along_x = np.concatenate([place, none, -at[:, :1] * place], -1)
    along_y = np.concatenate([none, place, -at[:, 1:] * place], -1)
    return at, along_x, along_y


def hidden_by(xy_frame: np.ndarray, near: np.ndarray, shown: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """By how much nearness something stands before each place [h, w]: 0 or less in front; infinite off the picture.

    xy_frame: where the key's pixels lie in a frame of `size` (height, width) [h, w, 2]; near: larger is nearer.
    """
    column, row = (np.rint(xy_frame[..., c]).astype(np.int64) for c in range(2))
    inside = shown & (column >= 0) & (row >= 0) & (column < size[1]) & (row < size[0])
    front = np.full(size, -np.inf, np.float32)
    np.maximum.at(front, (row[inside], column[inside]), near[inside].astype(np.float32))
    front = cv2.dilate(front, np.ones((3, 3), np.uint8))
    out = np.full(near.shape, np.inf, np.float32)
    out[inside] = front[row[inside], column[inside]] - near[inside]
    return out


def _homogeneous(camera: np.ndarray, grid: Grid, depth: np.ndarray) -> np.ndarray:
    matrix = camera.astype(grid.points.dtype)
    return grid.points @ matrix[:, :3].T + depth[..., None] * matrix[:, 3]


def _divided(y: np.ndarray) -> np.ndarray:
    return y[..., :2] / y[..., 2:]
