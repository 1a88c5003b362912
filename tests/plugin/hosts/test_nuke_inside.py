"""What is inside a node in Nuke: native nodes, made anew, frozen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from unreel.plugin.face import read_face
from unreel.plugin.nodes.graph import propagate_graph

from ..fake_nuke import FakeNuke
from . import nuke_session
from .nuke_session import NODES, followed, reads, with_fake

fake, ours = nuke_session.fake, nuke_session.ours


@pytest.mark.parametrize("node_id", NODES)
def test_the_inside_is_native_and_connected(ours: Any, node_id: str):
    node = ours.create(node_id)
    face = read_face().node(node_id)
    ports = [inner.name() for inner in node._inside if inner.Class() == "Input"]
    assert ports == [port.name for port in face.inputs]
    (output,) = (inner for inner in node._inside if inner.Class() == "Output")
    assert output.input(0) is not None
    assert not {inner.Class() for inner in node._inside} & {"PyScript", "Group"}


def test_inner_reads_follow_the_file_knobs_of_the_node(ours: Any):
    node, host = ours.create("propagate"), ours.NukeHost()
    awkward = "/a b/[shot] {1}/$x/st.####.exr"
    host.set(node, "live_st", awkward)
    assert node["live_st"].Class() == "File_Knob"
    read = reads(node)["read_live_st"]
    assert read["file"].value() == "[value parent.live_st]"
    assert read["file"].evaluate() == "/a b/[shot] {1}/$x/st.0001.exr"
    assert host.get(node, "live_st") == awkward
    assert (read["raw"].value(), read["on_error"].value()) == (True, "error")


def test_an_inside_is_made_anew_where_python_sees_ten_nodes(monkeypatch: pytest.MonkeyPatch):
    fake = FakeNuke(limited=True)
    ours = with_fake(monkeypatch, fake)
    node = ours.create("propagate")
    assert node.numNodes() > 30
    ours.NukeHost().build(node, propagate_graph("add"), {"live_st": "/s.####.exr"})
    names = [inner.name() for inner in node._inside]
    assert len(set(names)) == len(names)
    assert "read_live_hold" not in names
    assert node["live_st"].value() == "/s.####.exr"
    ours.NukeHost().file_changed(node, "live_st")
    assert fake.executed == ["read_live_st.reload"]


def test_freezing_leaves_native_nodes_with_paths(ours: Any, fake: FakeNuke):
    node, host = ours.create("propagate"), ours.NukeHost()
    host.set(node, "result", "/r/out.####.exr")
    host.set(node, "way", "rendered")
    host.set(node, "darkest", -0.25)
    fake.undo.clear()
    with host.undo_step("Freeze"):
        host.freeze(node, propagate_graph(), {"live_st": "/a b/[1].####.exr"})
    assert len(fake.undo) == 1
    assert node.name() == "Unreel_Propagate1_frozen"
    assert not [name for name in node.knobs() if name in {knob.name for knob in read_face().node("propagate").knobs}]
    assert not [knob for knob in node.knobs().values() if knob.Class() in ("PyScript_Knob", "Tab_Knob")]
    assert reads(node)["read_live_st"]["file"].value() == "/a b/\\[1].####.exr"
    assert reads(node)["read_result"]["file"].value() == "/r/out.####.exr"
    switches = {inner.name(): inner["which"].value() for inner in node._inside if inner.Class() == "Switch"}
    assert switches == {"picture_by_way": 1, "layer_by_way": 1, "stmap_by_way": 1, "out": 0}
    [floor] = [inner for inner in node._inside if inner.name() == "paint"]
    assert (floor.Class(), floor["minimum"].value()) == ("Clamp", -0.25)
    assert not ours.is_ours(node)


def test_the_button_that_takes_itself_away_is_done_with_first(ours: Any, fake: FakeNuke, home: Path):
    node, host = ours.create("propagate"), ours.NukeHost()
    for knob in ("live_st", "live_gain", "live_hold", "live_canonical"):
        host.set(node, knob, f"/maps/{knob}.####.exr")
    fake.undo.clear()
    if fake.window:
        node["freeze"].execute()
        followed()
    else:
        ours.press(node, "freeze")
    assert not ours.is_ours(node)
    assert len(fake.undo) == 1
    assert set(reads(node)) == {"read_live_st", "read_live_gain", "read_live_hold", "read_live_canonical"}
    assert reads(node)["read_live_st"]["file"].value() == "/maps/live_st.####.exr"
    assert [inner for inner in node._inside if inner.Class() == "Switch"] == []
