"""Propagate: the result looked at live, held against the plate, and rendered into versions."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QCoreApplication, QSize, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
)
from unreel.core.sequence import format_range

from ..model.renders import OUTPUTS, Version
from ..model.session import Session
from ..model.view_state import Compare, Kind
from .choices import Choices
from .form import KnobForm, keep_wheel_away
from .keys import key_of
from .main_window import MainWindow
from .page import Page
from .page_parts import dim, line, title
from .theme import CONTROL, GRID

FRONT = ("frames", "texture")
FOLDED = ("layer", "light", "light_sigma", "sharpness", "grain", "shutter", "times", "onto", "file")
SHOWN: tuple[tuple[Kind, str], ...] = (("live", "Live"), ("rendered", "Rendered"), ("plate", "Plate"))
COMPARES: tuple[tuple[Compare, str, str], ...] = (
    ("one", "One", ""),
    ("wipe", "Wipe", "compare.wipe"),
    ("flicker", "Flicker", "compare.flicker"),
    ("difference", "Difference", "compare.difference"),
)
WORDS = {
    "comp": ("Finished frames", "The plate with the paint on it, all its channels and metadata; always written."),
    "layer": ("The edit as a layer", "The paint alone, premultiplied, to lay over the plate elsewhere."),
    "clean": ("Clean plate", "The layer where something stands before it."),
    "stmap": ("ST map", "Where each pixel of a frame lies on the canonical."),
    "inverse": ("Inverse ST map", "Where each pixel of the canonical lies in the frame."),
    "visibility": ("Visibility", "How much each pixel shows the layer."),
    "confidence": ("Confidence", "How well each frame matches the key frame."),
}
VERSION_ROWS = 5


class PropagatePage(Page):
    def __init__(self, session: Session, window: MainWindow) -> None:
        super().__init__(session, window)
        self._build_look()
        self.column.addWidget(line())
        self._build_render()
        self.column.addWidget(line())
        self._build_versions()
        self.column.addStretch()
        session.view.changed.connect(self._show_view)
        session.renders.changed.connect(self._show_versions)
        session.live.changed.connect(lambda _: self._hint.setText(self._said()))
        session.host.knob_changed.connect(self._knob_changed)
        self._show_view(frozenset())
        self._show_outputs()
        self._show_versions(None)

    def shown(self) -> None:
        self.session.renders.look_again()
        kind: Kind = "rendered" if self.session.renders.shown else "live" if self._has("live") else "plate"
        self.session.view.change(kind=kind, second="plate", beside=None)

    def left(self) -> None:
        self.session.view.change(compare="one", flicker_second=False)

    def keys(self) -> Mapping[str, Callable[[], object]]:
        return {"page.main": self.session.renders.render, "job.stop": self._stop}

    # Looking

    def _build_look(self) -> None:
        self._kinds = Choices(
            self.tr("What is shown"), [text(label) for _, label in SHOWN], lambda at: self._take(kind=SHOWN[at][0])
        )
        self.column.addWidget(title(self.tr("Look at")))
        self.column.addWidget(self._kinds)
        tips = [key_of(shortcut) or ("Q" if name == "flicker" else "") for name, _, shortcut in COMPARES]
        self._compares = Choices(
            self.tr("How it is compared"),
            [text(label) for _, label, _ in COMPARES],
            lambda at: self._take(compare=COMPARES[at][0]),
            tips,
        )
        row = QHBoxLayout()
        row.setSpacing(2 * GRID)
        label = QLabel(self.tr("Against"))
        self._second = QComboBox()
        for kind, name in reversed(SHOWN):
            self._second.addItem(text(name), kind)
        self._second.setAccessibleName(self.tr("What it is compared with"))
        self._second.activated.connect(lambda at: self._take(second=self._second.itemData(at)))
        keep_wheel_away(self._second)
        label.setBuddy(self._second)
        row.addWidget(label)
        row.addWidget(self._second, 1)
        self.column.addWidget(self._compares)
        self.column.addLayout(row)
        self._hint = dim()
        self.column.addWidget(self._hint)

    def _take(self, **values: object) -> None:
        self.session.view.change(**values)

    def _show_view(self, names: frozenset[str]) -> None:
        view = self.session.view
        kinds = [kind for kind, _ in SHOWN]
        self._kinds.show_chosen(kinds.index(view.kind) if view.kind in kinds else None)
        self._compares.show_chosen([name for name, _, _ in COMPARES].index(view.compare))
        self._second.setCurrentIndex(self._second.findData(view.second))
        self._hint.setText(self._said())

    def _said(self) -> str:
        view = self.session.view
        if view.compare == "wipe":
            return self.tr("Drag the line; left of it is the first picture.")
        if view.compare == "flicker":
            return self.tr("Hold Q for the other picture.")
        if view.compare == "difference":
            return self.tr("Blue: darker than the other, orange: lighter. Exposure makes small differences larger.")
        if not self._has(view.kind):
            return self._lacking(view.kind)
        return self.tr("Hold Q on any page for the picture it is held against.")

    def _has(self, kind: Kind) -> bool:
        if kind == "rendered":
            return bool(self.session.renders.shown)
        return kind != "live" or bool(self.session.live.frames)

    def _lacking(self, kind: Kind) -> str:
        if kind == "live":
            return self.tr("Live needs its maps: they are made on the page Paint.")
        return self.tr("Nothing is rendered yet.")

    # Rendering

    def _build_render(self) -> None:
        self.column.addWidget(title(self.tr("Render")))
        self.form = KnobForm(self.session, "propagate", FRONT, FOLDED)
        textures = self.form.fields["texture"].widget
        if isinstance(textures, QLineEdit):
            textures.setPlaceholderText(self.tr("all"))
        self.column.addWidget(self.form)
        self.outputs: dict[str, QCheckBox] = {}
        grid = QGridLayout()
        grid.setSpacing(0)
        for at, name in enumerate(OUTPUTS):
            label, tip = WORDS[name]
            box = QCheckBox(text(label))
            box.setToolTip(text(tip))
            box.clicked.connect(lambda wanted, name=name: self.session.renders.choose(name, wanted))
            self.outputs[name] = box
            grid.addWidget(box, at, 0)
        self.outputs["comp"].setEnabled(False)
        self.column.addLayout(grid)
        self._render = QPushButton(self.tr("Render"))
        self._render.setProperty("kind", "main")
        self._render.setToolTip(key_of("page.main"))
        self._render.clicked.connect(self.session.renders.render)
        self.column.addWidget(self._render)
        copy = QPushButton(self.tr("Copy the command line"))
        copy.setToolTip(self.tr("What does the same in a terminal, or on a farm."))
        copy.clicked.connect(self.session.renders.copy_command)
        self.column.addWidget(copy)
        farm = QPushButton(self.tr("Write farm job"))
        farm.setToolTip(self.tr("A folder that a farm takes as a job, with Open Job Description; Deadline Cloud does."))
        farm.clicked.connect(self.session.renders.write_farm_job)
        self.column.addWidget(farm)

    def _stop(self) -> None:
        """What runs in the queue, the first of it."""
        for item in self.session.jobs.active[:1]:
            self.session.jobs.cancel(item)

    def _knob_changed(self, which: tuple[str, str]) -> None:
        if which == ("propagate", "outputs"):
            self._show_outputs()

    def _show_outputs(self) -> None:
        for name, box in self.outputs.items():
            box.setChecked(name in self.session.renders.outputs)

    # What is on disk

    def _build_versions(self) -> None:
        self.column.addWidget(title(self.tr("Versions")))
        self._none = dim(self.tr("Nothing is rendered yet."))
        self.column.addWidget(self._none)
        self.versions = QListWidget()
        self.versions.setAccessibleName(self.tr("Versions"))
        self.versions.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.versions.currentRowChanged.connect(self._choose_version)
        self.column.addWidget(self.versions)
        self._reveal = QPushButton(self.tr("Open the folder"))
        self._reveal.clicked.connect(self._open)
        self.column.addWidget(self._reveal)

    def _show_versions(self, _: None) -> None:
        renders = self.session.renders
        self.versions.blockSignals(True)
        self.versions.clear()
        for version in renders.versions:
            row = QListWidgetItem(f"{version.name}   {spoken(version)}")
            row.setToolTip(version.pattern)
            row.setSizeHint(QSize(0, CONTROL))
            self.versions.addItem(row)
            if version.pattern == renders.shown:
                self.versions.setCurrentItem(row)
        self.versions.blockSignals(False)
        rows = len(renders.versions)
        self.versions.setFixedHeight(CONTROL * min(max(rows, 1), VERSION_ROWS) + 4)
        self.versions.setVisible(rows > 0)
        self._none.setVisible(rows == 0)
        self._reveal.setEnabled(rows > 0)
        self._hint.setText(self._said())

    def _choose_version(self, row: int) -> None:
        if 0 <= row < len(self.session.renders.versions):
            self.session.renders.show(self.session.renders.versions[row])
            self.session.view.change(kind="rendered")

    def _open(self) -> None:
        versions, row = self.session.renders.versions, max(self.versions.currentRow(), 0)
        if versions:
            self.session.renders.reveal(versions[row])


def spoken(version: Version) -> str:
    """Its frames and what there is beside them."""
    others = ", ".join(output for output in version.outputs if output != "comp")
    return format_range(version.frames) + (f"   {others}" if others else "")


def text(label: str) -> str:
    return QCoreApplication.translate("propagate", label)
