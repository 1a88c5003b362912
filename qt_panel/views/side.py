"""One side of a viewer, a picture or what tells two apart, made for the screen: quickly at once, exactly at rest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import cv2
import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage
from unreel.core.frame import Window

from ..model.compare import difference
from ..model.display import Look
from ..model.frames import PROXY
from ..model.picture import Picture
from ..model.screen import Screen

MOST_AT_ONCE = 640_000
"""Pixels that are made in the window's own thread: 8 ms."""
SPARE = 32
"""Pixels around what is seen that are made too, so that a small move does not show an edge."""
ENOUGH = 0.75
"""Of the screen's pixels: what has so many is not made anew with more, or fewer."""


@dataclass(frozen=True, eq=False)
class Layer:
    """An image, and where it lies in full-size pixels."""

    image: QImage
    rect: QRectF
    pixels: np.ndarray
    """What the image is of: it must live as long."""
    is_reduced: bool
    """Its pixels are means of several: they are never shown as squares."""


@dataclass(frozen=True, eq=False)
class _Detail:
    layer: Layer
    covers: Window
    is_exact: bool
    scale: float
    """Its pixels in a full-size one."""


class Side:
    """`take` gives it its pictures, `layers` what to draw, `sharpen` is called when nothing moves any more."""

    def __init__(self, screen: Screen) -> None:
        self.pictures: tuple[Picture, ...] = ()
        """One, or the two that are compared, as they are kept: mostly proxies."""
        self.full: tuple[Picture, ...] = ()
        """The same at full size; empty where they are not there, or the others are."""
        self._screen = screen
        self._given: tuple[Picture, ...] = ()
        self._given_full: tuple[Picture, ...] = ()
        self._is_thin = False
        self._made: tuple[object, ...] = ()
        self._base: Layer | None = None
        self._detail: _Detail | None = None

    def take(self, pictures: tuple[Picture, ...], full: tuple[Picture, ...] = ()) -> None:
        if _same(pictures, self._given) and _same(full, self._given_full):
            return
        if not _same(pictures, self._given):
            self._made = ()
            self.pictures = tuple(map(thinned, pictures))
        self._given, self._given_full = pictures, full
        self._is_thin = not _same(pictures, self.pictures)
        if self._is_thin and not full and all(picture.scale == 1 for picture in pictures):
            full = pictures
        self.full = () if _same(full, self.pictures) else full

    def layers(self, visible: Window, scale: float) -> list[Layer]:
        """Bottom to top. `scale`: pixels of the screen for a full-size one. Empty where there is no picture yet."""
        screen = self._screen
        if not self.pictures or screen.transform is None:
            return []
        made = (*map(id, self.pictures), screen.version)
        if made != self._made:
            screen.give_up(self)
            self._made, self._detail = made, None
            picture = self._on_whole()
            self._base = _layer(self._quick(self.pictures), rect_of(picture), picture.scale)
        if self._wants_full(scale) and not self._covers(visible, scale):
            parts = tuple(part for each in self.full if (part := part_of(each, visible)) is not None)
            if len(parts) == len(self.full) and parts[0].rgba[..., 0].size <= MOST_AT_ONCE:
                layer = _layer(self._quick(parts), rect_of(parts[0]), 1.0)
                self._detail = _Detail(layer, visible, False, 1.0)
        return [layer for layer in (self._base, self._detail.layer if self._detail else None) if layer is not None]

    def sharpen(self, visible: Window, scale: float, then: Callable[[], object]) -> None:
        """The exact picture of what is seen, in the thread; `then` is called when it is there."""
        transform, look = self._screen.transform, self._screen.look
        if transform is None or not self.pictures or (len(self.pictures) == 2 and not self._wants_full(scale)):
            return
        if self._detail is not None and self._detail.is_exact and self._covers(visible, scale):
            return
        covers = Window(visible.x - SPARE, visible.y - SPARE, visible.width + 2 * SPARE, visible.height + 2 * SPARE)
        parts = self.pictures
        if self._wants_full(scale):
            found = [part_of(each, covers) for each in self.full]
            parts = tuple(part for part in found if part is not None)
            if len(parts) < len(self.full):
                return
        else:
            covers = parts[0].window.union(covers)
        made = self._made

        def make() -> np.ndarray:
            if len(parts) == 2:
                return difference(*parts, look.exposure)
            return transform.exact(reduced(parts[0], scale), look)

        def take(pixels: np.ndarray) -> None:
            if self._made == made:
                its = parts[0].scale * pixels.shape[1] / max(parts[0].rgba.shape[1], 1)
                self._detail = _Detail(_layer(pixels, rect_of(parts[0]), its), covers, True, its)
                then()

        self._screen.exact(self, make, take)

    @property
    def is_exact(self) -> bool:
        return self._detail is not None and self._detail.is_exact

    def _quick(self, pictures: tuple[Picture, ...]) -> np.ndarray:
        look: Look = self._screen.look
        if len(pictures) == 2:
            return difference(*pictures, look.exposure)
        assert self._screen.transform is not None  # `layers` has looked
        return self._screen.transform.quick(pictures[0].rgba, look)

    def _on_whole(self) -> Picture:
        """The one whose grid is drawn."""
        return min(self.pictures, key=lambda picture: picture.scale)

    def _wants_full(self, scale: float) -> bool:
        """The screen has more pixels than the proxy, or that one is no mean of the full size."""
        return bool(self.full) and (self._is_thin or scale > self._on_whole().scale * 1.02)

    def _covers(self, visible: Window, scale: float) -> bool:
        most = 1.0 if self._wants_full(scale) else self._on_whole().scale
        if self._detail is None or self._detail.scale < ENOUGH * min(scale, most):
            return False
        window = self.pictures[0].window
        return self._detail.covers.contains(visible.intersect(window)) or visible.intersect(window).empty


def thinned(picture: Picture) -> Picture:
    """Every so many pixels of a large one, at once; a small one as it is."""
    height, width = picture.rgba.shape[:2]
    step = -(-max(height, width) // PROXY)
    if step == 1:
        return picture
    return replace(picture, rgba=picture.rgba[::step, ::step], scale=picture.scale / step)


def part_of(picture: Picture, window: Window) -> Picture | None:
    """What of a picture at full size lies in a window; None: nothing."""
    shared = picture.window.intersect(window)
    if shared.empty:
        return None
    return replace(picture, rgba=picture.rgba[shared.slices_in(picture.window)], window=shared)


def reduced(picture: Picture, scale: float) -> np.ndarray:
    """[h, w, 4] with no more pixels than the screen has for it: the mean of what each covers."""
    share = scale / picture.scale
    height, width = picture.rgba.shape[:2]
    if share > ENOUGH or min(height, width) < 2:
        return picture.rgba
    size = max(1, round(width * share)), max(1, round(height * share))
    return cv2.resize(np.ascontiguousarray(picture.rgba, np.float32), size, interpolation=cv2.INTER_AREA)


def rect_of(picture: Picture) -> QRectF:
    window = picture.window
    return QRectF(window.x, window.y, window.width, window.height)


def image_of(pixels: np.ndarray) -> QImage:
    """Of uint8 [h, w, 4] blue, green, red and 255, which must outlive it."""
    height, width = pixels.shape[:2]
    return QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGB32)


def _layer(pixels: np.ndarray, rect: QRectF, scale: float) -> Layer:
    pixels = np.ascontiguousarray(pixels)
    return Layer(image_of(pixels), rect, pixels, scale < 1)


def _same(some: tuple[Picture, ...], others: tuple[Picture, ...]) -> bool:
    return len(some) == len(others) and all(a is b for a, b in zip(some, others, strict=True))
