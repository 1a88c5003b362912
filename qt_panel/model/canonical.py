"""The canonical of the shot that is open, as a picture, with the guides of what was exported."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from unreel.core.color import Color
from unreel.core.errors import InputError, UnreelError
from unreel.core.sequence import Sequence
from unreel.plugin.nodes.look import layer_folder

from ..live.layout import Layout
from .guides import Guide, read_guides
from .picture import Broken, Picture
from .plate import read_picture
from .signal import Signal

if TYPE_CHECKING:
    from .session import Session

Stamp = tuple[str, int, int]
"""A file as it was when it was read: path, size, time of change."""


@dataclass(frozen=True)
class Sources:
    """What there is to look at."""

    picture: Stamp | None
    guides: Stamp | None
    live: Layout | None = None
    """Where the picture lies that live paint leads to; None for one at full size."""


class CanonicalPicture:
    """Read once, in a thread, and the same for every frame."""

    def __init__(self, session: Session) -> None:
        self.changed: Signal[None] = Signal()
        """Picture or guides."""
        self.picture: Picture | Broken | None = None
        self.guides: dict[str, Guide] = {}
        """By name: grid, coverage, confidence; empty before they are exported."""
        self.exported: Path | None = None
        """The file that was exported to paint on, where it is there."""
        self._session = session
        self._sources = Sources(None, None)
        self._turn = 0
        session.shot_changed.connect(self._another_shot)
        session.stage_changed.connect(lambda _: self.look_again())
        session.live.changed.connect(self._live_changed)
        session.host.files_changed.connect(self._files_changed)
        session.host.knob_changed.connect(self._knob_changed)

    def look_again(self) -> None:
        """Read what is new on disk; `changed` tells when it is there."""
        sources = self._find()
        if sources == self._sources:
            return
        self._sources = sources
        self._turn += 1
        turn = self._turn
        threading.Thread(target=self._read, args=(sources, turn), daemon=True).start()

    def _find(self) -> Sources:
        node = self._session.node("canonical_export")
        file = node.path("file")
        exported = stamp_of(Path(file)) if file else None
        self.exported = Path(file) if exported else None
        folder = node.path("folder")
        kept = newest(layer_folder(folder, node.text("layer")), node.text("key")) if folder else None
        guides = exported if exported and file.lower().endswith(".exr") else None
        layout = self._session.live.layout
        if kept is None and exported is None and layout is not None:
            return Sources(stamp_of(layout.canonical_file), guides, layout)
        return Sources(kept or exported, guides)

    def _read(self, sources: Sources, turn: int) -> None:
        """In a thread."""
        picture: Picture | Broken | None = None
        guides: dict[str, Guide] = {}
        try:
            if sources.picture is not None:
                picture = read_canonical(Path(sources.picture[0]), sources.live)
            if sources.guides is not None:
                guides = read_guides(Path(sources.guides[0]))
        except (UnreelError, OSError) as error:
            picture = Broken(str(error))
        self._session.loop.soon(lambda: self._take(picture, guides, turn))

    def _take(self, picture: Picture | Broken | None, guides: dict[str, Guide], turn: int) -> None:
        if turn != self._turn:
            return
        self.picture, self.guides = picture, guides
        self._session.frames.source("canonical", self._give if picture is not None else None, is_still=True)
        self.changed.emit(None)

    def _give(self, frame: int) -> Picture:
        """In a thread of the cache, which makes the proxy."""
        picture = self.picture
        if isinstance(picture, Picture):
            return picture
        raise InputError("the canonical is not there yet" if picture is None else picture.text)

    def _live_changed(self, _: None) -> None:
        if self._session.live.layout is not self._sources.live:
            self.look_again()

    def _another_shot(self, _: None) -> None:
        if not self._session.opening:
            self.look_again()

    def _files_changed(self, which: tuple[str, str]) -> None:
        if which[0] == "canonical_export":
            self.look_again()

    def _knob_changed(self, which: tuple[str, str]) -> None:
        if which in (("canonical_export", "key"), ("canonical_export", "layer"), ("canonical_export", "file")):
            self.look_again()


def newest(folder: Path, key: str) -> Stamp | None:
    """The canonical that an unreel folder keeps: of a key frame, or the one that was made last."""
    found = [stamp_of(path) for path in folder.glob(f"canonical_plate.{key or '*'}.exr")]
    return max(filter(None, found), key=lambda stamp: stamp[2], default=None)


def stamp_of(path: Path) -> Stamp | None:
    try:
        state = path.stat()
    except OSError:
        return None
    return str(path), state.st_size, state.st_mtime_ns


def read_canonical(path: Path, live: Layout | None = None) -> Picture:
    """live: it is the one of live paint, at the size of that. UnreelError saying why it can't be read."""
    space = "scene_linear" if path.suffix.lower() == ".exr" else "texture_paint"
    picture = read_picture(Sequence.find(path), 0, Color(), space)
    if live is None:
        return Picture(picture.rgba, picture.window, picture.display, 1.0, "canonical")
    return Picture(picture.rgba, live.canvas, live.display, live.on_disk[0] / live.raster.width, "canonical")
