"""The fake Nuke is strict."""

from __future__ import annotations

import pytest

from .fake_nuke import FakeNuke


def test_the_fake_raises_on_what_it_does_not_know():
    nuke = FakeNuke(window=False).module
    read = nuke.nodes.Read()
    for wrong in (
        lambda: nuke.nodes.Raed(),
        lambda: nuke.allNodes(),
        lambda: read["fiel"],
        lambda: read["before"].setValue("holding"),
        lambda: read["raw"].setValue(1),
        lambda: read["first"].setValue("1"),
        lambda: nuke.message("x"),
        lambda: nuke.nodes.Read(name="x"),
        lambda: nuke.scriptReadText("Merge2 {\n operation multipy\n name A\n inputs 0\n}"),
        lambda: nuke.scriptReadText('Expression {\n inputs 0\n expr0 "grid.red"\n name A\n}'),
    ):
        with pytest.raises((RuntimeError, AttributeError, NameError, TypeError)):
            wrong()
