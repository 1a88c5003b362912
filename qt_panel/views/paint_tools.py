"""What paints: brush and eraser, picker, line, and text and pictures that can be taken hold of."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QCoreApplication, QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from ..model.brushes import Which
from ..model.easel import Easel
from ..model.paint.handles import Grip, Object, grip_at, middle_of, moved, pulled, quad_of, scaled, turned
from ..model.paint.pick import pick
from ..model.paint.strokes import Line, Placed
from ..model.picture import Picture
from ..model.signal import Signal
from .tool import Xy

Say = Callable[[str], object]
"""Puts a hint into the status line."""
NEAR = 9.0
"""Of a corner's handle, in pixels of the screen."""
PICKED = 4.0
"""Radius of the disc whose mean is picked, in pixels of the screen."""


class PaintTool(ABC):
    """What they have in common: where the pointer is, and how large a full-size pixel is on the screen."""

    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, easel: Easel, say: Say) -> None:
        self.changed: Signal[None] = Signal()
        self.easel, self.say = easel, say
        self.at: Xy | None = None
        self.zoom = 1.0
        """Pixels of the screen for one of the picture; known once it was drawn."""
        easel.brushes.changed.connect(self._again)

    @abstractmethod
    def press(self, xy: Xy, pressure: float, modifiers: Qt.KeyboardModifier) -> bool: ...

    @abstractmethod
    def move(self, xy: Xy, pressure: float, modifiers: Qt.KeyboardModifier) -> bool: ...

    @abstractmethod
    def release(self, xy: Xy, pressure: float, modifiers: Qt.KeyboardModifier) -> bool: ...

    def hover(self, xy: Xy | None) -> None:
        self.at = xy
        self.changed.emit(None)

    def draw(self, painter: QPainter) -> None:
        self.zoom = max(abs(painter.worldTransform().m11()), 1e-6)

    def _again(self, _: None) -> None:
        self.changed.emit(None)

    def refused(self) -> bool:
        """There is nothing to paint on, and the artist is told why."""
        if not self.easel.is_in_view:
            self.say(QCoreApplication.translate("paint", "This picture is to look at: choose Canonical or Frame."))
            return True
        why = self.easel.ready()
        if why is not None:
            self.say(why)
        return why is not None


class BrushTool(PaintTool):
    cursor = Qt.CursorShape.BlankCursor

    def __init__(self, easel: Easel, say: Say, which: Which) -> None:
        super().__init__(easel, say)
        self._which = which
        self._last: Xy | None = None
        self._is_picking = False

    def press(self, xy: Xy, pressure: float, modifiers: Qt.KeyboardModifier) -> bool:
        if modifiers & Qt.KeyboardModifier.ControlModifier:
            self._is_picking = True
            return self.move(xy, pressure, modifiers)
        if self.refused():
            return True
        brushes = self.easel.brushes
        brush, colour = brushes.brushes[self._which], brushes.colour
        if modifiers & Qt.KeyboardModifier.ShiftModifier and self._last is not None:
            self.easel.paint.add(Line(brush, colour, self._last, xy, self._which == "eraser"))
        self.easel.paint.begin(brush, colour, xy, pressure, self._which == "eraser")
        if self._which == "brush":
            brushes.painted()
        self._follow(xy)
        return True

    def move(self, xy: Xy, pressure: float, modifiers: Qt.KeyboardModifier) -> bool:
        if self._is_picking:
            pick_at(self.easel, xy, PICKED / self.zoom)
        else:
            self.easel.paint.extend(xy, pressure)
            self._last = xy
        self._follow(xy)
        return True

    def release(self, xy: Xy, pressure: float, modifiers: Qt.KeyboardModifier) -> bool:
        if not self._is_picking:
            # A pen that is lifted presses no more: its last point has what it had before.
            self.easel.paint.end()
            self._last = xy
        self._is_picking = False
        self._follow(xy)
        return True

    def draw(self, painter: QPainter) -> None:
        super().draw(painter)
        if self.at is not None:
            brush = self.easel.brushes.brushes[self._which]
            ring(painter, self.at, max(brush.size / 2, 2 / self.zoom))
            if brush.hardness < 1 and brush.size * self.zoom > 24:
                ring(painter, self.at, brush.size / 2 * brush.hardness, is_faint=True)
            if brush.size * self.zoom > 60 or self._which == "eraser":
                cross(painter, self.at, 3 / self.zoom)

    def _follow(self, xy: Xy) -> None:
        self.at = xy
        self.changed.emit(None)


