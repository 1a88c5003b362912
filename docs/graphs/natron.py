"""Graphs as Natron holds them, read from the tests' stand-in after our PyPlugs have made their nodes there."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from unreel.plugin.hosts.natron import NatronHost
from unreel.plugin.nodes.graph import propagate_graph

from tests.plugin.fake_natron import running
from tests.plugin.natron_folder import lay

from .boxes import LABELS, LIVE, Box, shot, shown

KINDS = {
    **dict.fromkeys(("Read", "Input"), "read"),
    **dict.fromkeys(("Merge", "Switch"), "merge"),
    **dict.fromkeys(("Log2Lin", "Clamp", "Invert", "ColorMatrix", "Add", "Multiply"), "color"),
    "STMap": "transform",
    "Output": "plain",
}


@contextmanager
def started() -> Iterator[Any]:
    """A project in the stand-in for Natron, from a folder with what the installer lays."""
    with tempfile.TemporaryDirectory() as folder, running(str(lay(Path(folder) / "Unreel", sys.executable))) as fake:
        yield fake.new_app()


def make_shot() -> list[Box]:
    with started() as app:
        ours = {}
        for node_id, label in LABELS.items():
            node = app.createNode(f"org.unreel.{node_id}")
            ports = [node.getInputLabel(index) for index in range(node.getMaxInputCount())]
            ours[node_id] = Box(node.getLabel(), f"PyPlug, {label}", "ours", tuple((port, None) for port in ports))
    return shot(ours, "Read", "RotoPaint", "Write")


def make_inside() -> list[Box]:
    """Of Propagate, live, mode over."""
    with started() as app:
        node = app.createNode("org.unreel.propagate")
        NatronHost(app).build(node, propagate_graph("over"), LIVE)
        return shown([box_of(child) for child in node.getChildren()])


def box_of(node: Any) -> Box:
    short = node.getPluginID().rpartition(".")[2].removesuffix("Plugin")
    short = short[0].upper() + short[1:]
    sources = [(node.getInputLabel(index), node.getInput(index)) for index in range(node.getMaxInputCount())]
    inputs = tuple((label, source.getLabel()) for label, source in sources if source is not None)
    if len(inputs) == 1:
        inputs = (("", inputs[0][1]),)
    note = short
    if short in ("Merge", "Log2Lin"):
        operation = node.getParam("operation")
        note += f" {operation.getOption(operation.getValue())}"
    name = "Output" if short == "Output" else node.getLabel()  # Natron's own choice
    return Box(name, note, KINDS[short], inputs)
