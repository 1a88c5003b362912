"""The layers of a matte as rows: what is seen, what is locked, their order and their names."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QToolButton, QVBoxLayout, QWidget

from ..model.mattes import COLOURS, MatteLayer, MatteLayers
from .icons import icon
from .theme import CONTROL, GRID, colour


class MatteList(QWidget):
    """Rows are made anew when the list changes; the keyboard stays where it was."""

    def __init__(self, mattes: MatteLayers) -> None:
        super().__init__()
        self._mattes = mattes
        self._shown: tuple[MatteLayer, ...] | None = None
        self._rows: list[MatteRow] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2)
        mattes.changed.connect(self._show)
        self._show(None)

    def _show(self, _: None) -> None:
        if self._mattes.layers != self._shown:
            self._shown = self._mattes.layers
            held = next(((at, row.held()) for at, row in enumerate(self._rows) if row.held()), None)
            for row in self._rows:
                self._column.removeWidget(row)
                row.hide()
                row.deleteLater()
            self._rows = [MatteRow(self._mattes, at) for at in range(len(self._shown))]
            for row in self._rows:
                self._column.addWidget(row)
            if held is not None and self._rows:
                self._rows[min(self._mattes.current, len(self._rows) - 1)].hold(held[1])
        for at, row in enumerate(self._rows):
            row.mark(at == self._mattes.current)


class MatteRow(QFrame):
    def __init__(self, mattes: MatteLayers, at: int) -> None:
        super().__init__()
        self._mattes, self._at = mattes, at
        layer = mattes.layers[at]
        self.setObjectName("MatteRow")
        row = QHBoxLayout(self)
        row.setContentsMargins(GRID, 2, 2, 2)
        row.setSpacing(2)
        row.addWidget(Swatch(at))
        self._name = QLineEdit(layer.name)
        self._name.setAccessibleName(self.tr("Name of layer {}").format(at + 1))
        self._name.setToolTip(layer.pattern or self.tr("What the layers before it leave"))
        self._name.editingFinished.connect(self._rename)
        row.addWidget(self._name, 1)
        seen, held = "eye" if layer.visible else "eye_off", "lock" if layer.locked else "unlock"
        at_front, at_back = at == 0 or not layer.pattern, at == len(mattes.layers) - 1 or not layer.pattern
        up, down, away = partial(mattes.move, at, at - 1), partial(mattes.move, at, at + 1), partial(mattes.remove, at)
        self._buttons: dict[str, QToolButton] = {}
        for name, picture, text, do, is_on in (
            ("visible", seen, self.tr("Show over the picture"), self._see, bool(layer.pattern)),
            ("locked", held, self.tr("Lock: no fixes"), self._lock, True),
            ("up", "up", self.tr("To the front"), up, not at_front),
            ("down", "down", self.tr("To the back"), down, not at_back),
            ("remove", "trash", self.tr("Take off the list; its files stay"), away, not layer.locked),
        ):
            self._buttons[name] = self._button(picture, text, do, is_on)
            row.addWidget(self._buttons[name])

    def held(self) -> str:
        """What of it has the keyboard."""
        if self._name.hasFocus():
            return "name"
        return next((name for name, each in self._buttons.items() if each.hasFocus()), "")

    def hold(self, part: str) -> None:
        (self._name if part == "name" else self._buttons[part]).setFocus()

    def mark(self, is_current: bool) -> None:
        line = f"border-left: 3px solid {colour('accent' if is_current else 'panel').name()};"
        ground = colour("window" if is_current else "panel").name()
        self.setStyleSheet(f"QFrame#MatteRow {{ {line} background: {ground}; }}")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._mattes.choose(self._at)

    def _button(self, picture: str, text: str, do: Callable[[], object], is_on: bool) -> QToolButton:
        made = QToolButton()
        made.setIcon(icon(picture))
        made.setIconSize(QSize(14, 14))
        made.setFixedSize(CONTROL - 4, CONTROL - 2)
        made.setToolTip(text)
        made.setAccessibleName(f"{self._mattes.layers[self._at].name}: {text}")
        made.setEnabled(is_on)
        made.clicked.connect(lambda: do())
        return made

    def _see(self) -> None:
        self._mattes.change(self._at, visible=not self._mattes.layers[self._at].visible)

    def _lock(self) -> None:
        self._mattes.change(self._at, locked=not self._mattes.layers[self._at].locked)

    def _rename(self) -> None:
        self._mattes.choose(self._at)
        if self._name.text() != self._mattes.layers[self._at].name:
            self._mattes.change(self._at, name=self._name.text())


class Swatch(QWidget):
    """The colour of a layer over the picture, with its number: not by colour alone."""

    def __init__(self, at: int) -> None:
        super().__init__()
        self._at = at
        self.setFixedSize(16, 16)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(*COLOURS[self._at % len(COLOURS)]))
        painter.setPen(colour("on_accent"))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, str(self._at + 1))
