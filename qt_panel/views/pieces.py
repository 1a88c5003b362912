"""Small parts that pages are made of."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QFrame, QLabel, QLayout, QPushButton, QVBoxLayout, QWidget

from .theme import GRID


def card() -> tuple[QFrame, QVBoxLayout]:
    frame = QFrame()
    frame.setProperty("kind", "card")
    column = QVBoxLayout(frame)
    column.setContentsMargins(3 * GRID, 2 * GRID, 3 * GRID, 3 * GRID)
    column.setSpacing(GRID)
    return frame, column


def labelled(kind: str) -> QLabel:
    label = QLabel()
    label.setProperty("kind", kind)
    label.setWordWrap(True)
    return label


def button(text: str, do: Callable[[], object], kind: str = "") -> QPushButton:
    made = QPushButton(text)
    made.setProperty("kind", kind)
    made.clicked.connect(lambda: do())
    return made


def dress(widget: QWidget, kind: str) -> None:
    """Another kind of the style sheet's."""
    if widget.property("kind") != kind:
        widget.setProperty("kind", kind)
        widget.style().polish(widget)


def empty(layout: QLayout) -> None:
    """Takes all widgets out of it."""
    while layout.count():
        item = layout.takeAt(0)
        widget = item.widget() if item is not None else None
        if widget is not None:
            widget.hide()
            widget.deleteLater()
