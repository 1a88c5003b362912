"""The colour that is painted with: chosen on a field, by numbers, or from those used last. It is kept scene-linear."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSignalBlocker, QSize, Qt
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QDoubleSpinBox, QHBoxLayout, QLabel, QLineEdit, QToolButton, QVBoxLayout, QWidget
from unreel.core.color import Color

from ..model.brushes import RECENT, Brushes
from ..model.paint.strokes import Rgb
from ..model.signal import Signal
from .form import keep_wheel_away
from .theme import CONTROL, GRID, colour

HUES = 20
"""Width of the strip of hues."""
FIELD = 78
"""Height of the field."""
MARK = 5.0
STEPS = {
    int(Qt.Key.Key_Left): (-1, 0, 0),
    int(Qt.Key.Key_Right): (1, 0, 0),
    int(Qt.Key.Key_Up): (0, 1, 0),
    int(Qt.Key.Key_Down): (0, -1, 0),
    int(Qt.Key.Key_PageUp): (0, 0, -1),
    int(Qt.Key.Key_PageDown): (0, 0, 1),
}
"""What a key does to saturation, value and hue."""
SPACE = "texture_paint"
"""What is shown on the field: as painting programs have it."""


class ColourChooser(QWidget):
    def __init__(self, brushes: Brushes, color: Color) -> None:
        super().__init__()
        self._brushes, self._color = brushes, color
        self._shown: Rgb | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID + 2)
        self.field = HueField()
        self.field.setAccessibleName(self.tr("Colour: saturation and value; Page Up and Down turn the hue"))
        self.field.chosen.connect(self._chosen)
        column.addWidget(self.field)
        column.addLayout(self._row())
        column.addLayout(self._recent_row())
        brushes.changed.connect(self._show)
        self._show(None)

    def _row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(GRID)
        self.swatch = Patch(self.tr("Colour in hand"))
        self.swatch.setFixedSize(2 * CONTROL, CONTROL)
        row.addWidget(self.swatch)
        self.code = QLineEdit()
        self.code.setFixedWidth(72)
        self.code.setAccessibleName(self.tr("Colour as #rrggbb"))
        self.code.setToolTip(self.tr("Colour as a screen has it: #rrggbb"))
        self.code.editingFinished.connect(self._code_given)
        row.addWidget(self.code)
        row.addStretch()
        label = QLabel(self.tr("Light"))
        row.addWidget(label)
        self.stops = QDoubleSpinBox()
        self.stops.setRange(-8, 8)
        self.stops.setSingleStep(0.5)
        self.stops.setDecimals(1)
        self.stops.setSuffix(self.tr(" st"))
        self.stops.setFixedWidth(76)
        self.stops.setKeyboardTracking(False)
        self.stops.setAccessibleName(self.tr("Light of the colour in stops"))
        self.stops.setToolTip(self.tr("Stops above what a screen shows: each makes the colour twice as light"))
        self.stops.valueChanged.connect(lambda _: self._chosen(self.field.rgb))
        label.setBuddy(self.stops)
        keep_wheel_away(self.stops)
        row.addWidget(self.stops)
        return row

    def _recent_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(GRID)
        self.recent = [Swatch(self.tr("Colour used before, {}").format(at + 1)) for at in range(RECENT)]
        for at, swatch in enumerate(self.recent):
            swatch.setFixedHeight(20)
            swatch.clicked.connect(lambda _=False, at=at: self._take_recent(at))
            row.addWidget(swatch)
        return row

    def _chosen(self, rgb: tuple[float, float, float]) -> None:
        """rgb: 0..1 as a screen has it."""
        linear = self._color.to_linear(np.array([rgb], np.float32), SPACE)[0] * 2.0 ** self.stops.value()
        self._shown = (float(linear[0]), float(linear[1]), float(linear[2]))
        self._show_code(rgb)
        self._brushes.take_colour(self._shown)

    def _code_given(self) -> None:
        given = QColor(self.code.text() if self.code.text().startswith("#") else f"#{self.code.text()}")
        if given.isValid():
            rgb = (given.redF(), given.greenF(), given.blueF())
            self.field.put(rgb)
            self._chosen(rgb)
        else:
            self._show_code(self.field.rgb)

    def _take_recent(self, at: int) -> None:
        if at < len(self._brushes.recent):
            self._brushes.take_colour(self._brushes.recent[at])

    def _show(self, _: None) -> None:
        linear = self._brushes.colour
        if linear != self._shown:
            self._shown = linear
            stops = max(0.0, float(np.ceil(2 * np.log2(max(*linear, 1e-6))) / 2)) if max(linear) > 1.001 else 0.0
            rgb = self._on_screen(linear, stops)
            with QSignalBlocker(self.stops):
                self.stops.setValue(stops)
            self.field.put(rgb)
            self._show_code(rgb)
        self.swatch.show_colour(self._on_screen(linear, 0))
        for at, swatch in enumerate(self.recent):
            known = at < len(self._brushes.recent)
            swatch.setEnabled(known)
            swatch.show_colour(self._on_screen(self._brushes.recent[at], 0) if known else None)

    def _show_code(self, rgb: tuple[float, float, float]) -> None:
        self.code.setText(QColor.fromRgbF(*rgb).name())

    def _on_screen(self, linear: Rgb, stops: float) -> tuple[float, float, float]:
        """0..1, so many stops darker than it is."""
        shown = self._color.from_linear(np.array([linear], np.float32) / np.float32(2.0**stops), SPACE)[0]
        red, green, blue = (float(min(max(part, 0.0), 1.0)) for part in shown)
        return red, green, blue


class HueField(QWidget):
    """Saturation to the right, value upwards, and the hue in a strip beside. All by arrows too."""

    def __init__(self) -> None:
        super().__init__()
        self.chosen: Signal[tuple[float, float, float]] = Signal()
        self._hue, self._saturation, self._value = 0.0, 0.0, 1.0
        self._picture: tuple[float, QSize, QImage] | None = None
        self._in_strip = False
        self.setFixedHeight(FIELD)
        self.setMinimumWidth(120)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)

    @property
    def rgb(self) -> tuple[float, float, float]:
        made = QColor.fromHsvF(self._hue, self._saturation, self._value)
        return made.redF(), made.greenF(), made.blueF()

    def put(self, rgb: tuple[float, float, float]) -> None:
        """Without telling anyone. Grey keeps the hue that was there."""
        given = QColor.fromRgbF(*rgb)
        self._saturation, self._value = given.hsvSaturationF(), given.valueF()
        if given.hsvHueF() >= 0:
            self._hue = given.hsvHueF()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        field, strip = self._places()
        painter.drawImage(field, self._field_image())
        painter.drawImage(strip, hue_strip())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        at = QPointF(field.left() + self._saturation * field.width(), field.bottom() - self._value * field.height())
        for width, name in ((3.0, "window"), (1.5, "strong")):
            painter.setPen(QPen(colour(name), width))
            painter.drawEllipse(at, MARK, MARK)
            y = strip.top() + self._hue * strip.height()
            painter.drawLine(QPointF(strip.left(), y), QPointF(strip.right(), y))
        if self.hasFocus():
            painter.setPen(QPen(colour("accent"), 2))
            painter.drawRect(QRectF(self.rect()).adjusted(1, 1, -1, -1))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._in_strip = event.position().x() >= self._places()[1].left() - GRID
        self.mouseMoveEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        field, strip = self._places()
        at = event.position()
        if self._in_strip:
            self._hue = _share(at.y() - strip.top(), strip.height()) * 0.9999
        else:
            self._saturation = _share(at.x() - field.left(), field.width())
            self._value = 1 - _share(at.y() - field.top(), field.height())
        self._tell()

    def event(self, event: QEvent) -> bool:
        """The window's own keys, such as the arrows, are the field's while it has the keyboard."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.key() in STEPS:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() not in STEPS:
            super().keyPressEvent(event)
            return
        size = 0.01 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 0.05
        across, up, turn = (size * part for part in STEPS[event.key()])
        self._saturation = min(max(self._saturation + across, 0), 1)
        self._value = min(max(self._value + up, 0), 1)
        self._hue = (self._hue + turn) % 1
        self._tell()

    def _tell(self) -> None:
        self.update()
        self.chosen.emit(self.rgb)

    def _places(self) -> tuple[QRectF, QRectF]:
        width, height = self.width(), self.height()
        field = QRectF(MARK + 1, MARK + 1, width - HUES - 2 * MARK - 3 * GRID, height - 2 * MARK - 2)
        return field, QRectF(width - HUES - 2, MARK + 1, HUES, height - 2 * MARK - 2)

    def _field_image(self) -> QImage:
        if self._picture is None or self._picture[:2] != (self._hue, self.size()):
            full = QColor.fromHsvF(self._hue, 1, 1)
            value = np.linspace(1, 0, FIELD)[:, None, None]
            saturation = np.linspace(0, 1, 128)[None, :, None]
            pure = np.array([full.redF(), full.greenF(), full.blueF()])
            self._picture = self._hue, self.size(), image_of(value * (1 - saturation + saturation * pure))
        return self._picture[2]


