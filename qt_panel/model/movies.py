"""Movies for dailies, and the contact sheet: asked for and queued, and where they lie."""

from __future__ import annotations

import os
import re
import time
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from unreel.core.errors import UnreelError
from unreel.plugin import protocol
from unreel.plugin.nodes.desktop import open_path
from unreel.plugin.nodes.tell import EXPECTED, Refused, spoken

from ..movie.codecs import CODECS
from ..movie.order import Order, movie_job
from .jobs import JobItem, JobQueue
from .notices import Action, Notice
from .renders import space_of_renders
from .signal import Signal

if TYPE_CHECKING:
    from .session import Session

PAGE = "sheet"
FOLDER = "movies"
"""In the unreel folder."""
VERSION = re.compile(r"(?<![a-z])v\d+", re.IGNORECASE)
Source = Literal["rendered", "plate"]


@dataclass(frozen=True)
class Wish:
    """What the artist chose, kept with the shot's window."""

    source: Source = "rendered"
    codec: str = "h264"
    longest: int | None = 1920
    """Pixels of the longer side at most; None: as the frames are."""
    has_words: bool = True
    fps: str = ""
    """Empty: the plate's own, else 24."""


class Movies:
    """Of the shot that is open."""

    def __init__(self, session: Session, jobs: JobQueue) -> None:
        self.changed: Signal[None] = Signal()
        """The wish, or what was made."""
        self.wish = Wish()
        self.last: Path | None = None
        """The movie that was made last."""
        self._session, self._jobs = session, jobs
        session.shot_changed.connect(self._another_shot)
        session.renders.changed.connect(self.changed.emit)
        session.host.knob_changed.connect(self._knob_changed)
        jobs.ended.connect(self._ended)

    def change(self, **values: Any) -> None:
        """TypeError for what a wish has not."""
        wish = replace(self.wish, **values)
        if wish != self.wish:
            self.wish = wish
            self.changed.emit(None)

    @property
    def pattern(self) -> str:
        """The frames that a movie would be of; empty where there are none."""
        shot = self._session.shot
        if shot is None:
            return ""
        return shot.plate.pattern if self.wish.source == "plate" else self._session.renders.shown

    @property
    def fps(self) -> str:
        """As a fraction."""
        shot = self._session.shot
        if self.wish.fps:
            return self.wish.fps
        return str(Fraction(24) if shot is None or shot.header.frame_rate is None else shot.header.frame_rate)

    @property
    def output(self) -> Path | None:
        """Where it would go; another of the same frames takes its place."""
        shot, folder = self._session.shot, self._session.folder
        if shot is None or folder is None or not self.pattern:
            return None
        version = version_of(self.pattern) if self.wish.source == "rendered" else "plate"
        return folder / FOLDER / f"{shot.name}_{version}{CODECS[self.wish.codec].suffixes[0]}"

    def make(self) -> JobItem | None:
        """Queue a movie; None where it is refused, which a notice tells."""
        self._session.notices.clear_at(PAGE)
        order = self._order()
        if order is None:
            return None
        try:
            rate = order.rate
        except UnreelError as error:
            self._session.notices.add(Notice(str(error), level="wrong", where=PAGE))
            return None
        made_by = self._session.host.made_by(self._session.nodes["propagate"])
        job = movie_job(replace(order, fps=str(rate)), {**made_by, "node": "Sheet"})
        try:
            return self._jobs.add(job, f"Movie {Path(order.output).stem}")
        except EXPECTED as error:
            self._session.notices.add(Notice(spoken(error), level="wrong", where=PAGE))
            return None

    def open(self, path: Path) -> None:
        """By the program that the system has for it, or its folder in the file browser."""
        try:
            open_path(str(path))
        except Refused as error:
            self._session.notices.add(Notice(str(error), level="wrong", where=PAGE))

    def sheet(self) -> None:
        """The contact sheet, by the button of the node Train."""
        self._session.press("train", "sheet")

    @property
    def sheet_file(self) -> Path | None:
        """Where it is there."""
        file = self._session.node("train").path("sheet_file")
        return Path(file) if file and os.path.isfile(file) else None

    def _order(self) -> Order | None:
        shot, output, wish = self._session.shot, self.output, self.wish
        if shot is None or output is None or self._session.folder is None or self._session.read_only:
            what = (
                "This shot is open for looking only." if self._session.read_only else "Nothing is rendered yet: press "
                "Render on the page Propagate, or take the plate."
            )  # fmt: skip
            self._session.notices.add(Notice(what, level="wrong", where=PAGE))
            return None
        version = "plate" if wish.source == "plate" else version_of(self.pattern)
        words = {"shot": shot.name, "version": version, "date": time.strftime("%Y-%m-%d")}
        return Order(
            folder=str(self._session.folder),
            input=self.pattern,
            output=str(output),
            fps=self.fps,
            codec=wish.codec,
            longest=wish.longest,
            space=shot.space if wish.source == "plate" else space_of_renders(shot),
            display=self._session.view.display,
            view=self._session.view.view,
            is_graded=shot.space != "scene_linear",
            words=words if wish.has_words else None,
        )

    def _another_shot(self, _: None) -> None:
        if not self._session.opening:
            self.last = newest_movie(self._session.folder)
            self.changed.emit(None)

    def _knob_changed(self, which: tuple[str, str]) -> None:
        if which == ("train", "sheet_file"):
            self.changed.emit(None)

    def _ended(self, item: JobItem) -> None:
        if item.job.command != "movie" or item.state != protocol.DONE:
            return
        file = Path(str(item.result["file"]))
        if str(item.job.flags["folder"]) == str(self._session.folder):
            self.last = file
        note = item.result.get("note")
        if note:
            shows = Action("Show", lambda: self.open(file.parent))
            self._session.notices.add(Notice(str(note), where=PAGE, actions=(shows,)))
        self.changed.emit(None)


def version_of(pattern: str) -> str:
    """`v003`, the last in its path; else the name of the files."""
    found = VERSION.findall(pattern)
    return str(found[-1]) if found else Path(pattern).name.split("#")[0].rstrip("._- ")


def newest_movie(folder: Path | None) -> Path | None:
    if folder is None:
        return None
    suffixes = {suffix for codec in CODECS.values() for suffix in codec.suffixes}
    try:
        found = [path for path in (folder / FOLDER).iterdir() if path.suffix in suffixes and path.name[0] != "."]
        return max(found, key=lambda path: path.stat().st_mtime, default=None)
    except OSError:
        return None
