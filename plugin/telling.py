"""What a worker says of itself: events, one after the other, and a status that is always whole."""

from __future__ import annotations

import json
import os
import platform
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from . import protocol
from .protocol import Status

STATUS_SECONDS = 0.5
"""Between two writings of the status, while nothing but progress changes."""


class Telling:
    """Writes into a job folder and to standard output; from several threads. A disk that takes nothing is no end."""

    def __init__(self, job_folder: Path, clock: Callable[[], float] = time.time) -> None:
        self.folder, self.clock = job_folder, clock
        self.lock = threading.RLock()
        self.sequence = 0
        self.written = 0.0
        now = clock()
        self.status = Status(protocol.STARTING, pid=os.getpid(), machine=platform.node(), started=now, beat=now)

    def event(self, kind: str, **told: Any) -> None:
        """One line of `events.jsonl`."""
        with self.lock:
            line = {"event": kind, "time": round(self.clock(), 3), "seq": self.sequence, **told}
            self.sequence += 1
            text = json.dumps(line, ensure_ascii=True, default=str) + "\n"
            try:
                sys.stdout.write(text)
                sys.stdout.flush()
            except (OSError, ValueError, RuntimeError):  # nobody listens any more, or a signal came amid a line
                pass
            try:
                with open(self.folder / protocol.EVENTS, "a", encoding="utf-8") as file:
                    file.write(text)
            except OSError:
                pass

    def state(self, state: str, message: str = "", **more: Any) -> None:
        """A new state: an event, and the status at once. Nothing comes after the end."""
        with self.lock:
            if self.status.ended:
                return
            self.status = replace(self.status, state=state, message=message, **more)
            self.event("state", state=state, message=message)
            self.write()

    def progress(self, stage: str, done: int, total: int, **more: Any) -> None:
        """`more`: frame, psnr, eta_seconds."""
        with self.lock:
            self.event("progress", stage=stage, done=done, total=total, **more)
            psnr = more.get("psnr")
            self.status = replace(
                self.status,
                stage=stage,
                done=done,
                total=total,
                eta_seconds=more.get("eta_seconds"),
                psnr=self.status.psnr if psnr is None else psnr,
            )
            self.beat(STATUS_SECONDS)

    def beat(self, seconds: float = protocol.BEAT_SECONDS) -> None:
        """The status again, if it is older than that."""
        with self.lock:
            if self.clock() - self.written >= seconds:
                self.write()

    def write(self) -> None:
        with self.lock:
            self.written = self.clock()
            self.status = replace(self.status, beat=self.written)
            try:
                protocol.write_json(self.folder / protocol.STATUS, asdict(self.status))
            except OSError:  # the disk is full, or the folder gone: what was said last stays
                pass
