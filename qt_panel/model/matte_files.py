"""A matte's frames: read as training does, copied to be fixed, and painted on."""

from __future__ import annotations

from collections.abc import Sequence as Several
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from unreel.core.errors import InputError
from unreel.core.exr_read import read_frame
from unreel.core.exr_write import make_frame, write_frame
from unreel.core.frame import Frame, Window, channel, on_window
from unreel.core.sequence import Sequence, output_path

from .paint.brush import Brush
from .paint.drawing import box_of, coverage
from .paint.raster import NOWHERE, Rect, clipped, joined
from .paint.strokes import Point

CHANNELS = ("A", "Y", "R")
"""The first that is there, as in training."""


@dataclass(frozen=True)
class Look:
    """How a sequence is read: its channel, and whether it is white where the layer is not."""

    channel: str | None = None
    inverted: bool = False


def read_matte(path: Path, look: Look, display: Window) -> tuple[np.ndarray, Window]:
    """Coverage [h, w] float32 0..1 and its window, on the plate's display. InputError, UnreadableFile name the file."""
    frame = read_frame(path)
    try:
        plane = channel(frame, look.channel or channel_of(frame))
    except InputError as error:
        raise InputError(f"{path}: {error}") from None
    if np.issubdtype(plane.dtype, np.integer):
        plane = plane.astype(np.float32) / np.iinfo(plane.dtype).max
    covered = np.clip(np.nan_to_num(plane.astype(np.float32)), 0, 1)
    data = Window(
        frame.data.x + display.x - frame.display.x,
        frame.data.y + display.y - frame.display.y,
        frame.data.width,
        frame.data.height,
    )
    return (1 - covered if look.inverted else covered), data


def channel_of(frame: Frame) -> str:
    for name in CHANNELS:
        if name in frame.planes:
            return name
    raise InputError(f"no channel {', '.join(CHANNELS)}; choose one of {', '.join(frame.planes)}")


def write_matte(path: Path, covered: np.ndarray, window: Window, display: Window) -> None:
    """Y half, 0..1, whole or not at all."""
    write_frame(path, make_frame({"Y": covered}, window, display))


def copy_frame(source: Sequence, target: str, number: int, look: Look, display: Window) -> None:
    """One frame as a file of one channel, in the shot's format; one that is there already stays, and so a gap."""
    path = output_path(target, number)
    if path.exists() or (number in source.missing and not source.still):
        return
    covered, window = read_matte(source.path(number), look, display)
    write_matte(path, on_window(covered, window, display, 0.0), display, display)


def paint_on(covered: np.ndarray, window: Window, brush: Brush, points: Several[Point], erase: bool) -> Rect:
    """A stroke on a matte [h, w] float32, in place; the pixels that may have changed. Points are x, y and pressure."""
    stroke, whole = np.zeros_like(covered), NOWHERE
    for before, point in zip((points[0], *points), points, strict=False):
        rect = clipped(window, box_of(brush, before, point))
        if rect == NOWHERE:
            continue
        x, y, width, height = rect
        part = stroke[y - window.y :, x - window.x :][:height, :width]
        np.maximum(part, coverage(brush, before, point, rect), out=part)
        whole = joined(whole, rect)
    covered *= 1 - stroke
    if not erase:
        covered += stroke
    return whole
