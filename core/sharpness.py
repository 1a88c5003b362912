"""How much softer the plate is than the picture that was painted on: measured as a blur, and put on the paint."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import cv2
import numpy as np

from .canonical_light import push_pull
from .color import shaped_from_linear

SIGMAS = (0.0, 0.5, 0.7, 1.0, 1.4, 2.0, 2.8, 4.0, 5.6)
"""Blurs that are tried, pixels; the last is the most that is found."""
REACH_PIXEL = 17
"""How far the largest blur carries."""
FINE, COARSE = 0.7, 3.0
"""Scales, pixels, at which detail is measured: finer than 0.7 is mostly grain; what 3 loses is contrast, not focus."""
WINDOW_SIGMA = 16.0
"""Pixels over which detail is averaged; at 10 chance alone finds a third more blur in sharp shots, 24 is no better."""
NONE, SURE = 0.6, 1.0
"""Blurs, pixels, up to which none is assumed and from which all: moving light can look like half a pixel of it."""
SUPPORT = 0.02
"""Share of known pixels in the window below which the blur comes from farther away."""
LEAST = np.float32(0.002)
"""Scene-linear; added to both sides of the light, so that black does not decide it."""
QUARTER = 4
"""The averages are taken at a quarter of the size."""


def measure_blur(plate: np.ndarray, ground: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Gaussian sigma [h, w] in pixels that takes the detail of `ground` down to the plate's; 0 where it need not.

    plate, ground [h, w, 3] scene-linear; weight [h, w] 1 where both show the same surface. With d(X, t) the local mean
    of |grad (X blurred by t)| in the log shaper, sigma solves
        d(P, fine) / d(P, coarse) = d(G, sqrt(fine^2 + sigma^2)) / d(G, sqrt(coarse^2 + sigma^2)):
    a change of light or contrast cancels, grain in the plate only makes sigma smaller, and a map that is a little off
    changes no side. A mean of lengths, not of squares, because the edges of shadows are few and strong.
    """
    if not weight.any():
        return np.zeros(weight.shape, np.float32)
    ours, theirs = in_one_light(plate, ground, weight)
    target = log_detail(ours, FINE, weight) - log_detail(ours, COARSE, weight)

    def lacking(sigma: float) -> np.ndarray:
        """ln of what the plate lacks of the ground's fine detail once that is blurred by sigma."""
        fine, coarse = (log_detail(theirs, float(np.hypot(scale, sigma)), weight) for scale in (FINE, COARSE))
        return fine - coarse - target

    if (lacking(NONE) <= 0).all():
        return np.zeros(weight.shape, np.float32)
    variance = first_crossing(np.stack([lacking(sigma) for sigma in SIGMAS]))
    variance *= np.clip((variance - NONE**2) / (SURE**2 - NONE**2), 0, 1)
    support = window_mean(weight)
    variance = push_pull(variance[..., None], np.clip(support / SUPPORT - 1, 0, 1))[..., 0]
    return np.sqrt(np.maximum(cv2.resize(variance, weight.shape[::-1]), 0))


def in_one_light(plate: np.ndarray, ground: np.ndarray, weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Both [h, w] in the log shaper, mean of the channels, the ground under the plate's light."""
    lit = ground * window_gain(plate, ground, weight)
    return shaped_from_linear(plate).mean(2), shaped_from_linear(lit).mean(2)


def window_gain(plate: np.ndarray, ground: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """The plate's light over the ground's [h, w, 3], averaged over the window where weight [h, w] is 1."""
    known = weight[..., None] > 0
    dark = LEAST * window_mean(weight)[..., None] + np.float32(1e-6)
    over, under = (np.maximum(window_mean(np.where(known, p, 0)), 0) + dark for p in (plate, ground))
    return cv2.resize(over / under, weight.shape[::-1])


def log_detail(picture: np.ndarray, sigma: float, weight: np.ndarray) -> np.ndarray:
    """ln of the mean length of the gradient of `picture` [h, w] blurred by sigma, at a quarter of the size."""
    share = np.maximum(cv2.GaussianBlur(weight, (0, 0), sigma), 1e-3)
    soft = cv2.GaussianBlur(picture * weight, (0, 0), sigma) / share
    slope = cv2.magnitude(cv2.Sobel(soft, cv2.CV_32F, 1, 0, ksize=1), cv2.Sobel(soft, cv2.CV_32F, 0, 1, ksize=1))
    inner = cv2.erode(weight, np.ones((3, 3), np.uint8))
    return np.log(window_mean(slope * inner) / np.maximum(window_mean(inner), 1e-6) + np.float32(1e-4))


def first_crossing(lacking: np.ndarray) -> np.ndarray:
    """The variance sigma^2 [h, w] at which a row over `SIGMAS` [n, h, w], first positive, falls to 0."""
    variances = [sigma**2 for sigma in SIGMAS]
    out = np.zeros(lacking.shape[1:], np.float32)
    open_still = lacking[0] > 0
    for i in range(1, len(SIGMAS)):
        above, below = lacking[i - 1], lacking[i]
        share = np.clip(above / np.maximum(above - below, 1e-6), 0, 1)
        found = variances[i - 1] + share * (variances[i] - variances[i - 1])
        out = np.where(open_still, found, out)
        open_still = open_still & (below > 0)
    return out


def window_mean(plane: np.ndarray) -> np.ndarray:
    """A plane, or three [h, w(, 3)], averaged over the window; at a quarter of the size."""
    height, width = plane.shape[:2]
    small = cv2.resize(plane, (-(-width // QUARTER), -(-height // QUARTER)), interpolation=cv2.INTER_AREA)
    return cv2.GaussianBlur(small, (0, 0), WINDOW_SIGMA / QUARTER)


def blurred(picture: np.ndarray, sigma: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """`picture` [h, w, c] blurred at each pixel by its sigma [h, w]; nothing comes in from where weight [h, w] is 0.

    Between two blurs of `SIGMAS` the mixture that has the wanted variance. The same bits where sigma is 0.
    """
    out = picture
    variance = np.minimum(sigma, SIGMAS[-1])[..., None] ** 2
    weighted = picture * weight[..., None]
    for low, high, level in steps(float(sigma.max())):
        share = np.clip((variance - low) / (high - low), 0, 1)
        soft = cv2.GaussianBlur(weighted, (0, 0), level).reshape(picture.shape)
        soft = soft / np.maximum(cv2.GaussianBlur(weight, (0, 0), level), 1e-4)[..., None]
        out = np.where(share > 0, out + share * (soft - out), out)
    return out


def steps(most: float) -> Iterator[tuple[float, float, float]]:
    """The variances between which a blur of `SIGMAS` is faded in, and that blur, up to the one that `most` needs."""
    for low, high in pairwise(SIGMAS):
        if low < most:
            yield low**2, high**2, high
