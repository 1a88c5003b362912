"""A user who has never started the panel, a Qt without a screen, and the worker's Python."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

# Before the first Qt module is imported.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import OpenImageIO as oiio
import pytest
from PySide6.QtWidgets import QApplication
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
