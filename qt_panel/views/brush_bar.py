"""Size, hardness and opacity of the brush in hand, and what the pen's pressure does to it."""

from __future__ import annotations

import math
from collections.abc import Callable

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QCheckBox, QDoubleSpinBox, QGridLayout, QHBoxLayout, QLabel, QSlider, QWidget

from ..model.brushes import LIMITS, Brushes
from .form import keep_wheel_away
from .theme import CONTROL, GRID

STEPS = 1000
"""Of a slider."""
LABELS, NUMBER = 64, 84
"""Widths of the labels and of the numbers."""


class BrushBar(QWidget):
    def __init__(self, brushes: Brushes) -> None:
        super().__init__()
        self._brushes = brushes
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(2 * GRID)
        grid.setVerticalSpacing(GRID)
        grid.setColumnStretch(1, 1)
        low, high = LIMITS["size"]
        self.diameter = Amount(self.tr("Size"), low, high, self.tr(" px"), 1, self._put("size"), is_log=True)
        self.hardness = Amount(self.tr("Hardness"), 0, 100, " %", 0, self._put("hardness", 100))
        self.opacity = Amount(self.tr("Opacity"), 1, 100, " %", 0, self._put("opacity", 100))
        for row, amount in enumerate((self.diameter, self.hardness, self.opacity)):
            amount.add_to(grid, row)
        pressure = QHBoxLayout()
        pressure.setSpacing(3 * GRID)
        self.pressure_size = self._check(self.tr("size"), "pressure_size", self.tr("The pen's pressure makes it wider"))
        tip = self.tr("The pen's pressure makes it more opaque")
        self.pressure_opacity = self._check(self.tr("opacity"), "pressure_opacity", tip)
        pressure.addWidget(self.pressure_size)
        pressure.addWidget(self.pressure_opacity)
        pressure.addStretch()
        grid.addWidget(label_of(self.tr("Pressure")), 3, 0)
        grid.addLayout(pressure, 3, 1, 1, 2)
        brushes.changed.connect(self._show)
        self._show(None)

    def _put(self, name: str, whole: float = 1) -> Callable[[float], None]:
        return lambda value: self._brushes.change(**{name: value / whole})

    def _check(self, text: str, name: str, tip: str) -> QCheckBox:
        check = QCheckBox(text)
        check.setToolTip(tip)
        check.setAccessibleName(tip)
        check.clicked.connect(lambda is_on: self._brushes.change(**{name: bool(is_on)}))
        return check

    def _show(self, _: None) -> None:
        brush = self._brushes.brush
        self.diameter.show(brush.size)
        self.hardness.show(100 * brush.hardness)
        self.opacity.show(100 * brush.opacity)
        self.pressure_size.setChecked(brush.pressure_size)
        self.pressure_opacity.setChecked(brush.pressure_opacity)


class Amount:
    """A label, a slider and a number, which are one value."""

    def __init__(
        self,
        name: str,
        low: float,
        high: float,
        unit: str,
        decimals: int,
        put: Callable[[float], object],
        is_log: bool = False,
    ) -> None:
        """is_log: each step of the slider is as many times more; low is above 0 then."""
        self._low, self._high, self._put, self._is_log = low, high, put, is_log
        self.label = label_of(name)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, STEPS)
        self.slider.setPageStep(STEPS // 10)
        self.slider.setSingleStep(STEPS // 100)
        self.number = QDoubleSpinBox()
        self.number.setRange(low, high)
        self.number.setDecimals(decimals)
        self.number.setSuffix(unit)
        self.number.setKeyboardTracking(False)
        self.number.setFixedWidth(NUMBER)
        self.label.setBuddy(self.number)
        for widget in (self.slider, self.number):
            widget.setAccessibleName(name)
            keep_wheel_away(widget)
        self.slider.valueChanged.connect(lambda step: self._take(self._of_step(step)))
        self.number.valueChanged.connect(self._take)

    def add_to(self, grid: QGridLayout, row: int) -> None:
        for column, widget in enumerate((self.label, self.slider, self.number)):
            grid.addWidget(widget, row, column)

    def show(self, value: float) -> None:
        """Without telling anyone."""
        with QSignalBlocker(self.slider), QSignalBlocker(self.number):
            self.slider.setValue(round(STEPS * self._share(value)))
            self.number.setValue(value)

    def _take(self, value: float) -> None:
        self.show(value)
        self._put(value)

    def _share(self, value: float) -> float:
        value = min(max(value, self._low), self._high)
        if self._is_log:
            return math.log(value / self._low) / math.log(self._high / self._low)
        return (value - self._low) / (self._high - self._low)

    def _of_step(self, step: int) -> float:
        share = step / STEPS
        if self._is_log:
            return round(self._low * (self._high / self._low) ** share, 1)
        return self._low + share * (self._high - self._low)


def label_of(text: str) -> QLabel:
    label = QLabel(text)
    label.setFixedWidth(LABELS)
    label.setMinimumHeight(CONTROL)
    return label
