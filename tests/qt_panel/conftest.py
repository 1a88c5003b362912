"""A user who has never started the panel, a Qt without a screen, and the worker's Python."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

# Before the first Qt module is imported.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
import OpenImageIO as oiio
import pytest
from PySide6.QtWidgets import QApplication
from unreel.core.cli import main
from unreel.core.exr_write import make_frame, write_frame
from unreel.core.frame import Window
from unreel.plugin.protocol import read_status
from unreel.qt_panel.app import make_app
from unreel.qt_panel.model.loop import InTurn
from unreel.qt_panel.model.session import Session
from unreel.qt_panel.model.user_settings import UserSettings, read_settings


@pytest.fixture(scope="session")
def qapp() -> Iterator[QApplication]:
    """pytest-qt's, in our looks."""
    hook = sys.excepthook
    yield make_app("en")
    sys.excepthook = hook


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's config folder, not made yet."""
    folder = tmp_path / "config"
    monkeypatch.setenv("UNREEL_CONFIG", str(folder))
    return folder


@pytest.fixture(autouse=True)
def _workers_end_with_their_test(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A job may go on when its window is gone, or rest where it was paused; a test's does not."""
    started: list[subprocess.Popen[bytes]] = []

    class Noted(subprocess.Popen):
        def __init__(self, *words: Any, **named: Any) -> None:
            super().__init__(*words, **named)
            started.append(self)

    monkeypatch.setattr(subprocess, "Popen", Noted)
    yield
    for process in started:
        if process.poll() is None:
            process.kill()
            process.wait()
    for file in tmp_path.rglob("*.jobs/*/status.json"):  # of windows that were processes of their own
        status = read_status(file.parent)
        if status and not status.ended and status.pid not in (None, os.getpid()):
            with suppress(ProcessLookupError):
                os.kill(status.pid, signal.SIGKILL)


@pytest.fixture
def user_settings(config: Path) -> UserSettings:
    return read_settings(config)


@pytest.fixture
def loop() -> InTurn:
    return InTurn()


@pytest.fixture
def session(loop: InTurn, user_settings: UserSettings, runtime: None) -> Session:
    """Nothing is open."""
    return Session(loop, user_settings)


@pytest.fixture
def plate(tmp_path: Path) -> Path:
    """Three frames, 1001 to 1003."""
    folder = tmp_path / "plate"
    folder.mkdir()
    for number in range(1001, 1004):
        image = oiio.ImageBuf(oiio.ImageSpec(32, 18, 3, "half"))
        oiio.ImageBufAlgo.fill(image, (0.1, 0.2, number / 1003))
        assert image.write(str(folder / f"plate.{number}.exr"))
    return folder


@pytest.fixture(scope="session")
def trained_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The unreel folder of four frames of 96x64, 1001 to 1004, that slide by 2 pixels; with one texture."""
    folder = tmp_path_factory.mktemp("shot")
    world = np.kron(np.random.default_rng(7).random((20, 40, 3)), np.ones((4, 4, 1))).astype(np.float16)
    window = Window(0, 0, 96, 64)
    for number in range(1001, 1005):
        left = 2 * (number - 1001)
        planes = dict(zip("RGB", world[:64, left : left + 96].transpose(2, 0, 1), strict=True))
        write_frame(folder / f"plate.{number}.exr", make_frame(planes, window, window, kind="picture"))
    unreel, quiet = folder / "plate.unreel", ("--progress", "none")
    plate = str(folder / "plate.####.exr")
    assert main(["train", plate, "-o", str(unreel), "--key", "1001", "--set", "preset=draft", *quiet]) == 0
    red = dict(zip("RGBA", np.array([1, 0, 0, 1], np.float16), strict=True))
    mark = Window(20, 20, 12, 8)
    paint = make_frame({name: np.full(mark.shape, value) for name, value in red.items()}, mark, window, kind="picture")
    write_frame(folder / "mark.exr", paint)
    assert main(["import", str(unreel), str(folder / "mark.exr"), *quiet]) == 0
    return unreel


@pytest.fixture
def trained_shot(trained_once: Path, tmp_path: Path) -> Path:
    """The same, to change."""
    return Path(shutil.copytree(trained_once, tmp_path / "plate.unreel"))


def opened(session: Session, path: Path) -> Session:
    """With a shot in it."""
    session.open(str(path))
    assert isinstance(session.loop, InTurn)
    assert session.loop.run(lambda: not session.opening, 20) and session.shot is not None, session.notices.shown
    return session


@pytest.fixture
def trained_session(session: Session, trained_shot: Path) -> Session:
    """That shot is open."""
    return opened(session, trained_shot)
