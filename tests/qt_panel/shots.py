"""Plates for trainings: noise that slides, so that there is something to follow."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from unreel.core.exr_write import make_frame, write_frame
from unreel.core.frame import Window

WINDOW = Window(0, 0, 96, 64)


def write_plate(folder: Path, frames: int = 4) -> str:
    """96x64, from 1001 on, two pixels a frame. Some twenty of them, soft, take seconds: time to stop."""
    folder.mkdir(parents=True, exist_ok=True)
    world = np.kron(np.random.default_rng(7).random((20, 60, 3)), np.ones((4, 4, 1))).astype(np.float16)
    for at in range(frames):
        planes = dict(zip("RGB", world[:64, 2 * at : 2 * at + 96].transpose(2, 0, 1), strict=True))
        write_frame(folder / f"plate.{1001 + at}.exr", make_frame(planes, WINDOW))
    return str(folder / "plate.####.exr")


def write_matte(folder: Path, frames: int = 4, name: str = "roto", channel: str = "Y", value: float = 1.0) -> str:
    """A box of 32x24 at 20, 16, in every frame."""
    plane = np.zeros(WINDOW.shape, np.float16)
    plane[16:40, 20:52] = value
    for at in range(frames):
        write_frame(folder / f"{name}.{1001 + at}.exr", make_frame({channel: plane}, WINDOW))
    return str(folder / f"{name}.####.exr")
