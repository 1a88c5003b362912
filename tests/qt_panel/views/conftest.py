"""A window whose pages are plain ones, so that a test of the window is of the window alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtWidgets import QPushButton
from unreel.qt_panel.model.session import Session
from unreel.qt_panel.model.user_settings import UserSettings
from unreel.qt_panel.views import main_window
from unreel.qt_panel.views.main_window import MainWindow
from unreel.qt_panel.views.page import Page
from unreel.qt_panel.views.qt_loop import QtLoop


class PlainPage(Page):
    """Says what was called."""

    def __init__(self, session: Session, window: MainWindow) -> None:
        super().__init__(session, window)
        self.called: list[str] = []
        self.button = QPushButton("A control")
        self.column.addWidget(self.button)

    def shown(self) -> None:
        self.called.append("shown")

    def left(self) -> None:
        self.called.append("left")

    def keys(self) -> dict[str, Callable[[], object]]:
        return {"page.main": lambda: self.called.append("main")}


@pytest.fixture
def shown(qtbot, user_settings: UserSettings, runtime: None) -> Iterator[Session]:
    """A session in Qt's own loop, nothing open. The loop goes before its windows do, as with the application."""
    loop = QtLoop()
    session = Session(loop, user_settings)
    yield session
    session.close("keep")
    shiboken6.delete(loop)


@pytest.fixture
def window(qtbot, shown: Session, monkeypatch: pytest.MonkeyPatch) -> MainWindow:
    monkeypatch.setattr(main_window, "make_page", lambda spec, session, its: PlainPage(session, its))
    made = MainWindow(shown)
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.fixture
def trained_window(qtbot, shown: Session, trained_shot: Path) -> Iterator[MainWindow]:
    """With its real pages, and a shot in it that is trained and has a texture."""
    made = MainWindow(shown)
    qtbot.addWidget(made)
    made.show()
    shown.open(str(trained_shot))
    qtbot.waitUntil(lambda: shown.shot is not None and not shown.opening, timeout=20_000)
    yield made
    shown.close("keep")
