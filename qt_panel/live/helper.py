"""The warm process beside the window that lays paint on frames: `python -I -m unreel.qt_panel.live.helper`.

Messages come by standard input, a line each, and go by standard output; pixels lie in the scratch. What came while it
was at work is taken together: the last frame asked for wins, painted boxes become one. It ends when its input does.
"""

from __future__ import annotations

import contextlib
import queue
import sys
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import IO

import cv2
import numpy as np
from unreel.core.errors import InputError, UnreadableFile

from .half import float_of, half_of
from .lay import lay, sample
from .layout import read_canonical, read_layout
from .maps import FrameMaps, Maps, read_inverse
from .messages import (
    MODES,
    VERSION,
    Failed,
    Invert,
    Inverted,
    Message,
    Mode,
    Near,
    Open,
    Painted,
    Place,
    Ready,
    Rect,
    Show,
    Shown,
    Stack,
    Where,
    line_of,
    message_of,
)
from .painting import Painting, box_in_frame, union
from .scratch import Scratch

REST_SECONDS = 0.1
"""Without another message a frame that was laid quickly is laid exactly."""
STRIP_PIXELS = 32 << 10
"""Laid at once: what they need stays in the processor's cache, 1.7 times as fast as a whole frame of 960x540."""
WHOLE = "whole"
UNREADABLE = (InputError, UnreadableFile)


class NotReady(Exception):
    """The folder was taken away, or another version speaks."""


