"""The four nodes as the panel holds them: their knobs, what they say, and the files they show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from unreel.plugin.face import Knob, Value, read_face
from unreel.plugin.nodes.host import VERSION_KNOB
from unreel.plugin.nodes.status import IDLE

PAGE_OF = {"train": "train", "canonical_export": "canonical", "texture_import": "paint", "propagate": "propagate"}
"""Where a node's errors belong."""


@dataclass
class NodeState:
    id: str
    knobs: dict[str, Value]
    tint: tuple[float, float, float] = IDLE
    """Its state as a colour, of `plugin.nodes.status`."""
    files: dict[str, str] = field(default_factory=dict)
    """File knob -> path, for those that the node reads now."""
    fraction: float | None = None
    """How far its job is, 0..1; None where none is followed."""
    is_cancelled: bool = False
    """The artist asked the job that is followed to stop."""

    @property
    def status(self) -> str:
        return str(self.knobs.get("status") or "")

    def to_json(self) -> dict[str, Any]:
        """The knobs that are not at their default."""
        defaults = default_knobs(self.id)
        return {name: value for name, value in self.knobs.items() if value != defaults.get(name)}


def make_node(id: str, kept: Mapping[str, Any] | None = None) -> NodeState:
    """Knobs at the defaults of the face, then as they were kept; what the face does not know any more is left out."""
    face = read_face().node(id)
    knobs = default_knobs(id)
    for knob in face.knobs:
        if kept and knob.name in kept:
            knobs[knob.name] = as_value(knob, kept[knob.name])
    return NodeState(id, knobs)


def default_knobs(id: str) -> dict[str, Value]:
    face = read_face().node(id)
    # The way from the graph is for hosts that have one.
    own: dict[str, Value] = {"source": "file"} if id == "texture_import" else {}
    return {**{knob.name: knob.default for knob in face.knobs}, **own, VERSION_KNOB: face.version}


def as_value(knob: Knob, value: Any) -> Value:
    """JSON has lists where knobs have tuples."""
    if isinstance(value, list):
        return tuple(value)
    return knob.default if isinstance(value, dict) else value
