"""Nodes of the fake Natron as scripts see them: inputs, user parameters, and parameters as attributes."""

from __future__ import annotations

import re
from typing import Any

from .fake_natron_data import GROUP, Knob, NodeData, siblings
from .fake_natron_params import (
    BooleanParam,
    ButtonParam,
    ChoiceParam,
    DoubleParam,
    FileParam,
    IntParam,
    OutputFileParam,
    PageParam,
    Param,
    PathParam,
    StringParam,
    wrapped,
)
from .fake_natron_values import string
from .natron_plugins import PLUGINS


class Effect:
    """What `createNode` gives: without its parameters as attributes, and never equal to another."""

    def __init__(self, node: NodeData) -> None:
        self._node = node

    def getScriptName(self) -> str:
        return self._node.script_name

    def setScriptName(self, name: str) -> bool:
        """False for a name that is taken, and for any name of an Output."""
        clean = re.sub(r"[^A-Za-z0-9_]", "_", string(name))
        if self._node.plugin == "fr.inria.built-in.Output":
            return False
        if any(other.script_name == clean and other is not self._node for other in siblings(self._node)):
            return False
        self._node.script_name = clean
        return True

    def getLabel(self) -> str:
        return self._node.label

    def setLabel(self, label: str) -> None:
        self._node.label = string(label)

    def getPluginID(self) -> str:
        node = self._node
        return node.app.natron.ids[node.pyplug] if node.pyplug else node.plugin

    def isReaderNode(self) -> bool:
        return self._node.plugin == "fr.inria.built-in.Read"

    def destroy(self, autoReconnect: bool = True) -> None:
        """In batch it only asks what the node computes to end: the node goes when it is destroyed once more."""
        node = self._node
        if node.app.natron.background and not node.ending:
            node.ending = True
            return
        siblings(node).remove(node)
        for other in siblings(node):
            other.inputs = {index: each for index, each in other.inputs.items() if each is not node}

    def getMaxInputCount(self) -> int:
        return len(input_labels(self._node))

    def getInputLabel(self, index: int) -> str:
        return input_labels(self._node)[index]

    def getInput(self, index: int) -> Effect | None:
        assert isinstance(index, int)
        found = self._node.inputs.get(index)
        return Effect(found) if found else None

    def connectInput(self, index: int, source: Effect) -> bool:
        """False where the input is taken, or where both are not in one group."""
        node = self._node
        if index in node.inputs or index >= len(input_labels(node)) or source._node.group is not node.group:
            return False
        node.inputs[index] = source._node
        node.touch(changed=False)
        plugin = PLUGINS.get(node.plugin)
        if plugin is not None and plugin.premult_by_connection:
            changed = node.params.get("premultChanged")
            if changed is None or not changed.value[0]:
                node.params["premult"].value[0] = True
        return True

    def disconnectInput(self, index: int) -> None:
        self._node.inputs.pop(index, None)

    def getParam(self, name: str) -> Param | None:
        knob = self._node.params.get(string(name))
        return wrapped(knob) if knob else None

    def getParams(self) -> list[Param]:
        return [wrapped(knob) for knob in self._node.params.values()]

    def getChildren(self) -> list[Effect]:
        return [Effect(child) for child in self._node.children]

    def getNode(self, name: str) -> Effect | None:
        return next((Effect(child) for child in self._node.children if child.script_name == name), None)

    def setPosition(self, x: float, y: float) -> None:
        float(x), float(y)

    def setColor(self, r: float, g: float, b: float) -> None:
        self._node.color = (float(r), float(g), float(b))

    def setPagesOrder(self, pages: list[str]) -> None:
        self._node.pages = tuple(string(page) for page in pages)

    def refreshUserParamsGUI(self) -> None:
        self._node.shown = True

    def removeParam(self, param: Param) -> bool:
        knob = param._knob
        if not knob.user:
            return False
        del self._node.params[knob.name]
        return True

    def createPageParam(self, name: str, label: str) -> PageParam:
        return user_param(self, name, label, "page", None)

    def createButtonParam(self, name: str, label: str) -> ButtonParam:
        return user_param(self, name, label, "button", None)

    def createStringParam(self, name: str, label: str) -> StringParam:
        return user_param(self, name, label, "text", "")

    def createFileParam(self, name: str, label: str) -> FileParam:
        return user_param(self, name, label, "file", "")

    def createOutputFileParam(self, name: str, label: str) -> OutputFileParam:
        return user_param(self, name, label, "output file", "")

    def createPathParam(self, name: str, label: str) -> PathParam:
        return user_param(self, name, label, "path", "")

    def createBooleanParam(self, name: str, label: str) -> BooleanParam:
        return user_param(self, name, label, "bool", False)

    def createChoiceParam(self, name: str, label: str) -> ChoiceParam:
        return user_param(self, name, label, "choice", 0)

    def createIntParam(self, name: str, label: str) -> IntParam:
        param = user_param(self, name, label, "number", 0, whole=True)
        return param

    def createDoubleParam(self, name: str, label: str) -> DoubleParam:
        return user_param(self, name, label, "number", 0.0)


class NodeField(Effect):
    """`app1.Name1`: parameters and children are attributes. Of a child and a parameter of one name, the child."""

    def __getattr__(self, name: str) -> Any:
        node = self._node
        for child in node.children:
            if child.script_name == name:
                return NodeField(child)
        if name in node.params:
            return wrapped(node.params[name])
        raise AttributeError(f"{node.script_name} has no attribute {name}")


def user_param(effect: Effect, name: str, label: str, kind: str, value: Any, whole: bool = False) -> Any:
    """One that is there already is given where it is of that kind; else None."""
    node = effect._node
    if string(name) != re.sub(r"\W", "_", name):
        raise ValueError(f"{name!r} would be renamed")
    there = node.params.get(name)
    if there is not None:
        return wrapped(there) if there.kind == kind else None
    knob = Knob(name, kind, [value], node, [value], whole=whole, user=True, label=string(label))
    node.params[name] = knob
    return wrapped(knob)


def input_labels(node: NodeData) -> tuple[str, ...]:
    if node.plugin == GROUP:
        return tuple(child.label for child in node.children if child.plugin == "fr.inria.built-in.Input")
    return PLUGINS[node.plugin].inputs