class Helper:
    """One proxy folder, and all that is painted on it."""

    def __init__(self, opened: Open, tell: Callable[[Message], None]) -> None:
        layout = read_layout(Path(opened.folder))
        if layout is None or str(layout) != opened.layout or opened.version != VERSION:
            raise NotReady(f"{opened.folder} was made anew, or is of another version")
        self.layout, self._tell = layout, tell
        self.maps = Maps(layout, opened.most_bytes)
        self._scratch = Scratch.open(opened.scratch, layout.planes())
        self._slots = [self._scratch.array(f"result{slot}") for slot in (0, 1)]
        self._canonical = read_canonical(layout)
        self._paintings: dict[str, Painting] = {}
        self._stack: tuple[Mode, ...] = MODES
        self._inverse: tuple[int, np.ndarray] | None = None
        self._dirty: dict[str, Rect | None] = {}
        self._wanted: Show | None = None
        self._shown: Show | None = None
        self._is_rough = False
        self._slot = 0
        self._asked: dict[str, Where] = {}
        self._invert: list[int] = []
        self.near: tuple[int, ...] = ()

    @property
    def can_rest(self) -> bool:
        return not self._is_rough

    def take(self, message: Message) -> None:
        """Note it; `work` does it."""
        if isinstance(message, Painted):
            self._dirty[message.mode] = union(self._dirty.get(message.mode), message.rect)
        elif isinstance(message, Show):
            self._wanted = message
        elif isinstance(message, Stack):
            self._stack, self._wanted = message.modes, self._wanted or self._shown
        elif isinstance(message, Where):
            self._asked[message.way] = message
        elif isinstance(message, Invert):
            self._invert.append(message.frame)
        elif isinstance(message, Near):
            self.near = message.frames

    def work(self) -> None:
        """All that was taken since."""
        dirty = self._update_paint()
        if self._wanted is not None:
            wanted, self._wanted = self._wanted, None
            self._show(wanted, exact=not wanted.moving)
        elif dirty and self._shown is not None:
            self._renew(self._shown, dirty)
        for asked in self._asked.values():
            self._place(asked)
        self._asked.clear()
        for frame in self._invert:
            self._give_inverse(frame)
        self._invert.clear()

    def rest(self) -> None:
        """Nothing came for a while: what was laid quickly is laid exactly."""
        if self._shown is not None:
            self._show(self._shown, exact=True)
        self._is_rough = False

    def _update_paint(self) -> list[tuple[str, Rect]]:
        """Which boxes of which mode's canvas changed."""
        dirty = [(mode, rect) for mode, rect in self._dirty.items() if rect is not None]
        self._dirty.clear()
        for mode, rect in dirty:
            if mode not in self._paintings:
                laid: Mode = "over" if mode == WHOLE else mode  # type: ignore[assignment]
                self._paintings[mode] = Painting(laid, self._canonical)
            self._paintings[mode].update(self._scratch.array(mode), rect)
        return dirty

    def _show(self, show: Show, exact: bool) -> None:
        try:
            maps = self.maps.get(show.frame)
        except UNREADABLE as error:
            self._tell(Failed(show.frame, str(error), show.number))
            return
        self._slot = 1 - self._slot
        slot = self._slots[self._slot]
        slot[..., :3] = maps.plate
        slot[..., 3] = 0
        box = None
        for painting in self._paintings.values():
            box = union(box, box_in_frame(maps.xy, painting.box))
        if box is not None:
            self._lay(maps, box, slot, exact)
        self._shown, self._is_rough = show, not exact and box is not None
        height, width = slot.shape[:2]
        self._tell(Shown(show.frame, (0, 0, width, height), self._slot, show.number))

    def _renew(self, shown: Show, dirty: Iterable[tuple[str, Rect]]) -> None:
        """The part of the frame that is shown which reads what was painted."""
        try:
            maps = self.maps.get(shown.frame)
        except UNREADABLE as error:
            self._tell(Failed(shown.frame, str(error), shown.number))
            return
        box = None
        for _, rect in dirty:
            box = union(box, box_in_frame(maps.xy, rect))
        if box is not None:
            self._lay(maps, box, self._slots[self._slot], exact=True)
            self._tell(Shown(shown.frame, box, self._slot, shown.number))

    def _lay(self, maps: FrameMaps, box: Rect, slot: np.ndarray, exact: bool) -> None:
        """All modes over a box of the frame, in their order; into the slot, with what they cover as alpha."""
        x, y, width, height = box
        rows = max(8, STRIP_PIXELS // width)
        for top in range(y, y + height, rows):
            self._lay_part(maps, np.s_[top : min(top + rows, y + height), x : x + width], slot, exact)

    def _lay_part(self, maps: FrameMaps, part: tuple[slice, slice], slot: np.ndarray, exact: bool) -> None:
        rgb, gain, hold = (float_of(each[part]) for each in (maps.plate, maps.gain, maps.hold))
        xy = np.ascontiguousarray(maps.xy[part])
        covered = np.zeros(xy.shape[:2], np.float32)
        for name in (WHOLE, *self._stack):
            painting = self._paintings.get(name)
            if painting is None or painting.box is None:
                continue
            painted, bare = (sample(each, xy, exact) for each in (painting.painted, painting.bare))
            rgb, its = lay(painting.mode, rgb, painted, bare, gain, hold, painting.darkest)
            covered = its + covered * (1 - its)
        slot[part] = half_of(cv2.merge([*cv2.split(rgb), covered]))

    def _place(self, asked: Where) -> None:
        layout = self.layout
        try:
            if asked.way == "to canonical":
                maps = self.maps.get(asked.frame)
                at, sure = bilinear(maps.xy, layout.picture_from_full(asked.xy))
                surface, _ = bilinear(maps.gain, layout.picture_from_full(asked.xy))
                xy, sure = layout.full_from_canvas((float(at[0]), float(at[1]))), sure and bool(surface[3] > 0.25)
            else:
                at, sure = bilinear(self._inverse_of(asked.frame), layout.canvas_from_full(asked.xy))
                sure = sure and bool(np.isfinite(at).all())
                xy = layout.full_from_picture((float(at[0]), float(at[1]))) if sure else asked.xy
        except UNREADABLE:
            xy, sure = asked.xy, False
        self._tell(Place(asked.frame, asked.xy, asked.way, xy, sure))

    def _inverse_of(self, frame: int) -> np.ndarray:
        if self._inverse is None or self._inverse[0] != frame:
            self._inverse = frame, read_inverse(self.layout, frame)
        return self._inverse[1]

    def _give_inverse(self, frame: int) -> None:
        try:
            self._scratch.array("inverse")[:] = self._inverse_of(frame)
        except UNREADABLE as error:
            self._tell(Failed(frame, str(error), 0))
            return
        self._tell(Inverted(frame))


def bilinear(picture: np.ndarray, xy: tuple[float, float]) -> tuple[np.ndarray, bool]:
    """A picture [h, w, c] at one place, and whether that is inside it."""
    height, width = picture.shape[:2]
    x, y = min(max(xy[0], 0.0), width - 1.0), min(max(xy[1], 0.0), height - 1.0)
    left, top = min(int(x), width - 2), min(int(y), height - 2)
    four = picture[top : top + 2, left : left + 2].astype(np.float32)
    across, down = x - left, y - top
    row = four[:, 0] * (1 - across) + four[:, 1] * across
    return row[0] * (1 - down) + row[1] * down, max(abs(x - xy[0]), abs(y - xy[1])) <= 0.5


class ReadingAhead(threading.Thread):
    """Has the frames near the one that is shown ready, nearest first, one at a time."""

    def __init__(self, maps: Maps) -> None:
        super().__init__(daemon=True)
        self._maps, self._changed = maps, threading.Event()
        self._frames: tuple[int, ...] = ()
        self.start()

    def want(self, frames: tuple[int, ...]) -> None:
        self._frames = frames
        self._changed.set()

    def run(self) -> None:
        while True:
            self._changed.wait()
            self._changed.clear()
            for frame in self._frames:
                if self._changed.is_set():
                    break
                with contextlib.suppress(*UNREADABLE):
                    self._maps.prepare(frame)


def read_into(lines: IO[str], messages: queue.SimpleQueue[Message | None]) -> None:
    try:
        for line in lines:
            messages.put(message_of(line))
    finally:
        messages.put(None)


def serve(lines: IO[str], tell: Callable[[Message], None]) -> None:
    """Until `lines` end."""
    messages: queue.SimpleQueue[Message | None] = queue.SimpleQueue()
    threading.Thread(target=read_into, args=(lines, messages), daemon=True).start()
    opened = messages.get()
    if not isinstance(opened, Open):
        return
    helper = Helper(opened, tell)
    ahead = ReadingAhead(helper.maps)
    tell(Ready())
    while True:
        try:
            message = messages.get(timeout=None if helper.can_rest else REST_SECONDS)
        except queue.Empty:
            helper.rest()
            continue
        near = helper.near
        while True:
            if message is None:
                return
            helper.take(message)
            if messages.empty():
                break
            message = messages.get()
        helper.work()
        if helper.near is not near:
            ahead.want(helper.near)


def main(arguments: list[str] | None = None) -> int:
    """It takes none: all comes by messages."""
    cv2.setNumThreads(2)

    def tell(message: Message) -> None:
        sys.stdout.write(line_of(message))
        sys.stdout.flush()

    try:
        serve(sys.stdin, tell)
    except (NotReady, BrokenPipeError) as error:
        print(error, file=sys.stderr)
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main())
