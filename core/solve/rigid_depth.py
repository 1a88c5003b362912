"""The depth of every pixel of the key frame, where the layer is one rigid body: from all frames at once.

A pixel of the key has one number for all frames, so that what one frame cannot tell, others can: a contour behind which
things are hidden is a leap of the depth.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import cv2
import numpy as np

from .belief import propagated
from .comparison import compare
from .parallax import Grid, hidden_by, project, project_with_slope
from .pyramid import Pyramid

SAME = 0.15
"""Depths, in deviations of the body's, that differ by less are one surface."""
MOST_STEP = 0.05
PATTERN_STEP = 0.2
"""Light-blind residual at which a place has a quarter of its weight."""
EPSILON = 0.005
SMOOTH = 0.5
"""Weight of the smoothness, against the median pixel's data."""
DATA_SIGMA, SMOOTH_SIGMA = 2.0, 4.0

FIRST_ROUNDS, LAST_ROUNDS = 6, 9
DEPTH_STEPS = FIRST_ROUNDS + 1 + LAST_ROUNDS
LABELS = 64
SWEEP_SIZE = 600
"""Pixels of a picture's longest side, at most, at which depths are swept."""
COLOUR_STEP = 0.15
"""Difference of encoded luma that says all it can."""
LEAST_SHOWN = 0.6
"""Share of the frames that a place is taken to be seen in."""
LIGHT_SIGMA, WIDE_LIGHT_SIGMA = 6.0, 25.0
SLOPE, LEAP = 0.02, 0.1
"""Cost of a step to the next label between neighbours, and the most of all steps."""
CLEARLY = 0.01
"""Gain of cost for which a swept depth is taken."""


@dataclass(frozen=True)
class Views:
    """A body seen from the key frame and from others. Arrays are over the key's box [h, w]."""

    key: Pyramid
    grid: Grid
    frames: Mapping[int, Pyramid]
    cameras: Mapping[int, np.ndarray]
    """Such that larger depths are nearer."""
    threads: int = 2

    @property
    def layer(self) -> np.ndarray:
        return self.key.mask[0] > 0.05

    def each(self, look: Callable[[int], np.ndarray]) -> dict[int, np.ndarray]:
        """What `look` says of each frame, by its number."""
        with ThreadPoolExecutor(self.threads) as pool:
            return dict(zip(self.frames, pool.map(look, self.frames), strict=True))

    def shown(self, number: int, depth: np.ndarray) -> np.ndarray:
        """[h, w] bool: not behind other parts of the body in a frame."""
        xy = project(self.cameras[number], self.grid, depth)
        return hidden_by(xy, depth, self.layer, self.frames[number].size) < SAME


def find_depth(views: Views, start: np.ndarray, tick: Callable[[], None]) -> np.ndarray:
    """The depth [h, w] from one that is nearly right over most of the layer; `tick` is called `DEPTH_STEPS` times."""
    smooth = refined(views, start, FIRST_ROUNDS, tick)
    leaping = swept(views, smooth)
    tick()
    before, after = (cv2.GaussianBlur(cost, (0, 0), 1.0) for cost in costs(views, smooth, [smooth, leaping]))
    taken = cv2.medianBlur((after < before - CLEARLY).astype(np.uint8), 5)
    return refined(views, np.where(taken > 0, leaping, smooth), LAST_ROUNDS, tick)


def refined(views: Views, depth: np.ndarray, rounds: int, tick: Callable[[], None]) -> np.ndarray:
    """Gauss-Newton on the light-blind residual of all frames; each pixel shares its data with those of its surface."""
    layer = views.layer.astype(np.float32)
    inside = depth[views.layer]
    depth = np.clip(depth, inside.min(), inside.max()).astype(np.float32)
    shown: dict[int, np.ndarray] = {}
    for index in range(rounds):
        if index % 3 == 0:
            shown = views.each(partial(views.shown, depth=depth))
        parts = views.each(partial(equation, views, depth, shown)).values()
        right, normal = np.sum([p[0] for p in parts], 0), np.sum([p[1] for p in parts], 0)
        depth = depth + np.clip(step(depth, layer, right, normal), -MOST_STEP, MOST_STEP)
        if index % 3 == 2:
            depth = cv2.medianBlur(depth, 3)
        tick()
    return depth


def equation(views: Views, depth: np.ndarray, shown: Mapping[int, np.ndarray], number: int) -> np.ndarray:
    """J' W r and J' W J of one frame for each pixel's depth [2, h, w]."""
    xy, slope = project_with_slope(views.cameras[number], views.grid, depth)
    x, y = (np.ascontiguousarray(xy[..., c]) for c in range(2))
    seen = compare(views.key, views.frames[number], 0, x, y, EPSILON)
    mask = seen.mask * shown[number]
    square = blurred(np.minimum(seen.residual**2, 1) * mask, 2.5) / (blurred(mask, 2.5) + 1e-3)
    weight = mask / (1 + square / PATTERN_STEP**2) ** 2 / (1 + seen.residual**2) ** 2
    along = seen.slope_x * slope[..., 0] + seen.slope_y * slope[..., 1]
    return np.stack([weight * along * seen.residual, weight * along**2])


