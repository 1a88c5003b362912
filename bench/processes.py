"""A command line run as its own process on given threads, with what it cost."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

CLI = (sys.executable, "-m", "unreel.core.cli")
LAUNCHER = Path(__file__).parent / "launch.py"
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
    major_faults: int = 0
    """Times it waited for a page from disk."""
    swapped_pages: int = 0
    """In and out meanwhile, by all that ran on the machine."""


def make_environment(threads: int | None) -> dict[str, str]:
    """This process's environment; with `threads` the pools of all libraries in it are that small."""
    environment = os.environ | {"OMP_WAIT_POLICY": "PASSIVE"}
    if threads is not None:
        environment |= dict.fromkeys(THREAD_VARIABLES, str(threads)) | {"OPENCV_FOR_THREADS_NUM": str(threads)}
    return environment


def run_measured(command: Sequence[str | Path], threads: int | None = None) -> Cost:
    """Run to the end, with `threads` 1 on one core; a failure raises with the end of what the command wrote."""
    words = [str(word) for word in command]
    with tempfile.TemporaryDirectory() as folder:
        result = Path(folder) / "cost.json"
        done = subprocess.run(
            [sys.executable, LAUNCHER, result, "1" if threads == 1 else "0", *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=make_environment(threads),
        )
        if done.returncode:
            tail = done.stdout[-3000:].decode(errors="replace")
            raise RuntimeError(f"{' '.join(words)} ended with {done.returncode}:\n{tail}")
        return Cost(**json.loads(result.read_text()))


def describe_machine() -> str:
    """Processor and count of cores, nothing that tells one machine from another of its kind."""
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        names = [line.split(":", 1)[1].strip() for line in cpuinfo.read_text().splitlines() if "model name" in line]
        model = names[0] if names else model
    return f"{os.cpu_count()} x {model}, {platform.system()}, Python {platform.python_version()}"
