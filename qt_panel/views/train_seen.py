"""A training as it comes into focus: the canonical, a frame made of it, curves, and what the viewer shows of it."""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ..model.display import DisplayTransform, Look
from ..model.frames import Key
from ..model.screen import config_in_use, make_transform
from ..model.session import Session
from ..model.training import Shown, TrainingView
from .pieces import button
from .small_picture import SmallPicture
from .theme import GRID

if TYPE_CHECKING:
    from .curves import Curves

SHOWS = (("plate", "Plate"), ("reconstruction", "Rebuilt"), ("difference", "Difference"))
"""What the viewer shows while the page is in front."""


class TrainSeen(QWidget):
    """There once there is something to see."""

    def __init__(self, session: Session, training: TrainingView) -> None:
        super().__init__()
        self._session, self._training = session, training
        self.curves: Curves | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2 * GRID)
        self._pictures = QWidget()
        inside = QVBoxLayout(self._pictures)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(GRID)
        canonical_said = QLabel(self.tr("Canonical so far"))
        self.canonical = SmallPicture(session.loop, self.tr("Canonical so far"))
        self.rebuilt_said = QLabel()
        self.rebuilt = SmallPicture(session.loop, self.tr("A frame made of it"))
        for each in (canonical_said, self.canonical, self.rebuilt_said, self.rebuilt):
            inside.addWidget(each)
        column.addWidget(self._pictures)
        self._viewer_row = QWidget()
        row = QHBoxLayout(self._viewer_row)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID)
        self.shows: dict[str, QPushButton] = {}
        for kind, text in SHOWS:
            made = button(QCoreApplication.translate("TrainSeen", text), partial(self.look_at, kind))
            made.setCheckable(True)
            made.setToolTip(self.tr("In the viewer; frames without a preview yet say so"))
            row.addWidget(made, 1)
            self.shows[kind] = made
        column.addWidget(self._viewer_row)
        self._plots = QVBoxLayout()
        column.addLayout(self._plots)
        training.previewed.connect(self._show_preview)
        session.view.changed.connect(self._looked_otherwise)
        session.frames.came.connect(self._came)
        session.shot_changed.connect(self._another_shot)
        self._looked_otherwise(frozenset())

    def look_at(self, kind: str) -> None:
        view = self._session.view
        if kind == "difference":
            view.change(kind="reconstruction", second="plate", compare="difference")
        else:
            view.change(kind=kind, compare="one")
        self._looked_otherwise(frozenset())
        self._go_to_preview()

    def _go_to_preview(self) -> None:
        """The newest, else the nearest, where the viewer shows what only previewed frames have."""
        preview, session = self._training.preview, self._session
        if session.view.kind != "reconstruction" or session.playhead.is_moving:
            return
        there, at = self._training.reconstructions.numbers, session.playhead.frame
        if preview is not None:
            session.playhead.go(preview.frame)
        elif there and at not in there:
            session.playhead.go(min(there, key=lambda number: abs(number - at)))

    def show_seen(self) -> None:
        training = self._training
        has_curves = any(curve.psnr or curve.loss for curve in training.curves.values())
        if has_curves and self.curves is None:
            from .curves import Curves  # only here: its library takes a while to load

            self.curves = Curves()
            self._plots.addWidget(self.curves)
        if self.curves is not None:
            self.curves.show_curves(training.curves)
            self.curves.setVisible(has_curves)
        if training.preview is None and self.canonical.has_picture and not training.curves:
            self.canonical.clear()
            self.rebuilt.clear()
        has_previews = training.preview is not None or bool(training.reconstructions.numbers)
        self._pictures.setVisible(training.preview is not None and training.state != "done")
        self._viewer_row.setVisible(has_previews)
        self.setVisible(has_curves or has_previews)

    def _show_preview(self, shown: Shown) -> None:
        view = self._session.view
        look = Look(view.exposure, view.gamma)
        shot = self._session.shot
        is_graded = shot is not None and shot.space != "scene_linear"
        transform = partial(transform_for, config_in_use(), view.display, view.view, is_graded)
        self.canonical.show_picture(partial(self._training.read, shown, "canonical"), transform, look)
        self.rebuilt.show_picture(partial(self._training.read, shown, "reconstruction"), transform, look)
        self.rebuilt_said.setText(self.tr("Frame {} made of it").format(shown.frame))
        self.show_seen()
        self._go_to_preview()

    def _looked_otherwise(self, names: frozenset[str]) -> None:
        view = self._session.view
        shows = "plate" if view.kind == "plate" else ""
        if view.kind == "reconstruction":
            shows = "difference" if view.compare == "difference" else "reconstruction"
        for name, made in self.shows.items():
            made.setChecked(name == shows)

    def _came(self, key: Key) -> None:
        if key[0] == "reconstruction":
            self.show_seen()

    def _another_shot(self, _: None) -> None:
        self.canonical.clear()
        self.rebuilt.clear()


@cache
def transform_for(config: str, display: str, view: str, is_graded: bool) -> DisplayTransform:
    """The viewer's own way to the screen; in a thread."""
    return make_transform(config, display, view, is_graded)[0]
