"""Windows' locks of bytes, as its C runtime documents `_locking`, on Linux' own that belong to an open file.

Those hold between processes and go with the file, as they do on Windows; what Windows refuses besides is refused here.
"""

from __future__ import annotations

import errno
import fcntl
import os
import struct

LK_UNLCK, LK_LOCK, LK_NBLCK = 0, 1, 2


def locking(file: int, mode: int, count: int) -> None:
    """From the file's place on. OSError(EACCES) where any of the bytes is locked, by this very file too."""
    if mode != LK_NBLCK:
        raise NotImplementedError(f"mode {mode}")
    if count <= 0:
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
    first = os.lseek(file, 0, os.SEEK_CUR)
    if any(begin < first + count and first < begin + length for begin, length in held_by(file)):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    try:
        fcntl.fcntl(file, fcntl.F_OFD_SETLK, struct.pack("hhqqi4x", fcntl.F_WRLCK, os.SEEK_SET, first, count, 0))
    except BlockingIOError:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES)) from None


def held_by(file: int) -> list[tuple[int, int]]:
    """First byte and length of what this open file has locked, as Linux tells it."""
    with open(f"/proc/self/fdinfo/{file}", encoding="ascii") as told:
        locks = [line.split() for line in told if line.startswith("lock:")]
    return [(int(words[7]), int(words[8]) - int(words[7]) + 1) for words in locks]
