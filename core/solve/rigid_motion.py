"""The motion of a rigid body from tracks: a camera for each frame and a depth for each point, robustly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ..fields.homography import fit_affine
from .parallax import Grid, camera_derivative, project, project_with_slope

ROUNDS = 25
FIRST_SCALE, LAST_SCALE, SHRINK = 4.0, 0.7, 0.8
"""Pixels of error at which a track has a quarter of its weight: in the first round, in the last, and from one to the
next."""
START_ROUNDS = 30
CAMERA_POINTS = 3000
"""About as many of all that are tracked are enough for the cameras."""
DEPTH_SCALES = (30.0, 10.0, 4.0, 2.0, 1.0, 0.7, 0.7)


@dataclass(frozen=True)
class Motion:
    cameras: dict[int, np.ndarray]
    """[3, 4] by frame number."""
    depth: np.ndarray
    """[n], with mean 0 and deviation 1 about a plane."""
    error: dict[int, np.ndarray]
    """Pixels [n] by which each track is missed, by frame number."""


def fit_motion(grid: Grid, tracks: Mapping[int, np.ndarray], trust: Mapping[int, np.ndarray]) -> Motion:
    """Of points `grid` [n] of the key frame that lie at `tracks` [n, 2] in the other frames, believed by `trust` [n].

    Least squares in turns: the cameras for the depths, the depths for the cameras; Geman-McClure weights that narrow.
    """
    some = np.s_[:: max(1, len(grid.points) // CAMERA_POINTS)]
    cameras = fit_cameras(grid.at(some), *({n: a[some] for n, a in of.items()} for of in (tracks, trust)))
    depth = np.zeros(len(grid.points))
    for scale in DEPTH_SCALES:
        depth = depth_step(cameras, grid, depth, tracks, trust, scale)
    cameras, depth = normalised(cameras, grid, depth)
    error = {n: np.hypot(*(xy - project(cameras[n], grid, depth)).T) for n, xy in tracks.items()}
    return Motion(cameras, depth, error)


def fit_cameras(grid: Grid, tracks: Mapping[int, np.ndarray], trust: Mapping[int, np.ndarray]) -> dict[int, np.ndarray]:
    goals = {number: grid.units(xy) for number, xy in tracks.items()}
    cameras, depth = affine_start(grid, goals, trust)
    scale = FIRST_SCALE
    for _ in range(ROUNDS):
        scale = max(scale * SHRINK, LAST_SCALE)
        for number, goal in goals.items():
            for _ in range(2):
                cameras[number] = camera_step(cameras[number], grid, depth, goal, trust[number], scale)
        for _ in range(2):
            depth = depth_step(cameras, grid, depth, tracks, trust, scale)
        cameras, depth = normalised(cameras, grid, depth)
    return cameras


def affine_start(
    grid: Grid, goals: Mapping[int, np.ndarray], trust: Mapping[int, np.ndarray]
) -> tuple[dict[int, np.ndarray], np.ndarray]:
    """An affine map a frame; what it leaves is a depth a point times a direction a frame (Tomasi, Kanade 1992)."""
    x, y = grid.points[:, 0], grid.points[:, 1]
    matrices, left, weight = {}, [], []
    for number, goal in goals.items():
        matrix = fit_affine(x, y, goal[:, 0], goal[:, 1], trust[number] + 1e-9)
        matrices[number] = matrix
        left.append((goal - (grid.points @ matrix.T)[:, :2]).T)
        weight.append(np.stack([trust[number]] * 2))
    rest, w = np.concatenate(left), np.concatenate(weight)
    _, _, right = np.linalg.svd(rest * w, full_matrices=False)
    depth = right[0] * np.sqrt(len(x))
    direction = np.zeros(len(rest))
    for _ in range(START_ROUNDS):
        direction = (w * rest) @ depth / (w @ depth**2 + 1e-12)
        depth = direction @ (w * rest) / (direction**2 @ w + 1e-12)
        depth /= np.sqrt((depth**2).mean()) + 1e-12
    cameras = {
        number: np.concatenate([matrix, [[direction[2 * i]], [direction[2 * i + 1]], [0.0]]], 1)
        for i, (number, matrix) in enumerate(matrices.items())
    }
    return cameras, depth


def camera_step(
    camera: np.ndarray, grid: Grid, depth: np.ndarray, goal: np.ndarray, trust: np.ndarray, scale: float
) -> np.ndarray:
    at, along_x, along_y = camera_derivative(camera, grid, depth)
    miss = goal - at
    weight = trust * robust(np.hypot(*miss.T) / (grid.scale * scale))
    normal, right = np.zeros((12, 12)), np.zeros(12)
    for along, error in ((along_x, miss[:, 0]), (along_y, miss[:, 1])):
        weighted = along * weight[:, None]
        normal += weighted.T @ along
        right += weighted.T @ error
    size = np.trace(normal) + 1e-12
    normal[np.diag_indices(12)] += 1e-9 * size
    normal[10, 10] += 1e3 * size  # H[2, 2] stays 1: the matrix has no size of its own
    return camera + np.linalg.solve(normal, right).reshape(3, 4)


def depth_step(
    cameras: Mapping[int, np.ndarray],
    grid: Grid,
    depth: np.ndarray,
    tracks: Mapping[int, np.ndarray],
    trust: Mapping[int, np.ndarray],
    scale: float,
) -> np.ndarray:
    right, normal = np.zeros(len(depth)), np.full(len(depth), 1e-6)
    for number, camera in cameras.items():
        at, slope = project_with_slope(camera, grid, depth)
        miss = tracks[number] - at
        weight = trust[number] * robust(np.hypot(*miss.T) / scale) * grid.scale**2
        right += weight * (slope * miss).sum(1)
        normal += weight * (slope**2).sum(1)
    return depth + right / normal


def normalised(
    cameras: Mapping[int, np.ndarray], grid: Grid, depth: np.ndarray
) -> tuple[dict[int, np.ndarray], np.ndarray]:
    """The same positions by depths about their own plane with deviation 1: all that is known up to."""
    plane = np.linalg.lstsq(grid.points, depth, rcond=None)[0]
    rest = depth - grid.points @ plane
    size = float(np.sqrt((rest**2).mean())) + 1e-12
    moved = {}
    for number, camera in cameras.items():
        both = np.concatenate([camera[:, :3] + camera[:, 3:] * plane, camera[:, 3:] * size], 1)
        moved[number] = both / both[2, 2]
    return moved, rest / size


def robust(error: np.ndarray) -> np.ndarray:
    return 1 / (1 + error**2) ** 2
