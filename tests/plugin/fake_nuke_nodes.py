"""Nodes of the fake Nuke: knobs, inputs, and groups with what is inside them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from .fake_nuke_classes import EVERY_NODE, INPUTS, KNOBS
from .fake_nuke_knobs import Knob, made

if TYPE_CHECKING:
    from .fake_nuke import FakeNuke


class Node:
    def __init__(self, nuke: FakeNuke, nuke_class: str, parent: Group | None) -> None:
        if nuke_class not in KNOBS:
            raise RuntimeError(f"{nuke_class}: Unknown command")
        self._nuke, self._class, self._parent = nuke, nuke_class, parent
        self._inputs: dict[int, Node] = {}
        self._knobs: dict[str, Knob] = {}
        for name, kind in {**EVERY_NODE, **KNOBS[nuke_class]}.items():
            self._give(made(name, kind))
        if parent is not None:
            self.setName(f"{nuke_class}1")

    def _give(self, knob: Knob) -> None:
        knob._on = self
        self._knobs[knob.name()] = knob

    def Class(self) -> str:
        return self._class

    def name(self) -> str:
        return self._knobs["name"]._held

    def fullName(self) -> str:
        above = self._parent
        return self.name() if above is None or above._parent is None else f"{above.fullName()}.{self.name()}"

    def setName(self, name: str, uncollide: bool = True) -> None:
        taken = {node.name() for node in self._parent._inside if node is not self} if self._parent else set()
        base, number = name.rstrip("0123456789"), 1
        while uncollide and name in taken:
            name, number = f"{base}{number}", number + 1
        self._knobs["name"]._held = name
        self._nuke.changed(f"{self.name()}.name")

    def parent(self) -> Group | None:
        return self._parent

    def knobs(self) -> dict[str, Knob]:
        return dict(self._knobs)

    def __getitem__(self, name: str) -> Knob:
        if name not in self._knobs:
            raise NameError(f"knob {name} does not exist")
        return self._knobs[name]

    def addKnob(self, knob: Knob) -> None:
        if knob.name() in self._knobs:
            raise ValueError(f"there is a knob {knob.name()} already")
        self._give(knob)
        self._nuke.changed(f"{self.name()} gets {knob.name()}")

    def removeKnob(self, knob: Knob) -> None:
        if knob.name() in EVERY_NODE or self._knobs.get(knob.name()) is not knob:
            raise ValueError(f"{knob.name()} is no user knob")
        if self._nuke.pressing is knob:
            raise RuntimeError(f"Nuke crashes: {knob.name()} is removed while it is pressed")
        del self._knobs[knob.name()]
        self._nuke.changed(f"{self.name()} loses {knob.name()}")

    def input(self, index: int) -> Node | None:
        return self._inputs.get(index)

    def setInput(self, index: int, node: Node | None) -> bool:
        if index >= INPUTS.get(self._class, 2):
            raise ValueError(f"{self._class} has no input {index}")
        self._inputs.pop(index, None)
        if node is not None:
            self._inputs[index] = node
        return True


class Group(Node):
    def __init__(self, nuke: FakeNuke, nuke_class: str = "Group", parent: Group | None = None) -> None:
        self._inside: list[Node] = []
        super().__init__(nuke, nuke_class, parent)

    def begin(self) -> Group:
        self._nuke.graphs.append(self)
        return self

    def end(self) -> None:
        assert self._nuke.graphs.pop() is self

    def __enter__(self) -> Group:
        return self.begin()

    def __exit__(self, *error: object) -> None:
        self.end()

    def numNodes(self) -> int:
        return len(self._inside)

    def nodes(self) -> list[Node]:
        return self._inside[: 10 if self._nuke.limited else None]

    def node(self, name: str) -> Node | None:
        return next((node for node in self.nodes() if node.name() == name), None)


class Root(Group):
    def __init__(self, nuke: FakeNuke) -> None:
        super().__init__(nuke, "Root")
        for name, kind in {"first_frame": "number", "last_frame": "number", "project_directory": "file"}.items():
            self._give(made(name, kind))
        self["first_frame"]._held, self["last_frame"]._held = 1.0, 100.0


class Nodes:
    """`nuke.nodes.Write(inputs=[...])`."""

    def __init__(self, nuke: FakeNuke) -> None:
        self._nuke = nuke

    def __getattr__(self, nuke_class: str) -> Callable[..., Node]:
        def make(inputs: Sequence[Node] = ()) -> Node:
            node = self._nuke.make(nuke_class)
            for index, above in enumerate(inputs):
                node.setInput(index, above)
            return node

        return make
