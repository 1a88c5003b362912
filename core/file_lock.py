"""A lock on an open file that the system frees, however its holder ends: many share it, or one has it alone."""

from __future__ import annotations

import importlib
import os
from contextlib import suppress
from typing import Any

fcntl: Any = None if os.name == "nt" else importlib.import_module("fcntl")
msvcrt: Any = importlib.import_module("msvcrt") if os.name == "nt" else None

SHARERS = 64
"""Windows locks bytes, each for one alone: who shares has one of so many, who is alone has them all."""


def lock(file: int, exclusive: bool) -> None:
    """At once, or OSError: another holds it otherwise, or the file system has no locks. It goes as the file is closed.

    A lock that is held already can be made exclusive by `flock` alone; on Windows that is refused.
    """
    if msvcrt is None:
        fcntl.flock(file, (fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH) | fcntl.LOCK_NB)
    elif exclusive:
        lock_bytes(file, 0, SHARERS)
    else:
        for at in range(SHARERS - 1):
            with suppress(PermissionError):
                return lock_bytes(file, at, 1)
        lock_bytes(file, SHARERS - 1, 1)


def lock_bytes(file: int, first: int, count: int) -> None:
    """PermissionError where any of them is locked. They need not be there."""
    os.lseek(file, first, os.SEEK_SET)
    msvcrt.locking(file, msvcrt.LK_NBLCK, count)
