"""Files that are there whole or not at all."""

from __future__ import annotations

import errno
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from .errors import UnreelError

_FULL = "the disk is full; free some space and run again"


@contextmanager
def replaced_whole(path: str | Path, make_folders: bool = True) -> Iterator[Path]:
    """A temporary name in the folder of `path` to write to; it replaces `path` at the end, or goes on any failure.

    Folders are made, unless they have to be there. UnreelError saying what the disk says (full, read-only, no
    permission).
    """
    path = Path(path)
    temporary = path.with_name(f".{path.stem}.{uuid.uuid4().hex[:12]}.tmp{path.suffix}")
    try:
        if make_folders:
            path.parent.mkdir(parents=True, exist_ok=True)
        yield temporary
        with open(temporary, "rb+") as file:
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except OSError as error:
        raise UnreelError(f"{path} was not written: {disk_reason(error, path)}") from error
    except WriteFailed as error:
        # OpenImageIO passes on no error number: a disk with nothing left says it as well.
        full = shutil.disk_usage(path.parent).free < 1 << 20
        raise UnreelError(f"{path} was not written: {_FULL if full else error}") from None
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


class WriteFailed(Exception):
    """What OpenImageIO said; `replaced_whole` adds the file's name."""


def disk_reason(error: OSError, path: Path) -> str:
    """Why `path` could not be written, and what to do about it where that is known."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return _FULL
    if path.is_dir():
        return "a folder of that name is there; write to another name"
    for folder in path.parents:
        if folder.exists() and not folder.is_dir():
            return f"{folder} is a file, and a folder is needed there; move it away or write to another folder"
    return error.strerror or str(error)
