"""Canonical Export: where the picture goes, what the node shows of it, and when it is out of date."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest
from unreel.plugin import stale
from unreel.plugin.nodes import node as nodes

from .conftest import Says
from .fake_host import FakeHost, FakeNode


@pytest.fixture
def host(tmp_path: Path, worker_says: Says) -> FakeHost:
    worker_says("export")
    (tmp_path / "shot.unreel").mkdir()
    return FakeHost(project=tmp_path)


def exported(host: FakeHost, **knobs: object) -> FakeNode:
    """As the core leaves it: the picture, and a note."""
    node = host.create("canonical_export", folder="shot.unreel", **knobs)  # type: ignore[arg-type]
    project = Path(str(host.project))
    name = "shot_canonical" + "".join(f"_{knobs[knob]}" for knob in ("layer", "key") if knob in knobs)
    picture = project / str(knobs.get("file", f"{name}.exr"))
    picture.touch()
    nodes.press(host, node, "export")
    host.run()
    assert node.knobs["file"] in (str(picture), knobs.get("file")), node.status
    folder = project / "shot.unreel" / (f"layers/{knobs['layer']}" if "layer" in knobs else "")
    note = folder / "made" / (stale.stage_of("export", str(picture)) + ".json")
    note.parent.mkdir(parents=True)
    used = {"guides": bool(knobs.get("guides")), "space": "scene_linear", "kind": "plate", "key": knobs.get("key")}
    note.write_text(json.dumps({"id": "1", "stage": "export/1", "settings": used}))
    return node


@pytest.mark.parametrize(
    ("knobs", "ops"),
    [
        ({"guides": True}, ["read", "read", "read", "read", "switch"]),
        ({}, ["read"]),
        ({"guides": True, "file": "canonical.png"}, ["read"]),
    ],
)
def test_guides_are_read_where_the_picture_holds_them(host: FakeHost, knobs: dict[str, object], ops: list[str]):
    node = exported(host, **knobs)
    assert [step.op for step in node.steps] == ops and list(node.files) == ["file"]


def test_the_picture_of_each_layer_and_key_is_a_file_of_its_own(host: FakeHost, tmp_path: Path):
    node = exported(host, layer="car", key=1005)
    assert node.knobs["file"] == str(tmp_path / "shot_canonical_car_1005.exr")
    nodes.press(host, node, "refresh")
    host.run()
    assert node.status == "exported"


@pytest.mark.parametrize(
    ("knobs", "reason"),
    [
        ({}, "exported"),
        ({"guides": True}, "out of date: guides was False, now True: export again"),
        ({"space": "texture_paint"}, "out of date: space was scene_linear, now texture_paint: export again"),
        ({"kind": "solved"}, "out of date: kind was plate, now solved: export again"),
    ],
)
def test_what_is_asked_for_now_is_compared(host: FakeHost, knobs: dict[str, object], reason: str):
    node = exported(host)
    node.knobs.update(knobs)  # type: ignore[arg-type]
    nodes.press(host, node, "refresh")
    host.run()
    assert node.status == reason


def test_nothing_was_exported_yet(host: FakeHost):
    node = host.create("canonical_export", folder="shot.unreel", file="later.exr")
    nodes.fill(host, node)
    assert node.files == {}, "no host is asked to read what is not there"
    nodes.press(host, node, "refresh")
    assert node.status == "nothing made yet"


def test_its_folder_is_opened(host: FakeHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    program, opened = tmp_path / "bin" / "xdg-open", tmp_path / "opened"
    program.parent.mkdir()
    program.write_text(
        f'#!/bin/sh\necho "$1" > {shlex.quote(str(opened))}.new && mv {shlex.quote(str(opened))}.new '
        f"{shlex.quote(str(opened))}\n"
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:/bin:/usr/bin")
    monkeypatch.setattr("sys.platform", "linux")
    node = exported(host)
    nodes.press(host, node, "reveal")
    host.later(lambda: not opened.exists(), 0.1)
    host.run(10)
    assert opened.read_text().strip() == str(tmp_path)
    node.knobs["file"] = "gone/canonical.exr"
    nodes.press(host, node, "reveal")
    assert node.status == f"{tmp_path / 'gone'} is not there yet"
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    node.knobs["file"] = "canonical.exr"
    nodes.press(host, node, "reveal")
    assert node.status == f"xdg-open is not installed; open {tmp_path} yourself"
