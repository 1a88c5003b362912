"""A picture that was painted over in another program: what of it has changed, as a layer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from unreel.core.color import Color, default_space
from unreel.core.errors import MismatchedPictures
from unreel.core.exr_read import read_frame
from unreel.core.frame import HALF_MAX, Frame, Window, alpha, rgb

from .paint.flatten import averaged, laid, scaled, source_of
from .paint.raster import Rect
from .picture import Picture

STEPS = {"uint8": 1.5 / 255, "uint16": 2.5 / 65535}
"""How far a sample that nobody touched may come back; two steps in programs that count 16 bits to 32768."""
HALF_STEP = 2.0**-10


@dataclass(frozen=True, eq=False)
class Original:
    """The picture as it was exported."""

    frame: Frame
    canonical: Window
    """Its data window, in full-size pixels."""
    plate: Window
    """Its frame without overscan."""


@dataclass(frozen=True, eq=False)
class PaintedOver:
    rgba: np.ndarray
    """[h, w, 4] float32, scene-linear, premultiplied; alpha is 0 where nothing has changed."""
    box: Rect
    """Where it lies: all that has changed; 0 wide where nothing has."""

    def on_canvas(self, window: Window, scale: float, size: tuple[int, int]) -> np.ndarray:
        """[H, W, 4] float32 on a canvas of width and height `size`, whose first pixel begins at the window's corner."""
        width, height = size
        canvas = np.zeros((height, width, 4), np.float32)
        if not self.box[2]:
            return canvas
        start = (window.x, window.y)
        x, y, across, down = scaled(self.box, scale, start)
        left, top, right, bottom = max(x, 0), max(y, 0), min(x + across, width), min(y + down, height)
        if right <= left or bottom <= top:
            return canvas
        rect = (left, top, right - left, bottom - top)
        source = source_of(rect, scale, start)
        at_zero = (source[0] - window.x, source[1] - window.y, source[2], source[3])
        canvas[top:bottom, left:right] = averaged(self._over(source), at_zero, rect, scale)
        return canvas

    def _over(self, source: Rect) -> np.ndarray:
        picture = np.zeros((source[3], source[2], 4), np.float32)
        x, y = self.box[0] - source[0], self.box[1] - source[1]
        inside = Window(0, 0, source[2], source[3]).intersect(Window(x, y, self.box[2], self.box[3]))
        rows, columns = inside.slices_in(Window(0, 0, source[2], source[3]))
        own = self.rgba[inside.y - y : inside.bottom - y, inside.x - x : inside.right - x]
        picture[rows, columns] = own
        return picture


def read_painted_over(path: Path, original: Original, color: Color) -> PaintedOver:
    """UnreadableFile where it is not whole, MismatchedPictures where it is no more of the size that was exported."""
    frame = read_frame(path)
    window = placed(frame, original, path.name)
    shared = window.intersect(original.canonical)
    new, old = part(frame, window, shared), part(original.frame, original.canonical, shared)
    changed = changed_of(new, old, frame.straight_alpha)
    left, top, width, height = cv2.boundingRect(changed.astype(np.uint8))
    rows, columns = slice(top, top + height), slice(left, left + width)
    box = (shared.x + left, shared.y + top, width, height) if width else (shared.x, shared.y, 0, 0)
    straight = new.stored[rows, columns]
    own, before = new.alpha[rows, columns], old.alpha[rows, columns]
    if not frame.straight_alpha:
        straight = straight / np.maximum(own, 1e-6)[..., None]
    linear = color.to_linear(straight, default_space(path, next(iter(frame.planes.values())).dtype))
    # As opaque as the canonical was there is opaque: its own alpha tells only how far it is known.
    covers = np.where((before > 0) & (own >= before - STEPS["uint8"]), 1, own) * changed[rows, columns]
    rgba = np.dstack([np.nan_to_num(linear) * covers[..., None], covers]).astype(np.float32)
    return PaintedOver(rgba, box)


def laid_over(picture: Picture, found: PaintedOver) -> Picture:
    """The canonical as it was painted over."""
    shared = picture.window.intersect(Window(*found.box))
    if shared.empty:
        return picture
    rgba = picture.rgba.copy()
    place, own = rgba[shared.slices_in(picture.window)], found.rgba[shared.slices_in(Window(*found.box))]
    place[:] = np.clip(laid(place.astype(np.float32), own, "over"), -HALF_MAX, HALF_MAX)
    return replace(picture, rgba=rgba)


@dataclass(frozen=True, eq=False)
class Part:
    stored: np.ndarray
    """[h, w, 3] float32 as the file has it; integers as 0..1."""
    alpha: np.ndarray
    """[h, w]; 1 where there is none."""
    type: str


def part(frame: Frame, window: Window, of: Window) -> Part:
    rows, columns = of.slices_in(window)
    covered = alpha(frame)
    if covered is None:
        opaque = np.ones(of.shape, np.float32)
    else:
        most = np.iinfo(covered.dtype).max if np.issubdtype(covered.dtype, np.integer) else 1
        opaque = np.clip(covered[rows, columns].astype(np.float32) / np.float32(most), 0, 1)
    return Part(rgb(frame)[rows, columns], opaque, next(iter(frame.planes.values())).dtype.name)


def changed_of(new: Part, old: Part, is_straight: bool) -> np.ndarray:
    """[h, w] bool: what differs by more than rounding, and is there at all.

    Straight colour of thin pixels comes back coarse from a program that multiplies by alpha and divides again; where
    nothing was, what has come is new.
    """
    share = old.alpha if is_straight else np.ones_like(old.alpha)
    differs = (np.abs(new.stored - old.stored) * share[..., None] > step_of(new, old)).any(2)
    appeared = new.alpha > old.alpha + STEPS["uint8"]
    found: np.ndarray = (differs | appeared) & (new.alpha > 0)
    return found


def step_of(new: Part, old: Part) -> np.ndarray | np.float32:
    """The largest difference that is rounding alone."""
    if new.type in STEPS:
        return np.float32(STEPS[new.type])
    return np.abs(old.stored) * np.float32(HALF_STEP) + np.float32(1e-6)


def placed(frame: Frame, original: Original, name: str) -> Window:
    """Where its pixels lie: by its windows if it kept them, else by its size."""
    if frame.display == original.frame.display and original.canonical.contains(frame.data):
        if original.frame.data == original.canonical:
            return frame.data
    size = (frame.data.width, frame.data.height)
    for window in (original.canonical, original.plate):
        if size == (window.width, window.height):
            return window
    wanted = f"{original.canonical.width}x{original.canonical.height}"
    raise MismatchedPictures(f"{name} is {size[0]}x{size[1]} now, and was {wanted}: scale it back to {wanted}.")
