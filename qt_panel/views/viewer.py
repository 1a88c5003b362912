"""A picture, or two against each other: zoomed, moved, pointed at, and worked on with a tool."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import (
    QFocusEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTabletEvent,
    QTransform,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget
from unreel.core.frame import Window

from ..model.picture import Broken, Picture
from ..model.screen import Screen
from ..model.signal import Signal
from ..model.view_state import Compare
from ..model.zoom import Zoom
from .overlays import draw_message, draw_point, draw_windows, draw_wipe, pen
from .side import Layer, Side
from .theme import colour
from .tool import Overlay, Tool, Xy

REST = 150
"""Milliseconds without a change until the exact picture is made."""
NOTCH = 2**0.25
"""How much closer a notch of the wheel brings the picture."""
NEAREST_FROM = 2.0
"""So many screen pixels for one of the picture's, and single pixels are looked at: they stay sharp."""
WIPE_NEAR = 8.0
"""Units of the viewer from the wipe's line within which it is taken hold of."""

Shown = Picture | Broken | None


class Viewer(QWidget):
    """Knows no session: it is given pictures, and tells what is pointed at. Left button and pen are the tool's."""

    def __init__(self, screen: Screen, name: str) -> None:
        """name: for who can't see it."""
        super().__init__()
        self.setObjectName("Viewer")
        self.setAccessibleName(name)
        self.setMouseTracking(True)
        self.setTabletTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.pointed: Signal[Xy | None] = Signal()
        """What the pointer is over, in full-size pixels; None: it has left."""
        self.zoomed: Signal[None] = Signal()
        """Closer, farther, or moved."""
        self.rested: Signal[None] = Signal()
        """Nothing has changed for a while."""
        self.wiped: Signal[float] = Signal()
        """Where the artist put the wipe's line, 0..1 of the display window."""
        self.zoom = Zoom()
        self.xy: Xy | None = None
        """What the pointer is over."""
        self._screen = screen
        self._first, self._second, self._both = Side(screen), Side(screen), Side(screen)
        self._shown: Shown = None
        self._other: Shown = None
        self._empty = ""
        self._title = ""
        self._compare: Compare = "one"
        self._wipe_at = 0.5
        self._flips = False
        self._has_windows = True
        self.drawn = 0
        """Pictures that were drawn, counted."""
        self._tool: Tool | None = None
        self._overlays: tuple[Overlay, ...] = ()
        self._point: tuple[Xy, bool] | None = None
        self._drag: str = ""
        self._pen_is_down = False
        self._from = QPointF()
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST)
        self._rest.timeout.connect(self._sharpen)
        self._focus_by_key = False
        screen.changed.connect(self._renew)

    # What is shown

    def take(self, shown: Shown, full: Picture | None = None, other: Shown = None, other_full: Picture | None = None,
             empty: str = "", title: str = "") -> None:  # fmt: skip
        """A picture at the size that is at hand, the same at full size where that is there, and what it is
        compared with. Without a picture `empty` says why; `title` stands above what is broken."""
        self._shown, self._other, self._empty, self._title = shown, other, empty, title
        self._first.take(*_one(shown, full))
        self._second.take(*_one(other, other_full))
        pair = _one(shown, full), _one(other, other_full)
        has_both = all(each[0] for each in pair)
        has_full = all(each[1] for each in pair)
        self._both.take(
            tuple(each[0][0] for each in pair) if has_both else (),
            tuple(each[1][0] for each in pair) if has_both and has_full else (),
        )
        self._renew()

    def set_format(self, display: Window, aspect: float) -> None:
        """Of the pictures that come; another one than before is fitted."""
        self.zoom.set_picture(display, aspect)
        self._moved()

    def compare(self, how: Compare, wipe_at: float, flips: bool) -> None:
        """flips: the other one is shown in place of the first."""
        if (how, wipe_at, flips) != (self._compare, self._wipe_at, self._flips):
            self._compare, self._wipe_at, self._flips = how, wipe_at, flips
            self._renew()

    def outline(self, has_windows: bool) -> None:
        """Whether data and display window are drawn."""
        self._has_windows = has_windows
        self.update()

    def set_tool(self, tool: Tool | None) -> None:
        """None: the left button moves the picture."""
        if self._tool is not None:
            self._tool.changed.disconnect(self._tool_changed)
            self._tool.hover(None)
        self._tool = tool
        if tool is not None:
            tool.changed.connect(self._tool_changed)
        self._set_cursor()
        self.update()

    def set_overlays(self, overlays: tuple[Overlay, ...]) -> None:
        self._overlays = overlays
        self.update()

    def mark(self, xy: Xy | None, is_sure: bool = True) -> None:
        """A cross at a point, such as the one that is pointed at in another viewer."""
        self._point = None if xy is None else (xy, is_sure)
        self.update()

    # How it is looked at

    def fit(self) -> None:
        self.zoom.fit()
        self._moved()

    def one_to_one(self) -> None:
        self.zoom.one_to_one(self._under_pointer())
        self._moved()

    def closer(self, factor: float = 2.0) -> None:
        """By a factor, at the pointer where it is over the picture; below 1 farther."""
        self.zoom.by(factor, self._under_pointer())
        self._moved()

    @property
    def is_exact(self) -> bool:
        """The config's own transform made what is seen."""
        return all(side.is_exact for side in self._sides() if side.pictures)

    def sizeHint(self) -> QSize:
        return QSize(640, 360)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 120)

    # Drawing

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), colour("viewer"))
        wrong = self._wrong()
        if wrong is None:
            self._draw_pictures(painter)
        (left, top), (across, down) = self.zoom.origin, self.zoom.units
        painter.setWorldTransform(QTransform(across, 0, 0, down, left, top), True)
        if wrong is None:
            self._draw_over(painter)
        elif self._has_windows and self._shown is not None:
            draw_windows(painter, self.zoom.display, self.zoom.display)
        painter.resetTransform()
        if wrong is not None and wrong[1]:
            draw_message(painter, QRectF(self.rect()), *wrong)
        elif self._compare == "wipe" and self._other is not None and not self._flips:
            draw_wipe(painter, self._wipe_x(), 0, self.height())
        if self.hasFocus() and self._focus_by_key:
            painter.setPen(pen("accent", 2.0))
            painter.drawRect(QRectF(self.rect()).adjusted(1, 1, -1, -1))

    def _draw_pictures(self, painter: QPainter) -> None:
        sides = self._sides()
        visible, scale = self.zoom.visible(), self.zoom.scale
        for at, side in enumerate(sides):
            if len(sides) == 2:
                line = self._wipe_x()
                left, right = ((0.0, line), (line, float(self.width())))[at]
                painter.setClipRect(QRectF(left, 0, max(right - left, 0), self.height()))
            for layer in side.layers(visible, scale):
                self._draw_layer(painter, layer)
                self.drawn += 1
        painter.setClipping(False)

    def _draw_layer(self, painter: QPainter, layer: Layer) -> None:
        x, y = self.zoom.to_viewer((layer.rect.x(), layer.rect.y()))
        across, down = self.zoom.units
        place = QRectF(x, y, layer.rect.width() * across, layer.rect.height() * down)
        image = layer.image
        times = place.width() * self.zoom.ratio / image.width(), place.height() * self.zoom.ratio / image.height()
        is_whole = all(round(each) >= 1 and abs(each - round(each)) < 1e-3 for each in times)
        # A small plate that is fitted is looked at as a whole, not pixel by pixel.
        is_far = self.zoom.is_fit or min(times) < NEAREST_FROM
        is_smooth = layer.is_reduced or (is_far and not is_whole)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, is_smooth)
        painter.drawImage(place, image)

    def _draw_over(self, painter: QPainter) -> None:
        if self._has_windows and isinstance(self._shown, Picture):
            draw_windows(painter, self._shown.display, self._shown.window)
        for overlay in self._overlays:
            painter.save()
            overlay(painter)
            painter.restore()
        if self._point is not None:
            draw_point(painter, *self._point)
        if self._tool is not None:
            painter.save()
            self._tool.draw(painter)
            painter.restore()

    def _wrong(self) -> tuple[str, str, bool] | None:
        """Title, text and whether it is an error, where there is no picture to show."""
        seen = self._other if self._flips and self._other is not None else self._shown
        if isinstance(seen, Broken):
            return self._title, seen.text, True
        return ("", self._empty, False) if seen is None else None

    def _sides(self) -> tuple[Side, ...]:
        """From left to right."""
        if self._flips and self._second.pictures:
            return (self._second,)
        if not self._second.pictures or self._compare in ("one", "flicker"):
            return (self._first,)
        return (self._both,) if self._compare == "difference" else (self._first, self._second)

    def _wipe_x(self) -> float:
        display = self.zoom.display
        return self.zoom.to_viewer((display.x + self._wipe_at * display.width, 0))[0]

    # What changes the picture

    def _renew(self, _: None = None) -> None:
        """Now quickly, exactly when nothing has changed for a while."""
        self.update()
        self._rest.start()

    def _sharpen(self) -> None:
        if self.isVisible():
            self.rested.emit(None)
            for side in self._sides():
                side.sharpen(self.zoom.visible(), self.zoom.scale, self.update)

    def _moved(self) -> None:
        self._renew()
        self.zoomed.emit(None)

    def _tool_changed(self, _: None) -> None:
        self._set_cursor()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fill()

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.DevicePixelRatioChange, QEvent.Type.Show):
            self._fill()
        if event.type() == QEvent.Type.NativeGesture and isinstance(event, QNativeGestureEvent):
            if event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
                self.zoom.by(1 + event.value(), (event.position().x(), event.position().y()))
                self._moved()
                return True
        return super().event(event)

    def _fill(self) -> None:
        self.zoom.set_viewer(self.width(), self.height(), self.devicePixelRatioF())
        self._moved()

    # Mouse, pen, wheel

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta().y() / 120
        if turned:
            self.zoom.by(NOTCH**turned, (event.position().x(), event.position().y()))
            self._moved()
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._focus_by_key = False
        at = event.position()
        button, is_alt = event.button(), bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        if button == Qt.MouseButton.MiddleButton or (button == Qt.MouseButton.LeftButton and is_alt):
            self._begin("pan", at)
        elif button == Qt.MouseButton.LeftButton and not self._drag:
            self._press(at, 1.0, event.modifiers())
        else:
            event.ignore()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._move(event.position(), 1.0, event.modifiers())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._release(event.position(), 1.0, event.modifiers())

    def tabletEvent(self, event: QTabletEvent) -> None:
        """Accepted, so that no mouse events are made of it."""
        at, pressure = event.position(), event.pressure()
        if event.type() == QEvent.Type.TabletPress:
            if event.button() == Qt.MouseButton.LeftButton:
                self._pen_is_down = True
                self._press(at, pressure, event.modifiers())
            else:
                self._begin("pan", at)
        elif event.type() == QEvent.Type.TabletMove:
            self._move(at, pressure, event.modifiers())
        elif event.type() == QEvent.Type.TabletRelease:
            self._pen_is_down = False
            self._release(at, pressure, event.modifiers())
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        self.xy = None
        if self._tool is not None and not self._drag:
            self._tool.hover(None)
        self.pointed.emit(None)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._focus_by_key = event.reason() in (
            Qt.FocusReason.TabFocusReason,
            Qt.FocusReason.BacktabFocusReason,
            Qt.FocusReason.ShortcutFocusReason,
        )
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.update()

    def _press(self, at: QPointF, pressure: float, modifiers: Qt.KeyboardModifier) -> None:
        is_wipe = self._compare == "wipe" and self._other is not None
        if is_wipe and abs(at.x() - self._wipe_x()) <= WIPE_NEAR:
            self._begin("wipe", at)
        elif self._tool is not None and self._tool.press(self._at(at), pressure, modifiers):
            self._drag = "tool"
        else:
            self._begin("pan", at)

    def _begin(self, drag: str, at: QPointF) -> None:
        self._drag, self._from = drag, at
        self.setCursor(Qt.CursorShape.ClosedHandCursor if drag == "pan" else Qt.CursorShape.SplitHCursor)

    def _move(self, at: QPointF, pressure: float, modifiers: Qt.KeyboardModifier) -> None:
        if self._drag == "pan":
            self.zoom.pan(at.x() - self._from.x(), at.y() - self._from.y())
            self._from = at
            self._moved()
        elif self._drag == "wipe":
            display = self.zoom.display
            share = (self._at(at)[0] - display.x) / max(display.width, 1)
            self.wiped.emit(min(max(share, 0.0), 1.0))
        elif self._drag == "tool" and self._tool is not None:
            self._tool.move(self._at(at), pressure, modifiers)
        elif self._tool is not None:
            self._tool.hover(self._at(at))
        self.xy = self._at(at)
        self.pointed.emit(self.xy)
        if not self._drag:
            self._set_cursor(at)

    def _release(self, at: QPointF, pressure: float, modifiers: Qt.KeyboardModifier) -> None:
        if self._drag == "tool" and self._tool is not None:
            self._tool.release(self._at(at), pressure, modifiers)
        self._drag = ""
        self._set_cursor(at)

    def _at(self, at: QPointF) -> Xy:
        return self.zoom.to_picture((at.x(), at.y()))

    def _under_pointer(self) -> tuple[float, float] | None:
        return None if self.xy is None else self.zoom.to_viewer(self.xy)

    def _set_cursor(self, at: QPointF | None = None) -> None:
        is_wipe = self._compare == "wipe" and self._other is not None
        if is_wipe and at is not None and abs(at.x() - self._wipe_x()) <= WIPE_NEAR:
            self.setCursor(Qt.CursorShape.SplitHCursor)
        else:
            self.setCursor(self._tool.cursor if self._tool is not None else Qt.CursorShape.CrossCursor)


def _one(shown: Shown, full: Picture | None) -> tuple[tuple[Picture, ...], tuple[Picture, ...]]:
    if not isinstance(shown, Picture):
        return (), ()
    return (shown,), (full,) if full is not None and full.scale == 1 else ()