def step(depth: np.ndarray, layer: np.ndarray, right: np.ndarray, normal: np.ndarray) -> np.ndarray:
    """What to add to the depth [h, w]: by the data around each pixel, and a pull towards the smooth mean."""
    usual = float(np.median(normal[layer > 0])) + 1e-9
    near = Alike(depth, SAME)
    count = near.sums(layer, DATA_SIGMA) + 1e-6
    right, normal = near.sums(right, DATA_SIGMA) / count, near.sums(normal, DATA_SIGMA) / count
    known = layer * (np.minimum(normal / usual, 3) + 0.05)
    weight = near.sums(known, SMOOTH_SIGMA)
    mean = near.sums(known * depth, SMOOTH_SIGMA) / (weight + 1e-6)
    mean += near.sums(known * (depth - mean), SMOOTH_SIGMA) / (weight + 1e-6)  # twice: a bend is not flattened
    pull = np.where(weight > 1e-3, mean - depth, 0)
    return ((right + SMOOTH * usual * pull) / (normal + (SMOOTH + 0.01) * usual)).astype(np.float32)


def swept(views: Views, depth: np.ndarray) -> np.ndarray:
    """The best of many depths for each pixel, with leaps where the pictures want them."""
    inside = depth[views.layer]
    low, high = np.percentile(inside, (0.5, 99.5))
    spare = 0.05 * (high - low)
    labels = np.linspace(low - spare, high + spare, LABELS)
    size = max(views.frames[next(iter(views.frames))].size)
    level = max(0, int(np.ceil(np.log2(size / SWEEP_SIZE))))
    cost = np.stack(costs(views, depth, (np.full(depth.shape, label, np.float32) for label in labels), level))
    belief = propagated(cost, SLOPE, LEAP)
    best = np.clip(belief.argmin(0), 1, LABELS - 2)
    a, b, c = (np.take_along_axis(belief, (best + k)[None], 0)[0] for k in (-1, 0, 1))
    part = np.clip(0.5 * (a - c) / np.maximum(a - 2 * b + c, 1e-6), -1, 1)
    found = (labels[best] + part * (labels[1] - labels[0])).astype(np.float32)
    return cv2.resize(found, depth.shape[::-1], interpolation=cv2.INTER_NEAREST)


def costs(views: Views, depth: np.ndarray, others: Iterable[np.ndarray], level: int = 0) -> list[np.ndarray]:
    """How badly the frames look like the key by other depths [h, w]: 0..1, at a level, the best share of the frames.

    depth: nearly right; the frames' light is told by it.
    """
    shrink = 2**level
    small = Grid(views.grid.centre, views.grid.scale, _shrunk(views.grid.points, shrink))
    picture = views.key.luma[level]

    def light(number: int) -> np.ndarray:
        xy = project(views.cameras[number], views.grid, depth)
        frame = views.frames[number]
        seen = views.key.mask[0] * views.shown(number, depth) * sampled(frame.mask[0], xy)
        apart = sampled(frame.luma[0], xy) - views.key.luma[0]
        seen = seen * (np.abs(apart) < 4 * COLOUR_STEP)
        near, wide = (blurred(apart * seen, s) / (blurred(seen, s) + 1e-3) for s in (LIGHT_SIGMA, WIDE_LIGHT_SIGMA))
        return _shrunk(np.where(blurred(seen, LIGHT_SIGMA) > 0.1, near, wide), shrink)

    lights = views.each(light)
    enough = int(len(views.frames) * LEAST_SHOWN)

    def cost(other: np.ndarray) -> np.ndarray:
        at = _shrunk(other, shrink)

        def look(number: int) -> np.ndarray:
            xy = (project(views.cameras[number], small, at) + 0.5) / shrink - 0.5
            frame = views.frames[number]
            mask = sampled(frame.mask[level], xy)
            apart = np.abs(sampled(frame.luma[level], xy) - picture - lights[number])
            return blurred(np.minimum(apart / COLOUR_STEP, 1) * mask + (1 - mask), 1.0)

        every = np.stack(list(views.each(look).values()))
        return np.partition(every, enough, 0)[: max(enough, 1)].mean(0)

    return [cost(other) for other in others]


class Alike:
    """Sums over the neighbours of like depth only (a bilateral grid: Paris, Durand 2006)."""

    def __init__(self, depth: np.ndarray, width: float) -> None:
        position = (depth - depth.min()) / width
        self.shares = [np.maximum(0, 1 - np.abs(position - k)) for k in range(int(position.max()) + 2)]

    def sums(self, plane: np.ndarray, sigma: float) -> np.ndarray:
        return np.asarray(sum(share * blurred(plane * share, sigma) for share in self.shares if share.any()))


def blurred(plane: np.ndarray, sigma: float) -> np.ndarray:
    return cv2.GaussianBlur(plane.astype(np.float32), (0, 0), sigma)


def sampled(plane: np.ndarray, xy: np.ndarray) -> np.ndarray:
    return cv2.remap(plane, xy, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=0)


def _shrunk(plane: np.ndarray, shrink: int) -> np.ndarray:
    if shrink == 1:
        return plane
    return cv2.resize(plane, None, fx=1 / shrink, fy=1 / shrink, interpolation=cv2.INTER_AREA)
