"""The group that a node of ours is: its tree and its sockets."""

from __future__ import annotations

from typing import Any

import bpy

from ..face import NodeFace
from . import blender_tree
from .blender_keys import COLOUR


def make_node(tree: Any, face: NodeFace) -> Any:
    """A new node without an inside yet."""
    group = bpy.data.node_groups.new(f"Unreel {face.label}", blender_tree.LINKED)
    fit_sockets(group, face)
    node = tree.nodes.new("CompositorNodeGroup")
    node.node_tree = group
    node.name = node.label = f"Unreel {face.label}"
    node.width = 200
    node.unreel.kind, node.unreel.version = face.id, face.version
    return node


def fit_sockets(group: Any, face: NodeFace) -> None:
    """Those of the face, in its order; what is there already keeps its wires."""
    wanted = [("INPUT", port.label) for port in face.inputs] + [("OUTPUT", port.label) for port in face.outputs]
    there = {(item.in_out, item.name): item for item in group.interface.items_tree}
    for key, item in there.items():
        if key not in wanted:
            group.interface.remove(item)
    for kind, label in wanted:
        if (kind, label) not in there:
            socket = group.interface.new_socket(label, in_out=kind, socket_type=COLOUR)
            socket.default_value = (0.0, 0.0, 0.0, 0.0)  # nothing, where nothing is connected


def own_tree(node: Any) -> Any:
    """Its tree; of a node that was duplicated a copy, so that what is done to one leaves the other alone."""
    if node.node_tree.users > 1:
        node.node_tree = node.node_tree.copy()
    return node.node_tree
