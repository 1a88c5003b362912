"""Live, rendered and frozen: what is asked for, what is read, and that nothing is written over."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from unreel.plugin import stale
from unreel.plugin.job import Job, read_job
from unreel.plugin.nodes import node as nodes
from unreel.plugin.nodes import propagate
from unreel.plugin.nodes.host import PlateFile
from unreel.plugin.nodes.node_in_host import node_in_host
from unreel.plugin.nodes.patterns import at_frame

from .conftest import Says
from .fake_host import FakeHost, FakeNode, Picture


@pytest.fixture
def host(tmp_path: Path, worker_says: Says) -> FakeHost:
    worker_says("import", {"texture": "Propagate1"})
    worker_says("propagate", {"frames": "many"})
    (tmp_path / "shot.unreel").mkdir()
    return FakeHost(project=tmp_path)


def jobs(host: FakeHost, node: FakeNode, button: str) -> list[Job]:
    """Those that a button makes, in order."""
    folder = Path(str(host.project)) / "shot.unreel.jobs"
    before = set(folder.glob("*")) if folder.is_dir() else set()
    nodes.press(host, node, button)
    host.run()
    made = [read_job(job) for job in folder.glob("*") if job not in before]
    return sorted(made, key=lambda job: job.command != "import")


def test_live_asks_for_maps_and_reads_them(host: FakeHost, tmp_path: Path):
    node = host.create(
        "propagate", folder="shot.unreel", way="rendered", light=0.5, grain=1.0, times="1-2x0.5", outputs=("comp",)
    )
    [job] = jobs(host, node, "make_live")
    stem = str(tmp_path / "shot.unreel" / "live" / "shot")
    assert job.flags == {"folder": str(tmp_path / "shot.unreel"), "output": f"{stem}.####.exr", "outputs": ["live"]}
    assert job.values == {"light.strength": 0.5, "match.grain": 1.0}, "the core says what of it live has not"
    assert node.knobs["way"] == "live"
    assert node.status == "live; live maps are of the shot's frames; render for the times"
    assert node.files == {
        "live_st": f"{stem}_live_st.####.exr",
        "live_gain": f"{stem}_live_gain.####.exr",
        "live_hold": f"{stem}_live_hold.####.exr",
        "live_canonical": f"{stem}_live_canonical.exr",
    }
    assert {(node.name, knob) for knob in node.files} == set(host.changed)


def test_the_panel_s_own_maps_are_not_the_node_s(host: FakeHost, tmp_path: Path):
    node = host.create("propagate", folder="shot.unreel", way="rendered")
    before = dict(node.knobs)
    pattern = str(tmp_path / "shot.unreel" / "live" / "proxy" / "maps" / "shot.####.exr")
    job = Job("propagate", flags={"output": pattern, "outputs": ["live", "inverse"], "proxy": 960})
    propagate.take_result(node_in_host(host, node), job, {})
    assert node.knobs == before and not host.changed


def test_what_live_can_t_do_is_told(host: FakeHost, tmp_path: Path):
    node = host.create("propagate", folder="shot.unreel", layer="car")
    told = tmp_path / "shot.unreel" / "live" / "shot_car_live.json"
    told.parent.mkdir()
    told.write_text(json.dumps({"notes": ["live maps are without match.grain"]}))
    jobs(host, node, "make_live")
    assert node.status == "live; live maps are without match.grain"


def test_rendered_frames_get_a_new_version_each_time(host: FakeHost, tmp_path: Path):
    node = host.create("propagate", folder="shot.unreel", texture=("sign",))
    for version in ("v001", "v002", "v003"):
        [job] = jobs(host, node, "render")
        pattern = tmp_path / "shot.unreel" / "renders" / version / "shot.####.exr"
        assert job.flags["output"] == str(pattern) == node.files["result"] and job.flags["texture"] == ["sign"]
        assert node.knobs["way"] == "rendered"
        pattern.parent.mkdir(parents=True)


def test_a_named_file_gets_a_version_where_it_is_there_already(host: FakeHost, tmp_path: Path):
    node = host.create("propagate", folder="shot.unreel", file="out/talk_v007.exr")
    [job] = jobs(host, node, "render")
    assert job.flags["output"] == str(tmp_path / "out" / "talk_v007.####.exr")
    (tmp_path / "out").mkdir()
    Path(at_frame(str(job.flags["output"]), 1001)).touch()
    [job] = jobs(host, node, "render")
    assert job.flags["output"] == str(tmp_path / "out" / "talk_v008.####.exr")
    assert node.knobs["file"] == "out/talk_v007.exr"


def test_what_the_node_shows_is_rendered_too(host: FakeHost, tmp_path: Path):
    node = host.create("propagate", folder="shot.unreel", output="stmap", outputs=("live", "layer"))
    [job] = jobs(host, node, "render")
    assert job.flags["outputs"] == ["comp", "layer", "stmap"]
    stem = str(tmp_path / "shot.unreel" / "renders" / "v001" / "shot")
    assert node.files == {
        "result": f"{stem}.####.exr",
        "result_layer": f"{stem}_layer.####.exr",
        "result_stmap": f"{stem}_stmap.####.exr",
    }
    node.knobs.update(output="picture", outputs=("comp",))
    jobs(host, node, "render")
    assert list(node.files) == ["result"] and node.knobs["result_stmap"] is None, "of another version"


def test_a_texture_from_the_graph_is_baked_and_brought_in_first(host: FakeHost, tmp_path: Path):
    (tmp_path / "paint.exr").write_text("painted")
    node = host.create("propagate", folder="shot.unreel", paint_mode="add", layer="car")
    node.inputs["texture"] = Picture(str(tmp_path / "paint.exr"))
    bring_in, render = jobs(host, node, "render")
    edit = tmp_path / "shot.unreel" / "from_graph" / "Propagate1.exr"
    assert edit.read_text() == "painted"
    assert bring_in.flags == {
        "folder": str(tmp_path / "shot.unreel"),
        "edit": str(edit),
        "name": "Propagate1",
        "layer": "car",
        "mode": "add",
    }
    assert (bring_in.command, render.command) == ("import", "propagate")
    assert (render.flags["texture"], render.flags["layer"]) == (["Propagate1"], "car")


def test_a_texture_from_the_graph_that_goes_below_0_is_limited_by_its_least_sample(
    host: FakeHost, tmp_path: Path, worker_says: Says
):
    worker_says("import", {"texture": "Propagate1", "darkest": -0.0641})
    (tmp_path / "paint.exr").touch()
    node = host.create("propagate", folder="shot.unreel")
    node.inputs["texture"] = Picture(str(tmp_path / "paint.exr"))
    jobs(host, node, "render")
    assert node.knobs["darkest"] == -0.0641


def test_a_read_s_own_file_is_the_texture(host: FakeHost):
    node = host.create("propagate", folder="shot.unreel")
    node.inputs["texture"] = PlateFile("/a/painted.exr", 1, 1)
    bring_in, _ = jobs(host, node, "render")
    assert (bring_in.flags["edit"], bring_in.flags["name"]) == ("/a/painted.exr", "Propagate1") and not host.baked


def test_named_textures_go_before_the_graph_s(host: FakeHost):
    node = host.create("propagate", folder="shot.unreel", texture=("sign", "crack"))
    node.inputs["texture"] = Picture("/nowhere.exr")
    [job] = jobs(host, node, "render")
    assert job.flags["texture"] == ["sign", "crack"] and not host.baked


def test_a_texture_that_is_not_taken_ends_it(host: FakeHost, tmp_path: Path, worker_says: Says):
    worker_says("import", state="failed", message="the paint is empty")
    (tmp_path / "paint.exr").touch()
    node = host.create("propagate", folder="shot.unreel")
    node.inputs["texture"] = Picture(str(tmp_path / "paint.exr"))
    [job] = jobs(host, node, "render")
    assert job.command == "import" and node.status == "failed: the paint is empty" and not node.files


def test_freezing_leaves_what_is_shown_without_switches(host: FakeHost):
    node = host.create("propagate", folder="shot.unreel")
    nodes.press(host, node, "freeze")
    assert node.status == (
        "there is nothing to freeze yet: Canonical, Live light, Live cover, Live ST map are empty; "
        "press Make live first"
    )
    jobs(host, node, "make_live")
    nodes.press(host, node, "freeze")
    assert node.is_frozen and node.steps[-1].name == "picture" and len(node.files) == 4
    assert not any(step.op == "switch" or step.name.startswith("result") for step in node.steps)
    assert host.undo[-1] == "Propagate: Freeze"


def rendered(host: FakeHost, light: float, **settings: float) -> FakeNode:
    """A node whose frames were rendered with such light and match.*, of a shot with this light."""
    node = host.create("propagate", folder="shot.unreel")
    [job] = jobs(host, node, "render")
    folder = Path(str(host.project)) / "shot.unreel"
    used = {"light": {"strength": 1.0, "sigma": None}, "match": {"sharpness": 0.0, "grain": 0.0, "shutter": 0.0}}
    shot = {**used, "light": {"strength": light, "sigma": None}}
    made = {f"light.{name}": value for name, value in shot["light"].items()} | settings
    notes = {
        "train": {"id": "1", "inherited": shot},
        stale.stage_of("propagate", str(job.flags["output"])): {
            "stage": "propagate/1",
            "settings": {**used, **made},
            "built_on": {"made/train.json": "1"},
        },
    }
    for stage, note in notes.items():
        path = folder / "made" / f"{stage}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(note))
    return node


def refreshed(host: FakeHost, node: FakeNode) -> str:
    nodes.press(host, node, "refresh")
    host.run()
    return node.status


def test_knobs_at_their_defaults_are_the_shot_s(host: FakeHost):
    node = rendered(host, 0.5)
    assert refreshed(host, node) == "frames written"
    node.knobs["grain"] = 0.25
    assert refreshed(host, node) == "out of date: match.grain was 0.0, now 0.25: render again"


def test_a_knob_that_was_set_back_is_told(host: FakeHost):
    node = rendered(host, 0.5, **{"light.strength": 0.3})
    node.knobs["light"] = 0.3
    assert refreshed(host, node) == "frames written"
    node.knobs["light"] = 1.0
    assert refreshed(host, node) == "out of date: light.strength was 0.3, now 0.5: render again"


@pytest.mark.parametrize(
    ("output", "last", "knobs"),
    [("picture", "result", {"result"}), ("layer", "result_layer", {"result_layer"})],
)
def test_freezing_rendered_frames_leaves_a_read(host: FakeHost, output: str, last: str, knobs: set[str]):
    node = host.create("propagate", folder="shot.unreel", output=output)
    jobs(host, node, "render")
    nodes.press(host, node, "freeze")
    assert [step.name for step in node.steps] == [last] and set(node.files) == knobs


def test_the_command_lays_the_graph_s_texture_and_no_other(host: FakeHost, tmp_path: Path):
    node = host.create("propagate", folder="shot.unreel")
    node.inputs["texture"] = Picture("/paint.exr")
    assert jobs(host, node, "copy_command") == []
    assert node.status == "the texture comes from the graph: press Render once, or name one in Textures"
    note = tmp_path / "shot.unreel" / "made" / "import" / "Propagate1.json"
    note.parent.mkdir(parents=True)
    note.write_text("{}")
    [job] = jobs(host, node, "copy_command")
    assert job.flags["texture"] == ["Propagate1"]


def test_the_command_is_written_and_copied_not_started(host: FakeHost, tmp_path: Path):
    node = host.create("propagate", folder="shot.unreel")
    [job] = jobs(host, node, "copy_command")
    folder = tmp_path / "shot.unreel.jobs" / job.id
    assert host.clipboard == f"unreel run {folder}" == node.status
    assert not (folder / "status.json").exists() and node.knobs["job"] is None


def test_a_farm_job_is_of_render_and_lies_beside_the_folder(host: FakeHost, tmp_path: Path, worker_says: Says):
    unreel, bundle = tmp_path / "shot.unreel", tmp_path / "shot.unreel.farm" / "v002"
    worker_says("farm", {"bundle": str(bundle)})
    (bundle.parent / "v001").mkdir(parents=True)
    node = host.create("propagate", folder="shot.unreel", texture="mark", light=0.5)
    farm, render = sorted(jobs(host, node, "farm"), key=lambda job: job.command)
    assert (farm.command, render.command) == ("farm", "propagate")
    source = tmp_path / "shot.unreel.jobs" / render.id
    assert farm.flags == {"folder": str(unreel), "job": str(source), "output": str(bundle)} and not farm.values
    assert render.flags["texture"] == ["mark"] and render.values == {"light.strength": 0.5}
    assert not (source / "status.json").exists(), "nothing is rendered here"
    assert node.status == f"farm job: {bundle}"
