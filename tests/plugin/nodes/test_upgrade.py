"""Older nodes get the face of now, and keep what they hold."""

from __future__ import annotations

import dataclasses

import pytest
from unreel.plugin.face import read_face
from unreel.plugin.nodes import node as nodes
from unreel.plugin.nodes import node_in_host, upgrade
from unreel.plugin.nodes.host import VERSION_KNOB, HostFailed

from .fake_host import FakeHost


def test_upgrading_an_up_to_date_node_changes_nothing():
    host = FakeHost()
    node = host.create("train", key=1003)
    assert nodes.upgrade(host, node) == "Train1 is up to date"
    assert not host.undo and node.steps == ()


def test_a_node_of_a_newer_unreel_is_left_alone():
    host = FakeHost()
    node = host.create("train", unreel_version=99)
    with pytest.raises(HostFailed, match="Train1 was made by a newer Unreel .Train 99, this has 1.; it is left"):
        nodes.upgrade(host, node)
    assert not host.undo and node.knobs[VERSION_KNOB] == 99


def test_a_node_that_says_no_version():
    host = FakeHost()
    node = host.create("train")
    node.knobs[VERSION_KNOB] = None
    with pytest.raises(HostFailed, match="Train1 does not say which version it has"):
        nodes.upgrade(host, node)


def test_an_older_node_keeps_its_values_under_their_new_names(monkeypatch: pytest.MonkeyPatch):
    face = read_face()
    newer = dataclasses.replace(face.node("train"), version=3)
    monkeypatch.setattr(node_in_host, "read_face", lambda: dataclasses.replace(face, nodes=(newer, *face.nodes[1:])))
    renamed = {("train", 1): {"keyframe": "main_key", "rough": "proxy"}, ("train", 2): {"main_key": "key"}}
    monkeypatch.setattr(upgrade, "RENAMED", renamed)
    host = FakeHost()
    node = host.create("train", folder="/a/b.unreel", proxy=640)
    del node.knobs["key"]
    node.knobs["keyframe"] = 1007
    assert nodes.upgrade(host, node) == "Train1 is upgraded to Train 3"
    assert (node.knobs["key"], node.knobs["folder"], node.knobs["proxy"]) == (1007, "/a/b.unreel", 640)
    assert "keyframe" not in node.knobs, "and `rough`, which there was not, has emptied nothing"
    assert node.knobs[VERSION_KNOB] == 3
    assert node.steps and host.undo == ["Upgrade Train1"]


def test_names_are_followed_through_all_versions(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(
        upgrade, "RENAMED", {("train", 1): {"a": "b"}, ("train", 2): {"b": "c", "x": "y"}, ("train", 3): {"y": "z"}}
    )
    assert upgrade.renamed_since("train", 1, 4) == {"a": "c", "x": "z"}
    assert upgrade.renamed_since("train", 2, 4) == {"b": "c", "x": "z"}
    assert upgrade.renamed_since("train", 1, 2) == {"a": "b"}
    assert upgrade.renamed_since("propagate", 1, 4) == {}
