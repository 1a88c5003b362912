"""What is written, and in which font; which picture is placed, and its numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QFileDialog,
    QGridLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ..model.easel import Easel
from ..model.paint.handles import Object, angle_of, middle_of, moved, quad_of, scale_of, scaled, turned
from ..model.paint.placed import fonts, usual_font
from ..model.paint.strokes import Placed, Text
from .brush_bar import label_of
from .form import keep_wheel_away
from .theme import GRID
from .tool import Xy

PICTURES = "*.exr *.png *.tif *.tiff *.jpg *.jpeg"


class TextOptions(QWidget):
    """For the text in hand, or else for the next."""

    def __init__(self, easel: Easel, say: Callable[[str], object]) -> None:
        super().__init__()
        self._easel, self._say = easel, say
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        self.text = QPlainTextEdit()
        self.text.setFixedHeight(10 * GRID)
        self.text.setTabChangesFocus(True)
        self.text.setPlaceholderText(self.tr("Text, then click on the picture"))
        self.text.setAccessibleName(self.tr("Text"))
        self.text.textChanged.connect(self._changed)
        column.addWidget(self.text)
        self.font_choice = QComboBox()
        self.font_choice.setAccessibleName(self.tr("Font"))
        self.font_choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.font_choice.setMinimumContentsLength(8)
        keep_wheel_away(self.font_choice)
        for path in fonts():
            self.font_choice.addItem(Path(path).stem, path)
        self.font_choice.setCurrentIndex(max(self.font_choice.findData(usual_font()), 0))
        self.font_choice.activated.connect(lambda _: self._changed())
        self.font_size = number(self.tr("Size"), 4, 2000, self.tr(" px"), lambda _: self._changed())
        self.font_size.setValue(60)
        self.angle = number(self.tr("Angle"), -180, 180, "°", lambda _: self._changed())
        rows = ((self.tr("Font"), self.font_choice), (self.tr("Size"), self.font_size), (self.tr("Angle"), self.angle))
        column.addLayout(grid_of(rows))
        if not fonts():
            none = QLabel(self.tr("No font is found here: install one, such as DejaVu, to write."))
            none.setProperty("kind", "wrong")
            none.setWordWrap(True)
            column.addWidget(none)
        easel.paint.layers_changed.connect(self._show)
        easel.brushes.changed.connect(self._coloured)

    def begin(self, xy: Xy) -> None:
        """Writes where the artist has pressed."""
        font = self.font_choice.currentData()
        if not font or not self.text.toPlainText().strip():
            self._say(self.tr("Write the text on the right, then click where it begins."))
            self.text.setFocus()
            return
        easel = self._easel
        why = easel.ready(self.text.toPlainText().strip().partition("\n")[0])
        if why is not None:
            self._say(why)
            return
        made = Text(self.text.toPlainText(), font, self.font_size.value(), easel.brushes.colour, xy, self.angle.value())
        easel.paint.add(made)

    def _changed(self) -> None:
        found = self._easel.placed_now(Text)
        if found is not None and self.isVisible():
            at, now = found
            new: Object = replace(now, text=self.text.toPlainText(), font=self.font_choice.currentData() or now.font)
            new = scaled(new, now.at, self.font_size.value() / now.size)
            self._put(at, now, turned(new, now.at, self.angle.value() - now.angle))

    def _coloured(self, _: None) -> None:
        found = self._easel.placed_now(Text)
        if found is not None and self.isVisible():
            self._put(found[0], found[1], replace(found[1], colour=self._easel.brushes.colour))

    def _put(self, at: int, now: Object, new: Object) -> None:
        if new != now:
            self._easel.paint.change(at, new, done=False)

    def _show(self, _: None) -> None:
        found = self._easel.placed_now(Text)
        if found is None:
            return
        text = found[1]
        with QSignalBlocker(self.text), QSignalBlocker(self.font_size), QSignalBlocker(self.angle):
            if text.text != self.text.toPlainText():
                self.text.setPlainText(text.text)
            self.font_size.setValue(text.size)
            self.angle.setValue(text.angle)
        self.font_choice.setCurrentIndex(self.font_choice.findData(text.font))


class ImageOptions(QWidget):
    def __init__(self, easel: Easel, say: Callable[[str], object]) -> None:
        super().__init__()
        self._easel, self._say = easel, say
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        self.choose = QPushButton(self.tr("Choose an image ..."))
        self.choose.clicked.connect(lambda: self.ask())
        column.addWidget(self.choose)
        self.across = number(self.tr("Middle, x"), -1e5, 1e5, "", lambda _: self._changed())
        self.down = number(self.tr("Middle, y"), -1e5, 1e5, "", lambda _: self._changed())
        self.scale = number(self.tr("Scale"), 0.1, 10_000, " %", lambda _: self._changed())
        self.angle = number(self.tr("Angle"), -180, 180, "°", lambda _: self._changed())
        fields = (self.across, self.down, self.scale, self.angle)
        column.addLayout(grid_of(tuple((each.accessibleName(), each) for each in fields)))
        self._fields = fields
        easel.paint.layers_changed.connect(self._show)
        self._show(None)

    def ask(self, xy: Xy | None = None) -> None:
        """The system's own choice of a file, beside the work."""
        dialog = QFileDialog(self.window(), self.tr("An image to place"), "", self.tr("Images ({})").format(PICTURES))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setModal(False)
        dialog.fileSelected.connect(lambda path: self.place(path, xy))
        dialog.show()

    def place(self, path: str, xy: Xy | None = None) -> None:
        """On a layer of its own; its middle at a point, where one is given."""
        self._say(self.tr("{} is read ...").format(Path(path).name))
        self._easel.place(Path(path), xy, self._say)

    def _changed(self) -> None:
        found = self._easel.placed_now(Placed)
        if found is None:
            return
        at, now = found
        size = self._easel.paint.size_of(now)
        middle = middle_of(quad_of(now, size))
        new = scaled(now, middle, self.scale.value() / 100 / max(scale_of(now, size), 1e-6))
        new = turned(new, middle, self.angle.value() - angle_of(now, size))
        new = moved(new, (self.across.value() - middle[0], self.down.value() - middle[1]))
        self._easel.paint.change(at, new, done=False)

    def _show(self, _: None) -> None:
        found = self._easel.placed_now(Placed)
        for field in self._fields:
            field.setEnabled(found is not None)
        if found is None:
            return
        size = self._easel.paint.size_of(found[1])
        middle = middle_of(quad_of(found[1], size))
        values = (*middle, 100 * scale_of(found[1], size), angle_of(found[1], size))
        for field, value in zip(self._fields, values, strict=True):
            with QSignalBlocker(field):
                field.setValue(value)


def number(name: str, low: float, high: float, unit: str, put: Callable[[float], object]) -> QDoubleSpinBox:
    made = QDoubleSpinBox()
    made.setRange(low, high)
    made.setDecimals(1)
    made.setSuffix(unit)
    made.setKeyboardTracking(False)
    made.setAccessibleName(name)
    made.valueChanged.connect(put)
    keep_wheel_away(made)
    return made


def grid_of(rows: tuple[tuple[str, QWidget], ...]) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(2 * GRID)
    grid.setVerticalSpacing(GRID)
    grid.setColumnStretch(1, 1)
    for row, (name, widget) in enumerate(rows):
        label = label_of(name)
        label.setBuddy(widget)
        grid.addWidget(label, row, 0)
        grid.addWidget(widget, row, 1)
    return grid
