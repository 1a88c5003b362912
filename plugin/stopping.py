"""When a worker should stop or rest: asked by a file, by a signal, or because its host went away."""

from __future__ import annotations

import _thread
import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from . import protocol

LOOK_SECONDS = 0.25
"""Between two looks at the cancel and pause files."""
HOST_GONE = "the host went away"
CANCELLED = "stopped by the artist"
SIGNALLED = "stopped by the system"


class Stopping:
    """Asked once, the work stops where it can go on later; asked again, or where it can't, it is broken off.

    Asked to rest, it waits there: `on_rest` is told when it begins to and when it goes on.
    """

    def __init__(
        self,
        job_folder: Path,
        attached: bool,
        on_ask: Callable[[str], None],
        on_rest: Callable[[bool], None] = lambda rests: None,
    ) -> None:
        self.cancel_file, self.pause_file = job_folder / protocol.CANCEL, job_folder / protocol.PAUSE
        self.attached, self.on_ask, self.on_rest = attached, on_ask, on_rest
        self.goes = threading.Event()
        self.goes.set()
        self.resting = threading.Lock()
        self.rests_since: float | None = None
        self.rested = 0.0
        self.why = ""
        self.breaks_off = False
        self.over = threading.Event()

    def end(self) -> None:
        """The work is over: nothing stops what is told of it."""
        self.over.set()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)

    def should_stop(self) -> bool:
        """At a place where the work could stop; waits here as long as it is paused."""
        if not self.goes.is_set():
            self.rest()
            self.goes.wait()
        return bool(self.why)

    def rest(self) -> None:
        with self.resting:
            if self.rests_since is None and not self.goes.is_set():
                self.rests_since = time.monotonic()
                self.on_rest(True)

    def go_on(self) -> None:
        with self.resting:
            self.goes.set()
            if self.rests_since is not None:
                self.rested += time.monotonic() - self.rests_since
                self.rests_since = None
                if not self.why:
                    self.on_rest(False)

    def clock(self) -> float:
        """Seconds of work: those that it rested are left out."""
        return time.monotonic() - self.rested

    def listen(self, tick: Callable[[], None]) -> None:
        """From now on; `tick` is called again and again, in a thread."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self.on_signal)
        threading.Thread(target=self.look, args=(tick,), daemon=True).start()
        if self.attached:
            threading.Thread(target=self.wait_for_end, daemon=True).start()

    def on_signal(self, number: int, frame: FrameType | None) -> None:
        first = not self.why
        self.ask(SIGNALLED)
        if self.breaks_off or not first:
            raise KeyboardInterrupt

    def look(self, tick: Callable[[], None]) -> None:
        while not self.over.is_set():
            if not self.why and self.cancel_file.exists():
                self.ask(CANCELLED)
                self.break_off()
            if self.why or not self.pause_file.exists():
                self.go_on()
            else:
                self.goes.clear()
            tick()
            time.sleep(LOOK_SECONDS)

    def wait_for_end(self) -> None:
        """The host holds the other end of standard input; the system closes it however the host ends."""
        try:
            while os.read(0, 1024):
                pass
        except OSError:
            pass
        if not self.over.is_set() and not self.why:
            self.ask(HOST_GONE)
            self.break_off()

    def ask(self, why: str) -> None:
        if not self.why:
            self.why = why
            self.on_ask(why)

    def break_off(self) -> None:
        """In the main thread, for work that does not ask."""
        if self.breaks_off:
            _thread.interrupt_main()
