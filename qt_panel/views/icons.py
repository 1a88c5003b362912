"""Pictures for buttons: single-colour SVG drawn in the theme's colours, sharp on every screen."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from .theme import COLOURS, colour

FOLDER = Path(__file__).parent / "icons"
SIZE = 16
SCALES = (1, 2, 3)


@cache
def icon(name: str, tint: str = "text") -> QIcon:
    """`icons/NAME.svg` in one of the theme's colours, and in its own where it is off. OSError for one there is not."""
    text = (FOLDER / f"{name}.svg").read_text(encoding="utf-8")
    found = QIcon()
    for mode, its in ((QIcon.Mode.Normal, tint), (QIcon.Mode.Disabled, "off")):
        for scale in SCALES:
            found.addPixmap(_drawn(text, colour(its), scale), mode)
    return found


def _drawn(text: str, tint: QColor, scale: int) -> QPixmap:
    renderer = QSvgRenderer(QByteArray(text.replace("currentColor", tint.name()).encode()))
    pixmap = QPixmap(SIZE * scale, SIZE * scale)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    renderer.render(painter, QRectF(pixmap.rect()))
    painter.end()
    pixmap.setDevicePixelRatio(scale)
    return pixmap


def tint_of(level: str) -> str:
    """The colour of a notice's picture."""
    return {"ask": "attention", "wrong": "wrong"}.get(level, "dim") if level not in COLOURS else level
