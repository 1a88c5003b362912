"""How much memory and how many threads work may take; and that a full memory is told the same way, whichever library
ran into it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import cv2

from .errors import OutOfMemory
from .machine import memory_bytes, usable_cores
from .settings import SolveSettings

SHARE = 0.25
"""Of the machine's memory, where the setting does not say: hosts and other jobs have the rest."""


def budget_bytes(solve: SolveSettings) -> int:
    """What pictures and what is made of them may take at once: `solve.memory`, or a share of the machine's."""
    return round(solve.memory * (1 << 30)) if solve.memory else int(memory_bytes() * SHARE)


def threads_for(solve: SolveSettings, bytes_each: float = 0) -> int:
    """`solve.threads`, or one for each core; no more than the budget has room for, at `bytes_each` a thread."""
    count = solve.threads or usable_cores()
    return max(1, min(count, int(budget_bytes(solve) / bytes_each))) if bytes_each else count


@contextmanager
def full_memory_told() -> Iterator[None]:
    """OutOfMemory for what Python, OpenCV and torch say of it; other errors pass."""
    try:
        yield
    except (MemoryError, cv2.error, RuntimeError) as error:
        if isinstance(error, cv2.error) and error.code != cv2.Error.StsNoMem:
            raise
        if isinstance(error, RuntimeError) and not says_so(error):
            raise
        raise OutOfMemory(
            "the machine's memory is full; use a smaller solve.proxy, fewer solve.threads or less solve.memory"
        ) from None


def says_so(error: RuntimeError) -> bool:
    """torch has its own error on a GPU, and none on the CPU."""
    return type(error).__name__ == "OutOfMemoryError" or "can't allocate memory" in str(error)
