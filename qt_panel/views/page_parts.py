"""What pages are made of, beside forms: headings, hints, lines, rows."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from .theme import GRID


def title(label: str) -> QLabel:
    found = QLabel(label)
    found.setProperty("kind", "title")
    return found


def dim(label: str = "") -> QLabel:
    """A hint, in as many lines as it takes."""
    found = QLabel(label)
    found.setProperty("kind", "dim")
    found.setWordWrap(True)
    return found


def line() -> QFrame:
    found = QFrame()
    found.setProperty("kind", "line")
    return found


def row_of(*widgets: QWidget) -> QWidget:
    """As wide as each other."""
    place = QWidget()
    row = QHBoxLayout(place)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(2 * GRID)
    for each in widgets:
        row.addWidget(each, 1)
    return place
