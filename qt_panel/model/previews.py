"""Pictures of how a training stands, as the core writes them while it runs."""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path

import numpy as np
from unreel.core.errors import UnreelError
from unreel.core.exr_read import read_frame
from unreel.core.frame import Frame, Window

from .frames import FrameCache
from .loop import Loop
from .picture import Broken, Picture

KEPT = 64
"""Pictures in memory, a megabyte each."""
RECONSTRUCTION = re.compile(r"reconstruction\.(-?\d+)\.exr")


class Reconstructions:
    """Frames as they were made of the canonical, read as they come; a frame without a preview has no picture."""

    def __init__(self, loop: Loop, frames: FrameCache) -> None:
        self._loop, self._frames = loop, frames
        self._pictures: OrderedDict[int, Picture] = OrderedDict()
        self._turn = 0
        frames.direct("reconstruction", self._give)

    @property
    def numbers(self) -> frozenset[int]:
        return frozenset(self._pictures)

    def _give(self, number: int) -> Picture | Broken:
        return self._pictures.get(number) or Broken("Training has not shown this frame yet.")

    def clear(self) -> None:
        """Another shot."""
        self._turn += 1
        self._pictures.clear()
        self._frames.drop("reconstruction")

    def read(self, files: Mapping[int, Path], display: Window) -> None:
        """In a thread, one after the other; a frame's newest takes the place of what was there."""
        turn = self._turn

        def work() -> None:
            for number, path in files.items():
                try:
                    picture = read_preview(path, display, f"frame {number} as trained so far")
                except (UnreelError, OSError):  # a newer training has cleared them away
                    continue
                self._loop.soon(partial(self._take, number, picture, turn))

        if files:
            threading.Thread(target=work, daemon=True).start()

    def _take(self, number: int, picture: Picture, turn: int) -> None:
        if turn != self._turn:
            return
        self._pictures[number] = picture
        self._pictures.move_to_end(number)
        while len(self._pictures) > KEPT:
            self._pictures.popitem(last=False)
        self._frames.came.emit(("reconstruction", number))


def read_preview(path: Path, display: Window, name: str) -> Picture:
    """InputError, UnreadableFile where it is not there, or can't be read."""
    frame = read_frame(path)
    rgba = np.stack([frame.planes[channel] for channel in "RGBA"], -1).astype(np.float16)
    window = window_of(frame)
    return Picture(rgba, window, display, rgba.shape[1] / window.width, name)


def window_of(frame: Frame) -> Window:
    """The pixels of the plate that a preview stands for."""
    told = frame.metadata.get("unreel/window")
    if told is None:
        return frame.data
    x, y, width, height = (round(float(each)) for each in told.value)
    return Window(x, y, width, height)


def reconstructions(folders: Iterable[Path]) -> dict[int, Path]:
    """Of unreel folders: by frame, those that are there. A preview that goes meanwhile is no more found."""
    found = {}
    for folder in folders:
        for path in sorted((folder / "previews").glob("reconstruction.*.exr")):
            match = RECONSTRUCTION.fullmatch(path.name)
            if match is not None:
                found[int(match[1])] = path
    return dict(list(found.items())[-KEPT:])
