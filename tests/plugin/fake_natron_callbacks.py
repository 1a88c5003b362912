"""Python of a node in the fake Natron: expressions of its parameters, and what it calls when one is changed."""

from __future__ import annotations

import inspect
from typing import Any

from .fake_natron_app import App
from .fake_natron_data import Knob
from .fake_natron_nodes import NodeField


def evaluated(knob: Knob, expression: str) -> Any:
    group = knob.node.group
    return eval(expression, {"thisGroup": NodeField(group) if group else None, "thisNode": NodeField(knob.node)})


def call_back(knob: Knob, user_edited: bool) -> None:
    """`onParamChanged` of the node, found by its name; what goes wrong is printed, never raised."""
    node = knob.node
    name = node.params["onParamChanged"].value[0] if "onParamChanged" in node.params else ""
    if not name or knob.name == "onParamChanged":
        return
    natron = node.app.natron
    try:
        module, _, function = name.partition(".")
        called = getattr(natron.modules[module], function)
        signature = inspect.getargspec(called)  # type: ignore[attr-defined]
    except Exception as error:
        natron.stderr.append(f"Failed to get signature of onParamChanged callback: {error}")
        return
    wanted = ["thisParam", "thisNode", "thisGroup", "app", "userEdited"]
    if list(signature[0]) != wanted or signature[1] is not None or signature[2] is not None:
        natron.stderr.append(f"Wrong signature of onParamChanged callback: {signature}")
        return
    field_of = NodeField(node)
    try:
        this = getattr(field_of, knob.name)
    except AttributeError:
        return
    try:
        called(this, field_of, NodeField(node.group) if node.group else App(node.app), App(node.app), user_edited)
    except Exception as error:
        natron.stderr.append(f"Failed to execute onParamChanged callback: {error}")
