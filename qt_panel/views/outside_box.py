"""Edit outside: the canonical in the artist's own painting program."""

from __future__ import annotations

import time

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QMenu, QPushButton, QToolButton, QVBoxLayout, QWidget

from ..model.outside import SUFFIXES, Outside
from ..model.user_settings import UserSettings
from .icons import icon
from .theme import CONTROL, GRID

KEPT = "paint.outside"
"""In the layout: which kind of file."""


class OutsideBox(QWidget):
    def __init__(self, outside: Outside, settings: UserSettings) -> None:
        super().__init__()
        self._outside, self._settings = outside, settings
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        row = QHBoxLayout()
        row.setSpacing(GRID)
        self.start = QPushButton(self.tr("Edit outside"))
        self.start.setToolTip(self.tr("Export the canonical and open it in your painting program"))
        self.start.clicked.connect(self._start)
        row.addWidget(self.start, 1)
        self.stop = QPushButton(self.tr("Leave out"))
        self.stop.setToolTip(self.tr("Show and render it no more; the file stays"))
        self.stop.clicked.connect(outside.stop)
        row.addWidget(self.stop)
        row.addWidget(self._options())
        column.addLayout(row)
        self.line = QLabel()
        self.line.setWordWrap(True)
        self.line.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column.addWidget(self.line)
        outside.changed.connect(self._show)
        self._show(None)

    def _options(self) -> QToolButton:
        button = QToolButton()
        button.setIcon(icon("chevron"))
        button.setFixedSize(CONTROL, CONTROL)
        button.setToolTip(self.tr("Kind of file, and the program that opens it"))
        button.setAccessibleName(button.toolTip())
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(button)
        kinds = QActionGroup(menu)
        names = (self.tr("PNG, 16 bit"), self.tr("TIFF, 16 bit"), self.tr("EXR, scene-linear"))
        for suffix, name in zip(SUFFIXES, names, strict=True):
            action = QAction(name, menu)
            action.setCheckable(True)
            action.setChecked(suffix == self._suffix)
            action.triggered.connect(lambda _=False, suffix=suffix: self._settings.layout.update({KEPT: suffix}))
            kinds.addAction(action)
            menu.addAction(action)
        menu.addSeparator()
        menu.addAction(self.tr("Choose the program ..."), self._choose)
        self._usual = menu.addAction(self.tr("Use the system's program"), lambda: self._take_program(""))
        menu.aboutToShow.connect(lambda: self._usual.setEnabled(bool(self._settings.outside)))
        button.setMenu(menu)
        return button

    @property
    def _suffix(self) -> str:
        kept = self._settings.layout.get(KEPT)
        return kept if kept in SUFFIXES else SUFFIXES[0]

    def _start(self) -> None:
        if self._outside.file is None:
            self._outside.start(self._suffix, self._settings.outside)
        else:
            self._outside.open_again(self._settings.outside)

    def _choose(self) -> None:
        dialog = QFileDialog(self.window(), self.tr("Your painting program"), self._settings.outside)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setModal(False)
        dialog.fileSelected.connect(self._take_program)
        dialog.show()

    def _take_program(self, program: str) -> None:
        self._settings.outside = program

    def _show(self, _: None) -> None:
        outside = self._outside
        is_open = outside.file is not None
        self.start.setText(self.tr("Open it again") if is_open else self.tr("Edit outside"))
        self.start.setEnabled(outside.state != "exporting")
        self.stop.setVisible(is_open)
        text = outside.line
        if outside.state == "seen" and outside.seen_at is not None:
            saved = time.strftime("%H:%M:%S", time.localtime(outside.seen_at))
            text = self.tr("{} Last save: {}.").format(text, saved)
        self.line.setText(text)
        self.line.setVisible(bool(text))
        kind = "wrong" if outside.state in ("unreadable", "failed") else "dim"
        if self.line.property("kind") != kind:
            self.line.setProperty("kind", kind)
            self.line.style().unpolish(self.line)
            self.line.style().polish(self.line)
