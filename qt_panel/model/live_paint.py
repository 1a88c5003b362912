"""Live maps and paint of the shot that is open: opened with it, kept in step with what is seen."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from unreel.core.frame import Window
from unreel.plugin import protocol
from unreel.plugin.nodes.tell import EXPECTED, spoken
from unreel.plugin.stale import made_file

from ..live.client import Trouble
from .notices import Notice
from .paint.layers import On
from .paint.raster import Rect
from .painting import Painting
from .stage import Stage

if TYPE_CHECKING:
    from .session import Session


class LivePaint:
    def __init__(self, session: Session) -> None:
        self._session = session
        self._live_of: Path | None = None
        self._paint_of: Path | None = None
        self._made_for: tuple[Path, str | None] | None = None
        self.painting = Painting(session.loop, session.paint, session.live, self._raster)
        session.live.changed.connect(self._changed)
        session.live.shown.connect(self._came)
        session.live.failed.connect(self._failed)
        session.paint.told.connect(self._told)
        session.playhead.changed.connect(self._show)
        session.shown_changed.connect(self._show)
        session.frames.direct("live", session.live.picture, lambda frame: frame in session.live.frames)
        session.playhead.is_ready = self._is_ready

    def make(self, again: bool = False) -> None:
        """Have the maps made that painting and scrubbing need, the frame that is shown first; nothing where they are
        there and fit the training. A notice where they can't be."""
        live, playhead = self._session.live, self._session.playhead
        if self._live_of is None or live.state == "making":
            return
        if again or live.state in ("none", "stale") or not live.frames >= set(playhead.frames) - playhead.missing:
            try:
                live.make(playhead.frame, again=again)
            except EXPECTED as error:
                self._told(spoken(error))

    def make_once(self) -> None:
        """The same by itself, when a page is shown that needs them: not again where the artist stopped it, or where it
        failed, until the shot is trained anew."""
        if self._live_of is None:
            return
        trained = protocol.read_json(made_file(self._live_of, "train")) or {}
        if self._made_for != (self._live_of, trained.get("id")):
            self._made_for = self._live_of, trained.get("id")
            self.make()

    def follow(self) -> None:
        """The shot is trained now, or is no more."""
        is_trained = self._session.stage() >= Stage.TRAINED
        folder = self._session.folder if is_trained else None
        if folder != self._live_of:
            self.close()
            if folder is not None:
                self._live_of = folder
                self._session.live.open(folder)

    def close(self) -> None:
        """All paint is on disk afterwards."""
        self._live_of = self._paint_of = None
        self._session.outside.close()
        self._session.paint.close()
        self._session.live.close()

    def _changed(self, _: None) -> None:
        """With the first layout it is known what can be painted on."""
        session, layout = self._session, self._session.live.layout
        if self._live_of is None:  # it is being closed
            return
        if layout is not None and self._paint_of != self._live_of:
            self._paint_of = self._live_of
            windows: dict[On, Window] = {number: layout.display for number in session.playhead.frames}
            session.paint.open(self._paint_of, {"canonical": layout.canvas, **windows})
            session.outside.look_for()
        session.look_again()
        self._show(None)

    def _raster(self) -> Window:
        layout = self._session.live.layout
        return Window(0, 0, 0, 0) if layout is None else layout.raster

    def _show(self, _: None) -> None:
        """Ask for what is seen now."""
        if "live" in self._session.kinds() and self._session.live.layout is not None:
            self._session.live.show(self._session.playhead.frame, self._session.playhead.is_moving)

    def _came(self, which: tuple[int, Rect]) -> None:
        self._session.frames.came.emit(("live", which[0]))

    def _failed(self, trouble: Trouble) -> None:
        self._session.notices.add(Notice(trouble.text, details=trouble.details, level="wrong"))

    def _told(self, text: str) -> None:
        self._session.notices.add(Notice(text, level="wrong", where="paint"))

    def _is_ready(self, frame: int) -> bool:
        """Playing goes on when what it shows is there; live, when the frame before has been seen."""
        session = self._session
        if "live" in session.kinds() and session.playhead.frame in session.live.frames:
            return session.live.picture(session.playhead.frame) is not None
        return session.frames.is_known(session.view.kind, frame)
