"""The layers of paint, the uppermost first: eye and lock, name, what they are on; moved by dragging or by buttons."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSignalBlocker, QSize, Qt
from PySide6.QtGui import QFont, QKeyEvent, QMouseEvent, QPainter, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDoubleSpinBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ..model.easel import Easel
from ..model.loop import Loop
from ..model.paint.layers import MODES, Layer
from .brush_bar import NUMBER, label_of
from .form import keep_wheel_away
from .icons import icon
from .theme import CONTROL, GRID, colour

ROW = 28
ROWS, MOST_ROWS = 3, 10
"""Shown at once, as there is room; more scroll."""
LAYER = Qt.ItemDataRole.UserRole
Index = QModelIndex | QPersistentModelIndex


class LayerList(QWidget):
    def __init__(self, easel: Easel, loop: Loop) -> None:
        super().__init__()
        self._easel, self._paint, self._loop = easel, easel.paint, loop
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        column.addLayout(self._head())
        self.rows = Rows(easel)
        self.rows.currentRowChanged.connect(self._choose)
        self.rows.itemChanged.connect(self._renamed)
        self.rows.model().rowsMoved.connect(self._dragged)
        column.addWidget(self.rows, 1)
        column.addLayout(self._settings())
        self._paint.layers_changed.connect(self._show)
        easel.changed.connect(self._show)
        self._show(None)

    def showEvent(self, event: QShowEvent) -> None:
        """Only its rows grow, and no more than they may: what is left is not spread around them."""
        self.setMaximumHeight(self.sizeHint().height() + (MOST_ROWS - ROWS) * ROW)

    def _head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(2)
        title = QLabel(self.tr("Layers"))
        title.setProperty("kind", "title")
        row.addWidget(title)
        row.addStretch()
        self.eye = self._button("eye", self.tr("Show or hide the layer"), self._toggle_eye)
        self.lock = self._button("lock", self.tr("Lock the layer: nothing is painted on it"), self._toggle_lock)
        self.up = self._button("up", self.tr("Layer up"), lambda: self._move(1))
        self.down = self._button("down", self.tr("Layer down"), lambda: self._move(-1))
        self.add = self._button("plus", self.tr("New layer on what is painted on"), self._add)
        self.remove = self._button("trash", self.tr("Remove the layer; undo brings it back"), self._remove)
        for each in (self.eye, self.lock, self.up, self.down, self.add, self.remove):
            row.addWidget(each)
        for each in (self.eye, self.lock):
            each.setCheckable(True)
        return row

    def _button(self, name: str, text: str, do: Callable[[], object]) -> QToolButton:
        button = QToolButton()
        button.setIcon(icon(name))
        button.setIconSize(QSize(16, 16))
        button.setFixedSize(CONTROL, CONTROL)
        button.setToolTip(text)
        button.setAccessibleName(text)
        button.clicked.connect(lambda _=False: do())
        return button

    def _settings(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(2 * GRID)
        grid.setVerticalSpacing(GRID)
        grid.setColumnStretch(1, 1)
        self.mode = QComboBox()
        self.mode.setAccessibleName(self.tr("How the layer meets what is below"))
        names = (self.tr("over"), self.tr("replace"), self.tr("multiply"), self.tr("add"))
        tips = (
            self.tr("Paint in the light of the plate"),
            self.tr("Paint as it is, whatever the plate's light"),
            self.tr("Darkens: white changes nothing"),
            self.tr("Brightens: black changes nothing"),
        )
        for at, (mode, name) in enumerate(zip(MODES, names, strict=True)):
            self.mode.addItem(name, mode)
            self.mode.setItemData(at, tips[at], Qt.ItemDataRole.ToolTipRole)
        self.mode.activated.connect(lambda at: self._paint.layer(mode=self.mode.itemData(at)))
        keep_wheel_away(self.mode)
        label = label_of(self.tr("Mode"))
        label.setBuddy(self.mode)
        grid.addWidget(label, 0, 0)
        grid.addWidget(self.mode, 0, 1)
        self.opacity = QDoubleSpinBox()
        self.opacity.setRange(0, 100)
        self.opacity.setDecimals(0)
        self.opacity.setSingleStep(5)
        self.opacity.setSuffix(" %")
        self.opacity.setFixedWidth(NUMBER)
        self.opacity.setAccessibleName(self.tr("Opacity of the layer"))
        self.opacity.setToolTip(self.opacity.accessibleName())
        self.opacity.valueChanged.connect(lambda value: self._paint.layer(opacity=round(value / 100, 3)))
        keep_wheel_away(self.opacity)
        grid.addWidget(self.opacity, 0, 2)
        return grid

    def _show(self, _: None) -> None:
        layers = self._paint.layers
        with QSignalBlocker(self.rows):
            self.rows.take(layers, self._paint.current)
        now = self._paint.layer_now
        can = self._paint.why_not(needs_layer=False) is None
        self.add.setEnabled(can)
        for each in (self.eye, self.lock, self.remove, self.mode, self.opacity):
            each.setEnabled(can and now is not None)
        self.up.setEnabled(can and self._paint.current < len(layers) - 1)
        self.down.setEnabled(can and self._paint.current > 0)
        if now is not None:
            self.eye.setChecked(now.visible)
            self.eye.setIcon(icon("eye" if now.visible else "eye_off"))
            self.lock.setChecked(now.locked)
            self.lock.setIcon(icon("lock" if now.locked else "unlock"))
            self.mode.setCurrentIndex(MODES.index(now.mode))
            with QSignalBlocker(self.opacity):
                self.opacity.setValue(100 * now.opacity)

    def _choose(self, row: int) -> None:
        if row >= 0:
            at = len(self._paint.layers) - 1 - row
            self._loop.soon(lambda: self._easel.show_layer(at))

    def _renamed(self, item: QListWidgetItem) -> None:
        at = len(self._paint.layers) - 1 - self.rows.row(item)
        name = item.text().strip()

        def rename() -> None:
            if name and name != self._paint.layers[at].name:
                self._paint.choose(at)
                self._paint.layer(name=name)
            else:
                self._show(None)

        self._loop.soon(rename)

    def _dragged(self, parent: Index, start: int, end: int, to_parent: Index, row: int) -> None:
        count = len(self._paint.layers)
        to = row - 1 if row > start else row

        def move() -> None:
            self._paint.move(count - 1 - start, count - 1 - to)
            self._show(None)

        self._loop.soon(move)  # once Qt has done with the drop

    def _move(self, by: int) -> None:
        at = self._paint.current
        if 0 <= at + by < len(self._paint.layers):
            self._paint.move(at, at + by)

    def _add(self) -> None:
        self._paint.add_layer(self._easel.free_name(), self._easel.on)

    def _remove(self) -> None:
        if self._paint.layers:
            self._paint.remove_layer(self._paint.current)

    def _toggle_eye(self) -> None:
        now = self._paint.layer_now
        if now is not None:
            self._paint.layer(visible=not now.visible)

    def _toggle_lock(self) -> None:
        now = self._paint.layer_now
        if now is not None:
            self._paint.layer(locked=not now.locked)


class Rows(QListWidget):
    """Names can be edited in place by F2 or a double click."""

    def __init__(self, easel: Easel) -> None:
        super().__init__()
        self._easel = easel
        self.setAccessibleName(self.tr("Layers, the uppermost first"))
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setUniformItemSizes(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.DoubleClicked | QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setItemDelegate(RowDrawn(easel))
        self.setMinimumHeight(ROWS * ROW + 4)
        self.setMaximumHeight(MOST_ROWS * ROW + 4)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), ROWS * ROW + 4)

    def take(self, layers: tuple[Layer, ...], current: int) -> None:
        if self.count() != len(layers):
            self.clear()
            for _ in layers:
                self.addItem(QListWidgetItem())
        for row, layer in enumerate(reversed(layers)):
            item = self.item(row)
            flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEditable
            item.setFlags(flags | Qt.ItemFlag.ItemIsDragEnabled)
            item.setText(layer.name)
            item.setData(LAYER, layer)
            item.setSizeHint(QSize(0, ROW))
            item.setToolTip(told_of(layer))
            item.setData(Qt.ItemDataRole.AccessibleDescriptionRole, told_of(layer))
        self.setCurrentRow(len(layers) - 1 - current)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete and self._easel.paint.layers:
            self._easel.paint.remove_layer(self._easel.paint.current)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """The eye and the lock are pressed without choosing the layer."""
        item = self.itemAt(event.position().toPoint())
        if item is not None and event.button() == Qt.MouseButton.LeftButton:
            rect, layer = self.visualItemRect(item), item.data(LAYER)
            for name, place in places_of(rect).items():
                if place.contains(event.position().toPoint()):
                    self._toggle(layer, name)
                    return
        super().mousePressEvent(event)

    def _toggle(self, layer: Layer, name: str) -> None:
        paint = self._easel.paint
        before = paint.current
        paint.choose([each.id for each in paint.layers].index(layer.id))
        paint.layer(**({"visible": not layer.visible} if name == "eye" else {"locked": not layer.locked}))
        paint.choose(before)


class RowDrawn(QStyledItemDelegate):
    def __init__(self, easel: Easel) -> None:
        super().__init__()
        self._easel = easel

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        layer: Layer = index.data(LAYER)
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, colour("selection"))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, colour("control"))
        places = places_of(rect)
        is_here = layer.on == self._easel.on
        tint = "text" if layer.visible else "off"
        icon("eye" if layer.visible else "eye_off", tint).paint(painter, places["eye"].adjusted(4, 4, -4, -4))
        if layer.locked:
            icon("lock", "attention").paint(painter, places["lock"].adjusted(4, 4, -4, -4))
        elif state & QStyle.StateFlag.State_MouseOver:
            icon("unlock", "dim").paint(painter, places["lock"].adjusted(4, 4, -4, -4))
        text = rect.adjusted(places["eye"].width() + GRID, 0, -places["lock"].width() - GRID, 0)
        said = " · ".join(short_of(layer))
        small = QFont(painter.font())
        small.setPixelSize(11)
        painter.setFont(small)
        room = painter.fontMetrics().horizontalAdvance(said) + 2 * GRID if said else 0
        painter.setPen(colour("dim"))
        painter.drawText(text, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, said)
        painter.setFont(option.font)
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        painter.setPen(colour("strong" if chosen else "text" if is_here and layer.visible else "dim"))
        name = painter.fontMetrics().elidedText(layer.name, Qt.TextElideMode.ElideRight, text.width() - room)
        painter.drawText(text, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, name)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, ROW)

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        editor.setGeometry(option.rect.adjusted(ROW, 1, -ROW, -1))


def places_of(rect: QRect) -> dict[str, QRect]:
    """Of the eye, on the left, and the lock, on the right."""
    side = rect.height()
    return {
        "eye": QRect(rect.left(), rect.top(), side, side),
        "lock": QRect(rect.right() - side, rect.top(), side, side),
    }


def short_of(layer: Layer) -> list[str]:
    """What a layer's row says beside its name."""
    said = [] if layer.on == "canonical" else [f"frame {layer.on}"]
    if layer.mode != "over":
        said.append(layer.mode)
    if layer.opacity < 1:
        said.append(f"{100 * layer.opacity:.0f} %")
    return said


def told_of(layer: Layer) -> str:
    """All that a row shows by pictures, in words."""
    on = "on the canonical" if layer.on == "canonical" else f"on frame {layer.on}"
    shown = "shown" if layer.visible else "hidden"
    return f"{on}, {layer.mode}, {100 * layer.opacity:.0f} %, {shown}{', locked' if layer.locked else ''}"
