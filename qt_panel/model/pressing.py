"""Presses a node's button and says when the job that it started has ended."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from unreel.plugin import protocol
from unreel.plugin.nodes.node_in_host import NodeInHost
from unreel.plugin.nodes.started import is_kept
from unreel.plugin.nodes.watch import last_job

from .loop import Loop

LOOK_SECONDS = 0.1
LEFT = "Another shot was opened before it was done."


class Nodes(Protocol):
    """What it needs of a session."""

    loop: Loop

    @property
    def folder(self) -> Path | None:
        """The unreel folder."""

    def node(self, id: str) -> NodeInHost: ...

    def set_knob(self, node: str, knob: str, value: Any) -> None: ...

    def press(self, node: str, button: str) -> None: ...


def press(nodes: Nodes, id: str, button: str, done: Callable[[], object], failed: Callable[[str], object]) -> None:
    """`done` when the node has its result; `failed` with the node's line where it refused, or its job failed.

    Where another shot was opened meanwhile it is `failed`, too: what was to follow is not for that one.
    """
    node = nodes.node(id)
    before = node.path("job")
    nodes.press(id, button)
    job = node.path("job")
    if not job or job == before:
        failed(node.text("status"))
        return

    def look() -> bool:
        if is_kept(Path(job)):  # the node itself is not told yet
            return True
        running = last_job(node)
        if nodes.node(id).handle is not node.handle:
            failed(LEFT)
        elif running is not None and running.poll().state == protocol.DONE:
            done()
        else:
            failed(node.text("status"))
        return False

    nodes.loop.later(look, LOOK_SECONDS)
