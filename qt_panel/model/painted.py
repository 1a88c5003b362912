"""What is painted on, with the paint on it: the canonical, or the frame; made anew only where a stroke goes."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from unreel.core.frame import HALF_MAX

from .loop import Loop
from .paint.document import Dirty, PaintDocument
from .paint.flatten import Start, scaled
from .paint.layers import On
from .paint.raster import Rect, clipped
from .picture import Broken, Picture
from .signal import Signal

PROXY = 960
"""Longer side of what is shown while something moves."""
MOST_PIXELS = 150_000
"""Full-size pixels that are made at once; what is larger takes its turns."""


@dataclass(frozen=True, eq=False)
class Ground:
    """A picture without paint, at one size."""

    picture: Picture
    shown: np.ndarray
    """[h, w, 4] float16 with paint; changed in place."""

    @property
    def start(self) -> Start:
        return self.picture.window.x, self.picture.window.y


class PaintedPicture:
    """One at a time: of the canonical, or of one frame."""

    def __init__(self, loop: Loop, paint: PaintDocument, ground: Callable[[On], Picture | Broken | None]) -> None:
        """ground: the picture without paint, at full size where it is there."""
        self.changed: Signal[None] = Signal()
        self.on: On = "canonical"
        self._loop, self._paint, self._ground = loop, paint, ground
        self._source: Picture | Broken | None = None
        self._sizes: tuple[Ground, ...] = ()
        self._queued: deque[Rect] = deque()
        paint.changed.connect(self._painted)
        paint.opened.connect(lambda _: self._begin())

    def show(self, on: On) -> None:
        """What is painted on from now on; called again when there is another picture of it."""
        source = self._ground(on)
        if on != self.on or source is not self._source:
            self.on, self._source = on, source
            self._begin()

    def picture(self) -> Picture | Broken | None:
        """Small enough to be shown while something moves."""
        return self._as_picture(0)

    def full(self) -> Picture | Broken | None:
        """At the size of what is painted on."""
        return self._as_picture(-1)

    def _as_picture(self, at: int) -> Picture | Broken | None:
        if not self._sizes:
            return self._source if isinstance(self._source, Broken) else None
        # Another object each time: who shows it goes by that.
        its, shown = self._sizes[at].picture, self._sizes[at].shown
        return Picture(shown, its.window, its.display, its.scale, f"{its.name}, painted")

    def _begin(self) -> None:
        self._queued.clear()
        source = self._source
        self._sizes = ()
        if isinstance(source, Picture):
            pictures = [source] if max(source.rgba.shape) <= PROXY else [reduced(source), source]
            self._sizes = tuple(Ground(each, each.rgba.copy()) for each in pictures)
            for layer in self._paint.layers:
                if layer.on == self.on and layer.visible:
                    self._want(self._paint.painted_part(layer))
        self._work()

    def _painted(self, dirty: Dirty) -> None:
        if dirty.on == self.on and self._sizes:
            self._want(dirty.rect)
            if len(self._queued) == 1:
                self._work()
            else:
                self._loop.soon(self._work)

    def _want(self, rect: Rect) -> None:
        x, y, width, height = clipped(self._sizes[-1].picture.window, rect)
        rows = max(1, MOST_PIXELS // max(width, 1))
        self._queued.extend((x, top, width, min(rows, y + height - top)) for top in range(y, y + height, rows))

    def _work(self) -> None:
        if self._queued:
            rect = self._queued.popleft()
            for ground in self._sizes:
                self._lay(ground, rect)
        self.changed.emit(None)
        if self._queued:
            self._loop.soon(self._work)

    def _lay(self, ground: Ground, rect: Rect) -> None:
        picture = ground.picture
        height, width = picture.rgba.shape[:2]
        x, y, across, down = scaled(rect, picture.scale, ground.start)
        left, top, right, bottom = max(x, 0), max(y, 0), min(x + across, width), min(y + down, height)
        if right <= left or bottom <= top:
            return
        part = np.s_[top:bottom, left:right]
        bare = picture.rgba[part].astype(np.float32)
        made = self._paint.laid_on(self.on, bare, (left, top, right - left, bottom - top), picture.scale, ground.start)
        ground.shown[part] = np.clip(made, -HALF_MAX, HALF_MAX)


def reduced(picture: Picture) -> Picture:
    """To `PROXY` at its longer side, by the mean of what each pixel covers."""
    height, width = picture.rgba.shape[:2]
    share = PROXY / max(width, height)
    size = max(1, round(width * share)), max(1, round(height * share))
    small = cv2.resize(picture.rgba.astype(np.float32), size, interpolation=cv2.INTER_AREA).astype(np.float16)
    return Picture(small, picture.window, picture.display, picture.scale * share, picture.name)
