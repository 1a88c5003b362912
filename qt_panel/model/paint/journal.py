"""What is painted goes to disk while it is painted: a line for each thing that is done, only ever added to."""

from __future__ import annotations

import errno
import json
import os
import queue
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from unreel.core.file_lock import lock

NAME = "journal.jsonl"
LOCK = ".lock"
GATHER_SECONDS = 0.1
"""What comes within is written at once: as much as a killed process can lose of a stroke."""
RETRY_SECONDS = 2.0
ELSEWHERE = "The paint of this shot is open in another window or on another machine: here it can be looked at only."
Asked = tuple[bytes, bool] | threading.Event | None
"""For the writer: lines, and whether they are to be on the disk itself; a sign, given when they were tried; the end."""
Told = Callable[[str | None], None]
"""Called in the writer's thread: None when all is on disk, else why it is not."""


class Journal:
    """One file in the paint's own folder. A thread writes, so that a slow disk never holds up the brush."""

    def __init__(self, folder: Path, told: Told) -> None:
        self.folder, self._told = folder, told
        self.path = folder / NAME
        self.refusal: str | None = None
        """Why nothing can be written here; None where it can."""
        self._size = 0
        self._left: int | None = 0
        """Bytes of the file as we left it; None where a write of ours failed."""
        self._lock: IO[bytes] | None = None
        self._thread: threading.Thread | None = None
        self._queue: queue.SimpleQueue[Asked] = queue.SimpleQueue()
        self._why: str | None = None
        """Why the last try did not bring all to disk."""

    def read(self) -> bytes:
        """All whole lines; a torn last one is left out. Where there are any, they are ours alone from now on."""
        with suppress(FileNotFoundError):
            if self.path.stat().st_size:
                self._take()
            content = self.path.read_bytes()
            whole = content[: content.rfind(b"\n") + 1]
            self._size, self._left = len(whole), len(content)
            return whole
        return b""

    def take(self) -> bool:
        """Makes sure that we may write; `refusal` says why not."""
        if self._lock is None and self.refusal is None:
            self._take()
            with suppress(FileNotFoundError):
                if self.refusal is None and self.path.stat().st_size > self._size:
                    self.refusal = f"{self.folder} was painted in from elsewhere meanwhile: open the shot again."
        return self.refusal is None

    def write(self, record: Any, sync: bool = True) -> None:
        """Adds a line. `sync`: it is on the disk itself soon, whatever happens to the machine."""
        if not self.take():
            return
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="paint journal", daemon=True)
            self._thread.start()
        line = json.dumps(record, separators=(",", ":"), allow_nan=False)
        self._queue.put((line.encode() + b"\n", sync))

    def cut(self, size: int) -> None:
        """Before anything is written: what comes after so many bytes is damaged. It is kept beside it, or all is."""
        damaged = self.path.with_name(f"journal.damaged-{time.strftime('%Y%m%d-%H%M%S')}.jsonl")
        try:
            damaged.write_bytes(self.path.read_bytes())
        except OSError as error:
            self.refusal = f"{self.path} is damaged, and no copy can be kept ({error.strerror}): it is left as it is."
        self._size = size

    def flush(self) -> str | None:
        """Waits until all that was written is on disk, or can't be: then why."""
        if self._thread is None:
            return None
        tried = threading.Event()
        self._queue.put(tried)
        while self._thread.is_alive() and not tried.wait(GATHER_SECONDS):
            pass
        return self._why

    def close(self) -> None:
        """All that was written is on disk, if the disk takes it."""
        if self._thread is not None:
            self._queue.put(None)
            self._thread.join()
            self._thread = None
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _take(self) -> None:
        file: IO[bytes] | None = None
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            file = open(self.folder / LOCK, "ab")
            lock(file.fileno(), exclusive=True)
        except OSError as error:
            if file is not None and error.errno in (errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP):
                self._lock = file  # a file system without locks
                return
            if file is not None:
                file.close()
            held = error.errno in (errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES) and file is not None
            self.refusal = ELSEWHERE if held else f"{self.folder}: {error.strerror}. What is painted can't be kept."
            return
        self._lock = file

    def _run(self) -> None:
        pending, is_synced, ends = b"", True, False
        while not ends:
            try:
                first = self._queue.get(timeout=RETRY_SECONDS if pending else None)
            except queue.Empty:
                taken: list[Asked] = []
            else:
                if isinstance(first, tuple) and not first[1]:
                    time.sleep(GATHER_SECONDS)
                taken = [first, *self._waiting()]
            for each in taken:
                ends |= each is None
                if isinstance(each, tuple):
                    pending += each[0]
                    is_synced &= not each[1]
            if pending and self._append(pending, sync=not is_synced):
                pending, is_synced = b"", True
            for each in taken:
                if isinstance(each, threading.Event):
                    each.set()

    def _waiting(self) -> list[Asked]:
        waiting = []
        with suppress(queue.Empty):
            while True:
                waiting.append(self._queue.get_nowait())
        return waiting

    def _append(self, lines: bytes, sync: bool) -> bool:
        try:
            self._require_ours()
            self._left = None
            with open(self.path, "r+b" if self.path.exists() else "x+b") as file:
                file.truncate(self._size)
                file.seek(self._size)
                file.write(lines)
                file.flush()
                if sync:
                    os.fsync(file.fileno())
        except OSError as error:
            full = error.errno in (errno.ENOSPC, errno.EDQUOT)
            self._why = f"The paint is not kept: {self.path}: {'the disk is full' if full else error.strerror}."
            self._told(self._why)
            return False
        self._size += len(lines)
        self._left, self._why = self._size, None
        self._told(None)
        return True

    def _require_ours(self) -> None:
        """OSError where another has written to it, or taken it away: nothing is written over, and no gap is left."""
        size = self.path.stat().st_size if self.path.exists() else 0
        if size < self._size or (self._left is not None and size != self._left):
            raise OSError(errno.EBUSY, "it was changed from elsewhere meanwhile; open the shot again")
