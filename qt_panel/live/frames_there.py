"""Which frames have their maps: asked for often, and listed seldom."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

LIST_SECONDS = 3.0
"""A folder is listed so often though it looks the same: some disks keep no time of a folder, or a coarse one."""


class FramesThere:
    """Of one folder at a time."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """clock: seconds."""
        self._clock = clock
        self._seen: tuple[Path, int] | None = None
        self._changed = self._listed = 0.0
        self._found: dict[int, int] = {}

    def look(self, place: Path) -> dict[int, int]:
        """Frames whose maps are all there, with the time of the last of them, in ns. It is listed where its folder has
        changed just now, else every few seconds."""
        try:
            seen = place, os.stat(place / "maps").st_mtime_ns
        except OSError:
            self._seen = None
            return {}
        now = self._clock()
        if seen != self._seen:
            self._seen, self._changed = seen, now
        if now - self._changed < LIST_SECONDS or now - self._listed >= LIST_SECONDS:
            self._found, self._listed = frames_in(place), now
        return dict(self._found)


def frames_in(place: Path) -> dict[int, int]:
    """The same, listed now."""
    head, tail = "shot_live_hold.", ".exr"
    found = {}
    try:
        with os.scandir(place / "maps") as entries:
            for entry in entries:
                number = entry.name[len(head) : -len(tail)]
                if entry.name.startswith(head) and entry.name.endswith(tail) and number.lstrip("-").isdigit():
                    found[int(number)] = entry.stat().st_mtime_ns
    except OSError:
        return {}
    return found
