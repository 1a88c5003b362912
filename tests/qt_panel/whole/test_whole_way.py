"""The whole way by clicks and keys: a plate is dropped, trained, painted on, seen on all frames, rendered and read."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLineEdit
from unreel.core.exr_read import read_frame
from unreel.core.frame import Frame, rgb
from unreel.qt_panel.model.picture import Picture

from .conftest import LEFT, Artist

pytestmark = pytest.mark.slow

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
ON_KEY = np.array([50.0, 34.0])
"""In the middle of the stroke, on the key frame, 1001."""
SLIDE = np.array([-2.0, -1.0])
"""Of the plate, pixels a frame."""


def on_frame(number: int) -> tuple[int, int]:
    x, y = ON_KEY + SLIDE * (number - 1001)
    return int(x), int(y)


def type_into(artist: Artist, name: str, text: str) -> None:
    (field,) = (each for each in artist.window.findChildren(QLineEdit) if each.accessibleName() == name)
    artist.bot.mouseClick(field, LEFT)
    artist.bot.keyClicks(field, text)
    artist.bot.keyClick(field, Qt.Key.Key_Return)


def paint(artist: Artist, *points: np.ndarray) -> None:
    """A stroke of the mouse over what the first viewer shows, in its pixels."""
    viewer = artist.window.viewers.first
    at = [QPoint(*(round(each) for each in viewer.zoom.to_viewer((float(x) + 0.5, float(y) + 0.5)))) for x, y in points]
    artist.bot.mousePress(viewer, LEFT, Qt.KeyboardModifier.NoModifier, at[0])
    for each in at[1:]:
        artist.bot.mouseMove(viewer, each)
    artist.bot.mouseRelease(viewer, LEFT, Qt.KeyboardModifier.NoModifier, at[-1])


def live(artist: Artist, number: int) -> np.ndarray:
    """What the live view has at the stroke's middle, once that frame is shown."""
    artist.session.playhead.go(number)
    found: list[np.ndarray] = []

    def is_there() -> bool:
        picture = artist.session.frames.get("live", number)
        if isinstance(picture, Picture):
            found[:] = [np.array(picture.value_at(*on_frame(number))[:3])]
        return bool(found)

    artist.wait(is_there)
    return found[0]


def at(frame: Frame, number: int) -> np.ndarray:
    x, y = on_frame(number)
    return rgb(frame)[y - frame.data.y, x - frame.data.x].astype(np.float32)


def test_from_the_plate_to_rendered_frames(artist: Artist, plate: Path):
    session = artist.session
    artist.drop(plate)
    assert session.shot.frames == tuple(range(1001, 1007))

    artist.key(Qt.Key.Key_F3)
    type_into(artist, "Key frame", "1001")
    artist.main()
    artist.training()
    artist.wait(lambda: session.nodes["train"].status.startswith("trained"))

    artist.key(Qt.Key.Key_F5)
    artist.wait(lambda: len(session.live.frames) == 6)
    artist.wait(lambda: session.view.beside == "live" and isinstance(artist.window.viewers.first._shown, Picture))
    before = live(artist, 1004)
    session.playhead.go(1001)

    artist.key(Qt.Key.Key_B)
    session.easel.brushes.change(size=14.0, hardness=1.0, opacity=1.0)
    session.easel.brushes.take_colour((0.9, 0.05, 0.05))
    paint(artist, *(np.add(ON_KEY, (x, 0.0)) for x in (-12, -6, 0, 6)))
    artist.wait(lambda: live(artist, 1004)[0] > 3 * max(live(artist, 1004)[1:]))

    artist.key(Qt.Key.Key_Z, CONTROL)
    artist.wait(lambda: np.allclose(live(artist, 1004), before, atol=2e-3))
    artist.key(Qt.Key.Key_Z, CONTROL, SHIFT)
    artist.wait(lambda: live(artist, 1004)[0] > 3 * max(live(artist, 1004)[1:]))

    artist.main()
    artist.wait(lambda: not session.bring_in.is_running and not session.easel.unbrought())

    artist.key(Qt.Key.Key_F6)
    artist.main()
    artist.wait(lambda: session.renders.shown and not session.jobs.active)
    artist.click("Rendered")
    artist.wait(lambda: isinstance(artist.window.viewers.first._shown, Picture))
    assert session.view.kind == "rendered"
    (version,) = session.renders.versions
    assert version.name == "v001" and tuple(version.frames) == session.shot.frames
    for number in session.shot.frames:
        original = read_frame(plate / f"plate.{number}.exr")
        rendered = read_frame(Path(version.pattern.replace("####", str(number))))
        assert (rendered.data, rendered.display) == (original.data, original.display)
        assert np.abs(at(rendered, number) - (0.9, 0.05, 0.05)).max() < 0.15, number
        untouched = (slice(0, 12), slice(0, 96))
        assert np.array_equal(rgb(rendered)[untouched], rgb(original)[untouched])
