"""What Natron does for a node, and what its PyPlugs call, in the strict fake."""

from __future__ import annotations

import os
import stat
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from unreel.plugin.face import read_face
from unreel.plugin.hosts import natron as natron_host
from unreel.plugin.hosts.natron import NatronHost
from unreel.plugin.hosts.natron_inside import connect
from unreel.plugin.hosts.natron_knobs import kind_of
from unreel.plugin.hosts.natron_nodes import READ
from unreel.plugin.nodes.graph import propagate_graph
from unreel.plugin.nodes.host import VERSION_KNOB, HostFailed
from unreel.plugin.nodes.node import upgrade

from ..fake_natron import FakeNatron, running
from ..fake_natron_app import App
from ..fake_natron_nodes import Effect
from ..natron_folder import lay

PORTS = ("fr.inria.built-in.Input", "fr.inria.built-in.Output")
WORKER = """#!{python}
import json, pathlib, sys
folder = pathlib.Path([part for part in sys.argv[1:] if not part.startswith("-")][-1])
job = json.loads((folder / "job.json").read_text())
assert job["command"] in ("propagate", "export"), job
(folder / "events.jsonl").write_text(json.dumps({{"event": "result", "result": {{"asked": job}}}}) + "\\n")
(folder / "status.json").write_text(json.dumps({{"state": "done", "beat": 0.0}}))
"""


