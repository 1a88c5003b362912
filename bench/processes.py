"""A command line run as its own process on given threads, with what it cost."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

CLI = (sys.executable, "-m", "unreel.core.cli")
THREAD_VARIABLES = (
    "OMP_NUM_THREADS",
    "MKL_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "NUMBA_NUM_THREADS",
    "OPENEXR_THREADS",
)


@dataclass(frozen=True)
class Cost:
    seconds: float
    """Wall time."""
    core_seconds: float
    """User and system time of the process and of what it started."""
    peak_mib: float
    """Greatest resident memory."""


def make_environment(threads: int | None) -> dict[str, str]:
    """This process's environment; with `threads` the pools of all libraries in it are that small."""
    environment = os.environ | {"OMP_WAIT_POLICY": "PASSIVE"}
    if threads is not None:
        environment |= dict.fromkeys(THREAD_VARIABLES, str(threads)) | {"OPENCV_FOR_THREADS_NUM": str(threads)}
    return environment


def pin_to_one_core() -> None:
    """Whatever pools a child makes, they share one core. Without such a call, the thread variables must do."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def run_measured(command: Sequence[str | Path], threads: int | None = None) -> Cost:
    """Run to the end; a failure raises with the end of what the command wrote to its log."""
    with tempfile.TemporaryFile() as log:
        start = time.perf_counter()
        process = subprocess.Popen(
            [str(part) for part in command],
            stdout=log,
            stderr=subprocess.STDOUT,
            env=make_environment(threads),
            preexec_fn=pin_to_one_core if threads == 1 else None,
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            log.seek(0)
            tail = log.read()[-3000:].decode(errors="replace")
            raise RuntimeError(f"{' '.join(map(str, command))} ended with {process.returncode}:\n{tail}")
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10  # ru_maxrss: bytes there, KiB on Linux
    return Cost(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / unit)


def describe_machine() -> str:
    """Processor and count of cores, nothing that tells one machine from another of its kind."""
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        names = [line.split(":", 1)[1].strip() for line in cpuinfo.read_text().splitlines() if "model name" in line]
        model = names[0] if names else model
    return f"{os.cpu_count()} x {model}, {platform.system()}, Python {platform.python_version()}"
