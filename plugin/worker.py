"""The worker: does one job in Unreel's own environment. `python -I -m unreel.plugin.worker JOB_FOLDER [--detached]`."""

from __future__ import annotations

import faulthandler
import logging
import os
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from . import protocol
from .death import DOCTOR, lacks
from .job import read_job
from .stopping import Stopping
from .telling import Telling

THREADS = (("OMP_WAIT_POLICY", "PASSIVE"), ("OMP_NUM_THREADS", "1"), ("OPENBLAS_NUM_THREADS", "1"))
"""Frames run in parallel, the libraries under them do not; to be set before numpy loads."""


def main(arguments: list[str]) -> int:
    """The exit code, as the command line's; all else is in the job folder, and on standard output."""
    names = [argument for argument in arguments if not argument.startswith("--")]
    if len(names) != 1 or not Path(names[0]).is_dir():
        print("usage: python -I -m unreel.plugin.worker JOB_FOLDER [--detached]", file=sys.stderr)
        return protocol.USAGE
    folder = Path(names[0]).absolute()
    if sys.stderr is not None:
        faulthandler.enable(sys.stderr)  # a crash in a library leaves its traceback in the log
    telling = Telling(folder)
    telling.state(protocol.STARTING)
    stopping = make_stopping(folder, "--detached" not in arguments, telling)
    stopping.listen(telling.beat)
    code, message, more = ended(folder, telling, stopping)
    stopping.end()
    state = {protocol.OK: protocol.DONE, protocol.CANCELLED: protocol.STOPPED}.get(code, protocol.FAILED)
    if state == protocol.FAILED:
        telling.event("error", error=message, exit_code=code)
        print(f"unreel: {message}", file=sys.stderr)
    telling.state(state, message, exit_code=code, **more)
    return code


def make_stopping(folder: Path, attached: bool, telling: Telling) -> Stopping:
    """What it is asked shows in its state."""
    return Stopping(
        folder,
        attached,
        lambda why: telling.state(protocol.STOPPING, why),
        lambda rests: telling.state(protocol.PAUSED if rests else protocol.RUNNING),
    )


def ended(folder: Path, telling: Telling, stopping: Stopping) -> tuple[int, str, dict[str, Any]]:
    """Exit code, message and what else the status says, however the work ends."""
    try:
        result = work(folder, telling, stopping)
    except protocol.JobTooNew as error:
        return protocol.INCOMPATIBLE, str(error), {}
    except protocol.NotAJob as error:
        return protocol.INPUT, str(error), {}
    except KeyboardInterrupt:
        return protocol.CANCELLED, f"{stopping.why or 'stopped'}; what was written before is whole", {}
    except ModuleNotFoundError as error:
        traceback.print_exc()
        return protocol.WENT_WRONG, lacks(error.name or str(error), sys.executable), {}
    except ImportError as error:
        traceback.print_exc()
        return protocol.WENT_WRONG, f"{sys.executable} cannot load what Unreel needs: {error}; {DOCTOR}", {}
    except Exception as error:  # the one broad catch: whatever it is, the node is told
        code = getattr(error, "exit_code", None)
        if code is None:
            traceback.print_exc()
            what = f"{type(error).__name__}: {error}"
            return protocol.WENT_WRONG, f"Unreel failed by a fault of its own, {what}; see {folder / protocol.LOG}", {}
        why = f"{stopping.why}; " if code == protocol.CANCELLED and stopping.why else ""
        return code, f"{why}{error}", {}
    telling.event("result", result=result)
    of_the_whole = {"verdict": str(result.get("verdict", ""))}
    return protocol.OK, "", {**of_the_whole, **({"psnr": result["psnr"]} if "psnr" in result else {})}


def work(folder: Path, telling: Telling, stopping: Stopping) -> dict[str, Any]:
    """Read the job, load the core, and do it."""
    job = read_job(folder)
    made_by = job.made_by
    os.environ["UNREEL_CALLER"] = " ".join(str(made_by[name]) for name in ("host", "version") if name in made_by)
    for name, value in THREADS:
        os.environ.setdefault(name, value)
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
        if report.stage != self.stage or report.done <= self.first:
            self.stage, self.first, self.began = report.stage, report.done, self.clock()
        left, seen = report.total - report.done, report.done - self.first
        eta = 0.0 if not left else round((self.clock() - self.began) / seen * left, 1) if seen else None
        self.telling.progress(
            report.stage, report.done, report.total, frame=report.frame, psnr=report.psnr, eta_seconds=eta
        )
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
