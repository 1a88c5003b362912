"""The pictures of graphs on Blender's page show what Blender holds."""

from __future__ import annotations

import importlib
import sys

import pytest

from .conftest import ROOT, Blender


@pytest.mark.parametrize("name", ["blender_shot", "blender_inside"])
def test_a_picture_is_drawn_from_what_blender_holds(blender: Blender, monkeypatch: pytest.MonkeyPatch, name: str):
    monkeypatch.setattr(sys, "path", [*sys.path, str(ROOT)])
    graphs = importlib.import_module("docs.graphs")
    assert name in graphs.IN_BLENDER
    now = graphs.source_in_blender(name, blender.call, blender.place)
    picture = (graphs.FOLDER / f"{name}.svg").read_text(encoding="utf-8")
    drawn = graphs.picture.source_of(picture)
    assert drawn == now, "run: python -m docs.graphs PYTHON_WITH_BPY"
