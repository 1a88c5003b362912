"""Two pictures against each other: brought onto one grid, and what tells them apart."""

from __future__ import annotations

import cv2
import numpy as np
from unreel.core.color import shaped_from_linear
from unreel.core.frame import Window

from .display import HALVES
from .picture import Picture

BELOW, ABOVE = (90, 166, 238), (230, 159, 0)
"""Blue and orange, red first: apart for colour-blind eyes, and one is darker."""
FULL = 0.7
"""The difference of logarithms, about a stop, that is drawn in full colour where exposure is 0."""
LEVELS = 255

SHAPED = shaped_from_linear(HALVES.astype(np.float32))
"""What the eye sees of each half, roughly: logarithmic above the deep shadows."""


def on_grid_of(picture: Picture, like: Picture) -> np.ndarray:
    """[h, w, 4] float16: a picture at the pixels of another, black and clear where it has none."""
    height, width = like.rgba.shape[:2]
    if (picture.window, picture.rgba.shape) == (like.window, like.rgba.shape):
        return np.ascontiguousarray(picture.rgba, np.float16)
    shared = picture.window.intersect(like.window)
    moved = np.zeros((height, width, 4), np.float16)
    if shared.empty:
        return moved
    own, there = _box(picture, shared), _box(like, shared)
    size = there[1].stop - there[1].start, there[0].stop - there[0].start
    if min(size) < 1 or picture.rgba[own].size == 0:
        return moved
    smaller = size[0] < own[1].stop - own[1].start
    how = cv2.INTER_AREA if smaller else cv2.INTER_LINEAR
    part = np.ascontiguousarray(picture.rgba[own], np.float32)
    moved[there] = cv2.resize(part, size, interpolation=how).astype(np.float16)
    return moved


def difference(picture: Picture, other: Picture, exposure: float = 0.0) -> np.ndarray:
    """uint8 [h, w, 4] blue, green, red, 255 on the smaller one's grid: blue where `picture` is below `other`.

    Black where they are the same; the channel that differs most decides. `exposure` makes it more telling by stops.
    """
    grid = picture if picture.scale <= other.scale else other
    own, its = (np.take(SHAPED, on_grid_of(each, grid).view(np.uint16), mode="clip") for each in (picture, other))
    red, green, blue, _ = cv2.split(cv2.subtract(own, its))
    most = cv2.max(cv2.max(red, green), blue)
    least = cv2.min(cv2.min(red, green), blue)
    # The one that is farther from 0. What is not the same shows, be it ever so little.
    signed = np.where(most + least > 0, most, least) * np.float32(2.0**exposure * LEVELS / FULL)
    steps = np.clip(np.copysign(np.ceil(np.abs(signed)), signed), -LEVELS, LEVELS)
    shown = np.take(_COLOURS, steps.astype(np.intp) + LEVELS, mode="clip")
    return shown[..., None].view(np.uint8)


def _box(picture: Picture, shared: Window) -> tuple[slice, slice]:
    """Rows and columns of a picture's own pixels that a window of full-size pixels covers."""
    height, width = picture.rgba.shape[:2]
    window = picture.window
    across, down = width / window.width, height / window.height
    left, right = (shared.x - window.x) * across, (shared.right - window.x) * across
    top, bottom = (shared.y - window.y) * down, (shared.bottom - window.y) * down
    return slice(round(top), round(bottom)), slice(round(left), round(right))


def _make_colours() -> np.ndarray:
    """[2 LEVELS + 1] from full blue over black to full orange, four bytes of the screen as one number."""
    share = np.abs(np.arange(-LEVELS, LEVELS + 1))[:, None] / LEVELS
    # The first step is seen at once.
    share = np.where(share > 0, 0.15 + 0.85 * share, 0)
    colour = np.where(np.arange(-LEVELS, LEVELS + 1)[:, None] < 0, BELOW, ABOVE)
    red_green_blue = np.rint(share * colour).astype(np.uint8)
    opaque = np.full((2 * LEVELS + 1, 1), 255, np.uint8)
    return np.hstack([red_green_blue[:, ::-1], opaque]).view(np.uint32)[:, 0]


_COLOURS = _make_colours()