class PickerTool(PaintTool):
    def press(self, xy: Xy, pressure: float, modifiers: Qt.KeyboardModifier) -> bool:
        return self.move(xy, pressure, modifiers)

    def move(self, xy: Xy, pressure: float, modifiers: Qt.KeyboardModifier) -> bool:
        if not pick_at(self.easel, xy, PICKED / self.zoom):
            self.say(QCoreApplication.translate("paint", "There is no colour here."))
        self.hover(xy)
        return True

    def release(self, xy: Xy, pressure: float, modifiers: Qt.KeyboardModifier) -> bool:
        return True

    def draw(self, painter: QPainter) -> None:
        super().draw(painter)
        if self.at is not None:
            ring(painter, self.at, PICKED / self.zoom)


class LineTool(PaintTool):
    def __init__(self, easel: Easel, say: Say) -> None:
        super().__init__(easel, say)
        self._start: Xy | None = None
        self._end: Xy | None = None

    def press(self, xy: Xy, pressure: float, modifiers: Qt.KeyboardModifier) -> bool:
        if not self.refused():
            self._start = self._end = xy
        return True

    def move(self, xy: Xy, pressure: float, modifiers: Qt.KeyboardModifier) -> bool:
        if self._start is not None:
            is_straight = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
            self._end = eighth_turns(self._start, xy) if is_straight else xy
        self.hover(xy)
        return True

    def release(self, xy: Xy, pressure: float, modifiers: Qt.KeyboardModifier) -> bool:
        self.move(xy, pressure, modifiers)
        if self._start is not None and self._end is not None:
            brushes = self.easel.brushes
            self.easel.paint.add(Line(brushes.brush, brushes.colour, self._start, self._end))
            brushes.painted()
        self._start = self._end = None
        self.changed.emit(None)
        return True

    def give_up(self) -> bool:
        """Nothing is drawn; False where nothing was begun."""
        had, self._start, self._end = self._start is not None, None, None
        self.changed.emit(None)
        return had

    def draw(self, painter: QPainter) -> None:
        super().draw(painter)
        radius = max(self.easel.brushes.brush.size / 2, 2 / self.zoom)
        if self._start is not None and self._end is not None:
            ring(painter, self._start, radius)
            ring(painter, self._end, radius)
            for each in pens():
                painter.setPen(each)
                painter.drawLine(QPointF(*self._start), QPointF(*self._end))
        elif self.at is not None:
            ring(painter, self.at, radius)


