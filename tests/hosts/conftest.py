"""Pictures in files, for all hosts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import OpenImageIO as oiio
import pytest

from .frames import pixels
from .live_pictures import CANVAS, DISPLAY, bent, colours, paint, share

Write = Callable[..., str]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """An RGBA or RGB picture [h, w, c] as float EXR; x, y: its data window's corner; display: its size."""

    def write_exr(
        name: str, pixels: np.ndarray, x: int = 0, y: int = 0, display: tuple[int, int] | None = None, aspect: float = 1
    ) -> str:
        height, width, channels = pixels.shape
        spec = oiio.ImageSpec(width, height, channels, "float")
        spec.x, spec.y = x, y
        spec.full_x, spec.full_y = 0, 0
        spec.full_width, spec.full_height = display or (width, height)
        spec.attribute("compression", "zips")
        spec.attribute("PixelAspectRatio", aspect)
        path = str(tmp_path / name)
        out = oiio.ImageOutput.create(path)
        assert out.open(path, spec) and out.write_image(np.ascontiguousarray(pixels, np.float32)), out.geterror()
        out.close()
        return path

    return write_exr


Read = Callable[[Any], np.ndarray]


@pytest.fixture
def read() -> Read:
    """The pixels [h, w, c] of a file, float32."""

    return pixels


@pytest.fixture
def pictures() -> dict[str, np.ndarray]:
    canonical = colours(CANVAS, 2)
    canonical[..., 3] = 1
    plate = colours(DISPLAY, 1)
    plate[..., 3] = 0.75
    return {
        "plate": plate,
        "texture": paint(),
        "live_canonical": canonical,
        "live_st": bent(),
        "live_gain": share(3, 1.3),
        "live_hold": share(4, 1),
    }
