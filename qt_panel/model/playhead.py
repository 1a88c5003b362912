"""The frame that is shown, and how it moves."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Literal

from .loop import Loop
from .signal import Signal

Direction = Literal[-1, 0, 1]
FPS = 24.0
"""Where the plate does not say."""


class Playhead:
    """Playing waits for a picture that is not there yet, and leaves frames out where it is late and they all are.

    So the first time through is as fast as the disk, and from then on it is real time.
    """

    def __init__(self, loop: Loop, clock: Callable[[], float] = time.monotonic) -> None:
        self.moved: Signal[int] = Signal()
        """The frame that is shown now."""
        self.changed: Signal[None] = Signal()
        """Frames, range, rate, or whether it plays or is dragged."""
        self.frames: tuple[int, ...] = (1,)
        """All of the shot, in their step; also those that are missing."""
        self.missing: frozenset[int] = frozenset()
        self.first = self.last = self.frame = 1
        self.fps = FPS
        self.loops = True
        self.playing: Direction = 0
        self.is_dragged = False
        self.is_ready: Callable[[int], bool] = lambda frame: True
        """Whether a frame could be shown at once."""
        self._loop, self._clock = loop, clock
        self._turn = 0
        self._since = 0.0

    @property
    def is_moving(self) -> bool:
        """It plays or is dragged: what is shown may be quick instead of exact."""
        return bool(self.playing) or self.is_dragged

    def take(self, frames: Iterable[int], missing: Iterable[int] = (), fps: float | None = None) -> None:
        """Another shot: the range is all of it, and the frame stays where the new shot has it."""
        self.frames = tuple(sorted(set(frames))) or (1,)
        self.missing = frozenset(missing)
        self.first, self.last = self.frames[0], self.frames[-1]
        self.fps = fps or FPS
        self.playing, self.is_dragged = 0, False
        self._turn += 1
        self.changed.emit(None)
        self._show(self.frame if self.frame in self.frames else self.first)

    def limit(self, first: int, last: int) -> None:
        """Play between these; frames outside can still be gone to."""
        low, high = sorted((self._nearest(first), self._nearest(last)))
        if (low, high) != (self.first, self.last):
            self.first, self.last = low, high
            self.changed.emit(None)

    def go(self, frame: int) -> None:
        """To the frame of the shot that is nearest."""
        self._show(self._nearest(frame))

    def step(self, count: int) -> None:
        """So many frames on, negative back; stops playing, and stays at the ends."""
        self.stop()
        at = self.frames.index(self.frame) + count
        self._show(self.frames[min(max(at, 0), len(self.frames) - 1)])

    def home(self) -> None:
        self.stop()
        self._show(self.first)

    def end(self) -> None:
        self.stop()
        self._show(self.last)

    def drag(self, is_dragged: bool) -> None:
        """The artist took hold of it, or let it go."""
        if is_dragged != self.is_dragged:
            self.stop()
            self.is_dragged = is_dragged
            self.changed.emit(None)

    def play(self, direction: Direction = 1) -> None:
        """Forward or back; 0 stops."""
        if direction == self.playing:
            return
        self.playing = direction
        self._turn += 1
        turn = self._turn
        self.changed.emit(None)
        if direction:
            self._since = self._clock()
            # Twice the rate: a timer that is a little late must not cost a frame.
            self._loop.later(lambda: self._tick(turn), 0.5 / self.fps)

    def stop(self) -> None:
        self.play(0)

    def toggle(self) -> None:
        self.play(0 if self.playing else 1)

    def _tick(self, turn: int) -> bool:
        if turn != self._turn:
            return False
        now = self._clock()
        due = int((now - self._since) * self.fps)
        if not due:
            return True
        there = 0
        while there < due and self.is_ready(self._after(there + 1)):
            there += 1
        # One that has to wait moves as soon as it can, and does not run after what was lost.
        self._since = now - 1 / self.fps if there < due else self._since + due / self.fps
        if there:
            target = self._after(there)
            if target == self.frame and not self.loops:
                self.stop()
                return False
            self._show(target)
        return True

    def _after(self, count: int) -> int:
        """The frame that is `count` steps of playing away."""
        played = [frame for frame in self.frames if self.first <= frame <= self.last]
        start = 0 if self.playing > 0 else len(played) - 1
        at = played.index(self.frame) if self.frame in played else start - self.playing
        then = at + count * self.playing
        return played[then % len(played)] if self.loops else played[min(max(then, 0), len(played) - 1)]

    def _nearest(self, frame: int) -> int:
        return min(self.frames, key=lambda there: (abs(there - frame), there))

    def _show(self, frame: int) -> None:
        if frame != self.frame:
            self.frame = frame
            self.moved.emit(frame)
