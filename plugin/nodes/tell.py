"""What a node tells the artist: its line, its colour, and in a sentence why something did not work."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from .. import protocol
from ..face import FaceUnreadable
from ..job import BadKnob
from ..protocol import JobTooNew, NotAJob
from ..runtime import RuntimeMissing
from .graph import GraphRefused
from .host import HostFailed
from .node_in_host import NodeInHost
from .status import WRONG, colour_of, ended_line, running_line

OURS = (BadKnob, FaceUnreadable, GraphRefused, HostFailed, JobTooNew, NotAJob, RuntimeMissing)
EXPECTED = (*OURS, OSError, RuntimeError)
"""What may go wrong while an action runs; each says what, and what to do."""


class NodeFailed(Exception):
    """In batch: what an artist would read on the node."""


class Refused(RuntimeError):
    """The node does not do this now; says what to do first."""


@contextmanager
def told(node: NodeInHost) -> Iterator[None]:
    """What is expected to go wrong becomes the node's line; in batch NodeFailed too, so that a script ends with it."""
    try:
        yield
    except EXPECTED as error:
        tell(node, spoken(error), WRONG)
        if node.host.is_batch:
            raise NodeFailed(f"{node.name()}: {spoken(error)}") from error


def spoken(error: BaseException) -> str:
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return str(error)


def tell(node: NodeInHost, line: str, colour: tuple[float, float, float]) -> None:
    """Show it, where it is not what is shown already."""
    if node.text("status") != line:
        node.host.say(node.handle, line)
    node.host.colour(node.handle, colour)


def tell_status(node: NodeInHost, command: str, status: protocol.Status) -> str:
    """A job's state on its node; the line that is shown."""
    line = ended_line(command, status) if status.ended else running_line(command, status)
    tell(node, line, colour_of(status))
    return line
