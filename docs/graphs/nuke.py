"""Graphs as Nuke holds them, read from the tests' stand-in after our host side has made its nodes there."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from unreel.plugin.nodes.graph import propagate_graph

from tests.plugin.fake_nuke import FakeNuke
from tests.plugin.hosts.nuke_session import OURS, with_fake

from .boxes import LABELS, LIVE, Box, shot, shown

KINDS = {
    **dict.fromkeys(("Read", "Input"), "read"),
    **dict.fromkeys(("Merge2", "MergeExpression", "Switch"), "merge"),
    **dict.fromkeys(("Expression", "Clamp", "Invert", "Multiply"), "color"),
    **dict.fromkeys(("STMap", "BlackOutside"), "transform"),
    "Copy": "channel",
    "Output": "plain",
}


@contextmanager
def started() -> Iterator[Any]:
    """Our host module in the stand-in for Nuke."""
    with pytest.MonkeyPatch.context() as patch:
        yield with_fake(patch, FakeNuke())
    for name in OURS:
        sys.modules.pop(name, None)


def make_shot() -> list[Box]:
    with started() as host_module:
        ours = {}
        for node_id, label in LABELS.items():
            node = host_module.create(node_id)
            ports = [inner.name() for inner in node._inside if inner.Class() == "Input"]
            ours[node_id] = Box(node.name(), f"Group, {label}", "ours", tuple((port, None) for port in ports))
    return shot(ours, "Read", "RotoPaint", "Write")


def make_inside() -> list[Box]:
    """Of Propagate, live, mode over."""
    with started() as host_module:
        node = host_module.create("propagate")
        host_module.NukeHost().build(node, propagate_graph("over"), LIVE)
        return shown([box_of(inner) for inner in node._inside])


def box_of(node: Any) -> Box:
    sources = [node.input(index) for index in sorted(node._inputs)]
    labels = {"STMap": ("src", "stmap")}.get(node.Class(), ("B", "A")) if len(sources) == 2 else ("",) * len(sources)
    inputs = tuple((label, source.name()) for label, source in zip(labels, sources, strict=True))
    inputs = tuple(sorted(inputs, key=lambda each: each[0] == "src"))  # maps come from the left
    note = node.Class()
    if note == "Merge2":
        note += f" {node['operation'].value()}" + (" rgb" if node["output"].value() == "rgb" else "")
    return Box(node.name(), note, KINDS[node.Class()], inputs)
