"""The light that fell on the paint's place: measured between two pictures of one surface, as a gain per channel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np

from .canonical_light import push_pull
from .channels import in_three, only


@dataclass(frozen=True)
class LightSettings:
    """How a painted layer follows the plate's light."""

    strength: float = 1.0
    """0 keeps the light as painted, 1 follows the plate fully: gain ** strength."""
    map_error_pixel: float = 0.1
    """How far off the map may be, rms; the window grows with it."""
    sigma_pixel: float | None = None
    """Window of the measured light; None: as `map_error_pixel` asks."""
    method: Literal["ratio", "guided"] = "guided"
    """`ratio`: a Gaussian window. `guided`: an edge-aware one, less of the surface's own texture printed through."""
    least: float = 0.002
    """Scene-linear; added to both sides of the ratio, so that black does not decide it."""
    most: float = 20.0
    """The gain stays within 1 / most .. most."""

    @property
    def sigma(self) -> float:
        """In pixels, from a map that is right to one half a pixel off (measured)."""
        if self.sigma_pixel is not None:
            return self.sigma_pixel
        return float(np.interp(self.map_error_pixel, (0.2, 0.5), (0.5, 1.0) if self.method == "guided" else (0.7, 2.5)))

    @property
    def reach_pixel(self) -> int:
        """How far a pixel's gain looks."""
        return int(np.ceil(3 * self.sigma + (6 * GUIDE_SIGMA if self.method == "guided" else 0)))


GUIDE_SIGMA = 3.0
GUIDE_EPSILON = 0.005
"""Window, and ln^2 noise level: less than the usual 0.01 keeps more relief at 0.5 px of pre-blur."""
GRID = 4
"""Pixels that are measured together at the coarsest. A part that begins on the frame's grid has the frame's gains."""
SUPPORT = 0.02
"""Share of known pixels in the window below which the light comes from farther away."""


def measure_light(
    plate: np.ndarray, source: np.ndarray, weight: np.ndarray, wanted: np.ndarray, settings: LightSettings
) -> np.ndarray:
    """Gain [h, w, 3] from `source` (the warped picture without paint) to `plate`, both scene-linear [h, w, 3].

    g = (blur(w plate) / blur(w) + eps) / (blur(w source) / blur(w) + eps) where weight w is 1 for pixels that show the
    same surface in both; push-pull where none are near but `wanted` [h, w] asks for a gain.
    """
    if settings.strength == 0 or not weight.any():
        return np.ones(plate.shape, np.float32)
    height, width = weight.shape
    rest = ((0, -height % GRID), (0, -width % GRID))
    if height % GRID or width % GRID:
        plate, source = (np.pad(picture, (*rest, (0, 0)), mode="edge") for picture in (plate, source))
        weight, wanted = (np.pad(plane, rest, mode="edge") for plane in (weight, wanted))
        return measure_light(plate, source, weight, wanted, settings)[:height, :width]
    known, weights = weight > 0, in_three(weight)
    support = blur(weight, settings.sigma)
    share = in_three(np.maximum(support, 1e-6))
    over, under = (
        np.maximum(blur(only(picture, known) * weights, settings.sigma) / share, 0) + np.float32(settings.least)
        for picture in (plate, source)
    )
    limit = np.float32(np.log(settings.most))
    log_gain = np.clip(np.log(over / under), -limit, limit)
    if settings.method == "guided":
        log_gain = self_guided(log_gain, support)
    if (wanted & (support < 2 * SUPPORT)).any():
        trust = np.clip(support / SUPPORT - 1, 0, 1)[..., None]
        log_gain = trust * log_gain + (1 - trust) * light_from_afar(log_gain, support)
    return np.exp(np.float32(settings.strength) * log_gain)


def self_guided(log_gain: np.ndarray, support: np.ndarray) -> np.ndarray:
    """`log_gain` [h, w, 3] smoothed except across its own steps, guided by its mean over the channels.

    The guided filter of He 2010 with Gaussian windows; its statistics at half size (He 2015), where it costs a quarter.
    """
    height, width = support.shape
    half = (width // 2, height // 2)
    sigma = GUIDE_SIGMA / 2
    guide = log_gain.mean(2)
    weight = (support > SUPPORT).astype(np.float32)

    share = cv2.resize(weight, half, interpolation=cv2.INTER_AREA)
    per_window = 1 / np.maximum(blur(share, sigma), 1e-4)

    def mean(plane: np.ndarray) -> np.ndarray:
        return blur(cv2.resize(plane * weight, half, interpolation=cv2.INTER_AREA), sigma) * per_window

    guide_mean, guide_square = mean(guide), mean(guide * guide)
    precision = 1 / (np.maximum(guide_square - guide_mean**2, 0) + np.float32(GUIDE_EPSILON))
    out = np.empty_like(log_gain)
    for c in range(3):
        channel = log_gain[..., c]
        channel_mean = mean(channel)
        slope = (mean(guide * channel) - guide_mean * channel_mean) * precision
        start = channel_mean - slope * guide_mean
        slope, start = (cv2.resize(blur(p * share, sigma) * per_window, (width, height)) for p in (slope, start))
        out[..., c] = slope * guide + start
    return out


def light_from_afar(log_gain: np.ndarray, support: np.ndarray) -> np.ndarray:
    """`log_gain` [h, w, 3] carried to where nothing supports it: push-pull at a quarter of the size, far is smooth."""
    height, width = support.shape
    quarter = (width // 4, height // 4)
    known = (support > 2 * SUPPORT).astype(np.float32)
    share = cv2.resize(known, quarter, interpolation=cv2.INTER_AREA)
    mean = cv2.resize(log_gain * known[..., None], quarter, interpolation=cv2.INTER_AREA)
    return cv2.resize(push_pull(mean / np.maximum(share, 1e-4)[..., None], share), (width, height))


def blur(picture: np.ndarray, sigma: float) -> np.ndarray:
    return cv2.GaussianBlur(picture, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE)
