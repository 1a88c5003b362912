"""Why a worker ended without saying so itself, and what to do about it."""

from __future__ import annotations

import re
import time
from pathlib import Path

from . import protocol

TAIL_BYTES = 8192
DOCTOR = "run python3 install doctor"


def log_tail(job_folder: Path) -> str:
    """The last of the worker's log."""
    try:
        with open(job_folder / protocol.LOG, "rb") as file:
            file.seek(0, 2)
            file.seek(max(0, file.tell() - TAIL_BYTES))
            return file.read().decode("utf-8", "replace")
    except OSError:
        return ""


def explain(
    status: protocol.Status | None, return_code: int | None, log: str, folder_there: bool = True, command: str = "train"
) -> str:
    """A sentence for the artist. return_code: None where only its silence is known."""
    again = "Resume goes on from the checkpoint" if command == "train" else "start it again"
    if not folder_there:
        return "the job's folder was deleted while it ran; start it again, it goes on from what the unreel folder has"
    told = explain_log(log)
    if told:
        return told
    if return_code is None:
        last = time.strftime("%H:%M", time.localtime(status.beat)) if status and status.beat else "its start"
        where = f" on {status.machine}" if status and status.machine else ""
        return (
            f"nothing was heard from the worker{where} since {last}: the process was killed, or the computer switched "
            f"off; {again}"
        )
    if return_code in (-9, 137):
        return (
            "the system killed the worker (signal 9), most likely because the memory was full; use a smaller proxy or "
            f"fewer threads, or close other programs; {again}"
        )
    if return_code < 0:
        return f"the worker was ended by signal {-return_code}; its log says more; {again}"
    if return_code == protocol.MEMORY:
        return "the memory was full; use a smaller proxy or fewer threads"
    if return_code == protocol.OK:
        return "the worker ended without a result; start it again, and see its log"
    return f"the worker ended with exit code {return_code}{last_line(log)}"


def explain_log(log: str) -> str:
    """What the log's end gives away: a wrong environment, no memory, a full disk. Empty where it says nothing known."""
    missing = re.findall(r"(?:ModuleNotFoundError: )?No module named '?([\w.]+)'?", log)
    if missing:
        return lacks(missing[-1], "Unreel's environment")
    if re.search(r"MemoryError|out of memory|Cannot allocate memory", log):
        return "the memory was full; use a smaller proxy or fewer threads"
    if re.search(r"No space left on device|Disk quota exceeded", log):
        return "the disk is full; free some space and start it again"
    return ""


def lacks(module: str, environment: str) -> str:
    """An environment without something that Unreel needs."""
    return f"{environment} lacks {module.split('.')[0]}: it is not the one that was installed, or damaged; {DOCTOR}"


def last_line(log: str) -> str:
    lines = [line.strip() for line in log.splitlines() if line.strip()]
    return f": {lines[-1]}" if lines else "; there is nothing in its log"
