"""Renders: asked for and queued, and what of them is on disk."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from unreel.core.color import Color
from unreel.core.sequence import Sequence
from unreel.plugin import protocol
from unreel.plugin.job import Job, jobs_folder, parts_of, read_job
from unreel.plugin.nodes.desktop import open_path
from unreel.plugin.nodes.patterns import parts_of as parts_of_pattern
from unreel.plugin.nodes.propagate import render_job, take_result
from unreel.plugin.nodes.tell import EXPECTED, Refused, spoken

from .jobs import JobItem, JobQueue
from .notices import Action, Notice
from .picture import Picture
from .plate import read_picture
from .pressing import press
from .shot import Shot
from .signal import Signal

if TYPE_CHECKING:
    from .session import Session

PAGE = "propagate"
OUTPUTS = ("comp", "layer", "clean", "stmap", "inverse", "visibility", "confidence")
"""That a render can write; the finished frames are always written."""
VERSION = re.compile(r"v\d+")
LOOK_SECONDS = 0.5
"""Between a frame that was written and the look for it."""
NOTHING = "Nothing is painted yet: paint on the canonical or on a frame first, on the page Paint."


@dataclass(frozen=True)
class Version:
    """A render on disk, or on its way there."""

    name: str
    """`v003`, or the files' name where they lie elsewhere."""
    pattern: str
    """Of the finished frames."""
    frames: tuple[int, ...]
    outputs: tuple[str, ...]
    """Those that are there; the finished frames first."""


