"""What was painted outlives the window that it was painted in, and the helper that showed it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from unreel.qt_panel.model.picture import Picture

from .conftest import Artist

pytestmark = pytest.mark.slow

WORDS = "What was painted is here."
PAINTS = """
import os, sys
from pathlib import Path
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from unreel.qt_panel.app import make_app
from unreel.qt_panel.model.picture import Picture
from unreel.qt_panel.model.session import Session
from unreel.qt_panel.model.user_settings import read_settings
from unreel.qt_panel.views.main_window import MainWindow
from unreel.qt_panel.views.qt_loop import QtLoop

app = make_app("en")
window = MainWindow(Session(QtLoop(app), read_settings(Path(os.environ["UNREEL_CONFIG"]))))
session, viewer = window.session, window.viewers.first
window.show()
session.open(sys.argv[1])
while session.shot is None:
    QTest.qWait(10)
window.go_to("paint")
while session.easel.ready() is not None or not isinstance(session.frames.get("painted", 1001), Picture):
    QTest.qWait(10)
QTest.qWait(100)
window.take_tool("brush")
session.easel.brushes.change(size=14.0, hardness=1.0, opacity=1.0)
session.easel.brushes.take_colour((0.9, 0.05, 0.05))
at = [QPoint(*map(round, viewer.zoom.to_viewer((x, 34.5)))) for x in (30.0, 40.0, 50.0, 60.0)]
QTest.mousePress(viewer, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at[0])
for each in at[1:]:
    QTest.mouseMove(viewer, each)
    QTest.qWait(50)
QTest.qWait(500)
assert session.easel.paint.is_drawing, window._hint.text()
print("drawing", flush=True)
QTest.qWait(60000)
"""


def kill_in_a_stroke(folder: Path) -> None:
    """A window of its own, which ends without a word while the brush is down."""
    with subprocess.Popen([sys.executable, "-c", PAINTS, str(folder)], stdout=subprocess.PIPE, text=True) as window:
        assert window.stdout is not None
        assert window.stdout.readline() == "drawing\n"
        window.kill()
        assert window.wait(30) == -signal.SIGKILL


def painted(artist: Artist) -> np.ndarray:
    """What the canonical has in the middle of the stroke, which is red."""
    return seen_at(artist.window.viewers.first._shown, 50, 34)


def seen_at(picture: object, x: float, y: float) -> np.ndarray:
    """Red, green and blue there; black where there is no picture."""
    return np.array(picture.value_at(x, y)[:3] if isinstance(picture, Picture) else (0, 0, 0))


def is_red(rgb: np.ndarray) -> bool:
    return bool(rgb[0] > 3 * max(rgb[1:]) > 0)


def test_a_stroke_that_the_window_died_in_is_offered_again(artist: Artist, trained: Path):
    kill_in_a_stroke(trained)
    session = artist.session
    artist.drop(trained)
    artist.key(Qt.Key.Key_F5)
    artist.wait(lambda: is_red(painted(artist)))
    artist.answer("Keep it", WORDS)
    assert is_red(painted(artist)) and not session.notices.shown

    artist.wait(lambda: len(session.live.frames) == 6)
    os.kill(session.live._helper.process.pid, signal.SIGKILL)
    session.playhead.go(1003)
    artist.wait(lambda: is_red(seen_at(session.frames.get("live", 1003), 46, 32)))
    assert artist.window.isVisible() and not [each for each in session.notices.shown if each.level == "wrong"]
