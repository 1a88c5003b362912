"""Paint goes onto the live canvases, where it has changed: what is painted shows on all frames while it is painted."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Protocol

import cv2
import numpy as np
from unreel.core.frame import Window

from .loop import Loop
from .paint.document import Dirty, PaintDocument
from .paint.flatten import Start, laid, scaled
from .paint.layers import Layer, Mode
from .paint.raster import NOWHERE, Rect, clipped, joined
from .signal import Signal

MOST_PIXELS = 40_000
"""Of a canvas that are made at once; what is larger takes its turns, so that nothing waits for it."""
HELD = 12
"""Frames whose inverse is kept, for paint on them."""


class Live(Protocol):
    """What it needs of `LiveClient`."""

    changed: Signal[None]
    inverted: Signal[int]
    frames: frozenset[int]

    @property
    def layout(self) -> object: ...

    @property
    def canvas_window(self) -> Window: ...

    @property
    def canvas_scale(self) -> float: ...

    def canvas_of(self, mode: Mode) -> np.ndarray: ...

    def painted(self, rect: Rect, mode: Mode) -> None: ...

    def stack(self, modes: Sequence[Mode]) -> None: ...

    def inverse(self, frame: int) -> np.ndarray | None: ...


class Painting:
    """Nobody else writes to the canvases."""

    def __init__(self, loop: Loop, paint: PaintDocument, live: Live, raster: Callable[[], Window]) -> None:
        """raster: what a frame's picture in `live` covers, in full-size pixels."""
        self._loop, self._paint, self._live, self._raster = loop, paint, live, raster
        self._layout: object = None
        self._used: set[Mode] = set()
        self._queued: deque[Rect] = deque()
        self._inverses: dict[int, np.ndarray] = {}
        self._waiting: dict[int, Rect] = {}
        """Frames whose inverse is not there yet, and what of them has changed."""
        paint.changed.connect(self._painted)
        paint.layers_changed.connect(self._ordered)
        live.changed.connect(self._live_changed)
        live.inverted.connect(self._inverted)
        self._live_changed(None)

    @property
    def is_exact(self) -> bool:
        """False where modes lie between one another: frames differ then until they are rendered."""
        modes = [layer.mode for layer in self._paint.layers if layer.visible and layer.ops]
        runs = [mode for mode, _ in groupby(modes)]
        return len(runs) == len(set(runs))

    def _live_changed(self, _: None) -> None:
        if self._live.layout is not self._layout:
            self._layout = self._live.layout
            self._used.clear()
            self._inverses.clear()
            self._waiting.clear()
            self._queued.clear()
            self._ordered(None)
            for layer in self._paint.layers:
                self._painted(Dirty(layer.on, self._paint.painted_part(layer)))
        elif self._waiting:
            self._ask()

    def _ordered(self, _: None) -> None:
        if self._layout is not None:
            self._live.stack([layer.mode for layer in self._paint.layers if layer.visible])

    def _painted(self, dirty: Dirty) -> None:
        if self._layout is None or dirty.rect == NOWHERE:
            return
        if dirty.on == "canonical":
            self._refresh(scaled(dirty.rect, self._live.canvas_scale, self._start))
            return
        inverse = self._inverse(dirty.on)
        if inverse is None:
            before = self._waiting.get(dirty.on, NOWHERE)
            self._waiting[dirty.on] = joined(before, dirty.rect)
            return
        window = self._raster()
        self._refresh(reached(inverse, scaled(dirty.rect, self._live.canvas_scale, (window.x, window.y))))

    def _inverse(self, frame: int) -> np.ndarray | None:
        if frame not in self._inverses:
            found = self._live.inverse(frame)
            if found is None:
                return None
            while len(self._inverses) >= HELD:
                self._inverses.pop(next(iter(self._inverses)))
            self._inverses[frame] = found
        return self._inverses[frame]

    def _inverted(self, frame: int) -> None:
        self._inverses.pop(frame, None)
        self._ask()

    def _ask(self) -> None:
        """For the inverses that are waited for; one at a time comes."""
        waiting, self._waiting = self._waiting, {}
        for frame, rect in waiting.items():
            self._painted(Dirty(frame, rect))

    @property
    def _start(self) -> Start:
        return self._live.canvas_window.x, self._live.canvas_window.y

    def _refresh(self, rect: Rect) -> None:
        """A part of all canvases, in pieces."""
        height, width = self._live.canvas_of("over").shape[:2]
        x, y, across, down = clipped(Window(0, 0, width, height), rect)
        if not across or not down:
            return
        rows = max(1, MOST_PIXELS // across)
        self._queued.extend((x, top, across, min(rows, y + down - top)) for top in range(y, y + down, rows))
        if len(self._queued) == 1:
            self._work()
        else:
            self._loop.soon(self._work)

    def _work(self) -> None:
        if not self._queued:
            return
        rect = self._queued.popleft()
        layers = [layer for layer in self._paint.layers if layer.visible]
        for mode in sorted(self._used | {layer.mode for layer in layers if layer.ops or self._is_painted(layer)}):
            self._used.add(mode)
            x, y, width, height = rect
            canvas = self._live.canvas_of(mode)
            canvas[y : y + height, x : x + width] = self._flat([each for each in layers if each.mode == mode], rect)
            self._live.painted(rect, mode)
        if self._queued:
            self._loop.soon(self._work)

    def _is_painted(self, layer: Layer) -> bool:
        """A first stroke, which is no op yet."""
        return self._paint.is_drawing and layer is self._paint.layer_now

    def _flat(self, layers: Sequence[Layer], rect: Rect) -> np.ndarray:
        """[h, w, 4] of the canvas: layers of one mode, on the canonical and on frames, lowest first."""
        flat = np.zeros((rect[3], rect[2], 4), np.float32)
        for on, group in groupby(layers, key=lambda layer: layer.on):
            some = list(group)
            if on == "canonical":
                paint = self._paint.flatten(on, rect, self._live.canvas_scale, self._start, some)
            else:
                paint = self._pulled(on, some, rect)
            flat = laid(flat, paint, some[0].mode)
        return flat

    def _pulled(self, frame: int, layers: Sequence[Layer], rect: Rect) -> np.ndarray:
        """Paint on a frame as it lies on a part of the canvas; nothing where its inverse is not there yet."""
        x, y, width, height = rect
        nothing = np.zeros((height, width, 4), np.float32)
        inverse = self._inverse(frame)
        if inverse is None:
            return nothing
        xy = inverse[y : y + height, x : x + width]
        if not np.isfinite(xy).any():
            return nothing
        window, scale = self._raster(), self._live.canvas_scale
        left, top = np.floor(np.nanmin(xy, (0, 1))).astype(int) - 1
        right, bottom = np.ceil(np.nanmax(xy, (0, 1))).astype(int) + 2
        part = (int(left), int(top), int(right - left), int(bottom - top))
        paint = self._paint.flatten(frame, part, scale, (window.x, window.y), layers)
        if not paint.any():
            return nothing
        at = np.nan_to_num(xy - np.array([left, top], np.float32), nan=-10)
        return cv2.remap(paint, at, None, cv2.INTER_LINEAR)


def reached(inverse: np.ndarray, rect: Rect) -> Rect:
    """The canvas' pixels that lie in a part of the frame; NOWHERE where none does."""
    x, y, width, height = rect
    low, high = (float(x - 1), float(y - 1)), (float(x + width), float(y + height))
    left, top, across, down = cv2.boundingRect(cv2.inRange(inverse, low, high))
    return (left, top, across, down) if across else NOWHERE
