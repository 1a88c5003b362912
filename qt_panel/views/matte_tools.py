"""Brush and eraser on a matte: the stroke is drawn as it goes, and laid when it ends."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from ..model.mattes import COLOURS, MatteLayers
from ..model.paint.brush import Brush
from ..model.paint.strokes import Point
from ..model.playhead import Playhead
from ..model.signal import Signal
from .theme import colour
from .tool import Xy

NEAR = 0.12
"""Points of a stroke nearer than this, in radii, are left out."""


class MatteBrush:
    """A `Tool`. Its size is that of the page; the matte itself is written by the model."""

    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, mattes: MatteLayers, playhead: Playhead, erase: bool) -> None:
        self.changed: Signal[None] = Signal()
        self.refused: Signal[str] = Signal()
        """Why there is nothing to paint on."""
        self.brush = Brush(size=40.0, hardness=0.6)
        self._mattes, self._playhead, self._erase = mattes, playhead, erase
        self._points: list[Point] = []
        self._at: Xy | None = None

    def press(self, xy: Xy, pressure: float, modifiers: Qt.KeyboardModifier) -> bool:
        why_not = self._mattes.why_not()
        if why_not:
            self.refused.emit(why_not)
            return True
        self._points = [(*xy, pressure)]
        self._show(xy)
        return True

    def move(self, xy: Xy, pressure: float, modifiers: Qt.KeyboardModifier) -> bool:
        if self._points:
            x, y, _ = self._points[-1]
            if (xy[0] - x) ** 2 + (xy[1] - y) ** 2 >= (NEAR * self.brush.size / 2) ** 2:
                self._points.append((*xy, pressure))
        self._show(xy)
        return True

    def release(self, xy: Xy, pressure: float, modifiers: Qt.KeyboardModifier) -> bool:
        points, self._points = self._points, []
        if points:
            self._mattes.paint(self._playhead.frame, self.brush, [*points, (*xy, points[-1][2])], self._erase)
        self._show(xy)
        return True

    def hover(self, xy: Xy | None) -> None:
        self._show(xy)

    def drop(self) -> bool:
        """Break off the stroke; whether there was one."""
        points, self._points = self._points, []
        self.changed.emit(None)
        return bool(points)

    def draw(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._points:
            path = QPainterPath(QPointF(*self._points[0][:2]))
            for x, y, _ in self._points[1:] or self._points:
                path.lineTo(x, y)
            mark = QColor(colour("viewer")) if self._erase else QColor(*COLOURS[self._mattes.current % len(COLOURS)])
            mark.setAlpha(150)
            pen = QPen(mark, self.brush.size, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPath(path)
        if self._at is not None:
            radius = self.brush.size / 2
            painter.setBrush(Qt.BrushStyle.NoBrush)
            for name, width in (("viewer", 2.5), ("strong", 1.0)):
                pen = QPen(colour(name), width)
                pen.setCosmetic(True)
                painter.setPen(pen)
                painter.drawEllipse(QPointF(*self._at), radius, radius)

    def _show(self, xy: Xy | None) -> None:
        self._at = xy
        self.changed.emit(None)
