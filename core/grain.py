"""The plate's grain: how strong at each level, how fine, how alike the channels; and more of it for paint."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import cv2
import numpy as np

from .color import shaped_from_linear
from .sharpness import window_gain

HIGH_PASS_SIGMA = 2.5
"""Pixels: what a blur of so much takes away is looked at."""
STRUCTURE_SIGMA = 2.5
"""Pixels: detail that is still there after such a blur is the picture's own, not grain."""
FLAT = 0.2
"""Share of the pixels of each level that is measured: those with the least structure."""
LEVELS = 8
LEAST_PIXELS = 64
"""Of a level; fewer are no measure."""
FINENESS = (0.0, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0, 1.3, 1.6, 2.0, 2.5)
"""Blurs of white noise, pixels, among which the plate's grain is found."""
POINT = np.pad(np.ones((1, 1), np.float32), 20)
"""One bright pixel: what a filter makes of it is its kernel."""


@dataclass(frozen=True, eq=False)
class Grain:
    variance: np.ndarray
    """[3, 3], a row a channel: a + b x + c x^2 at the scene-linear level x: of readout, of photons, of film."""
    fineness: np.ndarray
    """[3]: grain is white noise blurred by so many pixels."""
    mixing: np.ndarray
    """[3, 3]: makes channels that go together as the plate's do out of three that do not."""

    def deviation(self, level: np.ndarray) -> np.ndarray:
        """Standard deviation [h, w, 3], scene-linear, at a level [h, w, 3]."""
        return np.sqrt(variance_at(self.variance, level))


@dataclass(frozen=True, eq=False)
class Look:
    """What one pair of pictures shows of the grain."""

    levels: np.ndarray
    """[n, 3] scene-linear."""
    squares: np.ndarray
    """[n, 3]: the variance of the high-passed grain at these levels."""
    neighbours: np.ndarray
    """[3]: how alike a channel's neighbouring pixels are, -1..1."""
    channels: np.ndarray
    """[3, 3]: how alike the channels are."""


def look_at_grain(plate: np.ndarray, ground: np.ndarray, weight: np.ndarray) -> Look | None:
    """The grain in what differs between a plate and another frame's picture of the same surface.

    plate, ground [h, w, 3] scene-linear; weight [h, w] 1 where both show the surface. Two grains make sqrt(2) of one.
    Only the flattest places of each level are looked at, and median deviations, which a few edges do not move. None
    where the pictures are the same or too little can be seen.
    """
    level = masked_blur(plate, weight, STRUCTURE_SIGMA)
    rest = plate - window_gain(plate, ground, weight) * ground
    fine = (rest - masked_blur(rest, weight, HIGH_PASS_SIGMA)) * np.float32(np.sqrt(0.5))
    places = flat_places(level, cv2.erode(weight, np.ones((5, 5), np.uint8)) > 0)
    deviations = [np.median(np.abs(fine[p]), 0) for p in places]
    if not any(d.all() for d in deviations):
        return None
    levels, squares = np.stack([np.median(level[p], 0) for p in places]), (1.4826 * np.stack(deviations)) ** 2
    strength = np.sqrt(variance_at(fit_variance(levels, squares), level))
    even = np.clip(fine / np.maximum(strength, 1e-6), -3, 3)
    flat = np.logical_or.reduce(places)
    return Look(levels, squares, neighbours_alike(even, flat), np.corrcoef(even[flat].T))


def grain_of(looks: list[Look]) -> Grain | None:
    """One grain for a shot, from what some of its frames show; None where none shows any."""
    if not looks:
        return None
    variance = fit_variance(np.concatenate([k.levels for k in looks]), np.concatenate([k.squares for k in looks]))
    alike = np.median([k.neighbours for k in looks], 0)
    table = np.array([after_high_pass(sigma) for sigma in FINENESS])
    passed = np.interp(alike, table[:, 0], table[:, 1])
    channels = np.mean([k.channels for k in looks], 0)
    mixing = np.linalg.cholesky(0.999 * channels + 0.001 * np.eye(3))
    return Grain(variance / passed[:, None], np.interp(alike, table[:, 0], FINENESS), mixing.astype(np.float32))


