"""Our host module in a Nuke that raises on all it does not know, with a window and without."""

from __future__ import annotations

import importlib
import sys
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from unreel.plugin.face import read_face

from ..fake_nuke import FakeNuke
from ..fake_nuke_nodes import Node

FACES = read_face().nodes
OURS = ("unreel.plugin.hosts.nuke", "unreel.plugin.hosts.nuke_host")
"""Our modules that import Nuke's."""
NODES = [face.id for face in FACES]


def with_fake(monkeypatch: pytest.MonkeyPatch, fake: FakeNuke) -> Any:
    """Our host module in that Nuke."""
    monkeypatch.setitem(sys.modules, "nuke", fake.module)
    for name in OURS:
        monkeypatch.delitem(sys.modules, name, raising=False)
    return importlib.import_module("unreel.plugin.hosts.nuke")


@pytest.fixture(params=["window", "terminal"])
def fake(request: pytest.FixtureRequest) -> FakeNuke:
    return FakeNuke(window=request.param == "window")


@pytest.fixture
def ours(monkeypatch: pytest.MonkeyPatch, fake: FakeNuke) -> Iterator[Any]:
    yield with_fake(monkeypatch, fake)
    for name in OURS:
        sys.modules.pop(name, None)


def reads(node: Any) -> dict[str, Node]:
    return {inner.name(): inner for inner in node._inside if inner.Class() == "Read"}


def followed() -> None:
    """Wait for what a host follows in a thread."""
    for thread in threading.enumerate():
        if thread.name == "unreel":
            thread.join(20)
            assert not thread.is_alive()
