"""The window as an artist has it: all its pages, real workers, a tiny shot; worked by mouse and keys."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QAbstractButton
from pytestqt.exceptions import TimeoutError
from pytestqt.qtbot import QtBot
from unreel.core.cli import main
from unreel.plugin.client import Running
from unreel.qt_panel.model.notices import Notice
from unreel.qt_panel.model.session import Session
from unreel.qt_panel.model.user_settings import read_settings
from unreel.qt_panel.views.main_window import MainWindow
from unreel.qt_panel.views.notice_bar import NoticeFrame
from unreel.qt_panel.views.qt_loop import QtLoop

from ...plugin.conftest import make_plate

LEFT = Qt.MouseButton.LeftButton
SECONDS = 60
"""That anything may take on a machine that has much else to do."""


@dataclass
class Artist:
    """Someone before a window."""

    bot: QtBot
    window: MainWindow

    @property
    def session(self) -> Session:
        return self.window.session

    def wait(self, is_so: Callable[[], object], seconds: float = SECONDS) -> None:
        self.bot.waitUntil(lambda: bool(is_so()), timeout=int(1000 * seconds))

    def drop(self, *paths: Path) -> None:
        """Onto the window, and wait until the shot is open."""
        mime = QMimeData()
        mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
        action, no_keys = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
        self.window.dropEvent(QDropEvent(QPointF(300, 300), action, mime, LEFT, no_keys))
        self.wait(lambda: self.session.shot is not None and not self.session.opening)

    def key(self, key: Qt.Key, *held: Qt.KeyboardModifier) -> None:
        modifiers = Qt.KeyboardModifier.NoModifier
        for each in held:
            modifiers |= each
        self.bot.keyClick(self.window, key, modifiers)

    def main(self) -> None:
        """What the page's main button does."""
        self.key(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)

    def buttons(self, text: str) -> list[QAbstractButton]:
        """Those of that text that are seen and can be pressed."""
        found = self.window.findChildren(QAbstractButton)
        return [each for each in found if each.text() == text and each.isVisible() and each.isEnabled()]

    def click(self, text: str) -> None:
        """The one button of that text."""
        self.wait(lambda: self.buttons(text))
        (button,) = self.buttons(text)
        self.bot.mouseClick(button, LEFT)

    def notice(self, *words: str) -> Notice:
        """The one that says all of this, once it is there and shown."""

        def told() -> list[Notice]:
            return [each for each in self.session.notices.shown if all(word in each.text for word in words)]

        try:
            self.wait(told)
        except TimeoutError as error:
            shown = [each.text for each in self.session.notices.shown]
            lines = {id: node.status for id, node in self.session.nodes.items()}
            raise AssertionError(f"none says {words}: {shown}; {lines}") from error
        (notice,) = told()
        return notice

    def frame(self, notice: Notice) -> NoticeFrame | None:
        """Where it is seen; None where it is not."""
        frames = self.window.findChildren(NoticeFrame)
        return next((frame for frame in frames if frame._notice is notice and frame.isVisible()), None)

    def sees(self, notice: Notice) -> bool:
        return self.frame(notice) is not None

    def answer(self, answer: str, *words: str) -> None:
        """To the notice that says these words."""
        notice = self.notice(*words)
        self.wait(lambda: self.sees(notice))
        frame = self.frame(notice)
        (button,) = (each for each in self.buttons(answer) if frame.isAncestorOf(each))
        self.bot.mouseClick(button, LEFT)

    def training(self) -> Running:
        """The one that runs."""
        self.wait(lambda: self.session.training() is not None)
        running = self.session.training()
        assert running is not None
        return running


@pytest.fixture
def open_window(qtbot: QtBot, config: Path, runtime: None) -> Iterator[Callable[[], Artist]]:
    """Opens the panel, as often as it is started. What its workers still do at the end is broken off."""
    opened: list[MainWindow] = []

    def start() -> Artist:
        window = MainWindow(Session(QtLoop(), read_settings(config)))
        opened.append(window)
        qtbot.addWidget(window, before_close_func=lambda window: setattr(window, "_may_go", True))
        window.show()
        qtbot.waitExposed(window)
        return Artist(qtbot, window)

    yield start
    for window in opened:
        running = window.session.training()
        if running is not None:
            kill(running)
        window.session.close("keep")


@pytest.fixture
def artist(open_window: Callable[[], Artist]) -> Artist:
    return open_window()


@pytest.fixture(scope="module")
def plate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of six frames, 96x64."""
    return Path(make_plate(tmp_path_factory.mktemp("tiny"), range(1001, 1007))).parent


@pytest.fixture(scope="module")
def long_plate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of forty: time to do something while they are trained."""
    return Path(make_plate(tmp_path_factory.mktemp("long"), range(1001, 1041))).parent


@pytest.fixture(scope="module")
def trained(plate: Path) -> Path:
    """The unreel folder of `plate`."""
    folder, pattern = plate / "tiny.unreel", str(plate / "plate.####.exr")
    assert main(["train", pattern, "-o", str(folder), "--key", "1001", "--progress", "none"]) == 0
    return folder


def kill(running: Running) -> None:
    """As the system does when memory is short."""
    status = running.poll()
    assert status.pid
    os.kill(status.pid, signal.SIGKILL)