class Renders:
    """Of the shot that is open."""

    def __init__(self, session: Session, jobs: JobQueue) -> None:
        self.changed: Signal[None] = Signal()
        """Versions, or which of them is shown."""
        self.versions: tuple[Version, ...] = ()
        """The newest first."""
        self.shown: str = ""
        """The pattern of the one that the viewer has; empty: none."""
        self.waits = False
        """A version is asked for, and paint is brought in before."""
        self._brings = self._looks = False
        self._session, self._jobs = session, jobs
        session.shot_changed.connect(self._another_shot)
        session.host.files_changed.connect(self._files_changed)
        jobs.event.connect(self._told)
        jobs.ended.connect(self._ended)
        session.bring_in.changed.connect(self._bringing)

    @property
    def outputs(self) -> tuple[str, ...]:
        """Those that are chosen."""
        named = parts_of(self._session.nodes["propagate"].knobs["outputs"] or ())
        return tuple(name for name in OUTPUTS if name == "comp" or name in named)

    def choose(self, output: str, wanted: bool) -> None:
        """Have it written, or not. The finished frames are always."""
        chosen = {*self.outputs, output} if wanted else set(self.outputs) - {output}
        names = tuple(name for name in OUTPUTS if name in chosen or name == "comp")
        self._session.set_knob("propagate", "outputs", names)

    def render(self) -> JobItem | None:
        """Queue a new version; None where it is refused, which a notice tells, or where paint is brought in before.

        Paint is for the versions after it: it waits until those that are queued are written.
        """
        self._session.notices.clear_at(PAGE)
        if self._session.read_only:
            self._refuse("This shot is open for looking only.")
            return None
        if not self._session.easel.unbrought():
            if self._is_painted() and self._session.easel.name_textures():
                return self._queue()
            self._refuse(NOTHING)
            return None
        self.waits = True
        if self._is_busy():
            text = "What was painted since then goes into a new version as soon as the queue is through."
            self._session.notices.add(Notice(text, where=PAGE))
        self._bring_in()
        return None

    def _is_painted(self) -> bool:
        """Something is in the unreel folder, by whatever way it came there."""
        folder = self._session.folder
        places = () if folder is None else (folder, *(folder / "layers").glob("*"))
        return any(True for place in places for _ in place.glob("textures/*/texture.json"))

    def _is_busy(self) -> bool:
        """Jobs of this folder run, or wait to."""
        folder = self._session.folder
        return any(not item.is_over for item in self._jobs.items if item.place == (folder and jobs_folder(folder)))

    def _bring_in(self) -> None:
        """Before the version that waits for it, as soon as nothing else is done with the folder."""
        bring_in = self._session.bring_in
        if self.waits and not bring_in.is_running and not self._is_busy():
            self._brings = True
            self._session.easel.bring(self._brought)

    def _brought(self) -> None:
        self.waits = self._brings = False
        self._session.notices.clear_at(PAGE)
        self._queue()

    def _bringing(self, _: None) -> None:
        """It may have ended without coming to `_brought`."""
        bring_in = self._session.bring_in
        if self._brings and bring_in.has_failed:
            self.waits = self._brings = False
            self._refuse(f"Nothing is rendered: what is painted could not be brought in. {bring_in.line}")
        elif self.waits and not self._brings:
            self._session.loop.soon(self._bring_in)
        self.changed.emit(None)

    def _queue(self) -> JobItem | None:
        node = self._session.node("propagate")
        waiting = [str(item.job.flags.get("output")) for item in self._jobs.items if not item.is_over]
        try:
            job = render_job(node, waiting)
            return self._jobs.add(job, f"Render {name_of(job)}", lambda result: take_result(node, job, result))
        except EXPECTED as error:
            self._refuse(spoken(error))
            return None

    def copy_command(self) -> None:
        """What does the same in a terminal, to the clipboard."""
        self._session.press("propagate", "copy_command")

    def write_farm_job(self) -> None:
        """What does the same on a farm, as a folder; a notice tells where, or what is to be done first."""
        self._session.notices.clear_at(PAGE)
        if self._session.easel.unbrought():
            self._refuse("What is painted is not in the unreel folder yet: render once, then write the farm job.")
        elif self._is_painted() and self._session.easel.name_textures():
            press(self._session, "propagate", "farm", self._farm_written, self._refuse)
        else:
            self._refuse(NOTHING)

    def _farm_written(self) -> None:
        node = self._session.node("propagate")
        bundle = str(read_job(Path(node.path("job"))).flags["output"])
        show = Action("Open the folder", lambda: self._open(bundle))
        self._session.notices.add(Notice(f"The farm job is written: {bundle}", where=PAGE, actions=(show,)))

    def show(self, version: Version) -> None:
        """In the viewer, as `rendered`."""
        if self._session.shot is not None:
            self._show(version.pattern, self._session.shot)

    def reveal(self, version: Version) -> None:
        """Its folder, in the desktop's own way."""
        self._open(os.path.dirname(version.pattern))

    def _open(self, folder: str) -> None:
        try:
            open_path(folder)
        except Refused as error:
            self._refuse(str(error))

    def look_again(self) -> None:
        """What is on disk."""
        folder = self._session.folder
        found = list(versions_in(folder)) if folder is not None else []
        result = str(self._session.nodes["propagate"].knobs.get("result") or "")
        if result and all(result != version.pattern for version in found):
            found[:0] = filter(None, [version_at(result, Path(result).name)])
        if tuple(found) != self.versions:
            self.versions = tuple(found)
            if not self.shown and self.versions and self._session.shot is not None:
                self._show(self.versions[0].pattern, self._session.shot)
            self.changed.emit(None)

    def _show(self, pattern: str, shot: Shot) -> None:
        """From now on; a frame is read when it is looked at."""
        space = space_of_renders(shot)
        self.shown = pattern
        self._session.frames.source("rendered", lambda number: read_rendered(pattern, number, space))
        self.changed.emit(None)
        self._session.shown_changed.emit(None)

    def _another_shot(self, _: None) -> None:
        if self._session.opening:
            return
        self.shown, self.versions = "", ()
        self.waits = self._brings = False
        self._session.frames.source("rendered", None)
        self.look_again()
        self.changed.emit(None)

    def _files_changed(self, which: tuple[str, str]) -> None:
        node, knob = which
        if node != "propagate" or knob != "result":
            return
        result = str(self._session.nodes["propagate"].knobs["result"] or "")
        self.look_again()
        if result and self._session.shot is not None:
            self._show(result, self._session.shot)

    def _told(self, told: tuple[JobItem, dict[str, Any]]) -> None:
        """A frame of what is shown was written."""
        item, event = told
        if not is_render(item.job) or event.get("event") != "progress" or event.get("frame") is None:
            return
        if str(item.job.flags.get("output")) == self.shown:
            self._session.frames.drop("rendered", [int(event["frame"])])
        if not self._looks:  # once for all that come meanwhile
            self._looks = True
            self._session.loop.later(self._look, LOOK_SECONDS)

    def _look(self) -> bool:
        self._looks = False
        self.look_again()
        return False

    def _ended(self, item: JobItem) -> None:
        if self.waits and not self._brings:
            self._session.loop.soon(self._bring_in)
        if not is_render(item.job):
            return
        self.look_again()
        if item.state == protocol.DONE and item.then is None and self._is_ours(item.job):
            take_result(self._session.node("propagate"), item.job, item.result)

    def _is_ours(self, job: Job) -> bool:
        """Of a window that is gone, in the folder of the shot that is open."""
        return self._session.folder is not None and str(self._session.folder) == str(job.flags["folder"])

    def _refuse(self, text: str) -> None:
        self._session.notices.add(Notice(text, level="wrong", where=PAGE))


