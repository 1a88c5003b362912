"""Canonical: the one still picture, with its guides over it, beside a frame on which the same places are marked."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QPushButton

from ..model.guides import NAMES, Guide
from ..model.session import Session
from ..model.view_state import Kind
from .choices import Choices
from .form import KnobForm
from .keys import key_of
from .linked_hover import LinkedHover
from .main_window import MainWindow
from .overlays import rect_of
from .page import Page
from .page_parts import dim, line, title
from .theme import GRID
from .tool import Overlay

FRONT, FOLDED = ("file", "guides"), ("kind", "space", "key", "layer")
GUIDES = (("", "None"), ("grid", "Grid"), ("coverage", "Coverage"), ("confidence", "Trust"))
LEGENDS = {
    "": "",
    "grid": "Blue: every so many pixels of the key frame; orange: its first row and column.",
    "coverage": "Red: no frame shows it. Green: filled from other frames than the key.",
    "confidence": "Clear: the frames match there. Yellow to red: they match worse, or none shows it.",
}
BESIDE: tuple[tuple[Kind | None, str], ...] = (
    ("plate", "Plate"),
    ("live", "Live"),
    ("rendered", "Rendered"),
    (None, "Nothing"),
)
STATES = {
    "none": "To find a place on the frames, live maps are needed.",
    "making": "Live maps are being made: {} frames are ready.",
    "ready": "Point at a picture: the same place is marked in the other. A dotted mark is a guess.",
    "stale": "The shot was trained anew: its live maps are of the former solve.",
    "failed": "Live maps can't be used now.",
}


class CanonicalPage(Page):
    def __init__(self, session: Session, window: MainWindow) -> None:
        super().__init__(session, window)
        self._images: dict[str, tuple[Guide, QImage]] = {}
        self._is_shown = False
        self.hover = LinkedHover(session, window.viewers)
        self._build_guides()
        self.column.addWidget(line())
        self._build_beside()
        self.column.addWidget(line())
        self._build_export()
        self.column.addStretch()
        session.canonical.changed.connect(self._show)
        session.live.changed.connect(self._show)
        session.view.changed.connect(self._show)
        session.host.told.connect(self._show)
        self._show(None)

    def shown(self) -> None:
        self._is_shown = True
        self.session.canonical.look_again()
        beside = self.session.view.beside or "plate"
        self.session.view.change(kind="canonical", beside=beside, compare="one")
        self.hover.turn(True)
        self._show(None)

    def left(self) -> None:
        self._is_shown = False
        self.hover.turn(False)
        self.session.view.change(beside=None)

    def overlays(self) -> tuple[Overlay, ...]:
        guide = self.session.view.guide
        image = self._image(guide)
        return () if image is None else (self._overlay(guide),)

    def keys(self) -> Mapping[str, Callable[[], object]]:
        return {"page.main": self._export}

    def _build_guides(self) -> None:
        self.column.addWidget(title(self.tr("Over the picture")))
        labels = [text(label) for _, label in GUIDES]
        self.guides = Choices(self.tr("Over the picture"), labels, self._take_guide)
        self.column.addWidget(self.guides)
        self._legend = dim()
        self.column.addWidget(self._legend)

    def _build_beside(self) -> None:
        self.column.addWidget(title(self.tr("Beside it")))
        labels = [text(label) for _, label in BESIDE]
        self.beside = Choices(self.tr("Beside it"), labels, lambda at: self.session.view.change(beside=BESIDE[at][0]))
        self.column.addWidget(self.beside)
        self._state = dim()
        self.column.addWidget(self._state)
        self.maps = QPushButton(self.tr("Make live maps"))
        self.maps.clicked.connect(self._make_maps)
        self.column.addWidget(self.maps)

    def _build_export(self) -> None:
        self.column.addWidget(title(self.tr("Export it to paint on")))
        self.column.addWidget(KnobForm(self.session, "canonical_export", FRONT, FOLDED))
        self.export = QPushButton(self.tr("Export"))
        self.export.setProperty("kind", "main")
        self.export.setToolTip(key_of("page.main"))
        self.export.clicked.connect(self._export)
        self.column.addWidget(self.export)
        self._said = dim()
        self.column.addWidget(self._said)
        self.reveal = QPushButton(self.tr("Open the folder"))
        self.reveal.clicked.connect(lambda: self.session.press("canonical_export", "reveal"))
        self.column.addWidget(self.reveal)
        self.column.setSpacing(2 * GRID)

    def _export(self) -> None:
        self.session.press("canonical_export", "export")

    def _make_maps(self) -> None:
        self.session.live_paint.make()

    def _take_guide(self, at: int) -> None:
        self.session.view.change(guide=GUIDES[at][0])

    def _show(self, _: object) -> None:
        view, canonical, live = self.session.view, self.session.canonical, self.session.live
        names = [name for name, _ in GUIDES]
        self.guides.show_chosen(names.index(view.guide) if view.guide in names else 0)
        for name, button in zip(names, self.guides.buttons, strict=True):
            button.setEnabled(not name or name in canonical.guides)
        has_guides = bool(canonical.guides)
        self._legend.setText(text(LEGENDS.get(view.guide, "")) if has_guides else self._no_guides())
        kinds = [kind for kind, _ in BESIDE]
        self.beside.show_chosen(kinds.index(view.beside) if view.beside in kinds else None)
        self._state.setText(text(STATES[live.state]).format(len(live.frames)))
        self.maps.setVisible(live.state in ("none", "stale"))
        node = self.session.nodes["canonical_export"]
        self._said.setText(node.status)
        self.reveal.setEnabled(canonical.exported is not None)
        self.export.setEnabled(node.fraction is None)
        if self._is_shown:
            self.main_window.viewers.set_overlays(self.overlays())

    def _no_guides(self) -> str:
        exported = self.session.canonical.exported
        if exported is not None and exported.suffix.lower() != ".exr":
            return self.tr("Guides are layers of an EXR: export one to see them here.")
        return self.tr("Grid, coverage and trust come with an export that has guides.")

    def _overlay(self, name: str) -> Overlay:
        def draw(painter: QPainter) -> None:
            image = self._image(name)
            if image is not None:
                painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
                painter.drawImage(rect_of(image[0].window), image[1])

        return draw

    def _image(self, name: str) -> tuple[Guide, QImage] | None:
        """As Qt draws it, made once."""
        guide = self.session.canonical.guides.get(name) if name in NAMES else None
        if guide is None:
            return None
        if name not in self._images or self._images[name][0] is not guide:
            height, width = guide.rgba.shape[:2]
            kind = QImage.Format.Format_RGBA8888_Premultiplied
            self._images[name] = guide, QImage(guide.rgba.data, width, height, 4 * width, kind)
        return self._images[name]


def text(label: str) -> str:
    return QCoreApplication.translate("canonical", label)
