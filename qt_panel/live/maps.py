"""The maps of a frame, ready to lay paint by: read from the live maps, kept in memory and, for next time, on disk."""

from __future__ import annotations

import hashlib
import os
import threading
import uuid
from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from unreel.core.exr_read import read_frame

from .layout import Layout

READ = ("live_st", "live_gain", "live_hold", "plate")
HALF_MAX = 65504.0


@dataclass(frozen=True, eq=False)
class FrameMaps:
    """Of a frame, at the size that is shown."""

    xy: np.ndarray
    """[h, w, 2] float32: where each pixel lies on the canvas, in its index coordinates."""
    gain: np.ndarray
    """[h, w, 4] float16: of `live_gain`."""
    hold: np.ndarray
    """[h, w, 3] float16: of `live_hold`."""
    plate: np.ndarray
    """[h, w, 3] float16, scene-linear, premultiplied; 0 where it is not finite."""

    @property
    def bytes(self) -> int:
        return sum(each.nbytes for each in (self.xy, self.gain, self.hold, self.plate))


PARTS = (("xy", 2, "float32"), ("gain", 4, "float16"), ("hold", 3, "float16"), ("plate", 3, "float16"))


class Maps:
    """Of all frames: the last ones that were asked for in memory, the others as records beside the live maps.

    Asked by two threads: the one that shows, and the one that reads ahead.
    """

    def __init__(self, layout: Layout, most_bytes: int) -> None:
        self.layout, self.most_bytes = layout, most_bytes
        self._kept: OrderedDict[int, tuple[str, FrameMaps]] = OrderedDict()
        self._lock = threading.Lock()
        self._can_write = True

    @property
    def bytes(self) -> int:
        return sum(maps.bytes for _, maps in self._kept.values())

    def get(self, frame: int) -> FrameMaps:
        """InputError, UnreadableFile: its files are not there, or damaged."""
        stamp = self.stamp(frame)
        with self._lock:
            kept = self._kept.get(frame)
            if kept is not None and kept[0] == stamp:
                self._kept.move_to_end(frame)
                return kept[1]
        maps = self._load(frame, stamp)
        with self._lock:
            self._kept[frame] = (stamp, maps)
            self._kept.move_to_end(frame)
            while self.bytes > self.most_bytes and len(self._kept) > 1:
                self._kept.popitem(last=False)
        return maps

    def prepare(self, frame: int) -> None:
        """In memory where there is room without others going, else as a record."""
        stamp = self.stamp(frame)
        with self._lock:
            kept, room = self._kept.get(frame), self.most_bytes - self.bytes
        if kept is not None and kept[0] == stamp:
            return
        width, height = self.layout.size
        fits = room >= width * height * BYTES_A_PIXEL
        if not fits and has_record(self.record(frame), self.layout.size, stamp):
            return
        maps = self._load(frame, stamp)
        if fits:
            with self._lock:
                self._kept[frame] = (stamp, maps)
                self._kept.move_to_end(frame, last=False)

    def _load(self, frame: int, stamp: str) -> FrameMaps:
        """From its record, else from the live maps, of which it then writes one."""
        path = self.record(frame)
        found = read_record(path, self.layout.size, stamp)
        if found is None:
            found = read_maps(self.layout, frame)
            if self._can_write:
                self._can_write = write_record(path, found, stamp)
        return found

    def record(self, frame: int) -> Path:
        return self.layout.folder / "records" / f"{frame:04d}.maps"

    def stamp(self, frame: int) -> str:
        """Another one as soon as any of its files is another."""
        said = [str(self.layout)]
        for what in READ:
            with suppress(OSError):
                state = os.stat(self.layout.file(what, frame))
                said.append(f"{what} {state.st_size} {state.st_mtime_ns}")
        return hashlib.sha256("\n".join(said).encode()).hexdigest()


BYTES_A_PIXEL = sum(channels * np.dtype(dtype).itemsize for _, channels, dtype in PARTS)


def read_maps(layout: Layout, frame: int) -> FrameMaps:
    """From the live maps and the reduced plate. InputError, UnreadableFile."""
    st, gain, hold = (at_size(read_planes(layout, what, frame, names), layout.size) for what, names in PLANES)
    plate = np.nan_to_num(read_planes(layout, "plate", frame, "RGB"), posinf=0, neginf=0)
    return FrameMaps(
        layout.canvas_from_st(st),
        np.clip(gain, -HALF_MAX, HALF_MAX).astype(np.float16),
        hold.astype(np.float16),
        at_size(plate, layout.size).astype(np.float16),
    )


PLANES = (("live_st", "RG"), ("live_gain", "RGBA"), ("live_hold", "RGB"))


def read_planes(layout: Layout, what: str, frame: int, names: str) -> np.ndarray:
    """[h, w, n] float32."""
    planes = read_frame(layout.file(what, frame)).planes
    return np.stack([planes[name] for name in names], 2).astype(np.float32)


def at_size(picture: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    if picture.shape[1::-1] == size:
        return picture
    return cv2.resize(picture, size, interpolation=cv2.INTER_AREA)


def read_inverse(layout: Layout, frame: int) -> np.ndarray:
    """Where the canvas' pixels lie in the picture [H, W, 2] float32, in its index coordinates; NaN where they do not.
    InputError, UnreadableFile."""
    planes = read_frame(layout.file("inverse", frame)).planes
    st = np.stack([planes["R"], planes["G"]], 2).astype(np.float32)
    found = planes["A"].astype(np.float32)
    if layout.canvas_size != (layout.canonical.width, layout.canonical.height) or layout.size != layout.on_disk:
        at = layout.canonical_places()
        st = cv2.remap(st, at, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        found = cv2.remap(found, at, None, cv2.INTER_LINEAR)
    xy = layout.picture_from_st(st)
    xy[found < 0.99] = np.nan
    return xy


def has_record(path: Path, size: tuple[int, int], stamp: str) -> bool:
    """Whether there is one of the same files and size."""
    try:
        with open(path, "rb") as file:
            whole = os.fstat(file.fileno()).st_size == len(stamp) + size[0] * size[1] * BYTES_A_PIXEL
            return whole and file.read(len(stamp)) == stamp.encode()
    except OSError:
        return False


def read_record(path: Path, size: tuple[int, int], stamp: str) -> FrameMaps | None:
    """None where there is none of the same files and size."""
    width, height = size
    if not has_record(path, size, stamp):
        return None
    try:
        with open(path, "rb") as file:
            file.seek(len(stamp))
            parts = {
                name: np.fromfile(file, dtype, height * width * channels).reshape(height, width, channels)
                for name, channels, dtype in PARTS
            }
    except (OSError, ValueError):
        return None
    return FrameMaps(**parts)


def write_record(path: Path, maps: FrameMaps, stamp: str) -> bool:
    """Whole or not at all; False where that can't be done: then there are none."""
    temporary = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}.tmp")
    try:
        path.parent.mkdir(exist_ok=True)
        with open(temporary, "wb") as file:
            file.write(stamp.encode())
            for name, _, dtype in PARTS:
                np.ascontiguousarray(getattr(maps, name), dtype).tofile(file)
        os.replace(temporary, path)
    except OSError:
        with suppress(OSError):
            temporary.unlink()
        return False
    return True
