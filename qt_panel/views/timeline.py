"""Frames from first to last: which are there, in memory, missing, marked; and the one that is shown."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QEvent, QPointF, QRectF, QSignalBlocker, QSize, Qt
from PySide6.QtGui import QBrush, QFocusEvent, QFont, QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QSpinBox, QToolButton, QToolTip, QWidget

from ..model.frames import Key
from ..model.marks import Marks, keys_of, runs
from ..model.session import Session
from .icons import icon
from .overlays import pen
from .theme import CONTROL, GRID, TIMELINE, colour, inset

SIDE = 14.0
"""Left and right of the first and last frame."""
NUMBERS, TRACK, BAND, CACHED, FOOT = 16.0, 20.0, 16.0, 38.0, 44.0
"""From the top: the line of the numbers, the track and its height, the line of what is in memory, the end."""
APART = 46.0
"""Between two numbers, at least."""
STEPS = (1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 2000, 5000, 10000)
NEAR = 6.0
"""To an end of the range that is taken hold of."""


class Timeline(QWidget):
    """Drag scrubs; with Shift it chooses the range that is played, a double click takes all of it again."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.setObjectName("Timeline")
        self.setAccessibleName(self.tr("Timeline"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(TIMELINE)
        self._marks = Marks()
        self._drag = ""
        self._range_from = 0
        playhead = session.playhead
        playhead.moved.connect(self._changed)
        playhead.changed.connect(self._changed)
        session.frames.came.connect(self._came)
        session.frames.dropped.connect(self._changed)
        session.view.changed.connect(self._changed)
        session.shot_changed.connect(self._changed)
        session.host.knob_changed.connect(self._changed)
        self._changed(None)

    @property
    def marks(self) -> Marks:
        """What was set, and the key frames that the knobs name."""
        return replace(self._marks, keys=self._marks.keys | keys_of(self.session.nodes["train"].knobs))

    def set_marks(self, marks: Marks) -> None:
        self._marks = marks
        self._changed(None)

    def sizeHint(self) -> QSize:
        return QSize(600, TIMELINE)

    # Where things are

    def x_of(self, frame: float) -> float:
        """The middle of a frame."""
        return SIDE + (self._place(frame) + 0.5) * self._width()

    def frame_at(self, x: float) -> int:
        """The frame that is there, or the nearest."""
        frames = self.session.playhead.frames
        at = int((x - SIDE) // self._width()) if self._width() else 0
        return frames[min(max(at, 0), len(frames) - 1)]

    def _step(self) -> int:
        frames = self.session.playhead.frames
        return max(1, frames[1] - frames[0]) if len(frames) > 1 else 1

    def _place(self, frame: float) -> float:
        return (frame - self.session.playhead.frames[0]) / self._step()

    def _width(self) -> float:
        """Of a frame."""
        frames = self.session.playhead.frames
        count = (frames[-1] - frames[0]) / self._step() + 1
        return max(self.width() - 2 * SIDE, 1) / count

    # Drawing

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), colour("window"))
        if self.session.shot is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw_track(painter)
        self._draw_numbers(painter)
        self._draw_marks(painter)
        self._draw_playhead(painter)
        if self.hasFocus():
            painter.setPen(pen("accent", 2.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(self.rect()).adjusted(1, 1, -1, -1))

    def _draw_track(self, painter: QPainter) -> None:
        playhead, step, width = self.session.playhead, self._step(), self._width()
        missing = playhead.missing
        cache, kind = self.session.frames, self.session.view.kind
        gap = 1.0 if width >= 4 else 0.0
        painter.setPen(Qt.PenStyle.NoPen)
        there = [frame for frame in playhead.frames if frame not in missing]
        for first, last in runs(there, step):
            inside = max(first, playhead.first), min(last, playhead.last)
            painter.fillRect(self._span(first, last, TRACK, BAND), colour("panel"))
            if inside[0] <= inside[1]:
                painter.fillRect(self._span(*inside, TRACK, BAND), colour("control_hover"))
        if gap:
            painter.setPen(QPen(colour("window"), 1.0))
            for frame in playhead.frames[1:]:
                x = SIDE + self._place(frame) * width
                painter.drawLine(QPointF(x, TRACK), QPointF(x, TRACK + BAND))
            painter.setPen(Qt.PenStyle.NoPen)
        for first, last in runs(sorted(missing), step):
            box = self._span(first, last, TRACK, BAND)
            painter.fillRect(box, colour("field"))
            painter.fillRect(box, QBrush(colour("dim"), Qt.BrushStyle.BDiagPattern))
        broken = [frame for frame in there if cache.is_broken(kind, frame)]
        for frame in broken:
            x = self.x_of(frame)
            painter.setPen(QPen(colour("wrong"), 2.0))
            for up in (-4, 4):
                painter.drawLine(QPointF(x - 4, TRACK + BAND / 2 - up), QPointF(x + 4, TRACK + BAND / 2 + up))
            painter.setPen(Qt.PenStyle.NoPen)
        for first, last in runs([frame for frame in there if cache.has(kind, frame)], step):
            painter.fillRect(self._span(first, last, CACHED, 2), colour("off"))

    def _span(self, first: int, last: int, top: float, height: float) -> QRectF:
        left, right = SIDE + self._place(first) * self._width(), SIDE + (self._place(last) + 1) * self._width()
        return QRectF(left, top, max(right - left, 1.0), height)

    def _draw_numbers(self, painter: QPainter) -> None:
        frames, step = self.session.playhead.frames, self._step()
        font = QFont(self.font())
        font.setPixelSize(10)
        painter.setFont(font)
        painter.setPen(colour("dim"))
        per = next((each for each in STEPS if each % step == 0 and each / step * self._width() >= APART), STEPS[-1])
        shown = [frame for frame in frames if frame % per == 0]
        ends = [frames[0], frames[-1]] if len(frames) > 1 else [frames[0]]
        current = self.session.playhead.frame
        for frame in [*ends, *shown]:
            x = self.x_of(frame)
            near = (self.x_of(each) for each in (*ends, current) if each != frame)
            if frame != current and all(abs(x - each) >= APART * 0.9 for each in near):
                painter.drawText(QRectF(x - 40, 2, 80, NUMBERS - 2), Qt.AlignmentFlag.AlignCenter, str(frame))

    def _draw_marks(self, painter: QPainter) -> None:
        marks, middle = self.marks, TRACK + BAND / 2
        shapes = (
            ("attention", marks.verdict, [(-5, 4.5), (5, 4.5), (0, -4.5)]),
            ("accent", marks.keys, [(0, -6), (6, 0), (0, 6), (-6, 0)]),
        )
        painter.setPen(QPen(colour("window"), 1.0))
        for name, frames, points in shapes:
            painter.setBrush(colour(name))
            for frame in sorted(frames):
                x = self.x_of(frame)
                painter.drawPolygon(QPolygonF([QPointF(x + across, middle + down) for across, down in points]))
        painter.setBrush(colour("good"))
        for frame in sorted(marks.painted):
            painter.drawEllipse(QPointF(self.x_of(frame), TRACK + BAND - 2.5), 3.5, 3.5)

    def _draw_playhead(self, painter: QPainter) -> None:
        playhead = self.session.playhead
        x = self.x_of(playhead.frame)
        painter.setPen(QPen(colour("strong"), 1.5))
        painter.drawLine(QPointF(x, TRACK - 2), QPointF(x, FOOT))
        text = str(playhead.frame)
        font = QFont(painter.font())
        font.setBold(True)
        painter.setFont(font)
        width = painter.fontMetrics().horizontalAdvance(text) + 8
        left = min(max(x - width / 2, 1), self.width() - width - 1)
        box = QRectF(left, 2, width, NUMBERS - 1)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour("strong"))
        painter.drawRoundedRect(box, 2, 2)
        painter.setPen(colour("on_accent"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
        if (playhead.first, playhead.last) != (playhead.frames[0], playhead.frames[-1]):
            self._draw_range(painter)

    def _draw_range(self, painter: QPainter) -> None:
        """Two brackets around what is played."""
        playhead = self.session.playhead
        painter.setPen(QPen(colour("text"), 1.5))
        for frame, side in ((playhead.first, -1), (playhead.last, 1)):
            x = self.x_of(frame) + side * self._width() / 2
            painter.drawPolyline(
                [
                    QPointF(x - side * 4, TRACK - 1),
                    QPointF(x, TRACK - 1),
                    QPointF(x, CACHED),
                    QPointF(x - side * 4, CACHED),
                ]
            )

    # What changes

    def _changed(self, _: object) -> None:
        playhead = self.session.playhead
        text = self.tr("Frame {} of {} to {}").format(playhead.frame, playhead.frames[0], playhead.frames[-1])
        if playhead.missing:
            text += ", " + self.tr("{} missing").format(len(playhead.missing))
        self.setAccessibleDescription(text)
        self.update()

    def _came(self, key: Key) -> None:
        if key[0] == self.session.view.kind:
            self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.update()

    # Mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or self.session.shot is None:
            event.ignore()
            return
        frame = self.frame_at(event.position().x())
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._drag, self._range_from = "range", frame
        else:
            self._drag = self._end_at(event.position()) or "scrub"
        if self._drag == "scrub":
            self.session.playhead.drag(True)
            self.session.playhead.go(frame)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        playhead, frame = self.session.playhead, self.frame_at(event.position().x())
        if self._drag == "scrub":
            playhead.go(frame)
        elif self._drag == "range":
            playhead.limit(self._range_from, frame)
        elif self._drag == "first":
            playhead.limit(min(frame, playhead.last), playhead.last)
        elif self._drag == "last":
            playhead.limit(playhead.first, max(frame, playhead.first))
        else:
            is_end = bool(self._end_at(event.position()))
            self.setCursor(Qt.CursorShape.SizeHorCursor if is_end else Qt.CursorShape.ArrowCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._drag == "scrub":
            self.session.playhead.drag(False)
        self._drag = ""

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        playhead = self.session.playhead
        playhead.limit(playhead.frames[0], playhead.frames[-1])

    def _end_at(self, at: QPointF) -> str:
        """Which end of a range that is not all of it is there."""
        playhead = self.session.playhead
        if (playhead.first, playhead.last) == (playhead.frames[0], playhead.frames[-1]) or at.y() < TRACK:
            return ""
        for name, frame, side in (("first", playhead.first, -1), ("last", playhead.last, 1)):
            if abs(self.x_of(frame) + side * self._width() / 2 - at.x()) <= NEAR:
                return name
        return ""

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent) and self.session.shot is not None:
            QToolTip.showText(event.globalPos(), self.told_of(self.frame_at(event.pos().x())), self)
            return True
        return super().event(event)

    def told_of(self, frame: int) -> str:
        """All that the timeline shows of a frame, in words."""
        marks, playhead = self.marks, self.session.playhead
        words = (
            (frame in playhead.missing, self.tr("missing on disk")),
            (self.session.frames.is_broken(self.session.view.kind, frame) and frame not in playhead.missing,
             self.tr("can't be read")),
            (frame in marks.keys, self.tr("key frame")),
            (frame in marks.painted, self.tr("painted on")),
            (frame in marks.verdict, self.tr("matches poorly: look at it")),
        )  # fmt: skip
        told = [word for is_so, word in words if is_so]
        return f"{frame}: {', '.join(told)}" if told else str(frame)


class TimelineBar(QWidget):
    """The timeline with its buttons: play and step on the left, frame and rate on the right."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.setObjectName("TimelineBar")
        self.setFixedHeight(TIMELINE)
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * GRID, 0, 2 * GRID, 0)
        row.setSpacing(0)
        playhead = session.playhead
        self._previous = self._button("previous", self.tr("Frame before"), lambda: playhead.step(-1))
        self._play = self._button("play", self.tr("Play and stop"), playhead.toggle)
        self._next = self._button("next", self.tr("Next frame"), lambda: playhead.step(1))
        for button in (self._previous, self._play, self._next):
            row.addWidget(button)
        self.timeline = Timeline(session)
        row.addWidget(self.timeline, 1)
        self._frame = QSpinBox()
        self._frame.setAccessibleName(self.tr("Frame"))
        self._frame.setToolTip(self.tr("The frame that is shown"))
        self._frame.setKeyboardTracking(False)
        self._frame.setFixedWidth(76)
        inset(self._frame)
        self._frame.valueChanged.connect(self._go)
        row.addWidget(self._frame)
        row.addSpacing(2 * GRID)
        self._rate = QLabel()
        self._rate.setProperty("kind", "dim")
        self._rate.setMinimumWidth(44)
        row.addWidget(self._rate)
        playhead.moved.connect(self._show)
        playhead.changed.connect(self._show)
        session.shot_changed.connect(self._show)
        self._show(None)

    def _button(self, name: str, text: str, do: object) -> QToolButton:
        button = QToolButton()
        button.setIcon(icon(name))
        button.setFixedSize(CONTROL, CONTROL)
        button.setToolTip(text)
        button.setAccessibleName(text)
        button.clicked.connect(lambda: do())  # type: ignore[operator]
        return button

    def _go(self, frame: int) -> None:
        self.session.playhead.stop()
        self.session.playhead.go(frame)
        self._show(None)

    def _show(self, _: object) -> None:
        playhead = self.session.playhead
        with QSignalBlocker(self._frame):
            self._frame.setRange(playhead.frames[0], playhead.frames[-1])
            self._frame.setValue(playhead.frame)
        self._play.setIcon(icon("pause" if playhead.playing else "play"))
        self._rate.setText(f"{playhead.fps:.4g} fps")
        for each in (self._previous, self._play, self._next, self._frame):
            each.setEnabled(self.session.shot is not None)
