"""Open panel: what is started for a node, and what the node says of it."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from unreel.plugin.face import read_face
from unreel.plugin.nodes import node as nodes
from unreel.plugin.nodes import open_panel
from unreel.plugin.nodes.host import PlateFile
from unreel.plugin.nodes.status import GOOD, WRONG
from unreel.plugin.nodes.tell import NodeFailed

from .fake_host import FakeHost, FakeNode

NODES = [node.id for node in read_face().nodes]


@pytest.fixture
def host(tmp_path: Path) -> FakeHost:
    return FakeHost(project=tmp_path)


@pytest.fixture
def started(home: Path) -> Path:
    """What the panel was started with, an argument a line; the stand-in for Unreel's Python writes it."""
    python(
        home, f'printf "%s\\n" "$@" > {home}/new; echo "HOME $QT_PLUGIN_PATH" >> {home}/new; mv {home}/new {home}/said'
    )
    return home / "said"


def python(home: Path, script: str) -> None:
    program = home / "python"
    program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    (home / "runtime.json").write_text(json.dumps({"python": str(program)}), encoding="utf-8")


def opened(host: FakeHost, started: Path) -> list[str]:
    """What the panel was started with, once it has ended."""
    host.run()
    return started.read_text("utf-8").splitlines()


def shot(host: FakeHost, id: str = "train") -> FakeNode:
    (Path(str(host.project)) / "shot.unreel").mkdir(exist_ok=True)
    return host.create(id, folder="shot.unreel")


@pytest.mark.parametrize("id", NODES)
def test_each_node_opens_its_unreel_folder(id: str, host: FakeHost, started: Path):
    node = shot(host, id)
    nodes.press(host, node, "panel")
    folder = str(host.project / "shot.unreel")
    assert opened(host, started)[:-1] == ["-I", "-m", "unreel.qt_panel.__main__", folder]
    assert node.status == "the panel opens shot.unreel" and node.tint == GOOD


def test_the_hosts_own_qt_does_not_reach_it(host: FakeHost, started: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("QT_PLUGIN_PATH", "/opt/host/plugins")
    nodes.press(host, shot(host), "panel")
    assert opened(host, started)[-1] == "HOME "


def test_before_the_training_it_opens_the_plate(host: FakeHost, started: Path):
    node = host.create("train", folder="new.unreel", plate="plate.####.exr")
    nodes.press(host, node, "panel")
    assert opened(host, started)[3:-1] == [str(host.project / "plate.####.exr")]


@pytest.mark.parametrize("id", ["train", "propagate"])
def test_the_plate_that_comes_in_is_taken_before_the_knobs(id: str, host: FakeHost, started: Path):
    node = host.create(id)
    node.inputs["plate"] = PlateFile("/p/in.####.exr", 1001, 1009)
    nodes.press(host, node, "panel")
    assert opened(host, started)[3:-1] == ["/p/in.####.exr"]


def test_with_nothing_to_show_it_says_what_is_lacking(host: FakeHost, home: Path):
    empty, untrained = host.create("train"), host.create("propagate", folder="new.unreel")
    nodes.press(host, empty, "panel")
    nodes.press(host, untrained, "panel")
    assert empty.status.startswith("Unreel folder is empty. ") and empty.tint == WRONG
    assert untrained.status == f"{host.project / 'new.unreel'} is not there yet; train the shot first"


def test_why_it_did_not_come_up_stands_on_the_node(host: FakeHost, home: Path):
    python(home, "echo 'unreel panel: no PySide6. Run python3 install panel' >&2; exit 1")
    node = shot(host)
    nodes.press(host, node, "panel")
    host.run()
    assert node.status == "unreel panel: no PySide6. Run python3 install panel" and node.tint == WRONG


@pytest.mark.parametrize(
    ("script", "line"), [("echo 'python: gone\n' >&2; exit 1", "python: gone"), ("exit 7", "it ended with code 7")]
)
def test_so_do_the_words_of_others(script: str, line: str, host: FakeHost, home: Path):
    python(home, script)
    node = shot(host)
    nodes.press(host, node, "panel")
    host.run()
    assert node.status == f"the panel did not open: {line}"


def test_a_node_that_is_gone_meanwhile_is_none_of_it(host: FakeHost, home: Path):
    python(home, "exit 1")
    nodes.press(host, shot(host), "panel")
    host.nodes.clear()
    host.run()


def test_what_has_come_up_is_followed_no_more(host: FakeHost, home: Path, monkeypatch: pytest.MonkeyPatch):
    python(home, f"while [ ! -e {home}/enough ]; do sleep 0.02; done; exit 1")
    monkeypatch.setattr(open_panel, "START_SECONDS", 0.0)
    node = shot(host)
    nodes.press(host, node, "panel")
    host.tick()
    (home / "enough").touch()
    assert host.timers == [] and node.status == "the panel opens shot.unreel"


def test_a_program_that_cannot_run_is_told(host: FakeHost, home: Path):
    python(home, "")
    (home / "python").write_bytes(b"\x00\x01")
    node = shot(host)
    nodes.press(host, node, "panel")
    assert node.status.startswith("the panel was not started: Exec format error") and node.tint == WRONG


def test_in_batch_it_is_refused(home: Path, tmp_path: Path):
    batch = FakeHost(is_batch=True, project=tmp_path)
    with pytest.raises(NodeFailed, match="the panel is a window, and there is no screen for it"):
        nodes.press(batch, shot(batch), "panel")
