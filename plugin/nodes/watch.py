"""Starts a job from a node and follows it, in the host's own time, until it has ended."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from .. import client, protocol
from ..job import Job, read_job, write_job
from ..runtime import find_runtime
from . import started
from .host import HostFailed
from .node_in_host import NodeInHost
from .status import DOING, fraction_of
from .tell import NodeFailed, Refused, tell_status, told

LOOK_SECONDS = 0.5
"""Between two looks at a job."""
Then = Callable[[Job, dict[str, Any]], None]
"""What is to be done with a job's result."""


def launch(node: NodeInHost, job: Job, then: Then, detached: bool = False) -> None:
    """Start a job and follow it. Refused while the node's last one runs; RuntimeMissing, OSError, RuntimeError."""
    refuse_while_running(node)
    runtime = find_runtime()
    folder = write_job(job)
    running = client.start(folder, runtime, detached)
    started.keep(running)
    node.set("job", str(folder))
    follow(node, running, job, then)


def refuse_while_running(node: NodeInHost) -> None:
    running = last_job(node)
    if running is not None and not running.poll().ended:
        command = read_job(running.job_folder).command
        raise Refused(f"{DOING[command]} already; wait for it, or stop it first")


def last_job(node: NodeInHost) -> client.Running | None:
    """Of the folder in the knob `job`; None where there is none any more."""
    folder = node.path("job")
    try:
        return started.find(Path(folder)) if folder else None
    except protocol.NotAJob:
        return None


def follow(node: NodeInHost, running: client.Running, job: Job, then: Then) -> None:
    """Show how it goes; the artist's cancel stops it, with what it reached kept."""
    tell_status(node, job.command, running.poll())
    bar = node.host.progress(f"{node.name()}: {DOING[job.command]}")
    asked = False

    def look() -> bool:
        nonlocal asked
        status = running.poll()
        try:
            line = tell_status(node, job.command, status)
        except HostFailed:  # the node is gone; its job goes on
            bar.close()
            return False
        if not status.ended:
            if not bar.update(fraction_of(status), line) and not asked:
                asked = True
                running.cancel()
            return True
        bar.close()
        result = result_of(running)
        started.forget(running)
        with told(node):
            end(node, job, status, line, result, then)
        return False

    node.host.later(look, LOOK_SECONDS)


def end(node: NodeInHost, job: Job, status: protocol.Status, line: str, result: dict[str, Any], then: Then) -> None:
    """In batch NodeFailed where it was not done."""
    if status.state == protocol.DONE:
        with node.host.undo_step(line):
            then(job, result)
    elif node.host.is_batch:
        raise NodeFailed(f"{node.name()}: {line}")


def result_of(running: client.Running) -> dict[str, Any]:
    """What the core told at the end."""
    found = [event["result"] for event in running.events() if event.get("event") == "result"]
    return dict(found[-1]) if found else {}


def stop(node: NodeInHost) -> None:
    """Ask the node's job to stop. Refused where none runs."""
    running = last_job(node)
    if running is None or running.poll().ended:
        raise Refused("nothing runs here")
    running.cancel()
