"""A full memory is told the same way, whichever library ran into it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import cv2

from .errors import OutOfMemory


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
        raise OutOfMemory("the machine's memory is full; use a smaller solve.proxy or fewer solve.threads") from None


def says_so(error: RuntimeError) -> bool:
    """torch has its own error on a GPU, and none on the CPU."""
    return type(error).__name__ == "OutOfMemoryError" or "can't allocate memory" in str(error)
