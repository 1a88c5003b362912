"""A plate's frames as pictures: scene-linear, premultiplied, half."""

from __future__ import annotations

import numpy as np
from unreel.core.color import Color, unit_from_integer
from unreel.core.errors import InputError
from unreel.core.exr_read import read_frame
from unreel.core.frame import HALF_MAX, Frame, alpha, colour_names, rgb
from unreel.core.sequence import Sequence

from .picture import Picture

LEAST_ALPHA = 1e-6


def read_picture(sequence: Sequence, frame_number: int, color: Color, space: str) -> Picture:
    """One frame at full size. MissingFrames, InputError, UnreadableFile, UsageError; each names the file."""
    if frame_number in sequence.missing:
        raise InputError(f"frame {frame_number} is missing: {sequence.path(frame_number)} is not there")
    path = sequence.path(frame_number)
    frame = read_frame(path)
    try:
        rgba = half_rgba(frame, color, space)
    except InputError as error:
        raise InputError(f"{path}: {error}") from None
    return Picture(rgba, frame.data, frame.display, 1.0, f"frame {frame_number}")


def half_rgba(frame: Frame, color: Color, space: str) -> np.ndarray:
    """Scene-linear, premultiplied [h, w, 4] float16 over the data window; a half EXR keeps its bits.

    Alpha is 1 where the file has none. InputError: no colour in it.
    """
    names, covered = colour_names(frame), alpha(frame)
    is_linear = color.space(space) == color.space("scene_linear")
    picture = np.empty((*frame.data.shape, 4), np.float16)
    picture[..., 3] = 1 if covered is None else half_from(covered)
    if is_linear and not frame.straight_alpha:
        for at, name in enumerate(names):
            picture[..., at] = half_from(frame.planes[name])
        return picture
    colour = rgb(frame)
    if covered is None:
        picture[..., :3] = half_from(color.to_linear(colour, space))
        return picture
    share = unit_from_integer(covered)[..., None]
    if not frame.straight_alpha:
        colour = np.where(share > 0, colour / np.maximum(share, LEAST_ALPHA), 0)
    picture[..., :3] = half_from((colour if is_linear else color.to_linear(colour, space)) * share)
    return picture


def half_from(values: np.ndarray) -> np.ndarray:
    """float16: half as it is, integers as 0..1, and what is finite stays so."""
    if values.dtype == np.float16:
        return values
    values = unit_from_integer(values)
    half = np.clip(values, -HALF_MAX, HALF_MAX).astype(np.float16)
    lost = ~np.isfinite(values)
    if lost.any():
        half[lost] = values[lost].astype(np.float16)
    return half
