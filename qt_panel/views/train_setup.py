"""What is set before a training: how well, a few knobs, what it will take; and the button that starts it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ..model.estimate import Estimator
from ..model.session import Session
from .form import KnobForm
from .pieces import button, dress, labelled
from .theme import CONTROL, GRID

PRESETS = (
    ("draft", "Draft", "a first look"),
    ("standard", "Standard", "for most shots"),
    ("hero", "Hero", "final frames"),
)
FRONT = ("key", "stiffness", "proxy")
FOLDED = (
    "preset",
    "frames",
    "further_keys",
    "missing",
    "ocio",
    "forward",
    "backward",
    "engine",
    "around",
    "steps",
    "cell",
    "threads",
    "memory",
    "seed",
    "folder",
)


class TrainSetup(QWidget):
    def __init__(self, session: Session, estimator: Estimator, start: Callable[[], object]) -> None:
        super().__init__()
        self._session, self._estimator = session, estimator
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2 * GRID)
        row = QHBoxLayout()
        row.setSpacing(GRID)
        self.presets: dict[str, QPushButton] = {}
        group = QButtonGroup(self)
        for preset, text, meaning in PRESETS:
            said = f"{self.tr(text)}\n{self.tr(meaning)}"
            made = button(said, partial(session.set_knob, "train", "preset", preset))
            made.setCheckable(True)
            made.setStyleSheet(f"QPushButton {{ min-height: {2 * CONTROL - 8}px; padding: 1px 2px; }}")
            made.setAccessibleName(f"{self.tr(text)}: {self.tr(meaning)}")
            group.addButton(made)
            row.addWidget(made, 1)
            self.presets[preset] = made
        self._group = group
        column.addLayout(row)
        self.form = KnobForm(session, "train", FRONT, FOLDED)
        column.addWidget(self.form)
        self.estimate = labelled("dim")
        self.estimate.setMinimumHeight(2 * CONTROL - 4 * GRID)
        self.estimate.setAlignment(Qt.AlignmentFlag.AlignTop)
        column.addWidget(self.estimate)
        self.start = button(self.tr("Train"), start, "main")
        column.addWidget(self.start)
        estimator.changed.connect(self._show_estimate)
        session.host.knob_changed.connect(self._knob_changed)
        self.show_preset()

    def show_preset(self) -> None:
        preset = self._session.nodes["train"].knobs["preset"]
        self._group.setExclusive(False)
        for name, made in self.presets.items():
            made.setChecked(name == preset)
        self._group.setExclusive(preset in self.presets)

    def _show_estimate(self, _: None) -> None:
        estimator = self._estimator
        text = estimator.text or estimator.problem
        if estimator.is_asking:
            text = self.tr("Estimating ...")
        self.estimate.setText(text)
        dress(self.estimate, "wrong" if estimator.problem and not estimator.is_asking else "dim")

    def _knob_changed(self, which: tuple[str, str]) -> None:
        if which == ("train", "preset"):
            self.show_preset()
