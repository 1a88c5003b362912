"""The tools of the page in front, on the left: one is in the artist's hand."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QButtonGroup, QToolButton, QVBoxLayout, QWidget

from ..model.shortcuts import in_context
from .icons import icon
from .theme import GRID, TOOLS
from .tool import ToolSpec


class ToolStrip(QWidget):
    def __init__(self, take: Callable[[str], object]) -> None:
        """take: called with the id of the tool that the artist chose."""
        super().__init__()
        self.setObjectName("Tools")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(TOOLS)
        self._take = take
        self._group = QButtonGroup(self)
        self._buttons: dict[str, QToolButton] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(GRID, 2 * GRID, GRID, 2 * GRID)
        self._column.setSpacing(GRID)
        self._column.addStretch()

    def offer(self, specs: tuple[ToolSpec, ...], page: str) -> None:
        """Buttons for these, instead of those before."""
        for button in self._buttons.values():
            self._group.removeButton(button)
            self._column.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._buttons = {}
        keys = in_context(page)
        for at, spec in enumerate(specs):
            button = QToolButton()
            button.setIcon(icon(spec.id))
            button.setIconSize(QSize(18, 18))
            button.setCheckable(True)
            button.setFixedSize(TOOLS - 2 * GRID, 32)
            key = next(iter(keys.get(f"tool.{spec.id}", ())), "")
            button.setToolTip(f"{spec.text} ({key})" if key else spec.text)
            button.setAccessibleName(spec.text)
            button.clicked.connect(lambda _=False, id=spec.id: self._take(id))
            self._group.addButton(button)
            self._column.insertWidget(at, button)
            self._buttons[spec.id] = button

    def show_taken(self, id: str) -> None:
        if id in self._buttons:
            self._buttons[id].setChecked(True)
