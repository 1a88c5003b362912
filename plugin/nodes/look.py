"""Whether what a node shows is still up to date, looked at beside the host's interface."""

from __future__ import annotations

import threading
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .. import protocol, stale
from ..job import read_job
from . import started
from .node_in_host import NodeInHost
from .status import DONE, GOOD, IDLE, STALE, ended_line, stale_line
from .tell import tell, tell_status, told
from .watch import Then, follow, last_job

BLINK_SECONDS = 0.2
"""A host's interface may stand still for so long."""


@dataclass(frozen=True)
class Made:
    """What a node made last: its note in the unreel folder, and what would be asked for now."""

    command: str
    folder: Path
    stage: str
    wanted: Mapping[str, Any] = field(default_factory=dict)
    unasked: Collection[str] = ()
    """Settings whose knobs stand at their defaults: the preset, or the shot, decides."""


def layer_folder(folder: str, layer: str) -> Path:
    """A layer is an unreel folder in the shot's."""
    return Path(folder) / "layers" / layer if layer else Path(folder)


def refresh(node: NodeInHost, made: Made | None, then: Then) -> None:
    """Show the job that runs, or how the last one ended and what is out of date.

    A job that another host started is followed on. made: None where nothing was made yet.
    """
    running = last_job(node)
    if running is not None:
        status = running.poll()
        job = read_job(running.job_folder)
        if not status.ended:
            if not started.is_kept(running.job_folder):
                started.keep(running)
                follow(node, running, job, then)
            return
        if status.state == protocol.DONE and made is not None and made.command == job.command:
            compare(node, made, ended_line(job.command, status))
            return
        if status.state != protocol.DONE:
            tell_status(node, job.command, status)
            return
    if made is None:
        tell(node, "nothing made yet", IDLE)
    else:
        compare(node, made, DONE[made.command])


def compare(node: NodeInHost, made: Made, line: str) -> None:
    """Look at all files that were read, in a thread: a blink is waited for it here, the rest by the host's timer."""
    reasons: list[str] = []

    def check() -> None:
        try:
            reasons.extend(stale.check(made.folder, made.stage, made.wanted, made.unasked))
        except (AttributeError, KeyError, TypeError, ValueError) as error:  # a note of another version, or damaged
            reasons.append(f"the note of what it was made of cannot be read ({error!r}): make it again")

    thread = threading.Thread(target=check, daemon=True)
    thread.start()
    thread.join(BLINK_SECONDS)

    def show() -> bool:
        if thread.is_alive():
            return True
        with told(node):
            tell(node, stale_line(reasons) or line, STALE if reasons else GOOD)
        return False

    if show():
        node.host.later(show, BLINK_SECONDS)
