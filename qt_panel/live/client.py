"""Live paint as the window knows it: what there is to show, the canvas to paint on, and the helper that lays it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from unreel.core.frame import Window
from unreel.plugin.runtime import Runtime, RuntimeMissing

from ..model.loop import Loop
from ..model.picture import Picture
from ..model.signal import Signal
from .frames_there import FramesThere
from .layout import Layout, read_layout, read_note
from .making import Jobs, Trained, all_frames, job_there, maps_job, proxy_folder
from .messages import (
    MODES,
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
    Way,
    Where,
)
from .process import HelperProcess
from .scratch import Scratch

LOOK_SECONDS = 0.3
"""How often it looks for frames that have come, and for a training that made them stale."""
MOST_BYTES = 512 << 20
"""Of maps that the helper keeps in memory: 35 frames at 960x540."""
NEAR = 48
"""Frames that the helper reads ahead."""
WHOLE = "whole"

State = Literal["none", "making", "ready", "stale", "failed"]


@dataclass(frozen=True)
class Trouble:
    """What went wrong, for a notice."""

    text: str
    details: str = ""
    is_off: bool = False
    """Nothing is shown live any more; `restart` tries again."""


class LiveClient:
    """Of one unreel folder, or one layer of it. All of it is called in the loop's thread, and calls back there."""

    def __init__(self, loop: Loop, runtime: Callable[[], Runtime], jobs: Jobs, most_bytes: int = MOST_BYTES) -> None:
        """runtime: asked when a helper is started; RuntimeMissing becomes a trouble."""
        self.state: State = "none"
        self.frames: frozenset[int] = frozenset()
        """Those that can be shown."""
        self.layout: Layout | None = None
        self.changed: Signal[None] = Signal()
        """State, frames or layout. With another layout the canvas is a new one, and empty."""
        self.shown: Signal[tuple[int, Rect]] = Signal()
        """A frame, and what of `picture` is new, in its own pixels."""
        self.placed: Signal[Place] = Signal()
        self.inverted: Signal[int] = Signal()
        """`inverse` of that frame is there."""
        self.failed: Signal[Trouble] = Signal()
        self._loop, self._runtime, self._jobs, self._most_bytes = loop, runtime, jobs, most_bytes
        self._folder: Path | None = None
        self._job: Any = None
        self._trained: Trained | None = None
        self._first, self._had = 0, self.frames
        self._note: Mapping[str, Any] | None = None
        self._look_number = 0
        self._there = FramesThere()
        self._close_helper_state()
        jobs.ended.connect(self._job_ended)

    def _close_helper_state(self) -> None:
        self._scratch: Scratch | None = None
        self._helper: HelperProcess | None = None
        self._is_second = False
        self._used: list[str] = []
        self._stack: tuple[Mode, ...] = MODES
        self._number = self._shown_number = 0
        self._under_way: int | None = None
        self._showing: tuple[int, bool] | None = None
        self._wanted: tuple[int, bool] | None = None
        self._frame: int | None = None
        self._stamps: dict[int, int] = {}
        self._rgba: np.ndarray | None = None
        self._picture: Picture | None = None
        self._asked: Where | None = None
        self._next_asked: Where | None = None
        self._inverse: tuple[int, np.ndarray] | None = None
        self._inverting: int | None = None

    # --- what is open -------------------------------------------------------------------------------------------------

    def open(self, folder: Path) -> None:
        """Show what was made of an unreel folder; at once, and what comes later as it comes."""
        self.close()
        self._folder, self._trained = folder, Trained(folder)
        self._look_number += 1
        number = self._look_number
        self._look()
        self._loop.later(lambda: self._look_again(number), LOOK_SECONDS)

    def restart(self) -> None:
        """After it went off. The canvases are new ones, and empty."""
        folder, wanted = self._folder, self._wanted or (None if self._frame is None else (self._frame, False))
        if folder is not None:
            self.open(folder)
            if wanted is not None:
                self.show(*wanted)

    def close(self) -> None:
        """The helper ends by itself; a job goes on."""
        self._look_number += 1
        self._folder = self._job = self._note = self._trained = None
        self._drop_helper()
        self.layout, self.frames = None, frozenset()
        self._be("none")

    def make(self, first: int, values: Mapping[str, Any] | None = None, again: bool = False) -> None:
        """Have the maps made that are not there yet, those near a frame first; all of them where none lacks, where they
        are stale, or `again`. values: settings of the light, by their dotted names."""
        assert self._folder is not None, "open() comes first"
        if self._job is not None:
            return
        frames = all_frames(self._folder)
        lacking = [n for n in frames if n not in self.frames]
        wanted = frames if again or self.state == "stale" or not lacking else lacking
        self._first, self._had = first, self.frames
        try:
            job = maps_job(self._folder, wanted, first, values or {})
            self._job = self._jobs.add(job, "Live maps", None, True)
        except OSError as error:
            self.failed.emit(Trouble(f"the live maps can't be made: {error.filename}: {error.strerror}"))
            return
        self._be("making")

    def _job_ended(self, item: Any) -> None:
        if self._job is not None and item is self._job:
            self._job = None
            self._look()
            if self._had - self.frames and self.frames:
                self.make(self._first)  # what was there went, since the plate changed: the rest, too

    def _look_again(self, number: int) -> bool:
        if number != self._look_number:
            return False
        self._look()
        return True

    def _look(self) -> None:
        """At the files: all that is read is a few small ones, and a folder's list."""
        if self._folder is None:
            return
        place = proxy_folder(self._folder)
        if self._job is None:
            self._job = job_there(self._jobs, self._folder)
        note = read_note(place)
        layout = self.layout
        if note is not None and note != self._note:
            layout = read_layout(place)
            if layout is not None:
                self._note = note
                self._begin(layout)
        before, self._stamps = self._stamps, {} if layout is None or note is None else self._there.look(place)
        is_new = self.frames != frozenset(self._stamps)
        self.frames = frozenset(self._stamps)
        self._show_what_came(before)
        self._be(self._found_state(), is_new)
        if is_new:
            self._tell_near()

    def _found_state(self) -> State:
        if self.layout is not None and self._helper is None:
            return "failed"
        if self._job is not None:
            return "making"
        if self.layout is None or self._trained is None:
            return "none"
        return "ready" if self._trained.id == self.layout.trained else "stale"

    def _be(self, state: State, is_new: bool = False) -> None:
        if state != self.state or is_new:
            self.state = state
            self.changed.emit(None)

    def _show_what_came(self, before: Mapping[int, int]) -> None:
        """The frame that waits to be shown is there now, or it was made anew."""
        if self._wanted is not None:
            self._ask_to_show()
        elif self._frame is not None:
            old, new = before.get(self._frame), self._stamps.get(self._frame)
            if old is not None and new is not None and old != new:
                self._inverse = None
                self.show(self._frame, False)

    # --- painting and showing -----------------------------------------------------------------------------------------

    @property
    def canvas(self) -> np.ndarray:
        """[H, W, 4] float32 of the mode over: premultiplied paint, a pixel `canvas_scale` of a full-size one wide."""
        return self.canvas_of("over")

    def canvas_of(self, mode: Mode) -> np.ndarray:
        """The same of any mode: to write into, and then to say so by `painted`. OSError: no memory for it."""
        if self._scratch is None:
            return np.zeros((0, 0, 4), np.float32)
        return self._scratch.array(mode)

    @property
    def canvas_window(self) -> Window:
        """What the canvas lies on, in full-size pixels of the canonical."""
        return Window(0, 0, 0, 0) if self.layout is None else self.layout.canvas

    @property
    def canvas_scale(self) -> float:
        return 1.0 if self.layout is None else self.layout.scale

    def painted(self, rect: Rect, mode: Mode = "over") -> None:
        """The canvas of a mode changed there; rect in its own pixels."""
        if mode not in self._used:
            self._used.append(mode)
        self._tell(Painted(mode, rect))

    def stack(self, modes: Sequence[Mode]) -> None:
        """In what order the modes are laid: as their layers lie, lowest first."""
        order = tuple(dict.fromkeys((*modes, *MODES)))
        if order != self._stack:
            self._stack = order
            self._tell(Stack(order))

    def whole(self, picture: np.ndarray | None) -> None:
        """A picture that was painted over elsewhere: [H, W, 4] float32 on the canvas, premultiplied, its alpha 1 where
        it was changed and 0 where it was not; or none. It lies under all other paint."""
        if self._scratch is None or (picture is None and WHOLE not in self._used):
            return
        plane = self._scratch.array(WHOLE)
        plane[:] = 0 if picture is None else picture
        if WHOLE not in self._used:
            self._used.append(WHOLE)
        self._tell(Painted(WHOLE, (0, 0, plane.shape[1], plane.shape[0])))

    def show(self, frame: int, moving: bool) -> None:
        """Latest wins; `shown` tells when `picture` is it. A frame that is not there yet is shown when it comes."""
        self._wanted = frame, moving
        self._tell_near()
        self._ask_to_show()

    def picture(self, frame: int) -> Picture | None:
        """The frame with all paint on it; its alpha is how much paint covers. None: it is not shown now."""
        return self._picture if frame == self._frame else None

    def where(self, xy: tuple[float, float], frame: int, way: Way) -> None:
        """Where a point of a frame lies on the canonical, or the reverse: `placed` tells. Full-size pixels, centres at
        whole numbers. Of several asked at once the last is answered."""
        self._next_asked = Where(frame, xy, way)
        self._ask_where()

    def inverse(self, frame: int) -> np.ndarray | None:
        """[H, W, 2] float32 of the canvas: where each of its pixels lies in the frame, in index coordinates of
        `picture`; NaN nowhere. None: not there yet, it is wanted now, and `inverted` tells."""
        if self._inverse is not None and self._inverse[0] == frame:
            return self._inverse[1]
        if self._inverting is None and frame in self.frames:
            self._inverting = frame
            self._tell(Invert(frame))
        return None

    def _ask_to_show(self) -> None:
        """One at a time: while the helper is at one, only the last wish is kept."""
        if self._wanted is None or self._under_way is not None or self._helper is None:
            return
        frame, moving = self._wanted
        if frame not in self.frames:
            return
        self._showing, self._wanted = self._wanted, None
        self._number += 1
        self._under_way = self._number
        self._tell(Show(frame, moving, self._number))

    def _ask_where(self) -> None:
        if self._asked is None and self._next_asked is not None and self._helper is not None:
            self._asked, self._next_asked = self._next_asked, None
            self._tell(self._asked)

    def _tell_near(self) -> None:
        at = self._wanted[0] if self._wanted is not None else self._frame
        if at is not None and self.frames:
            self._tell(Near(tuple(sorted(self.frames, key=lambda n: (abs(n - at), n < at))[:NEAR])))

    # --- the helper ---------------------------------------------------------------------------------------------------

    def _begin(self, layout: Layout) -> None:
        """Another shot, or the same solved anew: another canvas, and a helper for it."""
        frame = self._wanted or (None if self._frame is None else (self._frame, False))
        self._drop_helper()
        self.layout = layout
        try:
            self._scratch = Scratch.make(layout.planes())
            self._scratch.array("over")
        except OSError as error:
            text = f"live paint needs memory that there is not: {error.strerror}; close other programs"
            self._fail(Trouble(text, is_off=True))
            return
        self._wanted = frame
        self._start_helper()
        self.changed.emit(None)

    def _start_helper(self) -> None:
        assert self.layout is not None and self._scratch is not None
        try:
            self._helper = HelperProcess(self._runtime(), self._scratch, self._heard, self._ended)
        except (RuntimeMissing, OSError) as error:  # both say what to do
            self._fail(Trouble(f"live paint can't start: {error}", is_off=True))
            return
        self._tell(Open(str(self.layout.folder), str(self.layout), self._scratch.address, self._most_bytes))

    def _drop_helper(self) -> None:
        if self._helper is not None:
            self._helper.close()
        if self._scratch is not None:
            self._scratch.close()
        self._close_helper_state()

    def _heard(self, helper: HelperProcess, message: Message) -> None:
        self._loop.soon(lambda: self._take(message) if helper is self._helper else None)

    def _ended(self, helper: HelperProcess) -> None:
        self._loop.soon(lambda: self._lost() if helper is self._helper else None)

    def _tell(self, message: Message) -> None:
        if self._helper is not None:
            self._helper.tell(message)

    def _take(self, message: Message) -> None:
        if isinstance(message, Ready):
            self._tell_all_again()
        elif isinstance(message, Shown):
            self._take_picture(message)
        elif isinstance(message, Failed):
            if message.number == self._under_way:
                self._under_way = None
            self._inverting = None
            if message.frame in self.frames:  # else it was taken away meanwhile, and comes again
                self.failed.emit(Trouble(f"frame {message.frame} can't be shown live: {message.text}"))
            self._ask_to_show()
        elif isinstance(message, Place):
            self._asked = None
            self.placed.emit(message)
            self._ask_where()
        elif isinstance(message, Inverted):
            self._take_inverse(message.frame)

    def _take_picture(self, shown: Shown) -> None:
        assert self.layout is not None and self._scratch is not None
        if shown.number == self._under_way:
            self._under_way = None
        elif shown.number != self._shown_number:
            return  # of a frame that was left meanwhile
        self._shown_number = shown.number
        slot, (x, y, width, height) = self._scratch.array(f"result{shown.slot}"), shown.rect
        if self._rgba is None or (width, height) == self.layout.size:
            self._rgba = slot.copy()
        else:
            self._rgba[y : y + height, x : x + width] = slot[y : y + height, x : x + width]
        layout, self._frame = self.layout, shown.frame
        self._picture = Picture(self._rgba, layout.raster, layout.display, layout.scale, f"frame {shown.frame}, live")
        self.shown.emit((shown.frame, shown.rect))
        self._ask_to_show()

    def _take_inverse(self, frame: int) -> None:
        assert self._scratch is not None
        self._inverting = None
        self._inverse = frame, self._scratch.array("inverse").copy()
        self.inverted.emit(frame)

    def _tell_all_again(self) -> None:
        """A helper that has just begun: all that lies in the scratch, and what to show."""
        for mode in self._used:
            assert self._scratch is not None
            height, width = self._scratch.array(mode).shape[:2]
            self._tell(Painted(mode, (0, 0, width, height)))
        if self._stack != MODES:
            self._tell(Stack(self._stack))
        if self._wanted is None and self._under_way is not None:
            self._wanted = self._showing if self._used else None  # asked for before the helper had the paint
        elif self._wanted is None and self._frame is not None:
            self._wanted = self._frame, False
        self._tell_near()
        self._ask_to_show()
        self._ask_where()

    def _lost(self) -> None:
        """It died: once it is started again, with all that it had."""
        assert self._helper is not None
        words, code = self._helper.last_words, self._helper.process.returncode
        self._helper.close()
        if self._under_way is not None:  # what it was asked for is not shown yet
            self._wanted = self._wanted or self._showing
        self._helper = self._under_way = self._asked = self._inverting = None
        if self._is_second:
            text = "live paint has stopped twice and is off; your paint is kept. Start it again, or go on without"
            self._fail(Trouble(text, words or f"the helper ended with {code}", True))
            return
        self._is_second = True
        self._start_helper()

    def _fail(self, trouble: Trouble) -> None:
        self._helper = None
        self._be("failed")
        self.failed.emit(trouble)
