"""Unreel in Nuke, against a Nuke that raises on all it does not know: every button, with a window and without."""

from __future__ import annotations

import importlib
import re
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from unreel.plugin.face import read_face
from unreel.plugin.nodes.graph import propagate_graph
from unreel.plugin.nodes.host import VERSION_KNOB, HostFailed
from unreel.plugin.nodes.tell import NodeFailed

from ..fake_nuke import FakeNuke, Node
from ..nodes import conftest as of_nodes

home, runtime, worker_says = of_nodes.home, of_nodes.runtime, of_nodes.worker_says
FACES = read_face().nodes
OURS = ("unreel.plugin.hosts.nuke", "unreel.plugin.hosts.nuke_host")
"""Our modules that import Nuke's."""
NODES = [face.id for face in FACES]
BUTTONS = [(face.id, button.name) for face in FACES for button in face.buttons]


def with_fake(monkeypatch: pytest.MonkeyPatch, fake: FakeNuke) -> Any:
    """Our host module in that Nuke."""
    monkeypatch.setitem(sys.modules, "nuke", fake.module)
    for name in OURS:
        monkeypatch.delitem(sys.modules, name, raising=False)
    return importlib.import_module("unreel.plugin.hosts.nuke")


@pytest.fixture(params=["window", "terminal"])
def fake(request: pytest.FixtureRequest) -> FakeNuke:
    return FakeNuke(window=request.param == "window")


@pytest.fixture
def ours(monkeypatch: pytest.MonkeyPatch, fake: FakeNuke) -> Iterator[Any]:
    yield with_fake(monkeypatch, fake)
    for name in OURS:
        sys.modules.pop(name, None)


def reads(node: Any) -> dict[str, Node]:
    return {inner.name(): inner for inner in node._inside if inner.Class() == "Read"}


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


def followed() -> None:
    """Wait for what a host follows in a thread."""
    for thread in threading.enumerate():
        if thread.name == "unreel":
            thread.join(20)
            assert not thread.is_alive()


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


