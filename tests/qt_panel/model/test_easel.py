"""What is painted on, and which layer takes it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from unreel.core.exr_write import write_picture
from unreel.core.frame import Window
from unreel.qt_panel.model.loop import InTurn
from unreel.qt_panel.model.paint.brush import Brush
from unreel.qt_panel.model.paint.strokes import Placed
from unreel.qt_panel.model.picture import Picture
from unreel.qt_panel.model.session import Session

CANONICAL, PLATE = Window(-4, -3, 40, 24), Window(0, 0, 32, 18)
BRUSH = Brush(size=6)


@pytest.fixture
def opened(session: Session, loop: InTurn, plate: Path, tmp_path: Path):
    """A shot with its paint, as if it were trained."""
    session.open(str(plate))
    assert loop.run(lambda: session.shot is not None)
    rgba = np.full((24, 40, 4), 0.5, np.float16)
    session.canonical.picture = Picture(rgba, CANONICAL, PLATE, 1.0, "canonical")
    session.canonical.changed.emit(None)
    session.paint.open(tmp_path / "shot.unreel", {"canonical": CANONICAL, **dict.fromkeys((1001, 1002, 1003), PLATE)})
    yield session
    session.paint.close()


def dot(session: Session, xy: tuple[float, float]) -> None:
    assert session.easel.ready() is None
    session.paint.begin(BRUSH, (1, 0, 0), xy, 1)
    session.paint.end()


def test_a_layer_comes_by_itself_where_there_is_none_to_paint_on(opened: Session):
    easel, paint = opened.easel, opened.paint
    dot(opened, (10, 10))
    assert [layer.name for layer in paint.layers] == ["Paint"]
    easel.paint_on("frame")
    assert easel.on == 1001 and easel.title == "painted frame 1001"
    dot(opened, (10, 10))
    opened.playhead.go(1003)
    dot(opened, (10, 10))
    assert [(layer.name, layer.on) for layer in paint.layers] == [
        ("Paint", "canonical"),
        ("Frame 1001", 1001),
        ("Frame 1003", 1003),
    ]
    opened.playhead.go(1001)
    assert paint.layer_now.name == "Frame 1001", "the layer of the frame that is shown"
    easel.paint_on("canonical")
    assert paint.layer_now.name == "Paint" and len(paint.layers) == 3


def test_choosing_a_layer_shows_what_it_is_on(opened: Session):
    dot(opened, (10, 10))
    opened.playhead.go(1002)
    opened.easel.paint_on("frame")
    dot(opened, (10, 10))
    opened.playhead.go(1003)
    opened.easel.show_layer(0)
    assert (opened.easel.surface, opened.playhead.frame) == ("canonical", 1003)
    opened.easel.show_layer(1)
    assert (opened.easel.surface, opened.playhead.frame) == ("frame", 1002)


def test_what_is_painted_is_what_the_viewer_gets(opened: Session, loop: InTurn):
    dot(opened, (10, 10))
    shown = opened.frames.get("painted", 1001)
    assert isinstance(shown, Picture) and shown.window == CANONICAL and shown.value_at(10, 10)[0] == 1
    opened.easel.paint_on("frame")
    assert loop.run(lambda: isinstance(opened.frames.get("painted", 1001), Picture))
    shown = opened.frames.get("painted", 1001)
    assert shown.window == PLATE and shown.value_at(10, 10)[:2] == pytest.approx((0.1, 0.2), abs=1e-3)
    dot(opened, (10, 10))
    assert opened.frames.full("painted", 1001).value_at(10, 10)[0] == 1


def test_an_image_gets_a_layer_of_its_own_named_after_it(opened: Session, loop: InTurn, tmp_path: Path):
    write_picture(tmp_path / "logo.png", np.full((8, 8, 3), 255, np.uint8))
    dot(opened, (10, 10))
    said: list[str] = []
    opened.easel.place(tmp_path / "logo.png", (5, 6), said.append)
    assert loop.run(lambda: bool(said)) and said == [""]
    assert [layer.name for layer in opened.paint.layers] == ["Paint", "logo"]
    found = opened.easel.placed_now(Placed)
    assert found is not None and found[1].homography[2] == 1 and found[1].homography[5] == 2
    assert opened.easel.layer_at(Placed, (6, 7)) == 1 and opened.easel.layer_at(Placed, (30, 7)) is None


def test_why_nothing_can_be_painted_is_said(session: Session, opened: Session):
    dot(opened, (10, 10))
    opened.paint.layer(locked=True)
    assert opened.easel.ready() == "Paint is locked."
    opened.paint.close()
    assert opened.easel.ready() == "Painting begins as soon as the first live maps are made."


def test_what_was_recovered_is_offered_and_thrown_away_by_a_press(opened: Session, loop: InTurn, tmp_path: Path):
    paint = opened.paint
    dot(opened, (10, 10))
    paint._keeping._is_begun = False  # as if the window had been killed: no word that it was closed
    paint.open(tmp_path / "shot.unreel", {"canonical": CANONICAL})
    assert loop.run(lambda: not paint.is_opening) and len(paint.layers) == 1
    (notice,) = [each for each in opened.notices.shown if each.level == "ask"]
    assert [action.label for action in notice.actions] == ["Keep it", "Throw it away"]
    notice.actions[1].do()
    assert not paint.layers and not [each for each in opened.notices.shown if each.level == "ask"]


def test_brushes_are_kept_with_the_settings(opened: Session):
    opened.easel.brushes.change(size=123.0)
    opened.close()
    assert opened.settings.brushes["brush"]["size"] == 123


def test_a_render_takes_what_is_shown_now_in_its_order(opened: Session, tmp_path: Path):
    folder, paint, easel = tmp_path / "shot.unreel", opened.paint, opened.easel
    opened.nodes["train"].knobs["folder"] = str(folder)
    assert easel.name_textures() and opened.nodes["propagate"].knobs["texture"] is None, "nothing of ours is there"
    for name in ("Below", "Above"):
        paint.add_layer(name, "canonical")
        dot(opened, (10, 10))
    for name in ("panel_1", "panel_2", "logo"):
        (folder / "textures" / name).mkdir(parents=True)
        (folder / "textures" / name / "texture.json").touch()

    def named() -> object:
        return easel.name_textures() and opened.nodes["propagate"].knobs["texture"]

    assert named() == ("logo", "panel_1", "panel_2")
    paint.move(1, 0)
    assert named() == ("logo", "panel_2", "panel_1")
    paint.layer(visible=False)
    assert named() == ("logo", "panel_1")
    opened.nodes["propagate"].knobs["texture"] = ("logo",)
    assert named() == ("logo",), "the artist's own choice"
    opened.nodes["propagate"].knobs["texture"] = None
    (folder / "textures" / "logo" / "texture.json").unlink()
    paint.choose(1)
    paint.layer(visible=False)
    assert not easel.name_textures()
