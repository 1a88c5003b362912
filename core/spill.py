"""Arrays that are kept while work goes on: in memory up to a budget, beyond it on disk."""

from __future__ import annotations

import io
import os
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
        with self.lock:
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
                raise UnreelError(
                    f"what was kept in {place_of(self.folder)} can't be read: {error.strerror or error}"
                ) from None
            if count != place.bytes:
                raise UnreelError(f"what was kept in {place_of(self.folder)} was cut short; run again")
            return found

    def __setitem__(self, name: Hashable, array: np.ndarray) -> None:
        """UnreelError saying what the disk says (full, read-only)."""
        array = np.ascontiguousarray(array)
        with self.lock:
            before = self.places.get(name)
            self.drop(name)
            if self.used + array.nbytes <= self.budget:
                self.held[name], self.used = array, self.used + array.nbytes
            else:
                fits = before is not None and before.bytes >= array.nbytes
                self.places[name] = self.written(array, before.start if before is not None and fits else self.end)

    def __delitem__(self, name: Hashable) -> None:
        with self.lock:
            self.drop(name)

    def drop(self, name: Hashable) -> None:
        self.places.pop(name, None)
        array = self.held.pop(name, None)
        if array is not None:
            self.used -= array.nbytes

    def written(self, array: np.ndarray, start: int) -> Place:
        try:
            if self.file is None:
                self.file = open_nameless(self.folder)
                weakref.finalize(self, self.file.close)
            self.file.seek(start)
            rest = bytes_of(array)
            while rest:
                rest = rest[self.file.write(rest) or 0 :]
        except OSError as error:
            raise no_room(error, self.folder) from None
        place = Place(start, array.shape, array.dtype)
        self.end = max(self.end, start + place.bytes)
        return place

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


def large(shape: tuple[int, ...], dtype: type, budget: float, folder: Path | None) -> np.ndarray:
    """An array to write into and to look at anywhere: in memory within `budget` bytes, else mapped from such a file.
    UnreelError: the disk has no room for it."""
    size = int(np.prod(shape)) * np.dtype(dtype).itemsize
    if size <= budget:
        return np.empty(shape, dtype)
    try:
        with open_nameless(folder) as file:  # the map holds it open
            if hasattr(os, "posix_fallocate"):  # a disk that gets full under a map would end the process
                os.posix_fallocate(file.fileno(), 0, size)
            return np.memmap(file, dtype, "r+" if file.seek(0, 2) else "w+", shape=shape)
    except OSError as error:
        raise no_room(error, folder) from None


def open_nameless(folder: Path | None) -> io.RawIOBase:
    """In the folder, or where the system has such files if it is None or gone."""
    return tempfile.TemporaryFile(prefix=".spill.", suffix=".tmp", dir=place_of(folder), buffering=0)


def place_of(folder: Path | None) -> str:
    return str(folder) if folder is not None and folder.is_dir() else tempfile.gettempdir()


def no_room(error: OSError, folder: Path | None) -> UnreelError:
    place = place_of(folder)
    return UnreelError(
        f"frames can't be kept in {place}: {disk_reason(error, Path(place) / 'frames')}, or raise solve.memory"
    )
