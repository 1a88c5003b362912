"""A shot to paint on, and a document that is open on it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from unreel.core.frame import Window
from unreel.qt_panel.model.loop import InTurn
from unreel.qt_panel.model.paint.document import PaintDocument

from ....plugin.conftest import short_plate, short_trained  # noqa: F401 - fixtures
from ....plugin.nodes.conftest import worker_says  # noqa: F401 - fixtures

WINDOWS = {"canonical": Window(-30, -20, 420, 330), 1001: Window(0, 0, 360, 280), 1002: Window(0, 0, 360, 280)}


@pytest.fixture
def loop() -> InTurn:
    return InTurn()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An unreel folder that need not be there."""
    return tmp_path / "shot.unreel"


@pytest.fixture
def paint(loop: InTurn, folder: Path) -> Iterator[PaintDocument]:
    document = PaintDocument(loop)
    document.open(folder, WINDOWS)
    document.add_layer("Paint", "canonical")
    yield document
    document.close()
