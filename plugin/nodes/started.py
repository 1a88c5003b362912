"""The jobs that this process started: an attached one stops when what holds it here is gone, so they are kept."""

from __future__ import annotations

import subprocess
import threading
from pathlib import Path

from ..client import Running

_STARTED: dict[str, Running] = {}


def keep(running: Running) -> None:
    """Until `forget`."""
    _STARTED[str(running.job_folder)] = running


def forget(running: Running) -> None:
    """It has said that it ended."""
    running.close()
    _STARTED.pop(str(running.job_folder), None)
    if running.process is not None:
        reap(running.process)


def reap(process: subprocess.Popen[bytes]) -> None:
    """Wait for a process to end, in a thread, so that the host does not."""
    threading.Thread(target=process.wait, daemon=True).start()


def is_kept(job_folder: Path) -> bool:
    return str(job_folder) in _STARTED


def find(job_folder: Path) -> Running:
    """Started here, or by someone else. NotAJob where there is none."""
    return _STARTED.get(str(job_folder)) or Running.adopt(job_folder)