class PlaceTool(PaintTool):
    """Moves, enlarges and turns what lies on the layer in hand: text, or a picture.

    Inside it is moved, at a corner made larger about the opposite one, a little outside turned; with Control a
    picture's corner is pulled alone.
    """

    cursor = Qt.CursorShape.ArrowCursor

    def __init__(self, easel: Easel, say: Say, kind: type[Object], begin: Callable[[Xy], object]) -> None:
        """begin: called where the artist presses beside all that there is."""
        super().__init__(easel, say)
        self._kind, self._begin = kind, begin
        self._held: tuple[Grip, int, Xy, Object] | None = None
        easel.paint.layers_changed.connect(self._again)

    def press(self, xy: Xy, pressure: float, modifiers: Qt.KeyboardModifier) -> bool:
        found = self.easel.placed_now(self._kind)
        grip = None if found is None else grip_at(self._quad(found[1]), xy, NEAR / self.zoom)
        if grip is None:
            at = self.easel.layer_at(self._kind, xy)
            if at is None:
                self._begin(xy)
                return True
            self.easel.paint.choose(at)
            found = self.easel.placed_now(self._kind)
        if found is not None and not self.refused():
            which, corner = grip or ("inside", 0)
            self._held = which, corner, xy, found[1]
        return True

    def move(self, xy: Xy, pressure: float, modifiers: Qt.KeyboardModifier) -> bool:
        found = self.easel.placed_now(self._kind)
        if self._held is not None and found is not None:
            self.easel.paint.change(found[0], self._carried(xy, modifiers), done=False)
        self.hover(xy)
        return True

    def release(self, xy: Xy, pressure: float, modifiers: Qt.KeyboardModifier) -> bool:
        if self._held is not None:
            self._held = None
            self.easel.paint.end()
        self.hover(xy)
        return True

    def give_up(self) -> bool:
        """As it was before it was taken hold of; False where nothing is."""
        had, self._held = self._held is not None, None
        if had:
            self.easel.paint.drop()
        return had

    def draw(self, painter: QPainter) -> None:
        super().draw(painter)
        found = self.easel.placed_now(self._kind)
        if found is None:
            return
        quad = self._quad(found[1])
        if not np.isfinite(quad).all():
            return
        frame = QPolygonF([QPointF(*corner) for corner in quad])
        for each in pens():
            painter.setPen(each)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPolygon(frame)
            for corner in quad:
                side = 4 / self.zoom
                painter.setBrush(QColor("#f0f0f0"))
                painter.drawRect(QPolygonF([QPointF(*(corner - side)), QPointF(*(corner + side))]).boundingRect())

    def _carried(self, xy: Xy, modifiers: Qt.KeyboardModifier) -> Object:
        """What was taken hold of, as it lies with the pointer here."""
        assert self._held is not None
        grip, corner, start, thing = self._held
        by = (xy[0] - start[0], xy[1] - start[1])
        if grip == "inside":
            return moved(thing, by)
        quad = self._quad(thing)
        if grip == "turn":
            middle = middle_of(quad)
            angles = [math.degrees(math.atan2(each[1] - middle[1], each[0] - middle[0])) for each in (start, xy)]
            degrees = angles[1] - angles[0]
            return turned(thing, middle, round(degrees / 15) * 15 if modifiers & SHIFT else degrees)
        if modifiers & Qt.KeyboardModifier.ControlModifier and isinstance(thing, Placed):
            to = (float(quad[corner][0]) + by[0], float(quad[corner][1]) + by[1])
            return pulled(thing, self.easel.paint.size_of(thing), corner, to)
        opposite = quad[(corner + 2) % 4]
        arm = np.array(start) - opposite
        share = float((np.array(xy) - opposite) @ arm / max(arm @ arm, 1e-6))
        return scaled(thing, (float(opposite[0]), float(opposite[1])), share)

    def _quad(self, thing: Object) -> np.ndarray:
        return quad_of(thing, self.easel.paint.size_of(thing) if isinstance(thing, Placed) else (1, 1))


SHIFT = Qt.KeyboardModifier.ShiftModifier


def pick_at(easel: Easel, xy: Xy, radius: float) -> bool:
    """Takes the colour that is seen there; False where there is none."""
    picture = easel.painted.full()
    found = pick(picture, xy, radius) if isinstance(picture, Picture) else None
    if found is not None:
        easel.brushes.take_colour(found)
    return found is not None


def eighth_turns(start: Xy, xy: Xy) -> Xy:
    """The end that lies in one of eight directions."""
    dx, dy = xy[0] - start[0], xy[1] - start[1]
    angle = round(math.atan2(dy, dx) / (math.pi / 4)) * math.pi / 4
    along = dx * math.cos(angle) + dy * math.sin(angle)
    return start[0] + along * math.cos(angle), start[1] + along * math.sin(angle)


def pens(is_faint: bool = False) -> tuple[QPen, QPen]:
    """Dark, then light on it: seen on every picture."""
    made = []
    for name, width, strength in (("#000000", 2.6, 120), ("#ffffff", 1.2, 110 if is_faint else 230)):
        its = QColor(name)
        its.setAlpha(strength // 2 if is_faint and name == "#000000" else strength)
        pen = QPen(its, width)
        pen.setCosmetic(True)
        made.append(pen)
    return made[0], made[1]


def ring(painter: QPainter, at: Xy, radius: float, is_faint: bool = False) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for each in pens(is_faint):
        painter.setPen(each)
        painter.drawEllipse(QPointF(*at), radius, radius)


def cross(painter: QPainter, at: Xy, arm: float) -> None:
    x, y = at
    for each in pens():
        painter.setPen(each)
        painter.drawLine(QPointF(x - arm, y), QPointF(x + arm, y))
        painter.drawLine(QPointF(x, y - arm), QPointF(x, y + arm))