def test_a_job_that_still_runs_is_followed_on_when_its_script_is_opened(
    ours: Any, fake: FakeNuke, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    woken: list[Any] = []
    monkeypatch.setattr(ours.nodes, "wake", lambda host, node: woken.append(node))
    monkeypatch.setattr(ours, "OPENED_SECONDS", 0.001)
    node = ours.create("train")
    fake.this = node
    ours.on_create()
    followed()
    assert woken == []
    ours.NukeHost().set(node, "job", str(tmp_path))
    ours.on_create()
    followed()
    assert woken == ([node] if fake.window else [])
    fake.root._inside.remove(node)
    ours.on_create()
    followed()
    assert len(woken) <= 1, "it was deleted meanwhile"


def test_a_button_without_unreel_says_so(ours: Any, fake: FakeNuke, monkeypatch: pytest.MonkeyPatch):
    node = ours.create("train")
    fake.this = node
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    node["start"].execute()
    assert ("Unreel is not installed here" in fake.told[-1][1]) and fake.told[-1][0] in ("message", "print")


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


def test_brackets_that_the_artist_wrote_are_evaluated_and_the_frame_kept(ours: Any, fake: FakeNuke):
    node, host = ours.create("propagate"), ours.NukeHost()
    fake.root["project_directory"].setValue("/jobs")
    node["result"].setValue("[value root.project_directory]/out.%04d.exr")
    assert host.get(node, "result") == "/jobs/out.%04d.exr"
    node["result"].setValue("out/x.exr")
    assert host.get(node, "result") == "/jobs/out/x.exr"
    node["result"].setValue("/a/[value root.project_directory].####.exr")
    with pytest.raises(HostFailed, match="write the name out"):
        host.get(node, "result")


@pytest.mark.parametrize(
    ("node_id", "knob", "value"),
    [
        ("train", "proxy", 640),
        ("train", "proxy", None),
        ("train", "around", False),
        ("train", "around", None),
        ("train", "cell", 8),
        ("train", "further_keys", (3, 9)),
        ("train", "layers", ("a=x y.exr", "b")),
        ("train", "matte_dilate", -2.5),
        ("train", "matte_invert", True),
        ("train", "frames", "1-9x2"),
        ("texture_import", "name", "logo"),
        ("propagate", "way", "rendered"),
        ("propagate", "outputs", ("comp", "stmap")),
    ],
)
def test_values_come_back(ours: Any, node_id: str, knob: str, value: Any):
    node, host = ours.create(node_id), ours.NukeHost()
    host.set(node, knob, value)
    assert host.get(node, knob) == value
    assert node.name().startswith("Unreel_"), "a knob called name is not the node's own"


def test_what_is_no_number_stays_text_for_the_job_to_refuse(ours: Any):
    node, host = ours.create("train"), ours.NukeHost()
    node["proxy"].setValue("big")
    assert host.get(node, "proxy") == "big"


def test_a_read_directly_upstream_is_used_and_nothing_else(ours: Any, fake: FakeNuke):
    node, host = ours.create("train"), ours.NukeHost()
    assert (host.is_connected(node, "plate"), host.upstream_file(node, "plate")) == (False, None)
    read = fake.module.nodes.Read()
    read["file"].setValue("/p/plate.%04d.exr")
    read["first"].setValue(1001)
    read["last"].setValue(1024)
    node.setInput(0, fake.module.nodes.Dot(inputs=[read]))
    found = host.upstream_file(node, "plate")
    assert (found.pattern, found.first, found.last) == ("/p/plate.####.exr", 1001, 1024)
    assert host.is_connected(node, "plate")
    read["frame_mode"].setValue("offset")
    assert host.upstream_file(node, "plate") is None
    node.setInput(0, fake.module.nodes.Invert(inputs=[read]))
    assert host.upstream_file(node, "plate") is None


class Bar:
    def __init__(self, stop_at: int = 99) -> None:
        self.updates, self.stop_at = 0, stop_at

    def update(self, fraction: float, text: str) -> bool:
        self.updates += 1
        return self.updates <= self.stop_at

    def close(self) -> None:
        pass


@pytest.fixture
def plate(ours: Any, fake: FakeNuke) -> Any:
    """A Train node with something that is no Read before its plate."""
    node = ours.create("train")
    node.setInput(0, fake.module.nodes.Invert())
    fake.undo.clear()
    return node


def test_baking_writes_float_exr_and_leaves_no_node(ours: Any, fake: FakeNuke, plate: Any, tmp_path: Path):
    before = fake.root.numNodes()
    with plate:  # a button's current graph
        ours.NukeHost().bake(plate, "plate", f"{tmp_path}/a b/[x].####.exr", [1, 2, 5], Bar())
    assert [(name, frame) for name, frame, _ in fake.rendered] == [("Invert1", 1), ("Invert1", 2), ("Invert1", 5)]
    held = fake.rendered[0][2]
    assert (held["file"], held["file_type"], held["channels"]) == (f"{tmp_path}/a b/\\[x].####.exr", "exr", "all")
    assert (tmp_path / "a b" / "[x].0005.exr").is_file()
    assert (held["datatype"], held["raw"], held["autocrop"]) == ("32 bit float", True, False)
    assert fake.root.numNodes() == before
    assert fake.undo == [], "the Write that came and went is nothing to undo"


def test_baking_that_fails_or_is_stopped_says_so(ours: Any, fake: FakeNuke, plate: Any, tmp_path: Path):
    before = fake.root.numNodes()
    with pytest.raises(HostFailed, match="stopped before frame 2"):
        ours.NukeHost().bake(plate, "plate", f"{tmp_path}/p.####.exr", [1, 2, 3], Bar(stop_at=1))
    fake.fails = "No space left on device"
    with pytest.raises(HostFailed, match="baking /p.####.exr failed: No space left"):
        ours.NukeHost().bake(plate, "plate", "/p.####.exr", [1], Bar())
    with pytest.raises(HostFailed, match="nothing comes into"):
        ours.NukeHost().bake(plate, "matte", "/p.####.exr", [1], Bar())
    assert fake.root.numNodes() == before
    assert fake.undisturbed == 0


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


def test_what_changes_by_itself_is_no_undo_step(ours: Any, fake: FakeNuke):
    node, host = ours.create("train"), ours.NukeHost()
    fake.undo.clear()
    host.say(node, "frame 3 of 9")
    host.set(node, "psnr", "41.2")
    host.colour(node, (0.2, 0.6, 1.0))
    assert fake.undo == []
    assert node["tile_color"].value() == 0x3399FFFF
    with host.undo_step("Start"), host.undo_step("within"):
        host.set(node, "folder", "/x.unreel")
        host.set(node, "frames", "1-9")
    assert [step[0] for step in fake.undo] == ["Start"]


def test_freezing_leaves_native_nodes_with_paths(ours: Any, fake: FakeNuke):
    node, host = ours.create("propagate"), ours.NukeHost()
    host.set(node, "result", "/r/out.####.exr")
    host.set(node, "way", "rendered")
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


def test_an_old_node_gets_the_knobs_it_lacks_and_keeps_its_values(ours: Any, fake: FakeNuke):
    node, host = ours.create("train"), ours.NukeHost()
    host.set(node, "plate", "/p.####.exr")
    host.set(node, "proxy", 640)
    node["preset"]._values.append("quick")  # of an older face
    node["preset"].setValue("quick")
    node.addKnob(fake.module.String_Knob("old", "Old"))
    node["unreel_knobs"].setValue(node["unreel_knobs"].value().replace("seed", "old"))
    node.removeKnob(node["seed"])
    node.addKnob(fake.module.String_Knob("mine", "The artist's own"))
    host.set(node, VERSION_KNOB, 0)
    host.renew(node)
    assert (host.get(node, "plate"), host.get(node, "proxy"), host.get(node, "seed")) == ("/p.####.exr", 640, 0)
    assert host.get(node, "preset") == "standard"
    assert host.get(node, VERSION_KNOB) == 1
    assert "old" not in node.knobs() and "mine" in node.knobs()


def test_flags_are_given_again_when_a_script_is_read(ours: Any, fake: FakeNuke):
    node = ours.create("train")
    for knob in node.knobs().values():
        knob._flags = 0
    fake.this = node
    ours.on_create()
    nuke = fake.module
    assert node["unreel_node"].getFlag(nuke.INVISIBLE)
    assert node["status"].getFlag(nuke.READ_ONLY)
    assert not node["plate"].getFlag(nuke.READ_ONLY)
    fake.this = nuke.nodes.Group()
    ours.on_create()
    fake.this = node
    node["unreel_node"].setValue("of_a_newer_unreel")
    ours.on_create()


def test_a_job_is_watched_without_holding_nuke_up(ours: Any, fake: FakeNuke):
    host, left = ours.NukeHost(), [True, True, False]
    host.later(lambda: left.pop(0), 0.001)
    followed()
    assert fake.main_thread_calls == (3 if fake.window else 0)
    assert left == []


def test_progress_and_questions_are_nukes_own(ours: Any, fake: FakeNuke):
    host = ours.NukeHost()
    bar = host.progress("Train")
    assert bar.update(0.5, "frame 3") is True
    bar.close()
    fake.cancelled = True
    assert host.progress("Train").update(1.0, "end") is (not fake.window)
    fake.answer = False
    assert host.ask("Sure?") is (not fake.window)
    host.copy("unreel run /x")
    assert ("input" if fake.window else "print", "unreel run /x") in fake.told


def test_the_project_is_the_scripts_own(ours: Any, fake: FakeNuke):
    host = ours.NukeHost()
    assert host.project_folder() is None
    fake.root["name"]._held = "/shots/a.nk"
    assert host.project_folder() == "/shots"
    assert host.frame_range() == (1, 100)
    made_by = host.made_by(ours.create("train"))
    assert made_by == {"host": "nuke", "version": "16.0v1", "node": "Unreel_Train1"}


def test_the_menu_makes_every_node(monkeypatch: pytest.MonkeyPatch):
    fake = FakeNuke()
    with_fake(monkeypatch, fake).add_menu()
    commands = fake.menus["Nodes"].found["Unreel"].found
    assert list(commands) == [face.label for face in FACES]
    for command in commands.values():
        eval(command, {})
    assert [node.name() for node in fake.root.nodes()] == [f"Unreel_{face.label.replace(' ', '')}1" for face in FACES]
    assert [kind for _, kind in fake.created] == ["Group"]


def test_upgrading_looks_at_selected_nodes_alone(ours: Any, fake: FakeNuke):
    old, new = ours.create("train"), ours.create("train")
    ours.NukeHost().set(old, VERSION_KNOB, 0)
    stranger = ours.create("train")
    stranger["unreel_node"].setValue("of_a_newer_unreel")
    fake.selected = [fake.module.nodes.Read(), old, new, stranger]
    fake.undo.clear()
    ours.upgrade_selected()
    assert fake.told[-1][1].splitlines() == [
        "Unreel_Train1 is upgraded to Train 1",
        "Unreel_Train2 is up to date",
        "Unreel_Train3 is of a newer Unreel; it is left as it is",
    ]
    assert len(fake.undo) == 1
    fake.selected = []
    ours.upgrade_selected()
    assert "Select" in fake.told[-1][1]


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


START = Path(__file__).resolve().parents[3] / "plugin" / "hosts" / "nuke_start"


@pytest.mark.parametrize("name", ["init.py", "menu.py"])
def test_a_start_file_never_stops_nuke(monkeypatch: pytest.MonkeyPatch, capsys: Any, name: str):
    code = compile((START / name).read_text(encoding="utf-8"), name, "exec")
    monkeypatch.setitem(sys.modules, "nuke", None)
    for module in OURS:
        monkeypatch.delitem(sys.modules, module, raising=False)
    exec(code, {"__file__": str(START / name)})
    assert re.match(r"Unreel (was not found|has no menu): .*; run python3 install doctor", capsys.readouterr().err)


def test_the_start_files_find_the_host_side_and_add_the_menu(
    monkeypatch: pytest.MonkeyPatch, capsys: Any, tmp_path: Path
):
    fake = FakeNuke()
    with_fake(monkeypatch, fake)
    (tmp_path / "unreel_host.zip").touch()
    monkeypatch.setattr(sys, "path", list(sys.path))
    for name in ("init.py", "menu.py"):
        code = compile((START / name).read_text(encoding="utf-8"), name, "exec")
        exec(code, {"__file__": str(tmp_path / name)})
    assert sys.path[-1] == str(tmp_path / "unreel_host.zip")
    assert ("path", str(tmp_path / "icons")) in fake.told
    assert list(fake.menus["Nodes"].found) == ["Unreel"]
    assert capsys.readouterr().err == ""


def test_the_fake_raises_on_what_it_does_not_know():
    nuke = FakeNuke(window=False).module
    read = nuke.nodes.Read()
    for wrong in (
        lambda: nuke.nodes.Raed(),
        lambda: nuke.allNodes(),
        lambda: read["fiel"],
        lambda: read["before"].setValue("holding"),
        lambda: read["raw"].setValue(1),
        lambda: read["first"].setValue("1"),
        lambda: nuke.message("x"),
        lambda: nuke.nodes.Read(name="x"),
        lambda: nuke.scriptReadText("Merge2 {\n operation multipy\n name A\n inputs 0\n}"),
        lambda: nuke.scriptReadText('Expression {\n inputs 0\n expr0 "grid.red"\n name A\n}'),
    ):
        with pytest.raises((RuntimeError, AttributeError, NameError, TypeError)):
            wrong()