@pytest.fixture(params=["batch", "gui"])
def fake(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeNatron]:
    """With a worker that is done at once."""
    worker = tmp_path / "worker"
    worker.write_text(WORKER.format(python=sys.executable))
    worker.chmod(worker.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("UNREEL_PYTHON", str(worker))
    with running(str(lay(tmp_path / "Natron" / "Unreel", str(worker))), request.param == "batch") as natron:
        yield natron
        assert natron.stderr == []
    natron_host._waiting.clear()


def made(fake: FakeNatron, id: str) -> tuple[App, Effect, NatronHost]:
    app = fake.new_app()
    node = app.createNode(f"org.unreel.{id}")
    assert node is not None
    return app, node, NatronHost(app)


def sequence(folder: Path, name: str = "plate.####.exr", numbers: range = range(1001, 1004)) -> str:
    folder.mkdir(exist_ok=True)
    for number in numbers:
        (folder / name.replace("####", str(number))).write_text("pixels")
    return str(folder / name)


@pytest.mark.parametrize("id", [node.id for node in read_face().nodes])
def test_knobs_give_what_was_put_in(fake: FakeNatron, id: str):
    _, node, host = made(fake, id)
    samples = {"text": "a b", "frames": "1-9x2", "names": ("comp", "live"), "numbers": (3, 7), "file": "/a b/ü.exr"}
    for knob in read_face().node(id).knobs:
        if knob.name != "status":
            assert host.get(node, knob.name) == (None if knob.default == () else knob.default), knob.name
        low, high = knob.range or (None, None)
        number = next(edge for edge in (high, low, 5) if edge is not None)
        value = {"int": int(number), "float": float(number), "bool": True, **samples}.get(knob.type)
        if knob.type == "choice":
            assert knob.choices is not None
            value = knob.choices[-1]
        host.set(node, knob.name, value)
        assert host.get(node, knob.name) == value, knob.name
        host.set(node, knob.name, None)
        empties = kind_of(knob) in ("text", "file")
        assert host.get(node, knob.name) == (None if empties else knob.default), knob.name


def test_a_value_that_a_choice_lacks_is_refused(fake: FakeNatron):
    _, node, host = made(fake, "propagate")
    with pytest.raises(HostFailed, match="Mode: 'screen' is none of over, replace"):
        host.set(node, "paint_mode", "screen")
    assert host.get(node, "paint_mode") == "over"


def test_a_read_directly_there_is_used_as_it_is(fake: FakeNatron, tmp_path: Path):
    app, node, host = made(fake, "train")
    reader = app.createReader(sequence(tmp_path / "plate"))
    assert not host.is_connected(node, "plate")
    node.connectInput(0, reader)
    assert host.is_connected(node, "plate") and not host.is_connected(node, "matte")
    found = host.upstream_file(node, "plate")
    assert found is not None
    assert (found.pattern, found.first, found.last) == (str(tmp_path / "plate" / "plate.####.exr"), 1001, 1003)


@pytest.mark.parametrize(
    ("param", "value"),
    [("startingTime", 1), ("ocioInputSpace", "acescg"), ("filePremult", 2), ("disableNode", True)],
)
def test_a_read_that_changes_something_is_baked(fake: FakeNatron, tmp_path: Path, param: str, value: object):
    app, node, host = made(fake, "train")
    reader = app.createReader(sequence(tmp_path / "plate"))
    node.connectInput(0, reader)
    found = reader.getParam(param)
    assert found is not None
    found.setValue(value)  # type: ignore[attr-defined]
    assert host.upstream_file(node, "plate") is None


def test_a_read_that_is_offset_is_baked(fake: FakeNatron, tmp_path: Path):
    """Its starting time says nothing then."""
    app, node, host = made(fake, "train")
    reader = app.createReader(sequence(tmp_path / "plate"))
    node.connectInput(0, reader)
    reader.getParam("frameMode").set(1)  # type: ignore[union-attr]
    assert host.upstream_file(node, "plate") is not None
    reader.getParam("timeOffset").set(3)  # type: ignore[union-attr]
    assert host.upstream_file(node, "plate") is None


def test_a_file_written_anew_is_read_anew(fake: FakeNatron, tmp_path: Path):
    """Also where Natron made the knob's path one below the project."""
    app, node, host = made(fake, "propagate")
    app._data.project = str(tmp_path)
    node.getParam("result").set(str(tmp_path / "r.####.exr"))  # type: ignore[union-attr]
    node._node.params["result"].value[0] = "[Project]/r.####.exr"
    host.file_changed(node, "result")
    assert host.get(node, "result") == str(tmp_path / "r.####.exr")
    reloaded = [child.params["filename"].reloaded for child in node._node.children if child.plugin == READ]
    assert reloaded == [1]


def test_a_path_below_the_project_is_made_whole(fake: FakeNatron, tmp_path: Path):
    app, node, host = made(fake, "train")
    assert host.project_folder() is None
    app._data.project = f"{tmp_path}/a&amp;b/"
    assert host.project_folder() == f"{tmp_path}/a&b"
    reader = app.createReader("[Project]/plate.%04d.exr")
    node.connectInput(0, reader)
    found = host.upstream_file(node, "plate")
    assert found is not None and found.pattern == f"{tmp_path}/a&b/plate.####.exr"


class Bar:
    def __init__(self, stop_at: int = 99) -> None:
        self.left = stop_at

    def update(self, fraction: float, text: str) -> bool:
        self.left -= 1
        return self.left >= 0

    def close(self) -> None:
        pass


def test_baking_writes_the_frames_and_leaves_no_writer(fake: FakeNatron, tmp_path: Path):
    app, node, host = made(fake, "train")
    node.connectInput(0, app.createReader(sequence(tmp_path / "plate")))
    pattern = str(tmp_path / "baked" / "b.####.exr")
    host.bake(node, "plate", pattern, [1001, 1003], Bar())
    assert sorted(os.listdir(tmp_path / "baked")) == ["b.1001.exr", "b.1003.exr"]
    fake.finish(app)


def test_a_frame_that_does_not_render_is_named(fake: FakeNatron, tmp_path: Path):
    """An old file of that name does not hide it."""
    app, node, host = made(fake, "train")
    node.connectInput(0, app.createReader(sequence(tmp_path / "plate")))
    pattern = sequence(tmp_path / "baked", "b.####.exr")
    fake.failing.add(1002)
    with pytest.raises(HostFailed, match=r"b\.1002\.exr was not written"):
        host.bake(node, "plate", pattern, [1001, 1002, 1003], Bar())
    fake.finish(app)


def test_baking_can_be_broken_off(fake: FakeNatron, tmp_path: Path):
    app, node, host = made(fake, "train")
    node.connectInput(0, app.createReader(sequence(tmp_path / "plate")))
    host.bake(node, "plate", str(tmp_path / "baked" / "b.####.exr"), [1001, 1002, 1003], Bar(stop_at=1))
    assert os.listdir(tmp_path / "baked") == ["b.1001.exr"]


def live_node(fake: FakeNatron, tmp_path: Path) -> tuple[App, Effect, NatronHost]:
    """A Propagate whose button Make live was pressed, until its job was done."""
    (tmp_path / "s.unreel").mkdir()
    app, node, host = made(fake, "propagate")
    app._data.project = str(tmp_path)
    host.set(node, "folder", "s.unreel")
    node.getParam("make_live").trigger()  # type: ignore[union-attr]
    for _ in range(600):
        if not natron_host._waiting:
            break
        time.sleep(0.02)
        natron_host.tick()
    return app, node, host


def inside(node: Effect) -> list[str]:
    return sorted(str(child.getParam("filename").get()) for child in node.getChildren() if child.getPluginID() == READ)


def test_make_live_reads_the_maps(fake: FakeNatron, tmp_path: Path):
    _, node, host = live_node(fake, tmp_path)
    live = tmp_path / "s.unreel" / "live"
    names = ("live_st.####", "live_gain.####", "live_hold.####", "live_canonical")
    assert inside(node) == sorted(str(live / f"s_{name}.exr") for name in names)
    assert host.get(node, "way") == "live"
    assert len(node.getChildren()) > 20


def test_the_inside_follows_without_python(fake: FakeNatron, tmp_path: Path):
    """An expression in a thread that renders, and a button whose Python waits for that thread, wait for ever."""
    _, node, host = live_node(fake, tmp_path)
    followers = [child for child in node.getChildren() if child.getLabel().endswith("_by_way")]
    assert len(followers) == 3
    for way, place in (("rendered", 1), ("live", 0)):
        node.getParam("way").set(way)  # type: ignore[union-attr]
        assert {child.getParam("which").getValue() for child in followers} == {place}  # type: ignore[union-attr]
    host.set(node, "way", "rendered")
    assert {child.getParam("which").getValue() for child in followers} == {1}  # type: ignore[union-attr]
    assert not any(knob.expressions for child in node._node.children for knob in child.params.values())


def test_an_inside_made_anew_leaves_nothing_of_the_old(fake: FakeNatron, tmp_path: Path):
    _, node, _ = live_node(fake, tmp_path)
    before = len(node.getChildren())
    for mode in ("add", "over"):
        node.getParam("paint_mode").set(mode)  # type: ignore[union-attr]
    assert len(node.getChildren()) == before


def test_what_is_saved_is_what_is_loaded(fake: FakeNatron, tmp_path: Path):
    """With Unreel there and without it."""
    app, node, _ = live_node(fake, tmp_path)
    opened = fake.reopened(app).getNode(node.getScriptName())
    assert opened is not None and inside(opened) == inside(node) != []
    fake.modules.clear()
    fake.ids.clear()
    alone = fake.reopened(app).getNode(node.getScriptName())
    assert alone is not None and inside(alone) == inside(node)


def test_a_path_put_in_by_hand_is_read_and_kept(fake: FakeNatron, tmp_path: Path):
    app, node, _ = made(fake, "propagate")
    node.getParam("result").set(str(tmp_path / "r.####.exr"))  # type: ignore[union-attr]
    assert inside(node) == [str(tmp_path / "r.####.exr")]
    opened = fake.reopened(app).getNode(node.getScriptName())
    assert opened is not None and inside(opened) == inside(node)


def test_a_frozen_node_has_nothing_of_ours(fake: FakeNatron, tmp_path: Path):
    _, node, host = live_node(fake, tmp_path)
    host.set(node, "darkest", -0.25)
    before = inside(node)
    node.getParam("freeze").trigger()  # type: ignore[union-attr]
    left = [knob for knob in node._node.params.values() if knob.user and knob.visible]
    assert left == []
    assert node.getParam("onParamChanged").get() == ""  # type: ignore[union-attr]
    assert inside(node) == before
    assert not any(knob.expressions for child in node._node.children for knob in child.params.values())
    [floor] = [child for child in node._node.children if child.label == "paint"]
    assert floor.params["minimum"].value == [-0.25] * 4
    assert node.getScriptName().endswith("_frozen")


def test_an_older_node_is_upgraded(fake: FakeNatron):
    _, node, host = made(fake, "propagate")
    host.set(node, "light", 0.5)
    host.set(node, VERSION_KNOB, 0)
    node.removeParam(node.getParam("grain"))  # type: ignore[arg-type]
    node.createStringParam("softness", "Softness")
    listed = node.getParam("unreel_knobs")
    listed.set(listed.get() + " softness")  # type: ignore[union-attr]
    upgrade(host, node)
    assert node.getParam("softness") is None
    assert host.get(node, "grain") == read_face().node("propagate").knob("grain").default
    assert host.get(node, "light") == 0.5
    assert host.get(node, VERSION_KNOB) == read_face().node("propagate").version


def test_what_renamed_knobs_hold_is_kept(fake: FakeNatron, monkeypatch: pytest.MonkeyPatch):
    _, node, host = made(fake, "propagate")
    host.set(node, VERSION_KNOB, 0)
    for old, new, value in (("strength", "light", 0.25), ("where", "folder", "/s.unreel"), ("kind", "paint_mode", 2)):
        node.removeParam(node.getParam(new))  # type: ignore[arg-type]
        make = {float: node.createDoubleParam, str: node.createStringParam, int: node.createIntParam}[type(value)]
        make(old, old).setValue(value)
        listed = node.getParam("unreel_knobs")
        listed.set(f"{listed.get()} {old}")  # type: ignore[union-attr]
    names = {"strength": "light", "where": "folder", "kind": "paint_mode", "never_there": "grain"}
    monkeypatch.setattr("unreel.plugin.nodes.upgrade.RENAMED", {("propagate", 0): names})
    upgrade(host, node)
    held = {knob: host.get(node, knob) for knob in names.values()}
    assert held == {"light": 0.25, "folder": "/s.unreel", "paint_mode": "add", "grain": 0.0}
    assert node.getParam("strength") is None


def test_inputs_keep_what_is_connected_when_the_inside_is_made_anew(fake: FakeNatron, tmp_path: Path):
    app, node, host = made(fake, "propagate")
    node.connectInput(0, app.createReader(sequence(tmp_path / "plate")))
    node.getParam("paint_mode").set(3)  # type: ignore[union-attr]
    host.build(node, propagate_graph("multiply"), {})
    assert host.is_connected(node, "plate")


def test_what_unreel_sets_itself_does_not_call_it_again(fake: FakeNatron):
    app, node, host = made(fake, "propagate")
    count = len(app._data.nodes[0].children)
    host.set(node, "paint_mode", "multiply")
    assert len(node.getChildren()) == count
    node.getParam("paint_mode").set(1)  # type: ignore[union-attr]
    assert host.get(node, "paint_mode") == "replace"


def test_a_file_without_alpha_is_read_as_it_is(fake: FakeNatron, tmp_path: Path):
    """Frames of a plate without alpha have none."""
    path = str(tmp_path / "r.####.exr")
    fake.without_alpha.add(path)
    _, node, _ = made(fake, "propagate")
    node.getParam("result").set(path)  # type: ignore[union-attr]
    assert inside(node) == [path], node.getParam("status").get()  # type: ignore[union-attr]


def test_no_two_nodes_share_a_picture(fake: FakeNatron, tmp_path: Path):
    """Of two Propagates and two Imports in one project, with the artist's own Reads beside them."""
    app, _, _ = live_node(fake, tmp_path)
    files = {name: f"{tmp_path}/other_{name}.####.exr" for name in ("live_st", "live_gain", "live_hold")}
    other = app.createNode("org.unreel.propagate")
    assert other is not None
    for name, file in {**files, "live_canonical": f"{tmp_path}/other.exr"}.items():
        other.getParam(name).set(file)  # type: ignore[union-attr]
    paint = app.createReader(f"{tmp_path}/paint.exr")
    for opacity in (0.25, 0.5):
        bring = app.createNode("org.unreel.texture_import")
        assert bring is not None and bring.connectInput(0, paint)
        bring.getParam("opacity").set(opacity)  # type: ignore[union-attr]
    everything = [child for node in app._data.nodes for child in (node, *node.children)]
    keys = [child.cache_key() for child in everything if child.params and not child.plugin.startswith(PORTS)]
    assert len(keys) > 60 and len(set(keys)) == len(keys)


def test_nothing_inside_has_the_name_of_a_knob(fake: FakeNatron, tmp_path: Path):
    """It would hide the knob from expressions and callbacks."""
    for face in read_face().nodes:
        _, node, _ = made(fake, face.id)
        names = {child.script_name for child in node._node.children}
        assert names and not names & set(node._node.params)
    _, node, _ = live_node(fake, tmp_path)
    assert not {child.script_name for child in node._node.children} & set(node._node.params)


def test_what_is_connected_is_replaced(fake: FakeNatron):
    app, node, _ = made(fake, "train")
    for path in ("/a.exr", "/b.exr"):
        connect(node, 0, app.createReader(path))
    found = node.getInput(0)
    assert found is not None and found.getParam("filename").get() == "/b.exr"


def test_a_question_is_yes_in_batch(fake: FakeNatron):
    _, _, host = made(fake, "train")
    if fake.background:
        assert host.ask("sure?")
    else:
        fake.answers += [True, False]
        assert host.ask("sure?") and not host.ask("sure?")


def test_a_node_that_is_not_ours_says_so(fake: FakeNatron):
    app, _, host = made(fake, "train")
    group = app.createNode("fr.inria.built-in.Group")
    with pytest.raises(HostFailed, match="no node of Unreel"):
        host.node_id(group)


def test_who_asks_is_told(fake: FakeNatron):
    _, node, host = made(fake, "train")
    assert host.made_by(node) == {"host": "natron", "version": "2.5.0", "node": "Unreel_Train1"}
    assert host.frame_range() == (1, 3)
