"""What a node asks of the host it lives in. Each file in `plugin/hosts/` answers all of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

from ..face import Value
from .graph import Step

Node = Any
"""The host's own handle of a node."""
VERSION_KNOB = "unreel_version"
"""The version of its face that a node was made with, a whole number."""


@dataclass(frozen=True)
class PlateFile:
    """A sequence, as a Read has it."""

    pattern: str
    """Absolute; `####` for the number."""
    first: int
    last: int


class Progress(Protocol):
    """A bar in the host's own way."""

    def update(self, fraction: float, text: str) -> bool:
        """Show 0..1 and a line. False: the artist has cancelled."""

    def close(self) -> None:
        """Take it away."""


class Host(Protocol):
    """Nothing here blocks the host's interface for longer than a blink, but `bake` and, in batch, `later`."""

    is_batch: bool
    """No window: nobody to ask, and no timer."""

    def node_id(self, node: Node) -> str:
        """Which of the face's nodes it is, such as `train`."""

    def made_by(self, node: Node) -> Mapping[str, str]:
        """`host`, its `version`, and `node`, the node's own name: told with a job."""

    def get(self, node: Node, knob: str) -> Value:
        """What a knob of ours holds; None where it is empty. Also `VERSION_KNOB`, which every node has, hidden."""

    def get_renamed(self, node: Node, old: str, knob: str) -> Value:
        """What `knob` of the face holds in a node that an older Unreel made, where it is called `old`; None where it is
        empty, not there, or nothing that the knob can hold now."""

    def set(self, node: Node, knob: str, value: Value) -> None:
        """Put a value into a knob of ours; None empties it. A button's change is one undo step, see `undo_step`."""

    def is_connected(self, node: Node, input: str) -> bool:
        """Whether anything comes into an input."""

    def upstream_file(self, node: Node, input: str) -> PlateFile | None:
        """What an input reads, where a Read is directly there and changes nothing; else None."""

    def bake(self, node: Node, input: str, pattern: str, frames: Sequence[int], progress: Progress) -> None:
        """Write what comes into an input as float EXR, every channel as it is. HostFailed says what the host said."""

    def frame_range(self) -> tuple[int, int]:
        """First and last frame of the project."""

    def build(self, node: Node, steps: Sequence[Step], files: Mapping[str, str]) -> None:
        """Make the inside of a node anew: native nodes for `steps`; files: file knob -> path, for those read."""

    def freeze(self, node: Node, steps: Sequence[Step], files: Mapping[str, str]) -> None:
        """Build it, and take away what is ours: knobs, buttons, callbacks. Native nodes with the paths in them stay."""

    def renew(self, node: Node) -> None:
        """Give a node that an older Unreel made the knobs and buttons that its face has now; those it lost go."""

    def file_changed(self, node: Node, knob: str) -> None:
        """The file of a knob was written anew: forget what is cached of it."""

    def say(self, node: Node, text: str) -> None:
        """Show the node's status line."""

    def ask(self, text: str) -> bool:
        """A question to be answered with yes or no. In batch always yes."""

    def progress(self, title: str) -> Progress:
        """Begin a bar."""

    def later(self, function: Callable[[], bool], seconds: float) -> None:
        """Call it in the host's own thread, every so many seconds while it gives True. In batch: before returning."""

    def undo_step(self, name: str) -> AbstractContextManager[None]:
        """All changes within are one step of undo."""

    def colour(self, node: Node, rgb: tuple[float, float, float]) -> None:
        """Tint the node, 0..1 each, to show its state."""

    def copy(self, text: str) -> None:
        """Put a text onto the clipboard, where there is one."""

    def project_folder(self) -> str | None:
        """Where the artist's script or project is saved; None before that."""


class HostFailed(Exception):
    """The host would not do what it was asked; the text says what, and what to do."""
