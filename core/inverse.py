"""A map turned round: for each canonical pixel, where it lies in the frame."""

from __future__ import annotations

import cv2
import numpy as np

from .canonical_light import push_pull

TOLERANCE_PIXEL = 0.5
"""A place is found when the map takes it back this near, in pixels of the grid."""

EDGE_MARGIN = 0.1
"""Share of a frame's size that its map is continued beyond its edge before it is turned round."""
ROUNDS = 6


def edge_margin(size: tuple[int, int]) -> tuple[int, int]:
    """Pixels (x, y) of `EDGE_MARGIN` on a picture of `size` (width, height)."""
    return int(size[0] * EDGE_MARGIN), int(size[1] * EDGE_MARGIN)


def invert_map(
    xy_key: np.ndarray, origin: tuple[float, float], grid: tuple[int, int, int, int], rounds: int = ROUNDS
) -> tuple[np.ndarray, np.ndarray]:
    """The inverse of a dense map on a grid of key pixels, by scatter and Newton steps.

    xy_key [h, w, 2]: where the frame's pixels lie on the key; its first pixel is at `origin` (x, y) of the frame, so a
    frame evaluated with a margin can be inverted up to its edge. grid: x, y, width, height in key pixels.
    Returns frame positions [height, width, 2] float32, and whether each was found [height, width].
    """
    left, top, width, height = grid
    key_x, key_y = np.meshgrid(np.arange(width, dtype=np.float32) + left, np.arange(height, dtype=np.float32) + top)
    at = scattered_start(xy_key, grid)
    at, miss = newton(xy_key, np.stack([key_x, key_y], -1), at, rounds)
    inside = (at >= -0.5).all(-1) & (at[..., 0] < xy_key.shape[1] - 0.5) & (at[..., 1] < xy_key.shape[0] - 0.5)
    found = inside & (miss < TOLERANCE_PIXEL)
    return at + np.array(origin, np.float32), found


def inverse_between(xy_key: np.ndarray, origin: tuple[float, float], at_key: np.ndarray) -> np.ndarray:
    """What `invert_map` says between its grid's pixels, at key positions [n, 2], bilinear: frame positions [n, 2].

    The same starts and the same steps, on no more of the grid than is asked for.
    """
    first = np.floor(at_key).astype(np.int64)
    corners = first[:, None] + np.array([[0, 0], [1, 0], [0, 1], [1, 1]])
    left, top = corners.min((0, 1))
    width, height = corners.max((0, 1)) + 1 - (left, top)
    start = scattered_start(xy_key, (int(left), int(top), int(width), int(height)))
    at, _ = newton(xy_key, corners.astype(np.float32), start[corners[..., 1] - top, corners[..., 0] - left], ROUNDS)
    x, y = (at_key - first).T
    weight = np.stack([(1 - x) * (1 - y), x * (1 - y), (1 - x) * y, x * y], -1)
    return (at * weight[..., None]).sum(1) + np.array(origin, np.float32)


def newton(xy_key: np.ndarray, target: np.ndarray, at: np.ndarray, rounds: int) -> tuple[np.ndarray, np.ndarray]:
    """Positions [H, W, 2] in the map [h, w, 2] whose value is `target` [H, W, 2], and by how much it is not."""
    at = at.astype(np.float32)
    step_x, step_y = np.gradient(xy_key, axis=1), np.gradient(xy_key, axis=0)
    for _ in range(rounds):
        miss_x, miss_y = (target[..., c] - sampled(xy_key[..., c], at) for c in range(2))
        a, b = sampled(step_x[..., 0], at), sampled(step_y[..., 0], at)
        c, d = sampled(step_x[..., 1], at), sampled(step_y[..., 1], at)
        determinant = a * d - b * c
        determinant = np.where(np.abs(determinant) < 0.05, np.copysign(0.05, determinant), determinant)
        at[..., 0] += np.clip((d * miss_x - b * miss_y) / determinant, -4, 4)
        at[..., 1] += np.clip((a * miss_y - c * miss_x) / determinant, -4, 4)
    miss = np.hypot(*(target[..., c] - sampled(xy_key[..., c], at) for c in range(2)))
    return at, miss


def scattered_start(xy_key: np.ndarray, grid: tuple[int, int, int, int]) -> np.ndarray:
    """Frame positions [height, width, 2]: each frame pixel dropped on its key pixel, holes filled smoothly."""
    left, top, width, height = grid
    columns, rows = np.meshgrid(*(np.arange(n, dtype=np.float32) for n in xy_key.shape[1::-1]))
    x, y = np.rint(xy_key[..., 0] - left), np.rint(xy_key[..., 1] - top)
    hit = (x >= 0) & (y >= 0) & (x < width) & (y < height)
    place = (y[hit] * width + x[hit]).astype(np.int64)
    count = np.bincount(place, minlength=width * height).reshape(height, width).astype(np.float32)
    dropped: tuple[np.ndarray, np.ndarray] = (columns[hit], rows[hit])
    sums = [np.bincount(place, values, minlength=width * height).reshape(height, width) for values in dropped]
    mean = np.stack(sums, -1).astype(np.float32) / np.maximum(count, 1)[..., None]
    return push_pull(mean, (count > 0).astype(np.float32)).astype(np.float32)


def sampled(plane: np.ndarray, at: np.ndarray) -> np.ndarray:
    return cv2.remap(
        np.ascontiguousarray(plane, np.float32), at, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
