"""Paint becomes textures of the unreel folder, and those are in the rendered frames."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import numpy as np
import pytest
from unreel.core.cli import main
from unreel.core.exr_read import read_frame, read_header
from unreel.core.frame import rgb
from unreel.plugin.nodes import node as nodes
from unreel.plugin.nodes.node_in_host import NodeInHost, node_in_host
from unreel.plugin.nodes.patterns import at_frame
from unreel.qt_panel.model.loop import InTurn
from unreel.qt_panel.model.paint.bring_in import BringIn, others, write_layer
from unreel.qt_panel.model.paint.brush import Brush
from unreel.qt_panel.model.paint.document import PaintDocument
from unreel.qt_panel.model.pressing import LEFT

from ....plugin.nodes.conftest import Says
from ....plugin.nodes.fake_host import FakeHost
from .conftest import WINDOWS
from .test_document import stroke

HARD = Brush(size=12, hardness=1, pressure_size=False)


class Nodes:
    """The nodes of a session, in a host of their own."""

    def __init__(self, loop: InTurn, folder: Path) -> None:
        self.loop, self.folder, self.paint = loop, folder, PaintDocument(loop)
        self.host = FakeHost(project=folder.parent)
        self.nodes = {id: self.host.create(id, folder=str(folder)) for id in ("texture_import", "propagate")}
        self.nodes["propagate"].knobs["texture"] = None
        loop.later(self._tick, 0.02)

    def _tick(self) -> bool:
        self.host.tick()
        return True

    def node(self, id: str) -> NodeInHost:
        return node_in_host(self.host, self.nodes[id])

    def set_knob(self, node: str, knob: str, value) -> None:
        assert knob in self.nodes[node].knobs
        self.nodes[node].knobs[knob] = value

    def press(self, node: str, button: str) -> None:
        nodes.press(self.host, self.nodes[node], button)


def brought_in(bring: BringIn, loop: InTurn) -> bool:
    """Whether it came to its end."""
    done: list[bool] = []
    bring.start(lambda: done.append(True))
    assert loop.run(lambda: not bring.is_running)
    return bool(done)


def test_a_layer_is_written_whole_as_it_lies(paint: PaintDocument, tmp_path: Path):
    stroke(paint, (40, 50), (80, 200))
    raster = paint.raster(paint.layers[0])
    write_layer(tmp_path / "paint.exr", raster, WINDOWS[1001])
    frame = read_frame(tmp_path / "paint.exr")
    assert (frame.data, frame.display) == (WINDOWS["canonical"], WINDOWS[1001]) and list(frame.planes) == list("RGBA")
    pixels = raster.read((-30, -20, 420, 330))
    assert pixels is not None and np.array_equal(frame.planes["A"].astype(np.float32), pixels[..., 3])
    stroke(paint, (0, 0), (300, 300))
    assert np.array_equal(raster.read((-30, -20, 420, 330)), pixels), "painting goes on while it is written"


def test_what_can_not_be_brought_in_is_told_and_tried_again(worker_says: Says, loop: InTurn, tmp_path: Path):
    worker_says("import", state="failed", message="shot.unreel is being trained by Nuke: wait", exit_code=1)
    session = Nodes(loop, tmp_path / "shot.unreel")
    session.paint.open(session.folder, WINDOWS)
    session.paint.add_layer("Logo", "canonical")
    stroke(session.paint, (40, 50), (80, 200))
    bring = BringIn(session)
    assert not brought_in(bring, loop)
    assert bring.line == "failed: shot.unreel is being trained by Nuke: wait"
    assert session.paint.unbrought() == ("Logo",)
    session.paint.close()


def test_only_what_has_changed_is_brought_in_again(worker_says: Says, loop: InTurn, tmp_path: Path):
    worker_says("import", {"texture": "whatever"})
    session = Nodes(loop, tmp_path / "shot.unreel")
    paint = session.paint
    paint.open(session.folder, WINDOWS)
    for name in ("One", "Two", "Three"):
        paint.add_layer(name, "canonical")
        stroke(paint, (40, 50), (80, 200))
    paint.layer(visible=False)
    asked: list[tuple] = []
    pressed = session.press

    def press(node: str, button: str) -> None:
        knobs = session.nodes[node].knobs
        asked.append((knobs["name"], knobs["on"], knobs["mode"], knobs["opacity"]))
        (session.folder / "textures" / str(knobs["name"])).mkdir(parents=True, exist_ok=True)
        (session.folder / "textures" / str(knobs["name"]) / "texture.json").touch()
        pressed(node, button)

    session.press = press
    bring = BringIn(session)
    assert brought_in(bring, loop) and paint.unbrought() == ()
    assert asked == [("panel_1", "canonical", "over", 1.0), ("panel_2", "canonical", "over", 1.0)]
    assert session.nodes["propagate"].knobs["texture"] == ("panel_1", "panel_2")
    paint.choose(1)
    paint.layer(mode="multiply", opacity=0.5)
    assert paint.unbrought() == ("Two",)
    paint.move(1, 0)
    assert brought_in(bring, loop) and asked[2:] == [("panel_2", "canonical", "multiply", 0.5)]
    assert session.nodes["propagate"].knobs["texture"] == ("panel_2", "panel_1"), "in the order of the layers"
    paint.undo(), paint.undo()
    paint.close()
    paint.open(session.folder, WINDOWS)
    assert loop.run(lambda: not paint.is_opening) and paint.unbrought() == ("Two",)
    shutil.rmtree(session.folder)
    assert paint.unbrought() == ("One", "Two"), "the textures are gone"
    paint.close()


@pytest.mark.parametrize("is_written", [False, True])
def test_what_is_left_for_another_shot_is_not_brought_in_there(
    worker_says: Says, loop: InTurn, tmp_path: Path, is_written: bool
):
    worker_says("import", {"texture": "panel_1"})
    session = Nodes(loop, tmp_path / "one.unreel")
    session.paint.open(session.folder, WINDOWS)
    for name in ("One", "Two"):
        session.paint.add_layer(name, "canonical")
        stroke(session.paint, (40, 50), (80, 200))
    bring, done, pressed = BringIn(session), [], session.press
    asked: list[str] = []

    def press(node: str, button: str) -> None:
        asked.append(str(session.nodes[node].knobs["file"]))
        pressed(node, button)
        leave()

    def leave() -> None:
        session.folder = tmp_path / "two.unreel"
        session.nodes = {id: session.host.create(id, folder=str(session.folder)) for id in session.nodes}

    session.press = press
    bring.start(lambda: done.append(True))
    if not is_written:
        leave()
    assert loop.run(lambda: not bring.is_running)
    assert bring.has_failed and bring.line == LEFT and not done
    assert asked == ([str(tmp_path / "one.unreel.paint" / "brought_in" / "panel_1.exr")] if is_written else [])
    assert not session.nodes["texture_import"].knobs["file"]
    session.paint.close()


def test_textures_of_others_stay_in_their_order(tmp_path: Path):
    for at, name in enumerate(("late", "early", "panel_3")):
        (tmp_path / "textures" / name).mkdir(parents=True)
        file = tmp_path / "textures" / name / "texture.json"
        file.touch()
        os.utime(file, ns=(0, 10 - at))
    assert others(tmp_path) == ["early", "late"]


@pytest.mark.slow
def test_rendered_frames_carry_what_was_painted(short_trained: Path, runtime: None, loop: InTurn, tmp_path: Path):
    """A stroke on the canonical and one on another frame, by real workers."""
    folder = shutil.copytree(short_trained, tmp_path / "short.unreel")
    plate = str(Path(short_trained).parent / "plate.####.exr")
    assert main(["export", str(folder), "-o", str(tmp_path / "canonical.exr"), "--progress", "none"]) == 0
    canonical = read_header(tmp_path / "canonical.exr").data
    frame = read_header(at_frame(plate, 1001)).display
    session = Nodes(loop, folder)
    paint = session.paint
    paint.open(folder, {"canonical": canonical, **{number: frame for number in (1001, 1002, 1003)}})
    paint.add_layer("Red", "canonical")
    stroke(paint, (24, 30), (50, 30), colour=(4, 0, 0), brush=HARD)
    paint.add_layer("Blue", 1003)
    stroke(paint, (24, 48), (50, 48), colour=(0, 0, 4), brush=HARD)
    assert brought_in(BringIn(session), loop), session.nodes["texture_import"].status
    assert paint.unbrought() == ()
    out = tmp_path / "out.####.exr"
    named = [part for name in session.nodes["propagate"].knobs["texture"] for part in ("--texture", name)]
    assert main(["propagate", str(folder), "-o", str(out), *named, "--progress", "none"]) == 0
    for number in (1001, 1002, 1003):
        was, made = (rgb(read_frame(at_frame(str(path), number))) for path in (plate, out))
        red, blue = (made[..., at] - was[..., at] > 1 for at in (0, 2))
        # 26 by 12 with round ends; the surface slides a little from frame to frame.
        for covered in (red, blue):
            assert 0.8 < covered.sum() / (26 * 12 + 113) < 1.2, number
        assert np.flatnonzero(red.any(1)).mean() < np.flatnonzero(blue.any(1)).mean() - 10
        far = ~(made != was).any(2)
        assert far[:16].all() and far.mean() > 0.5
    paint.close()
