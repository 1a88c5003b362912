"""The panel as a host of the four nodes: what their buttons ask of it. No Qt, and nothing waits for the artist."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from unreel.plugin.death import log_tail
from unreel.plugin.face import Value, read_face
from unreel.plugin.nodes.graph import Step
from unreel.plugin.nodes.host import HostFailed, PlateFile, Progress
from unreel.plugin.nodes.status import WRONG

from .nodes import PAGE_OF, NodeState
from .notices import Action, Notice
from .signal import Signal

if TYPE_CHECKING:
    from .session import Session

NAME = "Unreel panel"


class PanelHost:
    """Answers `unreel.plugin.nodes.host.Host` for the nodes of a session."""

    is_batch = False

    def __init__(self, session: Session) -> None:
        self.knob_changed: Signal[tuple[str, str]] = Signal()
        """Node and knob."""
        self.told: Signal[str] = Signal()
        """A node whose line, colour or progress changed."""
        self.files_changed: Signal[tuple[str, str]] = Signal()
        """Node and file knob: what is on disk there is new."""
        self._session = session
        self._pressed = ("", "")
        self._consent: set[str] = set()
        self._question: Notice | None = None

    def pressing(self, node: str, button: str) -> None:
        """What the artist pressed, to be pressed again when a question is answered with yes. One asked before goes."""
        if self._question is not None:
            self._session.notices.clear(self._question)
            self._question = None
        self._pressed = (node, button)

    def node_id(self, node: NodeState) -> str:
        return node.id

    def made_by(self, node: NodeState) -> Mapping[str, str]:
        face = read_face()
        return {"host": NAME, "version": face.version, "node": face.node(node.id).label}

    def get(self, node: NodeState, knob: str) -> Value:
        return node.knobs[knob]

    def set(self, node: NodeState, knob: str, value: Value) -> None:
        node.knobs[knob] = value
        if self._is_shown(node):
            self.knob_changed.emit((node.id, knob))

    def is_connected(self, node: NodeState, input: str) -> bool:
        """Never: all that comes in is a file that a knob names."""
        return False

    def upstream_file(self, node: NodeState, input: str) -> PlateFile | None:
        return None

    def bake(self, node: NodeState, input: str, pattern: str, frames: Sequence[int], progress: Progress) -> None:
        raise HostFailed("the panel has no graph to bake: choose the files themselves")

    def frame_range(self) -> tuple[int, int]:
        return self._session.playhead.first, self._session.playhead.last

    def build(self, node: NodeState, steps: Sequence[Step], files: Mapping[str, str]) -> None:
        """There is nothing inside; the files are what the viewer shows."""
        node.files = dict(files)
        for knob in files:
            self.file_changed(node, knob)

    def freeze(self, node: NodeState, steps: Sequence[Step], files: Mapping[str, str]) -> None:
        raise HostFailed("the panel has no graph to leave nodes in")

    def renew(self, node: NodeState) -> None:
        """They are made from the face at each start."""

    def file_changed(self, node: NodeState, knob: str) -> None:
        if self._is_shown(node):
            self.files_changed.emit((node.id, knob))

    def say(self, node: NodeState, text: str) -> None:
        self.set(node, "status", text.strip())
        self.tell(node)

    def tell(self, node: NodeState) -> None:
        """Those who show it."""
        if self._is_shown(node):
            self.told.emit(node.id)

    def _is_shown(self, node: NodeState) -> bool:
        """It is of the shot that is open; a job goes on telling the nodes of one that was."""
        return self._session.nodes[node.id] is node

    def ask(self, text: str) -> bool:
        """What was answered already; else no, and the question stands on the node's page with an answer to press."""
        if text in self._consent:
            self._consent.remove(text)
            return True
        node, button = self._pressed

        def yes() -> None:
            self._consent.add(text)
            self._session.press(node, button)

        answers = (Action(read_face().node(node).button(button).label, yes), Action("Cancel", lambda: None))
        self._question = Notice(text, level="ask", where=PAGE_OF[node], actions=answers)
        self._session.notices.add(self._question)
        return False

    def progress(self, title: str) -> Progress:
        """The node that is named in the title; a job shows itself in the job bar too."""
        label = title.partition(":")[0]
        node = next(node for node in read_face().nodes if node.label == label)
        return NodeBar(self, self._session.nodes[node.id])

    def later(self, function: Callable[[], bool], seconds: float) -> None:
        self._session.loop.later(function, seconds)

    @contextmanager
    def undo_step(self, name: str) -> Iterator[None]:
        """Undo is the paint's alone."""
        yield

    def colour(self, node: NodeState, rgb: tuple[float, float, float]) -> None:
        """What went wrong is told on the node's page; it goes when something goes right."""
        was_wrong, node.tint = node.tint == WRONG, rgb
        notices, page = self._session.notices, PAGE_OF[node.id]
        if rgb == WRONG and not self._is_shown(node):
            folder = Path(str(node.knobs["folder"] or "")).stem
            notices.add(Notice(f"{folder}: {node.status}", details=_log_of(node), level="wrong"))
        elif rgb == WRONG:
            knob = _knob_named(node)
            place = f"{node.id}.{knob}" if knob else ""
            notices.add(Notice(node.status, details=_log_of(node), level="wrong", where=page, knob=place))
        elif was_wrong and self._is_shown(node):
            notices.clear_at(page, "wrong")
        self.tell(node)

    def copy(self, text: str) -> None:
        self._session.clipboard.emit(text)

    def project_folder(self) -> str | None:
        folder = self._session.project_folder()
        return None if folder is None else str(folder)


@dataclass
class NodeBar:
    """The progress of a node's job, in its state."""

    host: PanelHost
    node: NodeState

    def __post_init__(self) -> None:
        self.node.is_cancelled = False
        self.update(0.0, "")

    def update(self, fraction: float, text: str) -> bool:
        self.node.fraction = fraction
        self.host.tell(self.node)
        return not self.node.is_cancelled

    def close(self) -> None:
        self.node.fraction = None
        self.host.tell(self.node)


def _knob_named(node: NodeState) -> str:
    """The knob that the node's line begins with, as `plugin.job` words what it refuses; empty where it names none."""
    for knob in read_face().node(node.id).knobs:
        if node.status.startswith((f"{knob.label}: ", f"{knob.label} is empty")):
            return knob.name
    return ""


def _log_of(node: NodeState) -> str:
    folder = node.knobs.get("job")
    return log_tail(Path(str(folder))) if folder and node.status.startswith(("failed", "lost")) else ""
