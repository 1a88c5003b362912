"""Curves of a training: how well it matches, and what it makes smaller. The one place that plots."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyqtgraph
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ..model.training import Curve
from .theme import GRID, colour

HEIGHT = 72
MOST_POINTS = 1000
"""Of a curve: more than the plot has pixels."""
FORMER = 2
"""Stages before the last one that stay, fainter."""


class Curves(QWidget):
    """PSNR above, loss below; the last stage in the accent, the ones before it in grey."""

    def __init__(self) -> None:
        super().__init__()
        pyqtgraph.setConfigOptions(antialias=True, foreground=colour("dim"), background=colour("field"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        self._psnr = Plot(self.tr("PSNR"), self.tr("dB, higher is better"))
        self._loss = Plot(self.tr("Loss"), self.tr("lower is better"))
        for plot in (self._psnr, self._loss):
            column.addWidget(plot)

    def show_curves(self, curves: Mapping[str, Curve]) -> None:
        told = list(curves.values())
        for plot, of in ((self._psnr, [each.psnr for each in told]), (self._loss, [each.loss for each in told])):
            plot.show_points([points for points in of if points])


class Plot(QWidget):
    def __init__(self, name: str, meaning: str) -> None:
        super().__init__()
        self._name = name
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        row = QHBoxLayout()
        row.setSpacing(2 * GRID)
        row.addWidget(QLabel(name))
        hint = QLabel(meaning)
        hint.setProperty("kind", "dim")
        row.addWidget(hint, 1)
        self._last = QLabel()
        self._last.setAlignment(Qt.AlignmentFlag.AlignRight)
        row.addWidget(self._last)
        column.addLayout(row)
        self._plot = pyqtgraph.PlotWidget()
        self._plot.setFixedHeight(HEIGHT)
        self._plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._plot.setMenuEnabled(False)
        self._plot.hideButtons()
        self._plot.setMouseEnabled(False, False)
        self._plot.showGrid(x=False, y=True, alpha=0.15)
        for side in ("left", "bottom"):
            axis = self._plot.getAxis(side)
            axis.setStyle(tickLength=-3, tickTextOffset=3, maxTickLevel=0)
            axis.setPen(colour("line"))
            axis.setTextPen(colour("dim"))
        self._plot.getAxis("left").setWidth(30)
        self._plot.getAxis("left").setTickDensity(0.6)
        self._plot.getAxis("bottom").setHeight(17)
        self._lines = [self._plot.plot() for _ in range(FORMER + 1)]
        column.addWidget(self._plot)

    def show_points(self, curves: Sequence[Mapping[int, float]]) -> None:
        """The last one is what runs, or ran last. Nothing to show hides the plot."""
        self.setVisible(bool(curves))
        if not curves:
            return
        shown = list(curves)[-FORMER - 1 :]
        for at, line in enumerate(reversed(self._lines)):
            points = sorted(shown[-1 - at].items()) if at < len(shown) else []
            points = points[:: max(1, len(points) // MOST_POINTS)]
            pen = pyqtgraph.mkPen(colour("accent" if at == 0 else "off"), width=2 if at == 0 else 1)
            line.setData([x for x, _ in points], [y for _, y in points], pen=pen)
            line.setZValue(-at)
            few = 0 < len(points) < 3
            line.setSymbol("o" if few else None)
            line.setSymbolSize(4)
        last = list(shown[-1].values())[-1]
        self._last.setText(f"{last:.1f} dB" if self._name == self.tr("PSNR") else f"{last:.3g}")
        self._plot.setAccessibleName(f"{self._name} {self._last.text()}")
