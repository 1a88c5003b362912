"""From plate to propagated frames by the nodes' buttons alone, with real workers."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

import numpy as np
import pytest
from unreel.core.exr_read import read_frame
from unreel.core.exr_write import write_frame
from unreel.core.folder_lock import locked
from unreel.core.frame import rgb
from unreel.plugin.nodes import node as nodes
from unreel.plugin.nodes.host import PlateFile
from unreel.plugin.nodes.patterns import at_frame
from unreel.plugin.nodes.status import GOOD, STALE, WRONG

from .fake_host import FakeHost, Picture

pytestmark = pytest.mark.slow


def paint(canonical: str, path: Path) -> np.ndarray:
    """A red square on the exported picture, as a layer with alpha; the canonical's own pixels."""
    frame = read_frame(canonical)
    height, width = frame.data.shape
    planes = {name: np.zeros((height, width), np.float32) for name in "RGBA"}
    for name in "RA":
        planes[name][24:40, 36:60] = 1
    write_frame(path, type(frame)(planes, frame.data, frame.display))
    return planes["A"]


@pytest.fixture
def plate(short_plate: str, tmp_path: Path) -> str:
    """Of three frames; ours to touch."""
    (tmp_path / "footage").mkdir()
    for file in Path(short_plate).parent.glob("plate.*.exr"):
        shutil.copy2(file, tmp_path / "footage")
    return str(tmp_path / "footage" / Path(short_plate).name)


def test_from_plate_to_frames(plate: str, tmp_path: Path, runtime: None):
    host = FakeHost(project=tmp_path / "my project")
    train = host.create("train", key=1001, preset="draft")
    train.inputs["plate"] = PlateFile(plate, 1001, 1003)
    nodes.fill(host, train)
    nodes.press(host, train, "start")
    assert train.status.startswith("training")
    host.run()
    assert train.status.startswith("trained, "), train.status
    assert train.tint == GOOD and train.knobs["plate"] == plate
    assert str(train.knobs["psnr"]).endswith(" dB") and ": " in str(train.knobs["verdict"])
    folder = str(train.knobs["folder"])
    assert folder == str(tmp_path / "my project" / "unreel" / "plate.unreel")

    export = host.create("canonical_export", folder=folder, guides=True)
    nodes.press(host, export, "export")
    host.run()
    canonical = export.files["file"]
    assert export.status == "exported" and Path(canonical).is_file() and (export.name, "file") in host.changed

    painted = tmp_path / "painted.exr"
    paint(canonical, painted)
    texture = host.create("texture_import", folder=folder)
    texture.inputs["paint"] = Picture(str(painted))
    nodes.press(host, texture, "bring_in")
    host.run()
    assert texture.status == "brought in" and texture.knobs["name"] == texture.name

    propagate = host.create("propagate", folder=folder)
    propagate.inputs["plate"] = train.inputs["plate"]
    nodes.press(host, propagate, "make_live")
    host.run()
    assert propagate.status.startswith("live; ") and "matte" in propagate.status
    for knob in ("live_st", "live_gain", "live_hold"):
        assert all(Path(at_frame(propagate.files[knob], number)).is_file() for number in (1001, 1002, 1003))
    assert Path(propagate.files["live_canonical"]).is_file()

    nodes.press(host, texture, "bring_in")
    host.run()
    nodes.press(host, propagate, "refresh")
    host.run()
    assert (propagate.status, propagate.tint) == ("frames written", GOOD), "live maps know no texture"
    propagate.knobs["light"] = 0.25
    nodes.press(host, propagate, "refresh")
    host.run()
    assert propagate.status == "out of date: light.strength was 1.0, now 0.25: make live again"
    propagate.knobs["light"] = 1.0

    propagate.inputs["texture"] = Picture(str(painted))
    nodes.press(host, propagate, "render")
    host.run()
    first = propagate.files["result"]
    assert propagate.status == "frames written" and propagate.knobs["way"] == "rendered"
    assert first == str(Path(folder) / "renders" / "v001" / "plate.####.exr")
    shown, result = read_frame(at_frame(plate, 1003)), read_frame(at_frame(first, 1003))
    changed = (rgb(shown) != rgb(result)).any(2)
    assert 16 * 24 * 0.8 < changed.sum() < 16 * 24 * 1.5 and not changed[:20].any()

    nodes.press(host, propagate, "refresh")
    host.run()
    assert (propagate.status, propagate.tint) == ("frames written", GOOD)
    propagate.knobs["light"] = 0.5
    nodes.press(host, propagate, "refresh")
    host.run()
    assert propagate.status == "out of date: light.strength was 1.0, now 0.5: render again"
    propagate.knobs["light"] = 1.0

    propagate.knobs["texture"] = texture.name
    before = Path(at_frame(first, 1001)).read_bytes()
    nodes.press(host, propagate, "render")
    host.run()
    assert propagate.files["result"] == first.replace("v001", "v002")
    assert Path(at_frame(first, 1001)).read_bytes() == before

    for node in (train, export, texture):
        nodes.press(host, node, "refresh")
        host.run()
        assert node.tint == GOOD, node.status
    file = Path(at_frame(plate, 1002))
    os.utime(file, ns=(1, 1))
    nodes.press(host, train, "refresh")
    host.run()
    assert train.status.startswith("out of date: plate frame 1002 changed since the solve") and train.tint == STALE

    nodes.press(host, propagate, "freeze")
    assert propagate.is_frozen and [step.op for step in propagate.steps] == ["read"]
    assert not any(bar.is_open for bar in host.bars)


def test_a_stopped_training_goes_on(long_plate: str, tmp_path: Path, runtime: None):
    host = FakeHost(project=tmp_path)
    train = host.create("train", folder="long.unreel", plate=long_plate, key=1001, stiffness="soft")
    nodes.press(host, train, "start")
    while "sheets" not in train.status:
        assert host.timers, train.status
        host.tick()
        time.sleep(0.02)
    nodes.press(host, train, "stop")
    host.run()
    assert train.status.startswith("stopped: stopped by the artist"), train.status
    nodes.press(host, train, "resume")
    host.run()
    assert train.status.startswith("trained, "), train.status


def test_a_folder_in_use_by_another_host_is_told(short_trained: Path, tmp_path: Path, runtime: None):
    folder = shutil.copytree(short_trained, tmp_path / "shot.unreel")
    host = FakeHost(project=tmp_path)
    node = host.create("texture_import", folder="shot.unreel", source="file", file="paint.exr")
    with locked(folder, "propagated", exclusive=False):
        nodes.press(host, node, "bring_in")
        host.run()
    assert node.status.startswith(f"failed: {folder} is being propagated by ") and node.tint == WRONG
    assert node.status.endswith("wait, or stop it there")
