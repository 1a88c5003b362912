"""The window's middle: what the session shows, in one viewer or in two beside each other, and the bar above them."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QLabel, QSplitter, QVBoxLayout, QWidget
from unreel.core.frame import Window

from ..model.frames import Key
from ..model.picture import Picture
from ..model.screen import Screen
from ..model.session import Session
from ..model.view_state import Kind
from .theme import GRID
from .tool import Overlay, Tool
from .viewer import Viewer
from .viewer_bar import ViewerBar

CLOSER = 2**0.5


class ViewerPanes(QWidget):
    """Made once; the pages choose by `session.view` what is shown, and whether there is a second viewer beside."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.display = Screen(session.loop, session.view)
        self.first = Viewer(self.display, self.tr("Picture"))
        self.second = Viewer(self.display, self.tr("Second picture"))
        self.bar = ViewerBar(session, self.display, self.first)
        self._showing: dict[Viewer, Kind | None] = {self.first: None, self.second: None}
        self._build()
        view = session.view
        self.first.wiped.connect(self._wiped)
        self.first.rested.connect(self._rested)
        self.second.rested.connect(self._rested)
        self.first.pointed.connect(self._pointed)
        session.shot_changed.connect(self._shot_changed)
        session.shown_changed.connect(self._refresh)
        session.playhead.changed.connect(self._refresh)
        session.frames.came.connect(self._came)
        session.frames.dropped.connect(self._dropped)
        view.changed.connect(self._view_changed)
        self._shot_changed(None)
        self._view_changed(frozenset())

    def set_tool(self, tool: Tool | None) -> None:
        self.first.set_tool(tool)

    def set_overlays(self, overlays: tuple[Overlay, ...]) -> None:
        self.first.set_overlays(overlays)

    def fit(self) -> None:
        for viewer in self._viewers():
            viewer.fit()

    def one_to_one(self) -> None:
        for viewer in self._viewers():
            viewer.one_to_one()

    def closer(self) -> None:
        self._pointed_at().closer(CLOSER)

    def farther(self) -> None:
        self._pointed_at().closer(1 / CLOSER)

    def close_down(self) -> None:
        """Before the window goes."""
        self.display.close()

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setHandleWidth(GRID)
        split.setChildrenCollapsible(False)
        self._labels: list[QLabel] = []
        self._places: list[QWidget] = []
        for viewer in (self.first, self.second):
            place = QWidget()
            inside = QVBoxLayout(place)
            inside.setContentsMargins(0, 0, 0, 0)
            inside.setSpacing(0)
            label = QLabel()
            label.setProperty("kind", "dim")
            label.setContentsMargins(2 * GRID, 2, 2 * GRID, 2)
            self._labels.append(label)
            inside.addWidget(label)
            inside.addWidget(viewer, 1)
            split.addWidget(place)
            self._places.append(place)
        split.setSizes([1000, 1000])
        self._places[1].hide()
        column.addWidget(split, 1)

    def _viewers(self) -> tuple[Viewer, ...]:
        return (self.first, self.second) if self.session.view.beside is not None else (self.first,)

    def _pointed_at(self) -> Viewer:
        return next((viewer for viewer in self._viewers() if viewer.xy is not None), self.first)

    # What is shown

    def _refresh(self, _: object = None, is_resting: bool = False) -> None:
        shown, beside = self.session.shown(), self.session.view.beside
        self._show(self.first, shown.kind, shown.second, is_resting)
        if beside is not None:
            self._show(self.second, beside, None, is_resting)
        first = self._label(shown.kind)
        if shown.second is not None:
            sign = {"wipe": "|", "difference": "-"}.get(self.session.view.compare, "/")
            first = f"{first}  {sign}  {self._label(shown.second)}"
        self._labels[0].setText(first)
        self._labels[0].setVisible(beside is not None or shown.second is not None)
        self._labels[1].setText("" if beside is None else self._label(beside))

    def _show(self, viewer: Viewer, kind: Kind, other: Kind | None, is_resting: bool) -> None:
        session, frame = self.session, self.session.playhead.frame
        shown = session.frames.get(kind, frame)
        against = None if other is None else session.frames.get(other, frame)
        before = self._showing[viewer]
        if shown is None and before == kind and session.frames.comes(kind):
            return  # what is there stays until the next is
        self._showing[viewer] = kind
        sized = shown if isinstance(shown, Picture) else None
        if sized is not None:
            # A canonical is as large as the shot needs, often beyond the format.
            is_still = session.frames.key(kind, frame)[1] != frame
            box = sized.display.union(sized.window) if is_still else sized.display
            viewer.set_format(box, self._aspect())
        elif before != kind and session.shot is not None:
            viewer.set_format(session.shot.display, self._aspect())
        wants_full = is_resting and not session.playhead.is_moving and not session.view.always_proxy
        viewer.take(
            shown,
            self._full(kind, frame, wants_full),
            against,
            None if other is None else self._full(other, frame, wants_full),
            self._empty(kind),
            self._title(kind, frame),
        )

    def _full(self, kind: Kind, frame: int, wants_full: bool) -> Picture | None:
        found = self.session.frames.get(kind, frame, full=True) if wants_full else self.session.frames.full(kind, frame)
        return found if isinstance(found, Picture) and found.scale == 1 else None

    def _aspect(self) -> float:
        return 1.0 if self.session.shot is None else self.session.shot.pixel_aspect

    def _title(self, kind: Kind, frame: int) -> str:
        shot = self.session.shot
        if shot is not None and kind == "plate" and frame in shot.missing:
            return self.tr("Frame {} is missing").format(frame)
        return self.tr("Frame {} can't be shown").format(frame)

    def _empty(self, kind: Kind) -> str:
        if self.session.shot is None:
            return self.tr("Drop a plate here: its files, their folder, or a NAME.unreel.")
        if self.session.frames.comes(kind):
            return self.tr("Reading ...")
        return self.tr("There is no {} yet.").format(name_of(kind))

    def _label(self, kind: Kind) -> str:
        frame = self.session.playhead.frame
        if kind == "painted":
            return self.session.easel.title
        return name_of(kind) if self.session.frames.key(kind, frame)[1] != frame else f"{name_of(kind)}  {frame}"

    # What changed

    def _shot_changed(self, _: None) -> None:
        shot = self.session.shot
        self._showing = dict.fromkeys(self._showing)
        if shot is not None:
            self.display.set_graded(shot.space != "scene_linear")
            self.first.set_format(shot.display, shot.pixel_aspect)
        else:
            self.first.set_format(Window(0, 0, 16, 9), 1.0)
        self._refresh()

    def _came(self, key: Key) -> None:
        session, frame = self.session, self.session.playhead.frame
        kinds = (session.view.kind, session.view.second, session.view.beside)
        if any(kind is not None and session.frames.key(kind, frame) == key for kind in kinds):
            self._refresh()

    def _dropped(self, kind: Kind) -> None:
        if kind in (self.session.view.kind, self.session.view.second, self.session.view.beside):
            self._refresh()

    def _view_changed(self, names: frozenset[str]) -> None:
        view = self.session.view
        self.first.compare(view.compare, view.wipe_at, view.flicker_second)
        self.first.outline(view.windows)
        self.second.outline(view.windows)
        has_two = view.beside is not None
        if has_two == self._places[1].isHidden():
            self._places[1].setVisible(has_two)
            self._showing[self.second] = None
        if names & {"kind", "second", "compare", "flicker_second", "beside", "always_proxy"}:
            self._refresh()

    def _rested(self, _: None) -> None:
        self._refresh(is_resting=True)

    def _wiped(self, at: float) -> None:
        self.session.view.change(wipe_at=at)

    def _pointed(self, _: object) -> None:
        self.bar.show_values()


def name_of(kind: Kind) -> str:
    """What an artist calls a kind of picture."""
    return QCoreApplication.translate("kinds", KINDS[kind])


KINDS: dict[Kind, str] = {
    "plate": "plate",
    "matte": "matte",
    "canonical": "canonical",
    "painted": "painted canonical",
    "live": "live result",
    "rendered": "render",
    "reconstruction": "reconstruction",
    "difference": "difference",
}
