"""A rigid body in front of a camera that turns: a block that stands out of a wall, seen in any frame exactly."""

from collections.abc import Callable

import cv2
import numpy as np
from unreel.core.fields.frame_map import FrameMap
from unreel.core.solve.frame_map_fit import fit_frame_map
from unreel.core.solve.parallax import Grid, make_grid, project
from unreel.core.solve.pyramid import Pyramid, make_pyramid
from unreel.core.solve.rigid_maps import filled, turn_round

from .pictures import HEIGHT, WIDTH, X, Y, waves

KEY = 4
FRAMES = tuple(range(1, 8))
SIZE = HEIGHT, WIDTH
BLOCK = (abs(X - 78) < 22) & (abs(Y - 58) < 20)
DEPTH = (np.where(BLOCK, 2.0, 0.0) + 0.004 * (X - 80)).astype(np.float32)
LAYER = ((abs(X - 80) < 62) & (abs(Y - 60) < 46)).astype(np.float32)


def camera(number: int) -> np.ndarray:
    """Two pixels of parallax a frame at the block's height, a little zoom and perspective."""
    since = number - KEY
    return np.array(
        [
            [1 + 0.004 * since, 0.01 * since, 0.01 * since, 0.013 * since],
            [-0.008 * since, 1 + 0.002 * since, 0, 0.002 * since],
            [0.006 * since, 0, 1, 0.002 * since],
        ]
    )


CAMERAS = {number: camera(number) for number in FRAMES if number != KEY}


def grid() -> Grid:
    return make_grid(HEIGHT, WIDTH, (0, 0), SIZE)


def truth(number: int, depth: np.ndarray = DEPTH) -> tuple[np.ndarray, np.ndarray]:
    """Where a frame's pixels lie on the key [h, w, 2], and what of it the key shows [h, w]."""
    return turn_round(project(CAMERAS[number], grid(), depth), depth, LAYER > 0, (0, 0), SIZE)


def sheet_of(number: int, xy_key: np.ndarray | None = None) -> np.ndarray:
    """What a solve without a notion of depth would say: the truth, smooth over what is hidden."""
    found, seen = truth(number) if xy_key is None else (xy_key, np.ones(SIZE, bool))
    flat = np.stack([X, Y], -1).astype(np.float32)
    bend = filled(found, seen, flat) - flat
    return flat + cv2.GaussianBlur(bend, (0, 0), 3.0)


def picture(number: int, at: Callable[[int], tuple[np.ndarray, np.ndarray]] = truth) -> Pyramid:
    """A frame: the key's own picture where that shows it, another one where it does not."""
    mine = waves(X, Y)
    if number == KEY:
        return make_pyramid(mine, LAYER)
    xy_key, seen = at(number)
    x, y = (np.ascontiguousarray(xy_key[..., c], np.float32) for c in range(2))
    there = cv2.remap(mine, x, y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT)
    mask = cv2.remap(LAYER, x, y, cv2.INTER_LINEAR) * seen
    shown = cv2.morphologyEx((mask > 0.5).astype(np.uint8), cv2.MORPH_CLOSE, np.ones((25, 25)))
    return make_pyramid(np.where(seen, there, waves(X, Y, seed=5)).astype(np.float32), shown.astype(np.float32))


def sheets() -> dict[int, FrameMap]:
    return {
        number: fit_frame_map(sheet_of(number), picture(number).mask[0]) if number != KEY else FrameMap(np.eye(3))
        for number in FRAMES
    }
