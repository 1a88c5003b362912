"""What moves on its own in one frame: flow to its neighbours against the motion of the background."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np

from .fields.homography import apply_homography, fit_homography
from .shot import LUMA
from .solve.flow import Flow, pixel_centres

GRID_STEP = 8
"""Pixels between the vectors that the background's motion is fitted to."""
BORDER = 0.12
"""Part of the picture's side along its edge where background is expected; the middle counts `MIDDLE` as much."""
MIDDLE = 0.13
SAMPLES = 200
"""Draws of four vectors: with half of the weight on the background one is clean with probability 1 - 2e-6."""
FITS = 12
LEAST_DEVIATION = 0.3
"""Pixels: what dense inverse search is off by where nothing moves."""
LEAST_NOISE = 0.02
"""Of three encoded channels together, 8-bit pictures included."""
WINDOW = 7
"""Pixels over which pictures are compared."""
DOUBT = 0.3
"""Of the noise, or of what the flow leaves: how much better than the background it is by chance, over a window."""
TEXTURE = 0.01
"""Root mean square slope of encoded luma, a pixel, from which a place tells how it moves."""
FAST_PIXEL = 20.0
"""Residual motion from which a step is too long to be followed: it counts half."""
UNCERTAIN = 0.3
"""Weight of not knowing, beside the weights of steps, each at most 1."""


@dataclass(frozen=True)
class Step:
    """What one neighbour says, each [h, w] float32."""

    moving: np.ndarray
    """0..1: moves on its own, together with what is around it, and its own motion matches the picture better."""
    weight: np.ndarray
    """0..1: how much the step could show."""
    still: np.ndarray
    """0..1: goes with the background, and the picture matches."""
    residual: np.ndarray
    """Pixels between the flow and the background's motion."""


@dataclass(frozen=True)
class Evidence:
    """What a frame's steps say together, each [h, w] float32."""

    moving: np.ndarray
    still: np.ndarray
    told: np.ndarray
    """0..1: whether there is texture enough to tell."""
    speed: np.ndarray
    """Pixels a frame, relative to the background."""


def gather(colour: np.ndarray, steps: Iterable[tuple[int, np.ndarray, Flow]], mask: np.ndarray) -> Evidence:
    """Evidence of a frame [h, w, 3] (encoded) whose sound pixels are `mask`, from steps (distance, picture, flow).

    What is hidden on one side may be seen on the other: the side that shows more counts.
    """
    told = np.clip(np.sqrt(texture(colour)) / TEXTURE, 0.1, 1) * mask
    sums = {side: [np.zeros_like(told), np.full_like(told, UNCERTAIN)] for side in (False, True)}
    still, speed, count = np.zeros_like(told), np.zeros_like(told), 0
    for distance, other, flow in steps:
        step = judge_step(colour, other, flow, told)
        seen, total = sums[distance > 0]
        seen += step.weight * step.moving
        total += step.weight
        still += step.still
        count += 1
        if abs(distance) == 1:
            speed = np.maximum(speed, mean(step.residual, 5))
    moving = np.maximum(*(seen / total for seen, total in sums.values())) * mask
    return Evidence(moving, still / max(count, 1) * mask, told, speed)


def judge_step(colour: np.ndarray, other: np.ndarray, flow: Flow, told: np.ndarray) -> Step:
    """Compare a frame [h, w, 3] with a neighbour, along the flow and along the background's motion."""
    height, width = told.shape
    here = pixel_centres(flow.to)
    trust = np.sqrt(flow.confidence)
    there = background_map(here, fit_background(flow.to, trust * told))
    own = flow.to - (there - here)
    residual = np.hypot(own[..., 0], own[..., 1])
    inside = ((there >= 0) & (there <= (width - 1, height - 1))).all(-1)
    off_background, off_flow = (difference(colour, other, xy) for xy in (there, here + flow.to))
    by_background = size_of(off_background)
    telling = inside * trust * told  # over a flat sky flow is made up, and no measure of how well motion is known
    middle = weighted_median(residual, telling * (border_weight(height, width) > 0.5))
    telling = telling * (residual < 2 * middle + 0.5)
    deviation, noise = spread(residual, telling, LEAST_DEVIATION), spread(by_background, telling, LEAST_NOISE)
    unlike = mean(by_background, WINDOW) / noise
    better = np.clip(unlike - mean(size_of(off_flow), WINDOW) / noise - DOUBT, 0, 1)
    better *= without_light(off_background, off_flow)
    clear = np.clip((residual / deviation - 3) / 3, 0, 1)
    at_rest = np.exp(-((np.maximum(residual / deviation - 1, 0) / 1.5) ** 2))
    return Step(
        better * clear * together(own) * trust,
        inside * np.clip(residual / deviation / 5 - 0.2, 0, 1) / (1 + (residual / FAST_PIXEL) ** 2),
        inside * at_rest * np.exp(-(np.maximum(unlike - 1, 0) ** 2)),
        residual,
    )


