"""What a solve is worth, measured on the frames themselves."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import cv2
import numpy as np

from ..fields.frame_map import FrameMap
from ..visibility import compute_confidence
from .chain import cut, dense_map
from .comparison import compare, median_residual, misfit
from .consistency import Consistency
from .pyramid import Pyramid
from .sheet import SheetSettings, map_determinant

LEAP = 4.0
"""Key pixels between neighbours of a frame that lie on two surfaces."""


@dataclass(frozen=True)
class Figures:
    psnr: float
    """dB of encoded luma, key frame warped onto the frame, where both show the layer."""
    misfit: float
    """Mean light-blind residual cut at 1: under 0.3 is a match, over 0.5 is none."""
    residual: float
    """Its median."""
    covered: float
    """Share of the frame's layer that the key frame shows."""
    folded: float
    """Share of the layer where the map turns over."""
    confidence: float
    """Mean over the layer of what `propagate` writes as confidence; 0 where the key shows nothing."""
    layer: float
    """Share of the picture that shows the layer; 0 where it is hidden."""


def measure_frame(frame: Pyramid, key: Pyramid, found: FrameMap, settings: SheetSettings) -> Figures:
    shown = round(float((frame.mask[0] > 0.5).mean()), 5)
    window = cut(frame)
    part = window.pyramid
    xy = dense_map(found, *part.size, window.offset)
    x, y = np.ascontiguousarray(xy[..., 0]), np.ascontiguousarray(xy[..., 1])
    told = np.ones(part.size, bool) if found.seen is None else at_window(found.seen, part.size, window.offset)
    shown_part = Pyramid(part.luma, (part.mask[0] * told, *part.mask[1:]))
    seen = compare(shown_part, key, 0, x, y, settings.epsilon)
    both = seen.mask > 0.5
    layer = part.mask[0] > 0.5
    if not both.any():
        return Figures(0.0, 1.0, 1.0, 0.0, 0.0, 0.0, shown)
    warped = cv2.remap(key.luma[0], x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    error = float(((warped - part.luma[0])[both] ** 2).mean())
    return Figures(
        round(min(-10 * np.log10(error + 1e-12), 99.0), 2),
        round(misfit(seen), 4),
        round(median_residual(seen), 4),
        round(float(both.sum() / max(layer.sum(), 1)), 4),
        round(float(folded(xy, found.seen, window.offset)[layer[:-1, :-1]].mean()), 5),
        round(float(compute_confidence(part, key, xy)[layer].mean()), 4),
        shown,
    )


def folded(xy_key: np.ndarray, seen: np.ndarray | None, offset: tuple[int, int]) -> np.ndarray:
    """[h - 1, w - 1] bool: where the map [h, w, 2] of a window at `offset` (x, y) turns over within one surface.

    seen: of the frame's map. Where that is told, a leap from one surface to another, or to what is hidden, is no fold.
    """
    turned = map_determinant(xy_key) <= 0
    if seen is None:
        return turned
    known = at_window(seen, xy_key.shape[:2], offset)
    leap = np.linalg.norm(np.diff(xy_key, axis=1), axis=-1)[:-1] > LEAP
    leap |= np.linalg.norm(np.diff(xy_key, axis=0), axis=-1)[:, :-1] > LEAP
    return turned & ~leap & known[:-1, :-1] & known[1:, :-1] & known[:-1, 1:] & known[1:, 1:]


def at_window(plane: np.ndarray, size: tuple[int, ...], offset: tuple[int, int]) -> np.ndarray:
    """The part of a frame's plane in a window of `size` (height, width) at `offset` (x, y)."""
    return plane[offset[1] : offset[1] + size[0], offset[0] : offset[0] + size[1]]


def measure_shot(frames: dict[int, Figures], key: int, consistency: Consistency | None = None) -> dict[str, Any]:
    """Means over the frames but the key, and each frame's own.

    With `consistency` also, in pixels of the plate, `inverse` and `inverse_95` (of the frames looked at), `agreement`
    and, for the shot alone, `spread`.
    """
    told: dict[int, dict[str, float]] = {n: asdict(f) for n, f in sorted(frames.items())}
    if consistency is not None:
        for number, (middle, high) in consistency.inverse.items():
            told[number] |= {"inverse": round(middle, 4), "inverse_95": round(high, 4)}
        for number, apart in consistency.agreement.items():
            told[number]["agreement"] = round(apart, 3)
    others = [own for number, own in told.items() if number != key]
    mean = dict.fromkeys(Figures.__dataclass_fields__, 0.0)
    for name in dict.fromkeys(name for own in others for name in own):
        mean[name] = round(float(np.mean([own[name] for own in others if name in own])), 4)
    if consistency is not None and consistency.spread is not None:
        mean["spread"] = round(consistency.spread, 3)
    return {"mean": mean, "frames": {str(n): own for n, own in told.items()}}
