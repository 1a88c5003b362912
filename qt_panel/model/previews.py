"""Pictures of how a training stands, as the core writes them while it runs."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from unreel.core.exr_read import read_frame
from unreel.core.frame import Frame, Window

from .picture import Picture

RECONSTRUCTION = re.compile(r"reconstruction\.(-?\d+)\.exr")


def read_preview(path: Path, display: Window, name: str) -> Picture:
    """InputError, UnreadableFile where it is not there, or can't be read."""
    frame = read_frame(path)
    rgba = np.stack([frame.planes[channel] for channel in "RGBA"], -1).astype(np.float16)
    window = window_of(frame)
    return Picture(rgba, window, display, rgba.shape[1] / window.width, name)


def window_of(frame: Frame) -> Window:
    """The pixels of the plate that a preview stands for."""
    told = frame.metadata.get("unreel/window")
    if told is None:
        return frame.data
    x, y, width, height = (round(float(each)) for each in told.value)
    return Window(x, y, width, height)


def reconstructions(folders: Iterable[Path]) -> dict[int, Path]:
    """Of unreel folders: by frame, those that are there. A preview that goes meanwhile is no more found."""
    found = {}
    for folder in folders:
        for path in sorted((folder / "previews").glob("reconstruction.*.exr")):
            match = RECONSTRUCTION.fullmatch(path.name)
            if match is not None:
                found[int(match[1])] = path
    return found
