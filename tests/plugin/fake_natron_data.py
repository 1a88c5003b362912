"""What the fake Natron holds; scripts only get wrappers of it."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .fake_natron import FakeNatron

GROUP = "fr.inria.built-in.Group"


@dataclass(eq=False)
class Knob:
    """A parameter itself; scripts only get wrappers of it."""

    name: str
    kind: str
    """bool, text, choice, number, button, page, file, output file, path."""
    value: Any
    node: NodeData
    default: Any = None
    options: list[str] = field(default_factory=list)
    low: float = -math.inf
    high: float = math.inf
    whole: bool = False
    dimensions: int = 1
    user: bool = False
    label: str = ""
    visible: bool = True
    enabled: bool = True
    text_type: str = "default"
    expressions: dict[int, str] = field(default_factory=dict)
    masters: dict[int, tuple[Knob, int]] = field(default_factory=dict)
    """What a dimension is linked to."""
    evaluates: bool = True
    animates: bool = True
    help: str = ""
    children: list[Knob] = field(default_factory=list)
    sequence: bool = False
    reloaded: int = 0


@dataclass(eq=False)
class NodeData:
    plugin: str
    script_name: str
    app: AppData
    group: NodeData | None
    label: str = ""
    params: dict[str, Knob] = field(default_factory=dict)
    inputs: dict[int, NodeData] = field(default_factory=dict)
    children: list[NodeData] = field(default_factory=list)
    color: tuple[float, float, float] = (0.5, 0.5, 0.5)
    pyplug: str | None = None
    """The module that makes its inside, unless it was converted to a plain group."""
    module: str | None = None
    shown: bool = False
    pages: tuple[str, ...] = ()
    changes: int = 0
    cached_as: str = ""
    """Its script name when it was last changed."""
    ending: bool = False
    """It was destroyed once, in batch."""

    def touch(self, changed: bool = True) -> None:
        """Something changed, or was connected."""
        self.changes += changed
        self.cached_as = self.script_name

    def cache_key(self) -> tuple[Any, ...]:
        """By which Natron keeps what a node rendered: not by its file, its values, or the group it is in."""
        inputs = tuple((index, source.cache_key()) for index, source in sorted(self.inputs.items()))
        return (self.cached_as, self.changes, inputs)


@dataclass(eq=False)
class AppData:
    natron: FakeNatron
    nodes: list[NodeData] = field(default_factory=list)
    creating: int = 0
    rendered: list[tuple[str, int]] = field(default_factory=list)
    script_editor: list[str] = field(default_factory=list)
    project: str = ""
    bounds: tuple[int, int] = (1, 3)


def siblings(node: NodeData) -> list[NodeData]:
    return node.group.children if node.group else node.app.nodes
