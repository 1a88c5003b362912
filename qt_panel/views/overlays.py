"""What is drawn over a picture. Every painter is in full-size pixels; its pens are as wide at any zoom."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPen, QPolygonF
from unreel.core.frame import Window

from ..model.picture import Picture
from .theme import colour
from .tool import Overlay, Xy

MESSAGE_WIDTH = 460.0
HANDLE = 9.0
"""Half of the wipe's handle, in units of the viewer."""


def pen(name: str, width: float = 1.0, style: Qt.PenStyle = Qt.PenStyle.SolidLine) -> QPen:
    """One of the theme's colours, as wide at any zoom."""
    made = QPen(colour(name), width, style)
    made.setCosmetic(True)
    return made


def draw_windows(painter: QPainter, display: Window, data: Window) -> None:
    """The format as a line; the data window, where it is another, as dashes."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    outlines = [(display, "off", Qt.PenStyle.SolidLine)]
    if data != display and not data.empty:
        outlines = [(display, "text", Qt.PenStyle.SolidLine), (data, "attention", Qt.PenStyle.DashLine)]
    for window, name, style in outlines:
        if len(outlines) > 1:  # both may lie on the picture: dark below light
            painter.setPen(pen("viewer", 3.0))
            painter.drawRect(rect_of(window))
        painter.setPen(pen(name, 1.0, style))
        painter.drawRect(rect_of(window))


def draw_point(painter: QPainter, xy: Xy, is_sure: bool = True) -> None:
    """A cross in a ring, dark below light, for any picture; broken where it is a guess."""
    units = painter.worldTransform()
    across, down = abs(units.m11()) or 1.0, abs(units.m22()) or 1.0
    style = Qt.PenStyle.SolidLine if is_sure else Qt.PenStyle.DotLine
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for name, width in (("viewer", 3.0), ("strong", 1.2)):
        painter.setPen(pen(name, width, style))
        painter.drawEllipse(QPointF(*xy), 7 / across, 7 / down)
        painter.drawLine(QLineF(xy[0] - 12 / across, xy[1], xy[0] - 3 / across, xy[1]))
        painter.drawLine(QLineF(xy[0] + 3 / across, xy[1], xy[0] + 12 / across, xy[1]))
        painter.drawLine(QLineF(xy[0], xy[1] - 12 / down, xy[0], xy[1] - 3 / down))
        painter.drawLine(QLineF(xy[0], xy[1] + 3 / down, xy[0], xy[1] + 12 / down))
    painter.restore()


def draw_ring(painter: QPainter, xy: Xy, radius: float) -> None:
    """A brush of so many full-size pixels, seen on light and on dark."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for name, width in (("viewer", 2.5), ("strong", 1.0)):
        painter.setPen(pen(name, width))
        painter.drawEllipse(QPointF(*xy), radius, radius)
    painter.restore()


def draw_wipe(painter: QPainter, x: float, top: float, bottom: float) -> None:
    """In the viewer's own units: the line, and a handle of two arrows on it."""
    middle = (top + bottom) / 2
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for name, width in (("viewer", 3.0), ("strong", 1.0)):
        painter.setPen(pen(name, width))
        painter.drawLine(QLineF(x, top, x, bottom))
    painter.setPen(pen("viewer"))
    painter.setBrush(QBrush(colour("strong")))
    for side in (-1, 1):
        tip, foot = x + side * (HANDLE + 5), x + side * 4
        points = [QPointF(tip, middle), QPointF(foot, middle - HANDLE), QPointF(foot, middle + HANDLE)]
        painter.drawPolygon(QPolygonF(points))
    painter.restore()


def draw_message(painter: QPainter, place: QRectF, title: str, text: str, is_wrong: bool) -> None:
    """In the viewer's own units, in a picture's place: what is wrong, with its mark, or what there is not."""
    width = min(MESSAGE_WIDTH, place.width() - 32)
    if width < 40:
        return
    flags = int(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap)
    # File names have no spaces to break at.
    flags |= int(Qt.TextFlag.TextWrapAnywhere) if any(len(word) > 48 for word in text.split()) else 0
    body = painter.boundingRect(QRectF(0, 0, width, 2000), flags, text)
    head = 40.0 if is_wrong else 26.0 if title else 0.0
    height = body.height() + head + (4 if head else 0)
    left, top = place.center().x() - width / 2, place.center().y() - height / 2
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    box = QRectF(left - 16, top - 12, width + 32, height + 24)
    painter.setPen(pen("line"))
    painter.setBrush(QColor(colour("window")))
    painter.drawRoundedRect(box, 4, 4)
    if is_wrong:
        painter.setPen(pen("wrong", 2.0))
        x, y = place.center().x(), top + 7
        painter.drawLine(QLineF(x - 5, y - 5, x + 5, y + 5))
        painter.drawLine(QLineF(x - 5, y + 5, x + 5, y - 5))
    painter.setPen(colour("strong"))
    painter.drawText(QRectF(left, top + (18 if is_wrong else 6), width, 18), flags, title)
    painter.setPen(colour("text"))
    painter.drawText(QRectF(left, top + head, width, body.height() + 4), flags, text)
    painter.restore()


def tint_of(picture: Picture, name: str, share: float = 0.5, inverted: bool = False) -> QImage:
    """One of the theme's colours, as strong as the picture's alpha, or its red where that is 1 all over, says."""
    plane = picture.rgba[..., 3].astype(np.float32)
    if (plane == 1).all():
        plane = picture.rgba[..., 0].astype(np.float32)
    strength = np.clip(np.nan_to_num(1 - plane if inverted else plane), 0, 1)[..., None] * share
    blue_green_red = np.array([colour(name).blue(), colour(name).green(), colour(name).red(), 255], np.float32)
    pixels = np.ascontiguousarray(np.rint(strength * blue_green_red).astype(np.uint8))
    height, width = pixels.shape[:2]
    kind = QImage.Format.Format_ARGB32_Premultiplied
    return QImage(pixels.data, width, height, 4 * width, kind).copy()


def image_overlay(image: QImage, window: Window) -> Overlay:
    """An image that lies over a window of the picture."""

    def draw(painter: QPainter) -> None:
        painter.drawImage(rect_of(window), image)

    return draw


def grid_overlay(window: Window, step: int) -> Overlay:
    """Lines every so many full-size pixels, from the middle outward."""

    def draw(painter: QPainter) -> None:
        painter.setPen(pen("dim"))
        x0, y0 = window.x + window.width / 2, window.y + window.height / 2
        lines = []
        for k in range(-math.floor(window.width / 2 / step), math.floor(window.width / 2 / step) + 1):
            lines.append(QLineF(x0 + k * step, window.y, x0 + k * step, window.bottom))
        for k in range(-math.floor(window.height / 2 / step), math.floor(window.height / 2 / step) + 1):
            lines.append(QLineF(window.x, y0 + k * step, window.right, y0 + k * step))
        painter.drawLines(lines)

    return draw


def rect_of(window: Window) -> QRectF:
    return QRectF(window.x, window.y, window.width, window.height)
