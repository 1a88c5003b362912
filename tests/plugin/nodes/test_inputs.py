"""What comes in: a Read as it is, all else only after it was baked."""

from __future__ import annotations

from pathlib import Path

import pytest
from unreel.plugin.job import Job, read_job
from unreel.plugin.nodes import node as nodes
from unreel.plugin.nodes.host import PlateFile
from unreel.plugin.nodes.patterns import at_frame

from .conftest import Says
from .fake_host import FakeHost, FakeNode, Picture


@pytest.fixture
def footage(tmp_path: Path) -> str:
    pattern = str(tmp_path / "footage" / "plate.####.exr")
    Path(pattern).parent.mkdir()
    for number in range(1001, 1006):
        Path(at_frame(pattern, number)).write_text(str(number))
    return pattern


@pytest.fixture
def host(tmp_path: Path, worker_says: Says) -> FakeHost:
    worker_says("train", {"psnr": 40.0, "verdict": "good: yes"})
    worker_says("import", {"texture": "paint"})
    return FakeHost(project=tmp_path)


def started(host: FakeHost, node: FakeNode, button: str = "start") -> Job:
    """The job that a button makes."""
    nodes.press(host, node, button)
    host.run()
    return read_job(Path(str(node.knobs["job"])))


def test_a_read_directly_upstream_is_used_as_it_is(host: FakeHost, footage: str):
    node = host.create("train", folder="shot.unreel")
    node.inputs["plate"] = PlateFile(footage, 1001, 1005)
    node.inputs["matte"] = PlateFile("/m/matte.####.exr", 1001, 1005)
    job = started(host, node)
    assert job.values == {"plate": footage, "matte.path": "/m/matte.####.exr"}
    assert (node.knobs["plate"], node.knobs["matte"]) == (footage, "/m/matte.####.exr"), "scanners look into knobs"
    assert not host.baked


def test_a_read_that_shows_some_frames_gives_those(host: FakeHost, footage: str):
    node = host.create("train", folder="shot.unreel")
    node.inputs["plate"] = PlateFile(footage, 1002, 1004)
    assert started(host, node).values["frames"] == "1002-1004"
    Path(at_frame(footage, 1003)).unlink()
    assert started(host, node).values["frames"] == "1002,1004"
    node.knobs["frames"] = "1004"
    assert started(host, node).values["frames"] == "1004"


def test_with_nothing_connected_the_knob_stands(host: FakeHost, footage: str):
    node = host.create("train", folder="shot.unreel", plate="footage/plate.####.exr")
    assert started(host, node).values == {"plate": footage}


def test_a_relative_path_is_from_the_project_on_and_a_built_in_config_is_no_path(host: FakeHost, tmp_path: Path):
    node = host.create("train", folder="a/../shot.unreel", plate="p/#.exr", matte="m", ocio="ocio://default")
    job = started(host, node)
    assert job.values == {"plate": f"{tmp_path}/p/#.exr", "matte.path": f"{tmp_path}/m", "ocio": "ocio://default"}
    assert job.flags["output"] == f"{tmp_path}/shot.unreel" and node.knobs["folder"] == "a/../shot.unreel"


def test_bringing_in_paint_with_samples_below_0_says_what_live_needs(host: FakeHost, worker_says: Says):
    worker_says("import", {"texture": "paint", "darkest": -0.0641})
    node = host.create("texture_import", folder="shot.unreel", source="file", file="/a/painted.exr")
    started(host, node, "bring_in")
    assert node.status == "brought in; it has samples below 0: for live set Darkest in Propagate to -0.0641"


def test_anything_else_is_refused_until_it_is_baked(host: FakeHost, footage: str):
    node = host.create("train", folder="shot.unreel", plate="/an/old/plate.####.exr")
    node.inputs["plate"] = Picture(footage)
    nodes.press(host, node, "start")
    assert node.status.startswith("Plate: what comes in is not a file as it is; press Bake inputs") and not host.baked
    nodes.press(host, node, "bake")
    baked = str(Path(footage).parents[1] / "shot_baked" / "plate.####.exr")
    assert node.knobs["plate"] == baked and host.baked == [("plate", baked, [1001, 1002, 1003])]
    assert node.status == "baked plate 1001-1003" and (node.name, "plate") in host.changed
    assert Path(at_frame(baked, 1002)).read_text() == "1002"
    assert started(host, node).values == {"plate": baked, "frames": "1001-1003"}, "not what an older bake left there"


