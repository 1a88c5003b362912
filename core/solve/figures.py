"""What a solve is worth, measured on the frames themselves."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import cv2
import numpy as np

from ..fields.frame_map import FrameMap, evaluate_map
from .comparison import compare, median_residual, misfit
from .pyramid import Pyramid
from .sheet import SheetSettings, map_determinant


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


def measure_frame(frame: Pyramid, key: Pyramid, found: FrameMap, settings: SheetSettings) -> Figures:
    height, width = frame.size
    xy = evaluate_map(found, np.arange(width), np.arange(height))
    x, y = np.ascontiguousarray(xy[..., 0]), np.ascontiguousarray(xy[..., 1])
    seen = compare(frame, key, 0, x, y, settings.epsilon)
    both = seen.mask > 0.5
    layer = frame.mask[0] > 0.5
    if not both.any():
        return Figures(0.0, 1.0, 1.0, 0.0, 0.0)
    warped = cv2.remap(key.luma[0], x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    error = float(((warped - frame.luma[0])[both] ** 2).mean())
    return Figures(
        round(min(-10 * np.log10(error + 1e-12), 99.0), 2),
        round(misfit(seen), 4),
        round(median_residual(seen), 4),
        round(float(both.sum() / max(layer.sum(), 1)), 4),
        round(float((map_determinant(xy)[layer[:-1, :-1]] <= 0).mean()), 5),
    )


def measure_shot(frames: dict[int, Figures], key: int, stiffness: str) -> dict[str, Any]:
    """Means over the frames but the key, and each frame's own."""
    others = [f for n, f in frames.items() if n != key]
    mean = {
        name: round(float(np.mean([getattr(f, name) for f in others])), 4) if others else 0.0
        for name in Figures.__dataclass_fields__
    }
    return {"mean": mean, "frames": {str(n): asdict(f) for n, f in sorted(frames.items())}}