def is_render(job: Job) -> bool:
    """And not the maps of live."""
    return job.command == "propagate" and "live" not in job.flags.get("outputs", ())


def name_of(job: Job) -> str:
    """`v003` of a render's job, else the name of its files."""
    output = Path(str(job.flags["output"]))
    return output.parent.name if VERSION.fullmatch(output.parent.name) else output.name


def versions_in(folder: Path) -> Iterable[Version]:
    """Those in an unreel folder, the newest first."""
    try:
        names = [entry.name for entry in os.scandir(folder / "renders") if VERSION.fullmatch(entry.name)]
    except OSError:
        return
    for name in sorted(names, key=lambda name: int(name[1:]), reverse=True):
        found = version_at(str(folder / "renders" / name / f"{folder.stem}.####.exr"), name)
        if found is not None:
            yield found


def version_at(pattern: str, name: str) -> Version | None:
    """What lies at a pattern; None where nothing does. OSError is nothing, too."""
    folder = os.path.dirname(pattern)
    try:
        return _version(pattern, name, os.stat(folder).st_mtime_ns)
    except OSError:
        return None


@lru_cache(maxsize=256)
def _version(pattern: str, name: str, changed: int) -> Version | None:
    """changed: of the folder, whose list is read once as long as it stays the same."""
    parts = parts_of_pattern(pattern)
    if parts is None:
        return None
    before, digits, after = os.path.basename(parts[0]), parts[1], parts[2]
    stem = before.rstrip("._-")
    words = "|".join(output for output in OUTPUTS if output != "comp")
    form = re.compile(
        f"{re.escape(stem)}(?:_({words}))?{re.escape(before[len(stem) :])}(-?\\d{{{digits},}}){re.escape(after)}"
    )
    frames: dict[str, list[int]] = {}
    for match in filter(None, map(form.fullmatch, os.listdir(os.path.dirname(pattern)))):
        frames.setdefault(match[1] or "comp", []).append(int(match[2]))
    if "comp" not in frames:
        return None
    return Version(name, pattern, tuple(sorted(frames["comp"])), tuple(each for each in OUTPUTS if each in frames))


def space_of_renders(shot: Shot) -> str:
    """A float plate's frames stay in its space; those of any other come out scene-linear."""
    kinds = list(shot.header.channels.values())
    is_float = bool(kinds) and np.issubdtype(np.dtype(kinds[0]), np.floating)
    return shot.space if is_float else "scene_linear"


def read_rendered(pattern: str, frame_number: int, space: str) -> Picture:
    """In a thread of the cache. InputError for a frame that was not rendered, or not yet."""
    return read_picture(Sequence.find(pattern, str(frame_number)), frame_number, _color(), space)


@lru_cache(maxsize=1)
def _color() -> Color:
    return Color()
