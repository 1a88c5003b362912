"""The host's end of a job: starts its worker, looks at it, stops it. Nothing here waits unless it is asked to."""

from __future__ import annotations

import os
import platform
import subprocess
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from . import protocol
from .death import explain, log_tail
from .protocol import Status
from .runtime import WORKER, Runtime, clean_environment, is_windows, worker_command


class Running:
    """A job that was started, here or by someone else.

    An attached one stops, with a checkpoint, when this is closed or its process ends: so keep it.
    """

    def __init__(self, job_folder: Path, process: subprocess.Popen[bytes] | None = None) -> None:
        self.job_folder = Path(job_folder)
        self.process = process
        self._offset = 0
        self._last: Status | None = None

    @classmethod
    def adopt(cls, job_folder: Path) -> Running:
        """One that runs already, detached, or is over. NotAJob where there is none."""
        if protocol.read_json(Path(job_folder) / protocol.JOB) is None:
            raise protocol.NotAJob(f"{job_folder} holds no job that can be read; start it again from the node")
        return cls(Path(job_folder))

    def poll(self) -> Status:
        """How it stands; at once. One that ended without a word gets its reason."""
        code = None if self.process is None else self.process.poll()
        told = protocol.read_status(self.job_folder)  # after the code: what it said last is there by then
        if told is not None:
            self._last = told
        known = self._last or Status(protocol.STARTING)
        if known.ended:
            return known
        if code is not None:
            self._last = self._ended(known, code)
        elif self.process is None and told is None and self.job_folder.is_dir():
            return replace(known, state=protocol.LOST, message="it was written and never started; start it again")
        elif self.process is None and is_gone(known, told is not None):
            return replace(known, state=protocol.LOST, message=self._why(known, None))
        elif told is None and self.process is not None:
            return replace(known, pid=self.process.pid)
        return self._last or known

    def events(self) -> list[dict[str, Any]]:
        """Those that came since this was asked last."""
        found, self._offset = protocol.read_events(self.job_folder / protocol.EVENTS, self._offset)
        return found

    def cancel(self) -> None:
        """Ask it to stop and keep what it reached. Works from any machine, and for a detached one."""
        try:
            (self.job_folder / protocol.CANCEL).touch()
        except OSError:
            self.close()  # its folder is gone or read-only: the pipe's end says the same

    def pause(self) -> None:
        """Ask it to rest where it could stop, and to keep all it has. OSError where its folder is gone or read-only."""
        (self.job_folder / protocol.PAUSE).touch()

    def resume(self) -> None:
        """Let it go on."""
        try:
            (self.job_folder / protocol.PAUSE).unlink()
        except FileNotFoundError:
            pass

    def close(self) -> None:
        """Let go of it: an attached one stops with a checkpoint, a detached one goes on."""
        if self.process is not None and self.process.stdin is not None:
            try:
                self.process.stdin.close()
            except OSError:
                pass

    def wait(self, seconds: float, step: float = 0.05) -> Status:
        """Until it has ended, or `seconds` are over. Not for a host's interface."""
        until = time.monotonic() + seconds
        status = self.poll()
        while not status.ended and time.monotonic() < until:
            time.sleep(step)
            status = self.poll()
        if status.ended and self.process is not None:
            self._reap(max(1.0, until - time.monotonic()))
        return status

    def _reap(self, seconds: float) -> None:
        assert self.process is not None
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return
        self.close()

    def _ended(self, known: Status, code: int) -> Status:
        state = protocol.STOPPED if code == protocol.CANCELLED else protocol.FAILED
        return replace(known, state=state, message=self._why(known, code), exit_code=code)

    def _why(self, known: Status, code: int | None) -> str:
        command = str((protocol.read_json(self.job_folder / protocol.JOB) or {}).get("command", "train"))
        return explain(known, code, log_tail(self.job_folder), self.job_folder.is_dir(), command)


def start(
    job_folder: Path,
    runtime: Runtime,
    detached: bool = False,
    environ: Mapping[str, str] | None = None,
    module: str = WORKER,
) -> Running:
    """Start the worker of a job folder. RuntimeError where its program can't be run, saying why.

    detached: it survives this process; else it stops, with a checkpoint, when this process goes away.
    module: the program that does it, of the same manners.
    """
    job_folder = Path(job_folder)
    now = time.time()
    first = {"state": protocol.STARTING, "started": now, "beat": now, "machine": platform.node()}
    for left in (protocol.EVENTS, protocol.CANCEL, protocol.PAUSE):
        if (job_folder / left).exists():
            (job_folder / left).unlink()
    try:
        protocol.write_json(job_folder / protocol.STATUS, first)
        with open(job_folder / protocol.LOG, "ab") as log:
            process = subprocess.Popen(
                worker_command(runtime, job_folder, detached, module),
                stdin=subprocess.DEVNULL if detached else subprocess.PIPE,
                stdout=subprocess.DEVNULL,  # a pipe that nobody empties would stop the worker
                stderr=log,
                env=clean_environment(os.environ if environ is None else environ),
                cwd=str(job_folder),
                bufsize=0,
                **own_session(detached),
            )
    except OSError as error:
        what = f"{job_folder} or {runtime.python}"
        raise RuntimeError(f"the worker was not started: {error.strerror or error} ({what})") from None
    return Running(job_folder, process)


def own_session(detached: bool) -> dict[str, Any]:
    """So that Ctrl-C in the host's terminal, or its end, is no signal to the worker."""
    if not is_windows():
        return {"start_new_session": True}
    no_window, new_group, detached_process = 0x08000000, 0x00000200, 0x00000008
    return {"creationflags": new_group | (detached_process if detached else no_window)}


def is_gone(status: Status, readable: bool) -> bool:
    """Whether a job that says it runs does not: its process is no more, or it has been silent for too long."""
    if not readable:
        return True
    if status.machine == platform.node() and status.pid and not is_windows():
        try:
            os.kill(status.pid, 0)
        except ProcessLookupError:
            return True
        except OSError:
            pass
    return time.time() - status.beat > protocol.SILENT_SECONDS
