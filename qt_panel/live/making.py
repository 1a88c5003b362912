"""The live maps of a shot as files: which frames there could be, of which training, and the job that makes them."""

from __future__ import annotations

import itertools
import math
import os
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from unreel.core.sequence import parse_range
from unreel.plugin import protocol
from unreel.plugin.job import Job, make_id
from unreel.plugin.stale import made_file

from ..model.signal import Signal
from .layout import PATTERN, PROXY


class Jobs(Protocol):
    """The queue, as far as it is needed here."""

    ended: Signal[Any]

    @property
    def items(self) -> Sequence[Any]: ...

    def add(
        self, job: Job, title: str, then: Callable[[dict[str, Any]], None] | None = None, first: bool = False
    ) -> Any: ...


class Trained:
    """The training that a folder holds now: it is looked at often, and read where it has changed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: tuple[tuple[int, int], str | None] | None = None

    @property
    def id(self) -> str | None:
        try:
            state = os.stat(made_file(self._folder, "train"))
        except OSError:
            return None
        stamp = state.st_mtime_ns, state.st_size
        if self._known is None or self._known[0] != stamp:
            self._known = stamp, trained_id(self._folder)
        return self._known[1]


def proxy_folder(folder: Path) -> Path:
    return folder / "live" / "proxy"


def trained_id(folder: Path) -> str | None:
    """Of the training that the folder holds now."""
    made = protocol.read_json(made_file(folder, "train"))
    return None if made is None else str(made.get("id"))


def all_frames(folder: Path) -> list[int]:
    """Those that were trained; empty where an older version noted nothing: then the job takes all there are."""
    made = protocol.read_json(made_file(folder, "train")) or {}
    on_disk = sorted({int(each[0]) for each in made.get("files", {}).get("plate", ()) if each[0] is not None})
    settings = made.get("settings", {})
    if settings.get("missing") in ("error", "skip") or len(on_disk) < 2:
        return on_disk
    if settings.get("frames"):
        return sorted(parse_range(str(settings["frames"])))
    step = math.gcd(*(after - before for before, after in itertools.pairwise(on_disk)))
    return list(range(on_disk[0], on_disk[-1] + 1, step))


def maps_job(folder: Path, frames: Collection[int], first: int, values: Mapping[str, Any]) -> Job:
    """Makes the maps of these frames, or of all where none is named; those near frame `first` first."""
    flags: dict[str, Any] = {
        "folder": str(folder),
        "output": str(proxy_folder(folder) / "maps" / PATTERN),
        "outputs": ["live", "inverse"],
        "proxy": PROXY,
    }
    if frames:
        flags["frames"] = ",".join(map(str, sorted(frames, key=lambda n: (abs(n - first), n))))
    return Job("propagate", dict(values), flags, {"host": "Unreel panel"}, id=make_id("propagate"))


def job_there(jobs: Jobs, folder: Path | None) -> Any:
    """The item of the queue that makes a folder's maps already, for a window before this one; or None."""
    for item in jobs.items:
        flags = item.job.flags
        if not item.is_over and "proxy" in flags and Path(str(flags.get("folder"))) == folder:
            return item
    return None
