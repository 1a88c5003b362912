"""Guides of an exported canonical: its grid, what was seen, and what can be trusted, to lie over the picture."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from unreel.core.exr_read import read_frame
from unreel.core.frame import Window

NAMES = ("grid", "coverage", "confidence")
"""As the core names the layers."""
LONGEST = 2048
"""Pixels of a guide's longer side: they are drawn over a picture, not measured in."""


@dataclass(frozen=True, eq=False)
class Guide:
    rgba: np.ndarray
    """uint8 [h, w, 4], premultiplied, in display colours."""
    window: Window
    """Where it lies, in full-size pixels."""


def read_guides(path: Path) -> dict[str, Guide]:
    """By their names, those that an EXR has. UnreelError: it can't be read."""
    frame = read_frame(path)
    guides = {}
    for name in NAMES:
        planes = [frame.planes.get(f"{name}.{channel}") for channel in "RGBA"]
        there = [plane for plane in planes if plane is not None]
        if len(there) == len(planes):
            guides[name] = Guide(reduced(np.stack(there, -1).astype(np.float32)), frame.data)
    return guides


def reduced(rgba: np.ndarray) -> np.ndarray:
    """uint8 of 0..1, at most `LONGEST` long."""
    height, width = rgba.shape[:2]
    scale = min(1.0, LONGEST / max(height, width))
    if scale < 1:
        size = max(1, round(width * scale)), max(1, round(height * scale))
        rgba = cv2.resize(rgba, size, interpolation=cv2.INTER_AREA)
    return np.ascontiguousarray(np.rint(np.clip(np.nan_to_num(rgba), 0, 1) * 255).astype(np.uint8))
