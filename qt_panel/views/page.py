"""What the window asks of a page, and what a page may ask of the window."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from ..model.session import Session
from .theme import GRID
from .tool import Overlay, ToolSpec

if TYPE_CHECKING:
    from .main_window import MainWindow


class Page(QWidget):
    """The panel on the right for one step of the work. Made when it is first shown; it scrolls where it is too tall.

    A page puts its widgets into `self.column`, 276 wide at least, reads the session, and calls its methods. It is told
    of changes by the session's signals. Its notices (`where` = the page's id) stand above it by themselves.
    """

    def __init__(self, session: Session, window: MainWindow) -> None:
        super().__init__()
        self.session, self.main_window = session, window
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(3 * GRID, 3 * GRID, 3 * GRID, 3 * GRID)
        self.column.setSpacing(2 * GRID)

    def shown(self) -> None:
        """It came to the front, or another shot did: choose what the viewer shows, `session.view.change(kind=...)`."""

    def left(self) -> None:
        """Another page comes to the front."""

    def tools(self) -> tuple[ToolSpec, ...]:
        """Beside Look, which every page has; in the order of the strip."""
        return ()

    def overlays(self) -> tuple[Overlay, ...]:
        """Drawn over the first viewer as long as the page is in front; asked for when it comes there."""
        return ()

    def keys(self) -> Mapping[str, Callable[[], object]]:
        """What keys do here, by the ids of `model.shortcuts`: `page.main` is Ctrl+Return, `edit.undo` Ctrl+Z.

        They go before the window's own of the same id.
        """
        return {}
