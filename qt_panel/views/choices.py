"""A few buttons in a row of which one is down."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QWidget

from .theme import GRID

ROOM = 3
"""Around a label, in letters: the longer ones get more of the row."""


class Choices(QWidget):
    def __init__(
        self, name: str, labels: Sequence[str], take: Callable[[int], object], tips: Sequence[str] = ()
    ) -> None:
        """take: called with the place of the one that was pressed. tips: one for each, or none."""
        super().__init__()
        self.setAccessibleName(name)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID)
        self._group = QButtonGroup(self)
        self.buttons = tuple(QPushButton(label) for label in labels)
        for at, button in enumerate(self.buttons):
            button.setCheckable(True)
            button.setAccessibleDescription(name)
            button.setToolTip(tips[at] if tips else "")
            button.setProperty("kind", "choice")
            button.clicked.connect(lambda _=False, at=at: take(at))
            self._group.addButton(button, at)
            row.addWidget(button, ROOM + len(button.text()))

    def show_chosen(self, at: int | None) -> None:
        """None: none of them."""
        self._group.setExclusive(at is not None)
        for place, button in enumerate(self.buttons):
            button.setChecked(place == at)
