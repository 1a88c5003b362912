"""The bundled shot at any size and length: mirrored tiles beside each other, forth and back in time."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
from unreel.core.exr_read import read_frame
from unreel.core.exr_write import write_frame
from unreel.core.frame import Frame, Window

SAMPLE = Path(__file__).parents[1] / "core" / "sample"
SAMPLE_FRAMES = 20
FIRST = 1001


def write_tiled(folder: Path, size: tuple[int, int], frames: int, name: str = "beauty") -> str:
    """The sequence's pattern. No more than the sample's frames are written: the others are further names of these."""
    folder.mkdir(parents=True, exist_ok=True)
    for at in range(frames):
        path = folder / f"{name}.{FIRST + at:04d}.exr"
        if at < SAMPLE_FRAMES:
            write_frame(path, tiled(read_frame(SAMPLE / f"{name}.{1 + at:04d}.exr"), size))
        else:
            os.link(folder / f"{name}.{FIRST + forth_and_back(at):04d}.exr", path)
    return str(folder / f"{name}.####.exr")


def forth_and_back(at: int) -> int:
    """Which of the sample's frames, from 0: 0, 1, ..., 19, 18, ..., 1, 0, 1, ..."""
    period = 2 * (SAMPLE_FRAMES - 1)
    return min(at % period, period - at % period)


def tiled(frame: Frame, size: tuple[int, int]) -> Frame:
    """The frame as the top left of width x height pixels, and its mirror images beside and below it."""
    width, height = size
    window = Window(0, 0, width, height)
    own = frame.display
    planes = {}
    for name, plane in frame.planes.items():
        whole = np.zeros(own.shape, plane.dtype)
        whole[frame.data.slices_in(own)] = plane
        across, down = max(0, width - own.width), max(0, height - own.height)
        planes[name] = np.pad(whole, ((0, down), (0, across)), "symmetric")[:height, :width]
    return Frame(planes, window, window, frame.metadata)
