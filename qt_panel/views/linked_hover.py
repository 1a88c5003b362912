"""What is pointed at in one viewer is marked in the other: the same place of the surface."""

from __future__ import annotations

from ..live.messages import Place
from ..model.session import Session
from .tool import Xy
from .viewer_panes import ViewerPanes

MIDDLE = 0.5
"""A viewer counts from a pixel's corner, maps from its centre."""


class LinkedHover:
    """Canonical in the first viewer, a frame in the second; as long as it is on."""

    def __init__(self, session: Session, viewers: ViewerPanes) -> None:
        self._session, self._viewers = session, viewers
        self.is_on = False
        viewers.first.pointed.connect(self._at_canonical)
        viewers.second.pointed.connect(self._at_frame)
        session.live.placed.connect(self._placed)
        session.playhead.moved.connect(self._moved)

    def turn(self, is_on: bool) -> None:
        self.is_on = is_on
        if not is_on:
            self._clear()

    def _at_canonical(self, xy: Xy | None) -> None:
        self._ask(xy, "to frame")

    def _at_frame(self, xy: Xy | None) -> None:
        self._ask(xy, "to canonical")

    def _ask(self, xy: Xy | None, way: str) -> None:
        if not self.is_on:
            return
        self._clear()
        frame = self._session.playhead.frame
        if xy is not None and frame in self._session.live.frames:
            point = xy[0] - MIDDLE, xy[1] - MIDDLE
            self._session.live.where(point, frame, "to frame" if way == "to frame" else "to canonical")

    def _placed(self, place: Place) -> None:
        first, second = self._viewers.first, self._viewers.second
        source, target = (first, second) if place.way == "to frame" else (second, first)
        # The pointer may have left meanwhile, and the frame be another.
        if self.is_on and source.xy is not None and place.frame == self._session.playhead.frame:
            target.mark((place.xy[0] + MIDDLE, place.xy[1] + MIDDLE), place.sure)

    def _moved(self, frame: int) -> None:
        """The same place on another frame."""
        self._at_canonical(self._viewers.first.xy)

    def _clear(self) -> None:
        self._viewers.first.mark(None)
        self._viewers.second.mark(None)
