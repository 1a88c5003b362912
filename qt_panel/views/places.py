"""Where the pages stand beside the viewer: each with its notices above it, or what is needed before it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QLabel, QPushButton, QScrollArea, QStackedWidget, QStyle, QVBoxLayout, QWidget

from ..model.session import Session
from .notice_bar import NoticeBar
from .page import Page
from .pages import Need, PageSpec
from .theme import GRID, PANEL


class Places(QStackedWidget):
    def __init__(self, session: Session, go_to: Callable[[str], object]) -> None:
        """go_to: brings a page to the front, by its id."""
        super().__init__()
        self._session, self._go_to = session, go_to
        self.setObjectName("Panel")
        self.setMinimumWidth(PANEL)

    def show_page(self, spec: PageSpec, page: Page) -> None:
        self._show(f"place.{spec.id}", lambda: self._framed(spec, page))

    def make_room(self, page: Page) -> None:
        """In a language of longer words a page is wider; it is never cut off at the side."""
        scroller = self.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent)
        self.setMinimumWidth(max(PANEL, page.minimumSizeHint().width() + scroller))

    def show_need(self, spec: PageSpec, need: Need) -> None:
        """In place of a page that can't be worked on yet."""
        self._show(f"need.{spec.id}.{need}", lambda: self._needed(need))

    def _show(self, name: str, make: Callable[[], QWidget]) -> None:
        found = self.findChild(QWidget, name, Qt.FindChildOption.FindDirectChildrenOnly)
        if found is None:
            found = make()
            found.setObjectName(name)
            self.addWidget(found)
        self.setCurrentWidget(found)

    def _framed(self, spec: PageSpec, page: Page) -> QWidget:
        """It scrolls."""
        frame = QWidget()
        column = QVBoxLayout(frame)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(NoticeBar(self._session, spec.id))
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(page)
        column.addWidget(scroll, 1)
        return frame

    def _needed(self, need: Need) -> QWidget:
        place = QWidget()
        column = QVBoxLayout(place)
        column.setContentsMargins(3 * GRID, 6 * GRID, 3 * GRID, 3 * GRID)
        column.setSpacing(3 * GRID)
        text = QLabel(QCoreApplication.translate("pages", need.text))
        text.setWordWrap(True)
        column.addWidget(text)
        button = QPushButton(QCoreApplication.translate("pages", need.button))
        button.setProperty("kind", "main")
        button.clicked.connect(lambda: self._go_to(need.page))
        column.addWidget(button)
        column.addStretch()
        return place
