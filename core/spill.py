"""Arrays that are kept while work goes on: in memory up to a budget, beyond it on disk."""

from __future__ import annotations

import io
import tempfile
import weakref
from collections.abc import Hashable
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

import numpy as np

from .errors import UnreelError
from .whole_file import disk_reason


@dataclass(frozen=True)
class Place:
    """Of an array in the file."""

    start: int
    shape: tuple[int, ...]
    dtype: np.dtype

    @property
    def bytes(self) -> int:
        return int(np.prod(self.shape)) * self.dtype.itemsize


class Spill:
    """By any hashable name; it may be asked from several threads. What comes first stays in memory.

    The file has no name from its first moment on, so it goes with the process, however that ends.
    """

    def __init__(self, budget: int, folder: Path | None = None) -> None:
        """budget: bytes in memory. folder: of the file; the system's for such files where it is None or gone."""
        self.budget, self.folder = budget, folder
        self.held: dict[Hashable, np.ndarray] = {}
        self.places: dict[Hashable, Place] = {}
        self.used = self.end = 0
        self.file: io.RawIOBase | None = None
        self.lock = Lock()

    def __contains__(self, name: Hashable) -> bool:
        return name in self.held or name in self.places

    def __getitem__(self, name: Hashable) -> np.ndarray:
        """Not to be written to: it may be what is kept. KeyError: there is none. UnreelError: it can't be read."""
        with self.lock:
            if name in self.held:
                return self.held[name]
            place = self.places[name]
            found = np.empty(place.shape, place.dtype)
            try:
                assert self.file is not None
                self.file.seek(place.start)
                count = self.file.readinto(bytes_of(found))
            except OSError as error:
                raise UnreelError(f"{self.where} can't be read: {error.strerror or error}") from None
            if count != place.bytes:
                raise UnreelError(f"{self.where} was cut short; run again")
            return found

    def __setitem__(self, name: Hashable, array: np.ndarray) -> None:
        """UnreelError saying what the disk says (full, read-only)."""
        array = np.ascontiguousarray(array)
        with self.lock:
            self.drop(name)
            if self.used + array.nbytes <= self.budget:
                self.held[name], self.used = array, self.used + array.nbytes
            else:
                self.places[name] = self.written(array)

    def __delitem__(self, name: Hashable) -> None:
        with self.lock:
            self.drop(name)

    def drop(self, name: Hashable) -> None:
        self.places.pop(name, None)
        array = self.held.pop(name, None)
        if array is not None:
            self.used -= array.nbytes

    def written(self, array: np.ndarray) -> Place:
        try:
            if self.file is None:
                there = self.folder if self.folder is not None and self.folder.is_dir() else None
                self.file = tempfile.TemporaryFile(prefix=".spill.", suffix=".tmp", dir=there, buffering=0)
                weakref.finalize(self, self.file.close)
            self.file.seek(self.end)
            rest = bytes_of(array)
            while rest:
                rest = rest[self.file.write(rest) or 0 :]
        except OSError as error:
            why = disk_reason(error, Path(self.where) / "frames")
            raise UnreelError(f"frames can't be kept in {self.where}: {why}, or raise solve.memory") from None
        place = Place(self.end, array.shape, array.dtype)
        self.end += place.bytes
        return place

    @property
    def where(self) -> str:
        return str(self.folder or tempfile.gettempdir())

    def close(self) -> None:
        """All of it goes."""
        with self.lock:
            self.held.clear()
            self.places.clear()
            if self.file is not None:
                self.file.close()
                self.file = None


def bytes_of(array: np.ndarray) -> memoryview:
    return array.reshape(-1).view(np.uint8).data
