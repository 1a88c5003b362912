"""The list of keys: beside the work, not in front of it; `?` or Escape closes it."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from ..model.shortcuts import SHORTCUTS, Shortcut
from .theme import GRID

GROUPS = {
    "file": "Shot",
    "page": "Pages",
    "play": "Frames",
    "view": "Looking",
    "compare": "Comparing",
    "tool": "Tools",
    "brush": "Brush",
    "edit": "Editing",
    "job": "Jobs",
    "window": "Window",
}
"""The first part of a shortcut's id, and what stands above those."""
WIDTH, HEIGHT = 460, 560


class KeysList(QWidget):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Tool)
        self.setWindowTitle(self.tr("Keys"))
        self.setObjectName("Panel")
        grid = QGridLayout()
        grid.setContentsMargins(4 * GRID, 4 * GRID, 4 * GRID, 4 * GRID)
        grid.setHorizontalSpacing(4 * GRID)
        grid.setVerticalSpacing(GRID)
        grid.setColumnStretch(1, 1)
        for group, title in GROUPS.items():
            head = QLabel(translated(title))
            head.setProperty("kind", "title")
            grid.addWidget(head, grid.rowCount(), 0, 1, 2)
            for each in shown(group):
                row = grid.rowCount()
                keys = QLabel(spoken_keys(each))
                grid.addWidget(keys, row, 0)
                text = QLabel(translated(each.text) + place_of(each))
                text.setWordWrap(True)
                text.setProperty("kind", "dim")
                grid.addWidget(text, row, 1)
            grid.setRowMinimumHeight(grid.rowCount(), 2 * GRID)
        inside = QWidget()
        inside.setLayout(grid)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(inside)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(scroll)
        self.resize(WIDTH, HEIGHT)


def shown(group: str) -> list[Shortcut]:
    """Those of a group; ten keys that differ by a number are one line."""
    found = [each for each in SHORTCUTS if each.id.split(".")[0] == group]
    return [each for each in found if not each.id.startswith("brush.opacity_") or each.id.endswith("_1")]


def spoken_keys(shortcut: Shortcut) -> str:
    """As the system writes them."""
    native = QKeySequence.SequenceFormat.NativeText
    if shortcut.id.startswith("brush.opacity_"):
        return f"{QKeySequence('Alt+1').toString(native)} - 0"
    return "   ".join(QKeySequence(key).toString(native) for key in shortcut.keys)


def place_of(shortcut: Shortcut) -> str:
    return "" if shortcut.context == "everywhere" else f"  ({translated(shortcut.context)})"


def translated(text: str) -> str:
    return QCoreApplication.translate("shortcuts", text)
