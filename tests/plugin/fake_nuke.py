"""A Nuke that knows what the nodes may ask of it and raises on anything else.

Node classes, their knobs, kinds and values are as Nuke 17.0v3 lists them; test_nuke_contract.py holds the Python names
against the stubs of Nuke's module. `limited` is an edition whose Python is shown ten nodes of a graph.
"""

from __future__ import annotations

import re
import time
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .fake_nuke_interface import Menu, ProgressTask, Undo
from .fake_nuke_knobs import (
    Array_Knob,
    Boolean_Knob,
    Double_Knob,
    Enumeration_Knob,
    EvalString_Knob,
    File_Knob,
    Int_Knob,
    Knob,
    PyScript_Knob,
    String_Knob,
    Tab_Knob,
)
from .fake_nuke_nodes import Group, Node, Nodes, Root
from .nk_parser import Parsed, parse


class FakeNuke:
    """`module` is what is imported as `nuke`; the rest is for tests."""

    def __init__(self, window: bool = True, limited: bool = False) -> None:
        self.window, self.limited = window, limited
        self.told: list[tuple[str, str]] = []
        self.undo: list[list[str]] = []
        self.step: list[str] | None = None
        self.undisturbed = 0
        self.executed: list[str] = []
        self.rendered: list[tuple[str, int, dict[str, Any]]] = []
        self.fails: str | None = None
        self.cancelled, self.answer = False, True
        self.now = 1
        self.this: Node | None = None
        self.selected: list[Node] = []
        self.menus = {"Nodes": Menu(self, "Nodes"), "Nuke": Menu(self, "Nuke")}
        self.created: list[tuple[Callable[[], None], str]] = []
        self.watching: list[tuple[Callable[[], None], str]] = []
        self.this_knob: Knob | None = None
        self.pressing: Knob | None = None
        self.main_thread_calls = 0
        self.module = self._module()
        self.graphs: list[Group] = []
        self.root = Root(self)
        self.graphs.append(self.root)

    def need_window(self, name: str) -> None:
        if not self.window:
            raise RuntimeError(f"Invalid function call in non-gui mode: {name}")

    def changed(self, what: str, unseen: bool = False) -> None:
        if self.undisturbed or unseen or not self.graphs:
            return
        self.undo.append([what]) if self.step is None else self.step.append(what)

    def tell_changed(self, node: Node, knob: Knob) -> None:
        """Nuke tells of what Python sets too."""
        for call, kind in self.watching:
            before, self.this, self.this_knob = self.this, node, knob
            call() if kind == node.Class() else None
            self.this = before

    def tcl(self, node: Node, command: str) -> str:
        """Of TCL only `value` is known, of the node above or the root."""
        match = re.fullmatch(r"value (parent|root)\.(\w+)", command)
        if not match:
            raise RuntimeError(f'invalid command name "{command}"')
        above = self.root if match[1] == "root" else node.parent()
        assert above is not None
        held = above[match[2]]
        return (held.evaluate() or "") if isinstance(held, EvalString_Knob) else str(held.value())

    def make(self, nuke_class: str) -> Node:
        graph = self.graphs[-1]
        node = Group(self, "Group", graph) if nuke_class == "Group" else Node(self, nuke_class, graph)
        graph._inside.append(node)
        self.changed(f"new {node.name()}")
        return node

    def read(self, parsed: Parsed, known: dict[int, Node], layers: dict[str, list[str]]) -> None:
        node = self.make(parsed.nuke_class)
        known[id(parsed)] = node
        for name, held in parsed.knobs.items():
            self.hold(node, name, held, layers)
        node.setName(parsed.name)
        for index, above in enumerate(parsed.inputs):
            node.setInput(index, None if above is None else known[id(above)])
        if parsed.user_knobs:
            raise RuntimeError("user knobs are not read from text here")

    def hold(self, node: Node, name: str, held: str, layers: dict[str, list[str]]) -> None:
        knob = node[name]
        expression = re.fullmatch(r"\{(?:\"min\()?parent\.(\w+)(?:, 0\)\")?\}", held)
        if expression:
            assert node.parent() is not None
            node.parent()[expression[1]]
            if not isinstance(knob, Array_Knob):
                raise RuntimeError(f"{name} takes no expression")
            return
        for layer in set(re.findall(r"\b([a-z]+)\.(?:red|green|blue|alpha)\b", held)) - {"rgba", *layers}:
            raise RuntimeError(f"{name}: there is no layer {layer}")
        if type(knob) is Array_Knob:
            knob.setValue(float(held))
        elif isinstance(knob, Boolean_Knob):
            knob.setValue({"true": True, "false": False}[held])
        else:
            knob.setValue(held)

    def _module(self) -> types.ModuleType:
        nuke = types.ModuleType("nuke")
        nuke.GUI = self.window
        nuke.NUKE_VERSION_STRING = "16.0v1"
        nuke.INVISIBLE, nuke.READ_ONLY, nuke.NO_UNDO, nuke.STARTLINE, nuke.NO_ANIMATION = 1, 2, 4, 8, 16
        for kind in (String_Knob, File_Knob, Int_Knob, Double_Knob, Boolean_Knob, Enumeration_Knob, Tab_Knob):
            setattr(nuke, kind.__name__, kind)
        nuke.PyScript_Knob = PyScript_Knob
        for kind in (Undo, ProgressTask):
            setattr(nuke, kind.__name__, type(kind.__name__, (kind,), {"_nuke": self}))
        nuke.nodes = Nodes(self)
        for name in (
            "root thisNode createNode delete scriptReadText execute message ask getInput tprint menu addOnCreate "
            "addKnobChanged selectedNodes executeInMainThreadWithResult pluginAddPath thisKnob exists"
        ).split():
            setattr(nuke, name, getattr(self, f"_{name}"))
        return nuke

    def _root(self) -> Root:
        return self.root

    def _thisNode(self) -> Node:
        assert self.this is not None, "nothing is pressed"
        return self.this

    def _createNode(self, typ: str, knobs: str = "", inpanel: bool = True) -> Node:
        self.need_window("createNode")
        node = self.make(typ)
        if typ == "Group":  # Nuke's own has something inside
            with node:
                self.make("Output").setInput(0, self.make("Input"))
        if self.selected:
            node.setInput(0, self.selected[-1])
        return node

    def _delete(self, n: Node) -> None:
        assert n.parent() is not None
        n.parent()._inside.remove(n)
        self.changed(f"delete {n.name()}")

    def _scriptReadText(self, s: str) -> None:
        script = parse(s)
        known: dict[int, Node] = {}
        for parsed in script.nodes:
            self.read(parsed, known, script.layers)

    def _execute(self, nameOrNode: Node, start: int, end: int) -> None:
        if self.fails is not None:
            raise RuntimeError(self.fails)
        if nameOrNode.parent() is not self.graphs[-1]:
            raise RuntimeError(f"{nameOrNode.name()} is in another graph than the current one")
        held = {name: knob.value() for name, knob in nameOrNode.knobs().items()}
        for self.now in range(start, end + 1):
            self.rendered.append((nameOrNode.input(0).name(), self.now, held))
            path = Path(nameOrNode["file"].evaluate())
            if held["create_directories"]:
                path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"what Nuke wrote")
        self.now = 1

    def _message(self, prompt: str) -> None:
        self.need_window("message")
        self.told.append(("message", prompt))

    def _ask(self, prompt: str) -> bool:
        self.need_window("ask")
        self.told.append(("ask", prompt))
        return self.answer

    def _getInput(self, prompt: str, default: str) -> str:
        self.need_window("getInput")
        self.told.append(("input", default))
        return default

    def _tprint(self, *args: Any) -> None:
        self.told.append(("print", " ".join(map(str, args))))

    def _menu(self, name: str) -> Menu:
        self.need_window("menu")
        return self.menus[name]

    def _addOnCreate(self, call: Callable[[], None], nodeClass: str = "*") -> None:
        self.created.append((call, nodeClass))

    def _addKnobChanged(self, call: Callable[[], None], nodeClass: str = "*") -> None:
        self.watching.append((call, nodeClass))

    def _thisKnob(self) -> Knob:
        assert self.this_knob is not None, "no knob is changed"
        return self.this_knob

    def _exists(self, s: str) -> bool:
        return any(node.fullName() == s for node in self.root._inside)

    def _selectedNodes(self, filter: str) -> list[Node]:
        return [node for node in self.selected if node.Class() == filter]

    def _executeInMainThreadWithResult(self, call: Callable[[], Any]) -> Any:
        self.need_window("executeInMainThreadWithResult")
        self.main_thread_calls += 1
        while self.pressing is not None:
            time.sleep(0.001)  # the main thread is in a button
        return call()

    def _pluginAddPath(self, args: str) -> None:
        self.told.append(("path", args + ""))
