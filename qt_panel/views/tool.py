"""What the artist has in hand over a picture, and what a viewer asks of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter

from ..model.signal import Signal

Xy = tuple[float, float]
"""In full-size pixels of the picture, y down; between them where the pointer is."""


class Tool(Protocol):
    """The viewer calls these with the left button or the pen's tip; middle button and wheel are its own.

    `press`, `move` and `release` say whether the tool took it; what it does not take moves the picture.
    """

    cursor: Qt.CursorShape
    changed: Signal[None]
    """What it draws is another now: the viewer draws itself again."""

    def press(self, xy: Xy, pressure: float, modifiers: Qt.KeyboardModifier) -> bool:
        """pressure: 0..1 of a pen; 1 of a mouse."""

    def move(self, xy: Xy, pressure: float, modifiers: Qt.KeyboardModifier) -> bool:
        """Between press and release."""

    def release(self, xy: Xy, pressure: float, modifiers: Qt.KeyboardModifier) -> bool:
        """The last of a stroke."""

    def hover(self, xy: Xy | None) -> None:
        """Nothing is pressed; None: the pointer has left the viewer."""

    def draw(self, painter: QPainter) -> None:
        """Over the picture. The painter is in full-size pixels, so that pens are cosmetic: one wide at any zoom."""


@dataclass(frozen=True)
class ToolSpec:
    """A tool in the strip on the left. Its key is that of the shortcut `tool.ID`, its picture `icons/ID.svg`."""

    id: str
    text: str
    make: Callable[[], Tool]
    """Called once, when the artist first takes it."""


Overlay = Callable[[QPainter], None]
"""Draws over the picture, under the tool, in full-size pixels."""