def test_what_needs_no_bake_is_not_baked(host: FakeHost, footage: str):
    node = host.create("train", folder="shot.unreel", frames="1001-1005x2", baked="b/in.exr")
    node.inputs["plate"] = PlateFile(footage, 1001, 1005)
    nodes.press(host, node, "bake")
    assert not host.baked and node.status.startswith("nothing to bake")
    node.inputs["matte"] = Picture(footage)
    nodes.press(host, node, "bake")
    matte = str(Path(footage).parents[1] / "b" / "matte.####.exr")
    assert host.baked == [("matte", matte, [1001, 1003, 1005])] and node.knobs["matte"] == matte
    assert started(host, node).values["matte.path"] == matte


def test_a_bake_that_is_broken_off_leaves_the_knob(host: FakeHost, footage: str):
    node = host.create("train", folder="shot.unreel")
    node.inputs["plate"] = Picture(footage)
    host.cancels = lambda bar: len(bar.fractions) == 2
    nodes.press(host, node, "bake")
    assert node.status == "baking Plate was broken off; press the button again" and node.knobs["plate"] is None
    assert not any(bar.is_open for bar in host.bars)


def test_what_the_host_can_t_bake_is_told(host: FakeHost, footage: str):
    node = host.create("train", folder="shot.unreel", frames="1001-1009")
    node.inputs["plate"] = Picture(footage)
    nodes.press(host, node, "bake")
    assert node.status == "plate: nothing to render at frame 1006" and not host.bars[0].is_open


def test_a_host_that_writes_nothing_is_found_out(host: FakeHost, footage: str, monkeypatch: pytest.MonkeyPatch):
    node = host.create("train", folder="shot.unreel")
    node.inputs["plate"] = Picture(footage)
    monkeypatch.setattr(host, "bake", lambda *_: None)
    nodes.press(host, node, "bake")
    assert "plate.1001.exr was not written by the host" in node.status and node.knobs["plate"] is None


def test_paint_from_the_graph_is_baked_at_the_frame_it_was_painted_on(host: FakeHost, footage: str, tmp_path: Path):
    node = host.create("texture_import", folder="shot.unreel", on="1004")
    node.inputs["paint"] = Picture(footage)
    job = started(host, node, "bring_in")
    baked = tmp_path / "shot_TextureImport1.exr"
    assert job.flags["edit"] == str(baked) == node.knobs["baked"] and baked.read_text() == "1004"
    assert job.flags["name"] == "TextureImport1" and not list(tmp_path.glob("shot_TextureImport1.*.exr"))
    node.knobs["on"] = "canonical"
    started(host, node, "bring_in")
    assert baked.read_text() == "1001"


def test_paint_from_a_read_is_its_file(host: FakeHost, footage: str):
    node = host.create("texture_import", folder="shot.unreel", on="1004")
    node.inputs["paint"] = PlateFile(footage, 1001, 1005)
    assert started(host, node, "bring_in").flags["edit"] == at_frame(footage, 1004)
    node.inputs["paint"] = PlateFile("/a/painted.exr", 1, 1)
    assert started(host, node, "bring_in").flags["edit"] == "/a/painted.exr"
    assert not host.baked


def test_paint_from_a_file(host: FakeHost):
    node = host.create("texture_import", folder="shot.unreel", source="file", file="/a/painted.png", mode="add")
    job = started(host, node, "bring_in")
    assert (job.flags["edit"], job.flags["mode"]) == ("/a/painted.png", "add") and "name" not in job.flags
    assert node.knobs["name"] == "paint" and (node.name, "file") in host.changed


@pytest.mark.parametrize(
    ("knobs", "line"),
    [
        ({}, "nothing comes into Paint: connect the paint, or set the source to file"),
        ({"source": "file"}, "Paint is empty. The paint: a layer with alpha, or the whole picture painted over."),
        ({"on": "frame"}, "Painted on: 'frame' is neither canonical nor the number of a frame"),
    ],
)
def test_paint_that_is_lacking(host: FakeHost, footage: str, knobs: dict[str, str], line: str):
    node = host.create("texture_import", folder="shot.unreel", **knobs)
    if "on" in knobs:
        node.inputs["paint"] = Picture(footage)
    nodes.press(host, node, "bring_in")
    assert node.status == line and not host.timers