class Patch(QWidget):
    """A patch of a colour, to look at."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self._colour: QColor | None = None

    def show_colour(self, rgb: tuple[float, float, float]) -> None:
        self._colour = QColor.fromRgbF(*rgb)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        draw_patch(self, self._colour)


class Swatch(QToolButton):
    """A patch of a colour, to press."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self._colour: QColor | None = None

    def show_colour(self, rgb: tuple[float, float, float] | None) -> None:
        self._colour = None if rgb is None else QColor.fromRgbF(*rgb)
        self.setToolTip("" if self._colour is None else self._colour.name())
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        draw_patch(self, self._colour)


def draw_patch(widget: QWidget, its: QColor | None) -> None:
    painter = QPainter(widget)
    inside = QRectF(widget.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
    painter.fillRect(inside, its or colour("field"))
    name, width = ("accent", 2.0) if widget.hasFocus() else ("control_line", 1.0)
    painter.setPen(QPen(colour(name), width))
    painter.drawRect(inside)


def hue_strip() -> QImage:
    hues = [QColor.fromHsvF(at / 128, 1, 1) for at in range(128)]
    return image_of(np.array([[(each.redF(), each.greenF(), each.blueF())] for each in hues]))


def image_of(rgb: np.ndarray) -> QImage:
    """Of [h, w, 3], 0..1; a copy of its own."""
    pixels = np.ascontiguousarray(np.rint(rgb * 255).astype(np.uint8))
    height, width = pixels.shape[:2]
    return QImage(pixels.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()


def _share(at: float, whole: float) -> float:
    return min(max(at / max(whole, 1), 0.0), 1.0)
