"""What comes into a node in Nuke, written as EXR."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from unreel.plugin.nodes.host import HostFailed

from ..fake_nuke import FakeNuke
from . import nuke_session

fake, ours = nuke_session.fake, nuke_session.ours


class Bar:
    def __init__(self, stop_at: int = 99) -> None:
        self.updates, self.stop_at = 0, stop_at

    def update(self, fraction: float, text: str) -> bool:
        self.updates += 1
        return self.updates <= self.stop_at

    def close(self) -> None:
        pass


@pytest.fixture
def plate(ours: Any, fake: FakeNuke) -> Any:
    """A Train node with something that is no Read before its plate."""
    node = ours.create("train")
    node.setInput(0, fake.module.nodes.Invert())
    fake.undo.clear()
    return node


def test_baking_writes_float_exr_and_leaves_no_node(ours: Any, fake: FakeNuke, plate: Any, tmp_path: Path):
    before = fake.root.numNodes()
    with plate:  # a button's current graph
        ours.NukeHost().bake(plate, "plate", f"{tmp_path}/a b/[x].####.exr", [1, 2, 5], Bar())
    assert [(name, frame) for name, frame, _ in fake.rendered] == [("Invert1", 1), ("Invert1", 2), ("Invert1", 5)]
    held = fake.rendered[0][2]
    assert (held["file"], held["file_type"], held["channels"]) == (f"{tmp_path}/a b/\\[x].####.exr", "exr", "all")
    assert (tmp_path / "a b" / "[x].0005.exr").is_file()
    assert (held["datatype"], held["raw"], held["autocrop"]) == ("32 bit float", True, False)
    assert fake.root.numNodes() == before
    assert fake.undo == [], "the Write that came and went is nothing to undo"


def test_baking_that_fails_or_is_stopped_says_so(ours: Any, fake: FakeNuke, plate: Any, tmp_path: Path):
    before = fake.root.numNodes()
    with pytest.raises(HostFailed, match="stopped before frame 2"):
        ours.NukeHost().bake(plate, "plate", f"{tmp_path}/p.####.exr", [1, 2, 3], Bar(stop_at=1))
    fake.fails = "No space left on device"
    with pytest.raises(HostFailed, match="baking /p.####.exr failed: No space left"):
        ours.NukeHost().bake(plate, "plate", "/p.####.exr", [1], Bar())
    with pytest.raises(HostFailed, match="nothing comes into"):
        ours.NukeHost().bake(plate, "matte", "/p.####.exr", [1], Bar())
    assert fake.root.numNodes() == before
    assert fake.undisturbed == 0
