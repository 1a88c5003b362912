"""A picture of a few hundred pixels in a page, made ready beside the loop."""

from __future__ import annotations

import threading
from collections.abc import Callable

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget
from unreel.core.errors import UnreelError

from ..model.display import DisplayTransform, Look
from ..model.loop import Loop
from ..model.picture import Picture
from .theme import colour

MOST_HEIGHT = 122


class SmallPicture(QWidget):
    """As wide as its page, as high as its picture asks for, up to a limit."""

    def __init__(self, loop: Loop, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(0)
        self._loop = loop
        self._image: QImage | None = None
        self._turn = 0
        self._lock = threading.Lock()

    @property
    def has_picture(self) -> bool:
        return self._image is not None

    def clear(self) -> None:
        self._turn += 1
        self._image = None
        self._fit()

    def show_picture(self, read: Callable[[], Picture], transform: Callable[[], DisplayTransform], look: Look) -> None:
        """Read and turned into a screen's in a thread; the newest wins, and what can't be read stays as it was."""
        self._turn += 1
        turn = self._turn

        def make() -> None:
            try:
                with self._lock:
                    pixels = transform().quick(read().rgba, look)
            except (UnreelError, OSError):  # another preview has taken its place, or the folder is gone
                return
            height, width = pixels.shape[:2]
            image = QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGB32).copy()
            self._loop.soon(lambda: self._take(image, turn))

        threading.Thread(target=make, daemon=True).start()

    def _take(self, image: QImage, turn: int) -> None:
        if turn == self._turn:
            self._image = image
            self._fit()
            self.update()

    def _fit(self) -> None:
        image = self._image
        height = 0 if image is None else min(MOST_HEIGHT, round(self.width() * image.height() / image.width()))
        if height != self.height():
            self.setFixedHeight(height)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), colour("viewer"))
        if self._image is not None:
            size = self._image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
            left, top = (self.width() - size.width()) / 2, (self.height() - size.height()) / 2
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(QRectF(left, top, size.width(), size.height()), self._image)
