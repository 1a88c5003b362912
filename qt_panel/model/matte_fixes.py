"""Fixes with the brush on a matte: on a copy of its frames, written stroke by stroke, beside the loop and in order."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Sequence as Several
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import numpy as np
from unreel.core.errors import UnreelError
from unreel.core.frame import Window
from unreel.core.sequence import Sequence, output_path

from .loop import Loop
from .matte_files import Look, copy_frame, paint_on, read_matte, write_matte
from .paint.brush import Brush
from .paint.raster import NOWHERE, Rect
from .paint.strokes import Point
from .signal import Signal

MOST_UNDO = 256 << 20
"""Bytes of what strokes have covered."""


@dataclass(frozen=True)
class Copying:
    """A matte whose frames become files of their own, which can be painted on."""

    source: Sequence
    target: str
    """Pattern."""
    frames: tuple[int, ...]
    look: Look
    display: Window


@dataclass(frozen=True, eq=False)
class Covered:
    """What was under a stroke."""

    pattern: str
    frame: int
    display: Window
    rect: Rect
    before: np.ndarray


class MatteFixes:
    """Its signals come in the loop; what it is asked for is done in one thread, one after the other."""

    def __init__(self, loop: Loop) -> None:
        self.written: Signal[int] = Signal()
        """A frame's matte is another now."""
        self.copied: Signal[Copying] = Signal()
        """All frames of a matte."""
        self.failed: Signal[str] = Signal()
        self.told: Signal[str] = Signal()
        """How far a copy is, for the status line; empty at its end."""
        self._loop = loop
        self._undo: list[Covered] = []
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="mattes")
        self._closed = False

    @property
    def can_undo(self) -> bool:
        return bool(self._undo)

    def copy(self, copying: Copying) -> None:
        """Frame by frame, so that strokes come between."""
        self._do(partial(self._copy_on, copying, 0))

    def paint(self, copying: Copying, frame: int, brush: Brush, points: Several[Point], erase: bool) -> None:
        """A stroke on one frame; its copy is made first, where it is not there yet."""
        self._do(partial(self._paint, copying, frame, brush, tuple(points), erase))

    def undo(self) -> int | None:
        """Take the last stroke back; the frame it was on."""
        if not self._undo:
            return None
        last = self._undo.pop()
        self._do(partial(self._put_back, last))
        return last.frame

    def forget(self) -> None:
        """Another shot."""
        self._undo.clear()

    def close(self) -> None:
        """What was asked for is still written, but for the rest of a copy."""
        self._closed = True
        self._pool.shutdown(wait=True)

    def _do(self, work: Callable[[], None]) -> None:
        if not self._closed:
            self._pool.submit(self._tried, work)

    def _tried(self, work: Callable[[], None]) -> None:
        try:
            work()
        except (UnreelError, OSError) as error:
            text = str(error)
            self._loop.soon(lambda: self.failed.emit(text))
        except Exception as error:  # ours: the loop tells it
            self._loop.soon(partial(again, error))

    # In the thread

    def _copy_on(self, copying: Copying, at: int) -> None:
        if self._closed:
            return
        copy_frame(copying.source, copying.target, copying.frames[at], copying.look, copying.display)
        done, count = at + 1, len(copying.frames)
        if done < count:
            self._loop.soon(lambda: self.told.emit(f"Copying the matte, {done} of {count}"))
            self._do(partial(self._copy_on, copying, done))
            return
        self._loop.soon(partial(self._copied, copying))

    def _paint(self, copying: Copying, frame: int, brush: Brush, points: tuple[Point, ...], erase: bool) -> None:
        display = copying.display
        copy_frame(copying.source, copying.target, frame, copying.look, display)
        path = output_path(copying.target, frame)
        if path.exists():
            covered, window = read_matte(path, Look(), display)
        else:
            covered, window = np.zeros(display.shape, np.float32), display
        before = covered.copy()
        rect = paint_on(covered, window, brush, points, erase)
        if rect == NOWHERE:
            return
        write_matte(path, covered, window, display)
        under = Covered(copying.target, frame, display, rect, boxed(before, window, rect).astype(np.float16))
        self._loop.soon(lambda: self._painted(under))

    def _put_back(self, last: Covered) -> None:
        path = output_path(last.pattern, last.frame)
        covered, window = read_matte(path, Look(), last.display)
        boxed(covered, window, last.rect)[:] = last.before
        write_matte(path, covered, window, last.display)
        self._loop.soon(lambda: self.written.emit(last.frame))

    # In the loop

    def _copied(self, copying: Copying) -> None:
        self.told.emit("")
        self.copied.emit(copying)

    def _painted(self, under: Covered) -> None:
        self._undo.append(under)
        while sum(each.before.nbytes for each in self._undo) > MOST_UNDO:
            self._undo.pop(0)
        self.written.emit(under.frame)


def again(error: Exception) -> None:
    raise error


def boxed(plane: np.ndarray, window: Window, rect: Rect) -> np.ndarray:
    """The part of a plane [h, w] over `window` that a rectangle of the picture is."""
    x, y, width, height = rect
    return plane[y - window.y :, x - window.x :][:height, :width]
