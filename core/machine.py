"""What of the machine this process may use: cores and memory, within the limits of its container."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

CGROUPS, OWN_CGROUP = Path("/sys/fs/cgroup"), Path("/proc/self/cgroup")
UNKNOWN_MEMORY = 8 << 30
"""Where the system doesn't say."""


def usable_cores(groups: Path = CGROUPS, own: Path = OWN_CGROUP) -> int:
    """At least 1: those the process may run on, or as many as its group's quota of time amounts to."""
    there = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    quotas = [_cores(text) for text in _limits("cpu.max", groups, own)]
    return max(1, min([there, *(int(quota) for quota in quotas if quota is not None)]))


def memory_bytes(groups: Path = CGROUPS, own: Path = OWN_CGROUP) -> int:
    """Of the machine, or what its group may take of it."""
    names = ("memory.max", "memory.high", "memory/memory.limit_in_bytes")
    limits = [int(text) for name in names for text in _limits(name, groups, own) if text.isdigit()]
    return min([_physical(), *(limit for limit in limits if limit > 0)])


def _limits(name: str, groups: Path, own: Path) -> Iterator[str]:
    """What a file says in the process's group, and in those around it."""
    inside = ""
    with suppress(OSError):
        lines = [line.split(":", 2) for line in own.read_text().splitlines()]
        inside = next((parts[2] for parts in lines if parts[:2] == ["0", ""]), "")
    place = groups / inside.strip("/")
    for folder in (place, *place.parents):
        with suppress(OSError):
            yield (folder / name).read_text().strip()
        if folder == groups:
            return


def _cores(text: str) -> float | None:
    """Of `quota period` in microseconds; None where there is no quota."""
    quota, _, period = text.partition(" ")
    return max(1.0, int(quota) / int(period)) if quota.isdigit() and period.isdigit() and int(period) else None


def _physical() -> int:
    if sys.platform == "win32":
        return _windows_memory()
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError):
        return UNKNOWN_MEMORY


def _windows_memory() -> int:
    import ctypes

    kibibytes = ctypes.c_ulonglong(0)
    windows = ctypes.windll.kernel32  # type: ignore[attr-defined, unused-ignore]
    return (
        kibibytes.value << 10 if windows.GetPhysicallyInstalledSystemMemory(ctypes.byref(kibibytes)) else UNKNOWN_MEMORY
    )
