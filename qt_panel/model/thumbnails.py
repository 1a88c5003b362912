"""Small pictures of shots that were open, kept with the user's settings: the list of recent ones reads no plate."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from pathlib import Path

import cv2
import numpy as np
from unreel.core.errors import UnreelError
from unreel.core.exr_write import write_picture

from .display import DisplayTransform, Look
from .picture import Picture

FOLDER = "thumbnails"
LONGEST = 160
"""Pixels: for 64 units on a screen of two pixels each."""


def thumbnail_file(config: Path, path: str) -> Path:
    """Of a plate or unreel folder, there or not."""
    return config / FOLDER / f"{hashlib.sha256(path.encode()).hexdigest()[:16]}.png"


def make_thumbnail(picture: Picture, transform: DisplayTransform, aspect: float, path: Path) -> np.ndarray:
    """uint8 [h, w, 3] red first, also written to `path` where that can be. Runs in a thread."""
    height, width = picture.rgba.shape[:2]
    factor = LONGEST / max(width * aspect, height)
    size = max(1, round(width * aspect * factor)), max(1, round(height * factor))
    small = cv2.resize(np.ascontiguousarray(picture.rgba, np.float32), size, interpolation=cv2.INTER_AREA)
    shown = np.ascontiguousarray(transform.exact(small, Look())[..., 2::-1])
    with suppress(UnreelError):  # it is only left out of the list
        write_picture(path, shown)
    return shown