def fit_background(flow: np.ndarray, trust: np.ndarray) -> np.ndarray:
    """The homography [3, 3] of most of the picture's edge: random samples, then reweighted least squares.

    flow [h, w, 2] in pixels, trust [h, w] 0..1. The background reaches the edge more often than the foreground.
    """
    height, width = trust.shape
    thin = np.s_[GRID_STEP // 2 :: GRID_STEP, GRID_STEP // 2 :: GRID_STEP]
    x, y = (a.astype(np.float64).ravel() for a in np.moveaxis(pixel_centres(flow)[thin], 2, 0))
    u, v = x + flow[thin][..., 0].ravel(), y + flow[thin][..., 1].ravel()
    weight = (border_weight(height, width) * trust)[thin].ravel().astype(np.float64) + 1e-6
    matrix, scale = best_sample(x, y, u, v, weight), 2.0
    for _ in range(FITS):
        scale = max(0.75 * scale, LEAST_DEVIATION)
        off = distance_from(matrix, x, y, u, v)
        matrix = fit_homography(x, y, u, v, weight / (1 + (off / scale) ** 2) ** 2)
    return matrix


def best_sample(x: np.ndarray, y: np.ndarray, u: np.ndarray, v: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """The homography of four of the vectors that the others, by weight, agree with best (Fischler, Bolles 1981)."""
    rng = np.random.default_rng(0)
    found, least = np.eye(3), np.inf
    for _ in range(SAMPLES):
        four = rng.choice(len(x), 4, replace=False, p=weight / weight.sum())
        ends = (np.stack([a[four], b[four]], 1).astype(np.float32) for a, b in ((x, y), (u, v)))
        matrix = cv2.getPerspectiveTransform(*ends)
        cost = float((weight * np.minimum(distance_from(matrix, x, y, u, v), 1)).sum())
        if cost < least:
            found, least = matrix, cost
    return found


def distance_from(matrix: np.ndarray, x: np.ndarray, y: np.ndarray, u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """Pixels between (u, v) and where the matrix takes (x, y); large where that is nowhere."""
    with np.errstate(divide="ignore", invalid="ignore"):
        at_x, at_y = apply_homography(matrix, x, y)
        return np.nan_to_num(np.hypot(at_x - u, at_y - v), nan=1e6, posinf=1e6)


def background_map(here: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    """Where each pixel [h, w, 2] would be, were it background."""
    return np.stack(apply_homography(matrix, here[..., 0], here[..., 1]), -1).astype(np.float32)


def border_weight(height: int, width: int) -> np.ndarray:
    """[h, w]: about 1 along the picture's edge, `MIDDLE` inside."""
    y, x = np.mgrid[:height, :width]
    depth = np.minimum(np.minimum(x, width - 1 - x) / width, np.minimum(y, height - 1 - y) / height)
    return (MIDDLE + np.exp(-((depth / BORDER) ** 2))).astype(np.float32)


def together(own: np.ndarray) -> np.ndarray:
    """[h, w] 0..1: whether a place's own motion [h, w, 2] is that of its surroundings: an object's, not a ripple's."""
    centre = [mean(own[..., c], 9) for c in (0, 1)]
    variance = sum(mean(own[..., c] ** 2, 9) - centre[c] ** 2 for c in (0, 1))
    return 1 / (1 + (np.sqrt(np.maximum(variance, 0)) / (0.15 * np.hypot(*centre) + 0.2)) ** 4)


def difference(colour: np.ndarray, other: np.ndarray, xy: np.ndarray) -> np.ndarray:
    """[h, w, 3]: of a frame from another, seen at xy [h, w, 2]."""
    return colour - cv2.remap(other, xy, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def without_light(off_background: np.ndarray, off_flow: np.ndarray) -> np.ndarray:
    """[h, w] 0..1: whether the flow matches better than the background, as `difference` [h, w, 3], in texture too.

    A shadow's edge moves, the texture under it does not. Encoded is logarithmic: light adds the same to all channels,
    and much the same to what is near.
    """
    unlit = (off - mean(off @ LUMA, WINDOW)[..., None] for off in (off_background, off_flow))
    background, flow = (mean(size_of(off), WINDOW) for off in unlit)
    return np.clip((background - flow) / (DOUBT * flow + 1e-6), 0, 1)


def size_of(off: np.ndarray) -> np.ndarray:
    """[h, w]: a difference [h, w, 3], summed over the channels."""
    return np.abs(off).sum(-1)


def spread(plane: np.ndarray, weight: np.ndarray, least: float) -> float:
    """Standard deviation of what is a magnitude, by its median."""
    return max(least, 1.48 * weighted_median(plane, weight))


def weighted_median(plane: np.ndarray, weight: np.ndarray) -> float:
    """Half of the weight lies at or below it; 0 where there is no weight."""
    order = np.argsort(plane, axis=None)
    sums = np.cumsum(weight.ravel()[order], dtype=np.float64)
    return float(plane.ravel()[order[np.searchsorted(sums, sums[-1] / 2)]]) if sums[-1] > 0 else 0.0


def texture(colour: np.ndarray) -> np.ndarray:
    """[h, w] mean squared slope of encoded luma around each pixel."""
    luma = (colour @ LUMA).astype(np.float32)
    slopes = (cv2.Sobel(luma, cv2.CV_32F, *way, ksize=3) / 8 for way in ((1, 0), (0, 1)))
    return cv2.GaussianBlur(sum(slope**2 for slope in slopes), (0, 0), 2)


def mean(plane: np.ndarray, size: int) -> np.ndarray:
    return cv2.blur(plane, (size, size))
