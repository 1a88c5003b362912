"""Paint on a canonical and on two frames, open."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from unreel.core.frame import Window
from unreel.qt_panel.model.loop import InTurn
from unreel.qt_panel.model.paint.document import PaintDocument

CANVAS, RASTER = Window(-30, -20, 420, 330), Window(0, 0, 360, 280)


@pytest.fixture
def paint(loop: InTurn, tmp_path: Path) -> Iterator[PaintDocument]:
    document = PaintDocument(loop)
    document.open(tmp_path / "shot.unreel", {"canonical": CANVAS, 1000: RASTER, 1002: RASTER})
    document.add_layer("Paint", "canonical")
    yield document
    document.close()
