"""Unreel in Nuke, against a Nuke that raises on all it does not know: every button, with a window and without."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from unreel.plugin.face import read_face
from unreel.plugin.nodes.host import VERSION_KNOB
from unreel.plugin.nodes.tell import NodeFailed

from ..fake_nuke import FakeNuke
from ..nodes import conftest as of_nodes
from . import nuke_session
from .nuke_session import FACES, NODES, followed, reads, with_fake

fake, ours = nuke_session.fake, nuke_session.ours
worker_says = of_nodes.worker_says
BUTTONS = [(face.id, button.name) for face in FACES for button in face.buttons]


@pytest.mark.parametrize("node_id", NODES)
def test_a_new_node_has_all_that_the_face_says(ours: Any, fake: FakeNuke, node_id: str):
    face = read_face().node(node_id)
    node = ours.create(node_id)
    host = ours.NukeHost()
    assert {knob.name: host.get(node, knob.name) for knob in face.knobs} == {
        knob.name: knob.default if knob.default != () else None for knob in face.knobs
    }
    assert node.name() == f"Unreel_{face.label.replace(' ', '')}1"
    assert host.get(node, VERSION_KNOB) == face.version
    assert len(fake.undo) == 1, "creating is one step of undo"
    assert ours.create(node_id).name().endswith("2")


def press(node: Any, button: str) -> None:
    """As the artist does, or a script in a terminal, which is told of a failure too."""
    try:
        node[button].execute()
    except NodeFailed as failure:
        assert node["status"].value() in str(failure)


@pytest.mark.parametrize(("node_id", "button"), BUTTONS)
def test_every_button_is_one_line_that_does_its_work_or_says_why_not(
    ours: Any, fake: FakeNuke, home: Path, node_id: str, button: str
):
    node = ours.create(node_id)
    fake.undo.clear()
    press(node, button)
    followed()
    assert len(node["status"].value()) > 10
    assert len(fake.undo) == 1
    assert (fake.undisturbed, fake.graphs) == (0, [fake.root])


def test_every_button_of_every_node_is_pressed_above():
    assert {node_id for node_id, _ in BUTTONS} == set(NODES) and len(BUTTONS) > 15


def test_a_job_is_done_from_the_button_to_the_picture(ours: Any, fake: FakeNuke, worker_says: Any, tmp_path: Path):
    worker_says("propagate")
    folder = tmp_path / "a shot [1].unreel"
    folder.mkdir()
    node, host = ours.create("propagate"), ours.NukeHost()
    host.set(node, "folder", str(folder))
    fake.undo.clear()
    node["make_live"].execute()
    followed()
    assert node["status"].value() == "frames written"
    assert host.get(node, "live_st") == f"{folder}/live/a shot [1]_live_st.####.exr"
    assert reads(node)["read_live_st"]["file"].evaluate() == f"{folder}/live/a shot [1]_live_st.0001.exr"
    assert "read_live_st.reload" in fake.executed
    assert fake.undo[0][0] == "Propagate: Make live"
    assert len(fake.undo) <= 2, "what was asked for, and what came of it"
    if fake.window:
        assert fake.main_thread_calls >= 1


def test_paint_from_the_graph_is_baked_first(ours: Any, fake: FakeNuke, worker_says: Any, tmp_path: Path):
    worker_says("import", {"texture": "logo"})
    node, host = ours.create("texture_import"), ours.NukeHost()
    host.set(node, "folder", str(tmp_path / "shot.unreel"))
    node.setInput(0, fake.module.nodes.Invert())
    node["bring_in"].execute()
    followed()
    assert [(name, frame) for name, frame, _ in fake.rendered] == [("Invert1", 1)]
    assert host.get(node, "name") == "logo"
    assert node.name() == "Unreel_TextureImport1"


def test_what_the_artist_chooses_changes_the_inside(monkeypatch: pytest.MonkeyPatch):
    fake = FakeNuke()
    ours = with_fake(monkeypatch, fake)
    ours.add_menu()
    node = ours.create("propagate")
    fake.undo.clear()
    assert "read_live_hold" in reads(node)
    node["paint_mode"].setValue("add")
    assert "read_live_hold" not in reads(node)
    assert [step[0] for step in fake.undo] == ["Unreel_Propagate1.paint_mode", "Propagate: Mode"]
    before = list(node._inside)
    ours.NukeHost().say(node, "frame 3 of 9")
    ours.NukeHost().set(node, "paint_mode", "over")
    node["light"].setValue(0.5)
    stranger = fake.module.nodes.Group()
    del fake.undo[3:]
    stranger["label"].setValue("mine")
    assert node._inside == before
    assert fake.undo[2:] == [["Unreel_Propagate1.light"], ["Group1.label"]], "there is no empty step"


def test_a_button_without_unreel_says_so(ours: Any, fake: FakeNuke, monkeypatch: pytest.MonkeyPatch):
    node = ours.create("train")
    fake.this = node
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    node["start"].execute()
    assert ("Unreel is not installed here" in fake.told[-1][1]) and fake.told[-1][0] in ("message", "print")


@pytest.mark.slow
def test_a_terminals_script_trains_and_exports_with_the_real_worker(
    monkeypatch: pytest.MonkeyPatch, runtime: None, short_plate: str, tmp_path: Path
):
    """`nuke -t`: each press comes back when all is done, and says on the terminal how it goes."""
    fake = FakeNuke(window=False)
    ours = with_fake(monkeypatch, fake)
    train, export = ours.create("train"), ours.create("canonical_export")
    folder = tmp_path / "a shot.unreel"
    train["plate"].setValue(short_plate)
    train["key"].setValue("1001")
    for node in (train, export):
        node["folder"].setValue(str(folder))
    ours.press(train, "start")
    assert (folder / "made" / "train.json").is_file()
    assert float(re.findall(r"[0-9.]+", train["psnr"].value())[0]) > 20
    export["guides"].setValue(True)
    ours.press(export, "export")
    written = Path(ours.NukeHost().get(export, "file"))
    assert written.is_file() and written.parent == tmp_path
    assert "grid" in [inner.name() for inner in export._inside]
    said = [text for kind, text in fake.told if kind == "print"]
    assert [text for text in said if text.startswith("Unreel_Train1: trained")]
    assert [text for text in said if re.match(r"Unreel_Train1: training: \d+ %", text)]
    train["plate"].setValue("/nowhere/plate.####.exr")
    with pytest.raises(NodeFailed, match="/nowhere"):
        ours.press(train, "start")
