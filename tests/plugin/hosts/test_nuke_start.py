"""Unreel as Nuke starts it: the files that Nuke loads, the menu, nodes of a script that is opened, upgrading."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import pytest
from unreel.plugin.nodes.host import VERSION_KNOB
from unreel.plugin.nodes.node import upgrade

from ..fake_nuke import FakeNuke
from . import nuke_session
from .nuke_session import FACES, OURS, followed, with_fake

fake, ours = nuke_session.fake, nuke_session.ours
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


def test_the_menu_makes_every_node(monkeypatch: pytest.MonkeyPatch):
    fake = FakeNuke()
    with_fake(monkeypatch, fake).add_menu()
    commands = fake.menus["Nodes"].found["Unreel"].found
    assert list(commands) == [face.label for face in FACES]
    for command in commands.values():
        eval(command, {})
    assert [node.name() for node in fake.root.nodes()] == [f"Unreel_{face.label.replace(' ', '')}1" for face in FACES]
    assert [kind for _, kind in fake.created] == ["Group"]


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


def test_what_renamed_knobs_hold_is_kept(ours: Any, fake: FakeNuke, monkeypatch: pytest.MonkeyPatch):
    node, host, nuke = ours.create("propagate"), ours.NukeHost(), fake.module
    host.set(node, VERSION_KNOB, 0)
    of_old = {
        "strength": nuke.Double_Knob("strength", "Strength"),
        "where": nuke.File_Knob("where", "Where"),
        "kind": nuke.Enumeration_Knob("kind", "Kind", ["add", "gone"]),
        "style": nuke.Enumeration_Knob("style", "Style", ["gone", "live"]),
    }
    for name, value in (("strength", 0.25), ("where", "/s.unreel"), ("kind", "add"), ("style", "gone")):
        node.addKnob(of_old[name])
        node[name].setValue(value)
    node["unreel_knobs"].setValue(" ".join([node["unreel_knobs"].value(), *of_old]))
    names = {"strength": "light", "where": "folder", "kind": "paint_mode", "style": "way", "never_there": "grain"}
    monkeypatch.setattr("unreel.plugin.nodes.upgrade.RENAMED", {("propagate", 0): names})
    upgrade(host, node)
    held = {knob: host.get(node, knob) for knob in names.values()}
    assert held == {"light": 0.25, "folder": "/s.unreel", "paint_mode": "add", "way": "live", "grain": 0.0}
    assert "strength" not in node.knobs()


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
