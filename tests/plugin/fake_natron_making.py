"""How the fake Natron makes a node: native, by a PyPlug, or from a saved project."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

from .fake_natron_data import GROUP, AppData, Knob, NodeData, siblings
from .fake_natron_nodes import Effect, NodeField
from .natron_plugins import PLUGINS, Choices, Limited

if TYPE_CHECKING:
    from .fake_natron_app import App

EVERY_NODE = {"disableNode": False, "nodeLabel": "", "hideInputs": False, "forceCaching": False}


def new_node(data: AppData, plugin: str, group: Effect | None, label: str = "") -> NodeData:
    parent = group._node if group is not None else None
    taken = {node.script_name for node in (parent.children if parent else data.nodes)}
    stem = label or plugin.rpartition(".")[2]
    name = next(f"{stem}{n}" for n in itertools.count(1) if f"{stem}{n}" not in taken)
    node = NodeData(plugin, name, data, parent, name)
    siblings(node).append(node)
    node.touch(changed=False)
    for each, default in {**EVERY_NODE, **(PLUGINS[plugin].params if plugin in PLUGINS else {})}.items():
        node.params[each] = own_knob(node, each, default)
    node.params["onParamChanged"] = own_knob(node, "onParamChanged", "")
    if plugin == GROUP:
        for button in ("convertToGroup", "exportAsPyPlug"):
            node.params[button] = Knob(button, "button", [None], node, visible=False)
    return node


def own_knob(node: NodeData, name: str, default: Any) -> Knob:
    if isinstance(default, Choices):
        return Knob(name, "choice", [default.default], node, [default.default], list(default.options))
    if isinstance(default, Limited):
        values = list(default.default)
        return Knob(
            name, "number", values, node, list(values), [], default.low, default.high, default.whole, len(values)
        )
    kind = "bool" if isinstance(default, bool) else "file" if name == "filename" else "text"
    return Knob(name, kind, [default], node, [default])


def run_pyplug(app: App, node: NodeData) -> bool:
    natron = app._data.natron
    app._data.creating += 1
    try:
        assert node.module is not None
        natron.modules[node.module].createInstance(app, NodeField(node))
    except Exception as error:
        natron.stderr.append(f"{type(error).__name__}: {error}")
        return False
    finally:
        app._data.creating -= 1
    return True


def copy_node(data: AppData, node: NodeData, group: NodeData | None) -> NodeData:
    new = NodeData(node.plugin, node.script_name, data, group, node.label, pyplug=node.pyplug, module=node.module)
    siblings(new).append(new)
    new.params = {
        name: Knob(**{**knob.__dict__, "node": new, "value": list(knob.value)}) for name, knob in node.params.items()
    }
    for knob in new.params.values():
        knob.masters = {at: (group.params[of.name], each) for at, (of, each) in knob.masters.items() if group}
    twins = {id(child): copy_node(data, child, new) for child in node.children}
    for child in node.children:
        twins[id(child)].inputs = {index: twins[id(source)] for index, source in child.inputs.items()}
    return new


def load_values(node: NodeData, saved: NodeData) -> None:
    for name, knob in saved.params.items():
        if name in node.params:
            node.params[name].value = list(knob.value)
