"""One file in memory that the window and its helper both see: pictures cross it without being copied or sent."""

from __future__ import annotations

import mmap
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from pathlib import Path

import numpy as np

SHARED_MEMORY = Path("/dev/shm")
PAGE = 4096


@dataclass(frozen=True)
class Plane:
    shape: tuple[int, ...]
    dtype: str

    @property
    def bytes(self) -> int:
        return prod(self.shape) * np.dtype(self.dtype).itemsize


class Scratch:
    """Named arrays, 0 at first. Where the system allows it the file has no name any more: it goes with the last
    process that has it open, however that ends."""

    def __init__(self, file: int, planes: Mapping[str, Plane], path: Path | None = None) -> None:
        self.file, self.path, self._planes = file, path, dict(planes)
        self._begins = begins_of(planes)
        self._memory = mmap.mmap(file, size_of(planes))
        self._reserved: set[str] = set()

    @classmethod
    def make(cls, planes: Mapping[str, Plane], by_path: bool = os.name == "nt") -> Scratch:
        """by_path: other processes open it by its name, and `close` takes it away. OSError: no room for it."""
        file, name = tempfile.mkstemp(".scratch", "unreel-live-", place_for(size_of(planes)))
        try:
            os.truncate(file, size_of(planes))
            return cls(file, planes, Path(name) if by_path else None)
        except BaseException:
            os.close(file)
            raise
        finally:
            if not by_path:
                os.unlink(name)

    @classmethod
    def open(cls, address: str, planes: Mapping[str, Plane]) -> Scratch:
        """What another process has made, by its `address`."""
        flags = os.O_RDWR | getattr(os, "O_BINARY", 0)
        return cls(int(address) if address.isdigit() else os.open(address, flags), planes)

    @property
    def address(self) -> str:
        """For `open` in a process that inherits `file`, or by the path."""
        return str(self.file) if self.path is None else str(self.path)

    def array(self, name: str) -> np.ndarray:
        """The plane itself, to read and to write. OSError where there is no room for it."""
        plane = self._planes[name]
        if name not in self._reserved and hasattr(os, "posix_fallocate"):
            # Else writing where the memory is full ends the process without a word.
            os.posix_fallocate(self.file, self._begins[name], plane.bytes)
        self._reserved.add(name)
        flat = np.frombuffer(self._memory, plane.dtype, prod(plane.shape), self._begins[name])
        return flat.reshape(plane.shape)

    def close(self) -> None:
        """Arrays that are still in use stay readable."""
        os.close(self.file)
        if self.path is not None:
            try:
                self.path.unlink()
            except OSError:  # Windows, while the helper has it open: it lies in the temporary files
                pass


def begins_of(planes: Mapping[str, Plane]) -> dict[str, int]:
    begins, at = {}, 0
    for name, plane in planes.items():
        begins[name] = at
        at += -(-plane.bytes // PAGE) * PAGE
    return begins


def size_of(planes: Mapping[str, Plane]) -> int:
    return sum(-(-plane.bytes // PAGE) * PAGE for plane in planes.values())


def place_for(size: int) -> Path:
    """Shared memory, unless that is too small, as in a container."""
    if SHARED_MEMORY.is_dir() and os.access(SHARED_MEMORY, os.W_OK):
        if shutil.disk_usage(SHARED_MEMORY).free > 2 * size:
            return SHARED_MEMORY
    return Path(tempfile.gettempdir())
