"""Nodes of a Blender group written as calls: each gives the socket of its result."""

from __future__ import annotations

from typing import Any, Union

import bpy

from . import blender_tree

Value = Union[float, tuple[float, ...], Any]
"""A number, or a socket."""


class Wires:
    """One group under construction. New nodes go into the frame of the step at hand."""

    def __init__(self, tree: Any):
        self.tree = tree
        self.frame: Any = None
        self.column = 0

    def begin(self, label: str) -> None:
        """The nodes to come belong together."""
        self.frame = self.tree.nodes.new("NodeFrame")
        self.frame.label = label
        self.column += 1
        self.count = 0

    def node(self, kind: str) -> Any:
        return self.place(self.tree.nodes.new(kind))

    def place(self, node: Any) -> Any:
        if self.frame is not None:
            node.parent = self.frame
            node.location = (self.column * 420.0 + self.count % 2 * 180, -160.0 * (self.count // 2))
            node.hide = self.count > 40
            self.count += 1
        return node

    def put(self, socket: Any, value: Value) -> None:
        if isinstance(value, bpy.types.NodeSocket):
            self.tree.links.new(value, socket)
        else:
            socket.default_value = value

    def math(self, operation: str, *values: Value) -> Any:
        node = self.node("ShaderNodeMath")
        node.operation = operation
        for socket, value in zip(node.inputs, values):
            self.put(socket, value)
        return node.outputs[0]

    def vector(self, operation: str, *values: Value) -> Any:
        """R, G and B at once. A lone number stands for all three."""
        node = self.node("ShaderNodeVectorMath")
        node.operation = operation
        for socket, value in zip(node.inputs, values):
            self.put(socket, (value,) * 3 if isinstance(value, float) else value)
        return node.outputs[0]

    def channels(self, colour: Any) -> tuple[Any, Any, Any, Any]:
        node = self.node("CompositorNodeSeparateColor")
        self.put(node.inputs[0], colour)
        return tuple(node.outputs[name] for name in ("Red", "Green", "Blue", "Alpha"))

    def alpha(self, colour: Any) -> Any:
        return self.channels(colour)[3]

    def colour(self, red: Value, green: Value, blue: Value, alpha: Value) -> Any:
        node = self.node("CompositorNodeCombineColor")
        for name, value in zip(("Red", "Green", "Blue", "Alpha"), (red, green, blue, alpha)):
            self.put(node.inputs[name], value)
        return node.outputs[0]

    def with_alpha(self, rgb: Any, alpha: Value) -> Any:
        node = self.place(blender_tree.replace_alpha(self.tree))
        self.put(node.inputs["Image"], rgb)
        self.put(node.inputs["Alpha"], alpha)
        return node.outputs[0]

    def place_at(self, x: Value, y: Value) -> Any:
        """A place for Map UV; its third number is an alpha there."""
        node = self.node("ShaderNodeCombineXYZ")
        for socket, value in zip(node.inputs, (x, y, 1.0)):
            self.put(socket, value)
        return node.outputs[0]

    def reroute(self, name: str, source: Any) -> Any:
        node = self.node("NodeReroute")
        node.name = node.label = name
        self.put(node.inputs[0], source)
        return node.outputs[0]
