"""The worker: does one job in Unreel's own environment. `python -I -m unreel.plugin.worker JOB_FOLDER [--detached]`."""

from __future__ import annotations

import logging
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from . import protocol
from .job import read_job
from .runtime import WORKER
from .stopping import Stopping
from .telling import Telling
from .working import do


def main(arguments: list[str]) -> int:
    """The exit code, as the command line's; all else is in the job folder, and on standard output."""
    return do(arguments, WORKER, work)


def work(folder: Path, telling: Telling, stopping: Stopping) -> dict[str, Any]:
    """Read the job, load the core, and do it."""
    job = read_job(folder)
    made_by = job.made_by
    os.environ["UNREEL_CALLER"] = " ".join(str(made_by[name]) for name in ("host", "version") if name in made_by)
    from ..core.quiet import ask_for_quiet

    ask_for_quiet()  # before numpy loads
    from ..core import job as core_job

    logging.getLogger("unreel.core").addHandler(EventLog(telling))
    logging.getLogger("unreel.core").setLevel(logging.INFO)
    wanted = core_job.read_job(folder)
    stopping.breaks_off = not core_job.COMMANDS[wanted.command].stops
    if stopping.should_stop():
        raise KeyboardInterrupt
    telling.state(protocol.RUNNING)
    return core_job.run_job(wanted, Progress(telling, stopping.clock), stopping.should_stop)


class Progress:
    """The core's reports as events, with the time that is left of a stage."""

    def __init__(self, telling: Telling, clock: Callable[[], float] = time.monotonic) -> None:
        self.telling, self.clock = telling, clock
        self.stage, self.first, self.began = "", 0, 0.0

    def __call__(self, report: Any) -> None:
        if report.preview is not None:
            preview = report.preview
            self.telling.event("preview", stage=report.stage, frame=preview.frame, files=preview.files)
            return
        if report.stage != self.stage or report.done <= self.first:
            self.stage, self.first, self.began = report.stage, report.done, self.clock()
        left, seen = report.total - report.done, report.done - self.first
        eta = 0.0 if not left else round((self.clock() - self.began) / seen * left, 1) if seen else None
        more = {"frame": report.frame, "psnr": report.psnr, "loss": report.loss, "eta_seconds": eta}
        self.telling.progress(report.stage, report.done, report.total, **more)
        if report.early is not None:
            early = report.early
            told = {"verdict": early.word, "reason": early.reason, "frames": early.frames, "keys": early.keys}
            self.telling.event("early", stage=report.stage, **told)


class EventLog(logging.Handler):
    """The core's log as events, and in the worker's own."""

    def __init__(self, telling: Telling) -> None:
        super().__init__()
        self.telling = telling

    def emit(self, record: logging.LogRecord) -> None:
        text = record.getMessage()
        self.telling.event("log", level=record.levelname.lower(), message=text)
        try:
            print(f"{record.levelname}: {text}", file=sys.stderr, flush=True)
        except (OSError, ValueError):  # a full disk is told by what can't be written
            pass


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