def masked_blur(picture: np.ndarray, weight: np.ndarray, sigma: float) -> np.ndarray:
    share = np.maximum(cv2.GaussianBlur(weight, (0, 0), sigma), 1e-3)[..., None]
    return cv2.GaussianBlur(picture * weight[..., None], (0, 0), sigma) / share


def flat_places(level: np.ndarray, known: np.ndarray) -> list[np.ndarray]:
    """Masks [h, w], dark to bright: the flattest share of each of `LEVELS` equal parts, by level, of what is known."""
    if np.count_nonzero(known) * FLAT < LEAST_PIXELS:
        return []
    shaped = shaped_from_linear(level).mean(2)
    slope = cv2.magnitude(cv2.Sobel(shaped, cv2.CV_32F, 1, 0, ksize=1), cv2.Sobel(shaped, cv2.CV_32F, 0, 1, ksize=1))
    slope = cv2.GaussianBlur(slope, (0, 0), STRUCTURE_SIGMA)
    bounds = np.unique(np.quantile(shaped[known], np.linspace(0, 1, LEVELS + 1)))
    masks = []
    for low, high in pairwise(bounds):
        part = known & (shaped >= low) & (shaped <= high)
        if np.count_nonzero(part) * FLAT >= LEAST_PIXELS:
            masks.append(part & (slope <= np.quantile(slope[part], FLAT)))
    return masks


def fit_variance(levels: np.ndarray, squares: np.ndarray) -> np.ndarray:
    """a, b, c >= 0 of each channel [3, 3] with a + b x + c x^2 near the squares [n, 3] at the levels [n, 3]."""
    from scipy.optimize import nnls  # only here: it takes half a second to import

    rows = []
    for x, square in zip(np.maximum(levels, 0).T, squares.T, strict=True):
        even = 1 / (square + np.median(square) + 1e-20)  # the error of a variance grows with it
        rows.append(nnls(np.stack([np.ones_like(x), x, x * x], 1) * even[:, None], square * even)[0])
    return np.stack(rows)


def variance_at(coefficients: np.ndarray, level: np.ndarray) -> np.ndarray:
    """a + b x + c x^2 [h, w, 3] at a level x [h, w, 3], for coefficients [3, 3], a row a channel."""
    x = np.maximum(level, 0)
    a, b, c = coefficients.T.astype(np.float32)
    return a + b * x + c * x * x


def neighbours_alike(even: np.ndarray, flat: np.ndarray) -> np.ndarray:
    """Correlation [3] of the pixels beside and below each other in `even` [h, w, 3], both within `flat` [h, w]."""
    beside, below = flat[:, 1:] & flat[:, :-1], flat[1:] & flat[:-1]
    along = ((even[:, 1:] * even[:, :-1])[beside].mean(0) + (even[1:] * even[:-1])[below].mean(0)) / 2
    return along / np.maximum((even[flat] ** 2).mean(0), 1e-12)


@lru_cache(maxsize=32)
def after_high_pass(sigma: float) -> tuple[float, float]:
    """White noise blurred by sigma, high-passed: how alike neighbours are, and the share of its variance left."""
    kernel = soft(POINT, sigma)
    passed = kernel - cv2.GaussianBlur(kernel, (0, 0), HIGH_PASS_SIGMA)
    left = float((passed**2).sum())
    return float((passed[:, 1:] * passed[:, :-1]).sum()) / left, left / float((kernel**2).sum())


def make_noise(grain: Grain, shape: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    """Grain of strength 1 for a whole frame [h, w, 3], as fine as the plate's and as alike in its channels."""
    white = rng.standard_normal((*shape, 3), np.float32) @ grain.mixing.T
    strength = [np.sqrt((soft(POINT, sigma) ** 2).sum()) for sigma in grain.fineness]
    return np.stack([soft(white[..., c], grain.fineness[c]) / strength[c] for c in range(3)], 2)


def soft(plane: np.ndarray, sigma: float) -> np.ndarray:
    return cv2.GaussianBlur(plane, (0, 0), sigma) if sigma > 0 else plane


def share_of_grain(alpha: np.ndarray) -> np.ndarray:
    """How much grain [h, w] an opacity [h, w] takes: the plate's own, (1 - a) of it, and this add up to all of it."""
    return np.sqrt(1 - (1 - alpha) ** 2)
