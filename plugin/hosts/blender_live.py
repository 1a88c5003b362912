"""The inside of a node: the neutral graph's steps as Blender's own compositor nodes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ..exr_header import Header, NoHeader, read_header
from ..nodes.graph import Step, read
from ..nodes.ops import CHANNELS
from . import blender_files
from .blender_canvas import canvas_group
from .blender_keys import Canvas, canvas_of, taps_group, weights_group
from .blender_wires import Wires

KNOB = "unreel_follows"
"""Custom property of what `follow` sets: the knob that it follows."""
NOWHERE = Canvas((1, 1), (1, 1), (0, 0))
"""Where there is no canonical yet, nothing is resampled."""
CANONICAL = read("canvas", "live_canonical")
E_NUMBER = 2.718281828459045


def fill(
    tree: Any,
    steps: Sequence[Step],
    files: Mapping[str, str],
    knobs: Mapping[str, float],
    labels: Mapping[str, str],
    shift: int = 0,
) -> None:
    """Make a group's inside anew; its sockets stay.

    knobs: for a choice knob the place of its value, for others the number. labels: port -> its socket. shift: see
    `blender_files`.
    """
    tree.nodes.clear()
    wires = Wires(tree)
    inside = Inside(wires, files, knobs, labels, shift, canvas_at(files.get("live_canonical")))
    for step in steps:
        wires.begin(step.name)
        inside.made[step.name] = inside.make(step)
    wires.begin("output")
    end = wires.node("NodeGroupOutput")
    wires.put(end.inputs[0], inside.made[steps[-1].name])


def follow(tree: Any, knob: str, value: float) -> None:
    """After a knob has changed: what it chooses, or scales."""
    for node in list(tree.nodes):
        if node.get(KNOB) != knob:
            continue
        if node.bl_idname == "NodeReroute":
            tree.links.new(tree.nodes[f"{node.name}.{int(value)}"].outputs[0], node.inputs[0])
        elif node.bl_idname == "ShaderNodeVectorMath":
            node.inputs[1].default_value = (value,) * 3
        elif node.bl_idname == "ShaderNodeMath":
            node.inputs[1].default_value = value


def forget_knobs(tree: Any) -> None:
    """What stays are plain nodes."""
    for node in tree.nodes:
        for name in (KNOB, blender_files.OURS):
            if name in node:
                del node[name]


def canvas_at(path: str | None) -> Canvas:
    header = header_at(path)
    return NOWHERE if header is None else canvas_of(header)


def header_at(path: str | None) -> Header | None:
    """None where there is no EXR, or none that can be read."""
    try:
        return read_header(Path(path)) if path else None
    except (OSError, NoHeader):
        return None


class Inside:
    """Step by step; `made` has the socket of each."""

    def __init__(
        self,
        wires: Wires,
        files: Mapping[str, str],
        knobs: Mapping[str, float],
        labels: Mapping[str, str],
        shift: int,
        canvas: Canvas,
    ) -> None:
        self.wires, self.files, self.knobs, self.labels = wires, files, knobs, labels
        self.shift, self.canvas = shift, canvas
        self.made: dict[str, Any] = {}
        self.weights: dict[str, Any] = {}
        self.entry = wires.node("NodeGroupInput")

    def make(self, step: Step) -> Any:
        if step.op == "input":
            return self.port(str(step.params["port"]))
        if step.op == "read":
            return blender_files.read_node(self.wires, step, self.files, self.shift)
        if step.op == "switch":
            return self.switch(step)
        inputs = [self.made[name] for name in step.inputs]
        if step.op == "stmap":
            return self.stmap(inputs[0], step.inputs[1])
        if step.op == "scale":
            return self.scale(inputs[0], str(step.params["knob"]))
        if step.op == "floor":
            return self.floor(inputs[0], str(step.params["knob"]))
        if step.op in MERGES:
            return merged(self.wires, MERGES[step.op], inputs[0], inputs[1], str(step.params[CHANNELS]))
        return ONE[step.op](self.wires, inputs[0], step.params)

    def port(self, name: str) -> Any:
        """What comes in; a texture onto the canonical, where there is one."""
        socket = self.entry.outputs[self.labels[name]]
        if name != "texture" or self.canvas is NOWHERE:
            return socket
        node = self.wires.node("CompositorNodeGroup")
        node.node_tree = canvas_group(self.canvas)
        self.wires.put(node.inputs["Image"], socket)
        self.wires.put(node.inputs["Canvas"], blender_files.read_node(self.wires, CANONICAL, self.files, self.shift))
        return node.outputs["Image"]

    def switch(self, step: Step) -> Any:
        """All that it may be ends in a dot, and one of them is wired on: what is not chosen costs nothing."""
        ends = [self.wires.reroute(f"{step.name}.{i}", self.made[name]) for i, name in enumerate(step.inputs)]
        knob = str(step.params["knob"])
        chosen = self.wires.reroute(step.name, ends[int(self.knobs[knob])])
        chosen.node[KNOB] = knob
        return chosen

    def scale(self, picture: Any, knob: str) -> Any:
        by = float(self.knobs[knob])
        rgb = self.wires.vector("MULTIPLY", picture, by)
        alpha = self.wires.math("MULTIPLY", self.wires.alpha(picture), by)
        for socket in (rgb, alpha):
            socket.node[KNOB] = knob
        return self.wires.with_alpha(rgb, alpha)

    def floor(self, picture: Any, knob: str) -> Any:
        rgb = self.wires.vector("MAXIMUM", picture, float(self.knobs[knob]))
        rgb.node[KNOB] = knob
        return self.wires.with_alpha(rgb, self.wires.alpha(picture))

    def stmap(self, picture: Any, map_name: str) -> Any:
        """The weights of a map are the same for all that is resampled by it."""
        if map_name not in self.weights:
            node = self.wires.node("CompositorNodeGroup")
            node.node_tree = weights_group(self.canvas)
            self.wires.put(node.inputs["Map"], self.made[map_name])
            self.weights[map_name] = node
        taps = self.wires.node("CompositorNodeGroup")
        taps.node_tree = taps_group(self.canvas)
        self.wires.put(taps.inputs["Image"], picture)
        for name in ("First", "Across", "Down"):
            self.wires.put(taps.inputs[name], self.weights[map_name].outputs[name])
        return taps.outputs["Image"]


MERGES: dict[str, Callable[[Wires, Callable[..., Any], Any, Any, Any, Any], Any]] = {
    "over": lambda wires, do, a, b, alpha_a, _: do("MULTIPLY_ADD", b, wires.math("SUBTRACT", 1.0, alpha_a), a),
    "in": lambda wires, do, a, b, _, alpha_b: do("MULTIPLY", alpha_b, a),
    "out": lambda wires, do, a, b, _, alpha_b: do("MULTIPLY", wires.math("SUBTRACT", 1.0, alpha_b), a),
    "plus": lambda wires, do, a, b, *_: do("ADD", b, a),
    "from": lambda wires, do, a, b, *_: do("SUBTRACT", b, a),
    "multiply": lambda wires, do, a, b, *_: do("MULTIPLY", b, a),
    "difference": lambda wires, do, a, b, *_: do("ABSOLUTE", do("SUBTRACT", b, a)),
    "copy": lambda wires, do, a, b, *_: a,
}
"""B first, where it can be: in Blender a result has the size of the first picture that comes in."""


def merged(wires: Wires, merge: Callable[..., Any], a: Any, b: Any, channels: str) -> Any:
    alpha_a, alpha_b = wires.alpha(a), wires.alpha(b)
    rgb = merge(wires, wires.vector, a, b, alpha_a, alpha_b) if channels in ("rgba", "rgb") else b
    alpha = merge(wires, wires.math, alpha_a, alpha_b, alpha_a, alpha_b) if channels in ("rgba", "alpha") else alpha_b
    return wires.with_alpha(rgb, alpha)


def by_channel(wires: Wires, picture: Any, change: Callable[[Any], Any]) -> Any:
    red, green, blue, alpha = wires.channels(picture)
    return wires.colour(change(red), change(green), change(blue), alpha)


def shape(wires: Wires, picture: Any, params: Mapping[str, Any]) -> Any:
    knee = float(params["knee"])

    def one(x: Any) -> Any:
        light = wires.math("MULTIPLY_ADD", wires.math("MAXIMUM", x, 0.0), 1 / knee, 1.0)
        dark = wires.math("MULTIPLY", wires.math("MINIMUM", x, 0.0), 1 / knee)
        return wires.math("ADD", wires.math("LOGARITHM", light, E_NUMBER), dark)

    return by_channel(wires, picture, one)


def unshape(wires: Wires, picture: Any, params: Mapping[str, Any]) -> Any:
    knee = float(params["knee"])

    def one(y: Any) -> Any:
        light = wires.math("SUBTRACT", wires.math("EXPONENT", wires.math("MAXIMUM", y, 0.0)), 1.0)
        return wires.math("MULTIPLY", wires.math("ADD", light, wires.math("MINIMUM", y, 0.0)), knee)

    return by_channel(wires, picture, one)


def something(wires: Wires, picture: Any, params: Mapping[str, Any]) -> Any:
    red, green, blue, _ = wires.channels(picture)
    total = wires.math("ADD", wires.math("ADD", red, green), blue)
    over = wires.math("MULTIPLY", wires.math("SUBTRACT", total, float(params["least"])), float(params["slope"]))
    there = wires.math("MINIMUM", wires.math("MAXIMUM", over, 0.0), 1.0)
    return wires.colour(there, there, there, there)


def white(wires: Wires, picture: Any, params: Mapping[str, Any]) -> Any:
    one = wires.math("MULTIPLY_ADD", wires.alpha(picture), 0.0, 1.0)
    return wires.colour(one, one, one, one)


def invert(wires: Wires, picture: Any, params: Mapping[str, Any]) -> Any:
    return wires.with_alpha(wires.vector("MULTIPLY_ADD", picture, -1.0, 1.0), wires.alpha(picture))


def clamp_alpha(wires: Wires, picture: Any, params: Mapping[str, Any]) -> Any:
    alpha = wires.math("MINIMUM", wires.math("MAXIMUM", wires.alpha(picture), 0.0), 1.0)
    return wires.with_alpha(picture, alpha)


ONE: dict[str, Callable[[Wires, Any, Mapping[str, Any]], Any]] = {
    "white": white,
    "invert": invert,
    "clamp_alpha": clamp_alpha,
    "any": something,
    "shape": shape,
    "unshape": unshape,
}
