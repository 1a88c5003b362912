"""The pictures of graphs on the hosts' pages show what is emitted."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
NAMES = ["nuke_shot", "nuke_inside", "natron_shot", "natron_inside"]


@pytest.fixture
def graphs(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(sys, "path", [*sys.path, str(ROOT)])  # they are drawn from the tests' stand-ins
    return importlib.import_module("docs.graphs")


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_is_drawn_from_the_graph_that_is_emitted(graphs: Any, name: str):
    picture = (graphs.FOLDER / f"{name}.svg").read_text(encoding="utf-8")
    assert graphs.picture.source_of(picture) == graphs.source_now(name), "run: python -m docs.graphs"


def test_every_picture_is_compared(graphs: Any):
    """Blender's in tests/hosts/blender/test_graph.py."""
    assert NAMES == list(graphs.DRAWINGS)
    assert {path.stem for path in graphs.FOLDER.glob("*.svg")} == {*graphs.DRAWINGS, *graphs.IN_BLENDER}


def test_a_missing_node_is_noticed(graphs: Any):
    boxes = graphs.nuke.make_inside()
    fewer = [box for box in boxes if box.name != "cover"]
    look = graphs.picture.NUKE
    assert graphs.picture.dot_of(fewer, look) != graphs.picture.dot_of(boxes, look) == graphs.source_now("nuke_inside")


@pytest.mark.parametrize(("host", "reads"), [("nuke", {"read_live_st", "read_live_gain"}), ("natron", {"st", "gain"})])
def test_the_inside_is_the_live_way_alone(graphs: Any, host: str, reads: set[str]):
    names = {box.name for box in getattr(graphs, host).make_inside()}
    assert reads < names
    assert [name for name in names if "result" in name] == []
