"""Strokes, layers, undo: what an artist does, and what is left of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from unreel.core.exr_write import make_frame, write_frame, write_picture
from unreel.core.frame import Window
from unreel.qt_panel.model.loop import InTurn
from unreel.qt_panel.model.paint import document as documents
from unreel.qt_panel.model.paint.brush import Brush
from unreel.qt_panel.model.paint.document import PaintDocument
from unreel.qt_panel.model.paint.history import History
from unreel.qt_panel.model.paint.placed import usual_font
from unreel.qt_panel.model.paint.strokes import Line, Placed, Text

from .conftest import WINDOWS

BRUSH = Brush(size=30, hardness=0.6)
RED, BLUE = (1.0, 0.2, 0.1), (0.1, 0.2, 2.0)
ALL = (-30, -20, 420, 330)


def stroke(paint: PaintDocument, *points: tuple[float, float], colour=RED, brush=BRUSH, erase=False) -> None:
    paint.begin(brush, colour, points[0], 0.9, erase)
    for each in points[1:]:
        paint.extend(each, 0.7)
    paint.end()


def pixels(paint: PaintDocument, on="canonical") -> np.ndarray:
    return paint.laid_on(on, np.zeros((330, 420, 4), np.float32), ALL, 1.0)


def tiles(paint: PaintDocument) -> dict:
    return {layer.id: dict(paint._rasters.of(layer).tiles) for layer in paint.layers}


def same(one: dict, other: dict) -> bool:
    assert one.keys() == other.keys()
    return all(
        one[id].keys() == other[id].keys() and all(np.array_equal(one[id][k], other[id][k]) for k in one[id])
        for id in one
    )


def test_undo_and_redo_give_the_same_bits(paint: PaintDocument):
    states = [tiles(paint)]
    for at in range(4):
        stroke(
            paint, (40 + 30 * at, 50), (80 + 40 * at, 200), (300, 240), colour=BLUE if at % 2 else RED, erase=at == 2
        )
        states.append(tiles(paint))
    assert [paint.undo() for _ in range(4)] == ["Stroke", "Eraser", "Stroke", "Stroke"]
    assert same(tiles(paint), states[0]) and not paint.layers[0].ops
    for state in states[1:]:
        assert paint.redo()
        assert same(tiles(paint), state)
    assert paint.redo() is None
    paint.undo()
    stroke(paint, (10, 10), (50, 50))
    assert paint.redo() is None and paint.next_undo == "Stroke"


def test_what_undo_changes_is_told(paint: PaintDocument):
    stroke(paint, (40, 50), (80, 60))
    told = []
    paint.changed.connect(told.append)
    before = pixels(paint)
    paint.undo()
    changed = (pixels(paint) != before).any(2)
    held = np.zeros_like(changed)
    for on, (x, y, width, height) in told:
        assert on == "canonical"
        held[y + 20 : y + 20 + height, x + 30 : x + 30 + width] = True
    assert changed.any() and not (changed & ~held).any()


def test_a_dropped_stroke_is_no_step(paint: PaintDocument):
    stroke(paint, (40, 50), (80, 60))
    before = pixels(paint)
    paint.begin(BRUSH, BLUE, (50, 50), 1)
    paint.extend((200, 200), 1)
    assert (pixels(paint) != before).any()
    paint.drop()
    assert np.array_equal(pixels(paint), before) and len(paint.layers[0].ops) == 1


def test_layers_have_modes_opacity_an_eye_and_a_lock(paint: PaintDocument):
    stroke(paint, (100, 100), (200, 100))
    paint.add_layer("Shade", "canonical")
    stroke(paint, (150, 60), (150, 140), colour=(0.5, 0.5, 0.5))
    paint.layer(mode="multiply", opacity=0.5)
    ground = np.ones((330, 420, 4), np.float32)
    made = paint.laid_on("canonical", ground, ALL, 1.0)
    assert made[120, 180, :3].tolist() == pytest.approx([0.75, 0.15, 0.075], abs=1e-3)
    assert made[90, 180, :3].tolist() == pytest.approx([0.75] * 3, abs=1e-3)
    paint.layer(visible=False)
    assert paint.laid_on("canonical", ground, ALL, 1.0)[90, 180, 0] == 1
    assert paint.begin(BRUSH, RED, (10, 10), 1) == (0, 0, 0, 0) and paint.why_not() == "Shade is hidden."
    paint.layer(visible=True, locked=True)
    assert paint.begin(BRUSH, RED, (10, 10), 1) == (0, 0, 0, 0) and paint.why_not() == "Shade is locked."
    with pytest.raises(TypeError, match="no colour"):
        paint.layer(colour=RED)


def test_layers_are_moved_and_removed_and_come_back_with_their_paint(paint: PaintDocument):
    stroke(paint, (100, 100), (200, 100))
    paint.add_layer("Above", "canonical")
    stroke(paint, (150, 60), (150, 140), colour=BLUE)
    above = pixels(paint)
    paint.move(1, 0)
    assert [layer.name for layer in paint.layers] == ["Above", "Paint"] and paint.current == 0
    assert pixels(paint)[120, 180, 0] == pytest.approx(1, abs=1e-3) and above[120, 180, 2] == pytest.approx(2, abs=1e-2)
    paint.remove_layer(0)
    assert not pixels(paint)[90, 180].any() and paint.layer_now.name == "Paint"
    assert paint.undo() == "Remove Above" and paint.undo() == "Move Above"
    assert np.array_equal(pixels(paint), above) and paint.current == 1
    paint.undo(), paint.undo()
    paint.add_layer("Third", "canonical")
    assert paint.layer_now.id == 3, "an id is not given twice: the journal knows layers by it"


def test_a_slider_that_is_dragged_is_one_step(paint: PaintDocument):
    for opacity in (0.9, 0.7, 0.4):
        paint.layer(opacity=opacity)
    paint.layer(mode="add")
    assert (paint.undo(), paint.layers[0].mode, paint.layers[0].opacity) == ("Layer", "over", 0.4)
    assert (paint.undo(), paint.layers[0].opacity) == ("Layer", 1)


def test_paint_on_a_frame_stays_on_its_own_pixels(paint: PaintDocument):
    paint.add_layer("On 1002", 1002)
    stroke(paint, (100, 100), (200, 100))
    assert not pixels(paint).any() and pixels(paint, 1002).any() and not pixels(paint, 1001).any()
    assert paint.painted_on() == {1002}
    paint.add_layer("On 1009", 1009)
    assert paint.why_not() == "On 1009 is on frame 1009, which is not in the shot."


def test_text_and_lines_are_ops_like_strokes(paint: PaintDocument):
    font = usual_font()
    assert font is not None, "OpenImageIO brings a font"
    rect = paint.add(Text("Unreel", font, 60, BLUE, (50, 150)))
    made = pixels(paint)
    inside = made[rect[1] + 20 :, rect[0] + 30 :][: rect[3], : rect[2]]
    assert inside[..., 3].max() == pytest.approx(1, abs=1e-2) and 100 < rect[2] < 300 and rect[1] + rect[3] <= 175
    assert np.allclose(made[..., 2], 2 * made[..., 3], atol=1e-2)
    paint.add(Line(BRUSH, RED, (20, 20), (20, 200)))
    assert paint.undo() == "Line" and paint.undo() == "Text" and not pixels(paint).any()


def test_a_missing_font_is_told_and_the_rest_is_painted(paint: PaintDocument):
    told = []
    paint.told.connect(told.append)
    paint.add(Text("Unreel", "/no/such/font.ttf", 60, BLUE, (50, 150)))
    assert told == ["the font /no/such/font.ttf is not there: choose another one for the text"]
    assert not pixels(paint).any() and paint.undo() == "Text"


def image(tmp_path: Path) -> Path:
    """Red on its left, green on its right."""
    picture = np.zeros((40, 60, 4), np.float32)
    picture[:, :30], picture[:, 30:] = (1, 0, 0, 1), (0, 1, 0, 1)
    planes = {name: picture[..., at] for at, name in enumerate("RGBA")}
    write_frame(tmp_path / "logo.exr", make_frame(planes, Window(0, 0, 60, 40)))
    return tmp_path / "logo.exr"


def placed_by(paint: PaintDocument, loop: InTurn, file: Path) -> Placed:
    got: list[Placed] = []
    paint.place(file, "canonical", got.append)
    assert loop.run(lambda: bool(got))
    return got[0]


def test_an_image_lies_where_its_transform_says_and_its_file_may_go(paint: PaintDocument, loop, folder, tmp_path):
    file = image(tmp_path)
    placed = placed_by(paint, loop, file)
    file.unlink()
    assert placed.homography[2] == -30 + (420 - 60) / 2, "in the middle, in its own size"
    paint.add(placed)
    made = pixels(paint)
    assert made[165, 190].tolist() == [1, 0, 0, 1] and made[165, 230].tolist() == [0, 1, 0, 1]
    assert made[..., 3].sum() == pytest.approx(60 * 40, abs=1)
    # A quarter turn, twice as large, its corner at 100, 100.
    turned = Placed(placed.file, (0, -2, 100, 2, 0, 100, 0, 0, 1), opacity=0.5)
    paint.change(0, turned)
    made = pixels(paint)
    assert made[..., 3].sum() == pytest.approx(0.5 * 4 * 60 * 40, abs=5)
    assert made[20 + 130, 30 + 60].tolist() == [0.5, 0, 0, 0.5] and made[20 + 200, 30 + 60].tolist() == [0, 0.5, 0, 0.5]
    assert paint.undo() == "Image changed" and pixels(paint)[165, 190].tolist() == [1, 0, 0, 1]
    paint.close()
    again = PaintDocument(loop)
    again.open(folder, WINDOWS)
    assert loop.run(lambda: not again.is_opening) and pixels(again)[165, 230].tolist() == [0, 1, 0, 1]
    again.close()


def test_an_image_that_gets_smaller_is_averaged(paint: PaintDocument, loop, tmp_path):
    picture = np.zeros((200, 200, 3), np.uint8)
    picture[::2] = 255
    write_picture(tmp_path / "lines.png", picture)
    placed = placed_by(paint, loop, tmp_path / "lines.png")
    paint.add(Placed(placed.file, (0.25, 0, 100, 0, 0.25, 100, 0, 0, 1)))
    made = pixels(paint)[125:165, 135:175, :3]
    assert made.std() < 0.01 and made.mean() == pytest.approx(0.5, abs=0.02)


def test_what_is_moved_about_is_one_step_with_the_strokes_above_kept(paint: PaintDocument, loop, tmp_path):
    paint.add(placed_by(paint, loop, image(tmp_path)))
    stroke(paint, (150, 150), (220, 150), colour=BLUE)
    before, was = pixels(paint), paint.layers[0].ops[0]
    for x in (10.0, 30.0, 80.0):
        paint.change(0, Placed(was.file, (1, 0, x, 0, 1, 60, 0, 0, 1)), done=False)
    paint.drop()
    assert np.array_equal(pixels(paint), before) and paint.layers[0].ops[0] == was
    for x in (10.0, 30.0, 80.0):
        paint.change(0, Placed(was.file, (1, 0, x, 0, 1, 60, 0, 0, 1)), done=x == 80)
    made = pixels(paint)
    assert made[20 + 70, 30 + 90].tolist() == [1, 0, 0, 1] and made[170, 210, 2] == pytest.approx(2, abs=1e-2)
    assert paint.undo() == "Image changed" and np.array_equal(pixels(paint), before)
    assert paint.undo() == "Stroke"


def test_an_unreadable_image_is_told(paint: PaintDocument, loop, tmp_path):
    told = []
    paint.told.connect(told.append)
    (tmp_path / "broken.png").write_bytes(b"not a picture")
    paint.place(tmp_path / "broken.png", "canonical", lambda placed: pytest.fail("it can't be read"))
    assert loop.run(lambda: bool(told)) and "broken.png" in told[0]


def test_the_oldest_steps_go_when_undo_gets_too_large(paint: PaintDocument):
    paint._history = History(most_bytes=3 * 256 * 256 * 8)
    for _ in range(8):
        stroke(paint, (40, 40), (60, 60))
    undone = 0
    while paint.undo():
        undone += 1
    assert undone == 3 and len(paint.layers[0].ops) == 5 and pixels(paint).any()


def test_every_word_an_op_has_for_undo():
    assert set(documents.WORDS) == set(documents.Op.__args__)


def test_a_picture_of_8_bits_comes_scene_linear(paint: PaintDocument, loop, tmp_path):
    write_picture(tmp_path / "grey.png", np.full((40, 40, 3), 118, np.uint8))
    paint.add(placed_by(paint, loop, tmp_path / "grey.png"))
    assert pixels(paint)[165, 210].tolist() == pytest.approx([0.181, 0.181, 0.181, 1], abs=2e-3)
