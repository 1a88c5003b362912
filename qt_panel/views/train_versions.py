"""Earlier trainings of the shot, to go back to."""

from __future__ import annotations

import time
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ..model.training import TrainingView
from .pieces import button, empty, labelled
from .theme import GRID


class TrainVersions(QWidget):
    def __init__(self, training: TrainingView) -> None:
        super().__init__()
        self._training = training
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 2 * GRID, 0, 0)
        self._rows.setSpacing(GRID)
        self._listed: tuple[object, ...] = ()

    def show_versions(self) -> None:
        versions = self._training.versions
        if versions == self._listed:
            return
        self._listed = versions
        empty(self._rows)
        title = QLabel(self.tr("Earlier trainings"))
        title.setProperty("kind", "title")
        self._rows.addWidget(title)
        for version in versions:
            row = QWidget()
            inside = QHBoxLayout(row)
            inside.setContentsMargins(0, 0, 0, 0)
            said = labelled("dim")
            when = time.strftime("%d %b %H:%M", time.localtime(version.time))
            said.setText(f"{when}\n{version.line}")
            inside.addWidget(said, 1)
            back = button(self.tr("Go back"), partial(self._training.restore, version))
            back.setToolTip(self.tr("What is there now is kept in its place"))
            back.setAccessibleName(self.tr("Go back to {}").format(version.line))
            inside.addWidget(back, 0, Qt.AlignmentFlag.AlignTop)
            self._rows.addWidget(row)
