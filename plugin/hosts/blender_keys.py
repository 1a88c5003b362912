"""Catmull-Rom resampling by an ST map with nodes that Blender has: 16 nearest pixels, weighted.

Of Map UV's own filters Anisotropic blurs, Bicubic is a B-spline, which blurs too, and Bilinear is 5.0's alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import bpy

from ..exr_header import Header
from . import blender_tree
from .blender_wires import Wires

COLOUR, VECTOR = "NodeSocketColor", "NodeSocketVector"


@dataclass(frozen=True)
class Canvas:
    """How the map's 0..1, of the display window, lies on a picture's own pixels, from the bottom left."""

    size: tuple[int, int]
    display: tuple[int, int]
    offset: tuple[int, int]
    """Of the display window in the picture."""


def canvas_of(header: Header) -> Canvas:
    data, display = header.data, header.display
    below = data.y + data.height - (display.y + display.height)
    return Canvas((data.width, data.height), (display.width, display.height), (display.x - data.x, below))


def weights_group(canvas: Canvas) -> Any:
    """Map -> the place of the first of 4 by 4 pixels, and four weights across and four down."""
    (width, height), (across, down), (left, below) = canvas.size, canvas.display, canvas.offset
    name = f"Unreel Keys Weights {width}x{height} {across}x{down} {left} {below}"
    there = bpy.data.node_groups.get(name)
    if there is not None:
        return there
    tree, wires = new_group(name, {"Map": COLOUR}, {"First": VECTOR, "Across": COLOUR, "Down": COLOUR})
    entry, end = tree.nodes["Group Input"], tree.nodes["Group Output"]
    u, v, _, _ = wires.channels(entry.outputs["Map"])
    firsts = []
    for name, at, display, size, offset in (("Across", u, across, width, left), ("Down", v, down, height, below)):
        pixel = wires.math("MULTIPLY_ADD", at, float(display), offset - 0.5)
        whole = wires.math("FLOOR", pixel)
        part = wires.math("SUBTRACT", pixel, whole)
        wires.put(end.inputs[name], wires.colour(*keys_weights(wires, part)))
        firsts.append(wires.math("MULTIPLY", wires.math("SUBTRACT", whole, 0.5), 1 / size))
    wires.put(end.inputs["First"], wires.place_at(*firsts))
    return tree


def keys_weights(wires: Wires, t: Any) -> tuple[Any, Any, Any, Any]:
    """Of the pixels at -1, 0, 1, 2 for a place t in 0..1: Keys 1981, a = -1/2, by Horner."""

    def by(cubic: float, square: float, linear: float, constant: float) -> Any:
        inner = wires.math("MULTIPLY_ADD", wires.math("MULTIPLY_ADD", t, cubic, square), t, linear)
        return wires.math("MULTIPLY_ADD", inner, t, constant)

    return by(-0.5, 1.0, -0.5, 0.0), by(1.5, -2.5, 0.0, 1.0), by(-1.5, 2.0, 0.5, 0.0), by(0.5, -0.5, 0.0, 0.0)


def taps_group(canvas: Canvas) -> Any:
    """Image, and what `weights_group` says of a map -> the image at the map, all four channels."""
    width, height = canvas.size
    name = f"Unreel Keys {width}x{height}"
    there = bpy.data.node_groups.get(name)
    if there is not None:
        return there
    inputs = {"Image": COLOUR, "First": VECTOR, "Across": COLOUR, "Down": COLOUR}
    tree, wires = new_group(name, inputs, {"Image": COLOUR})
    entry, end = tree.nodes["Group Input"], tree.nodes["Group Output"]
    across, down = wires.channels(entry.outputs["Across"]), wires.channels(entry.outputs["Down"])
    rgb: Any = (0.0, 0.0, 0.0)
    alpha: Any = 0.0
    for j in range(4):
        for i in range(4):
            place = wires.vector("ADD", entry.outputs["First"], (i / width, j / height, 0.0))
            weight = wires.math("MULTIPLY", across[i], down[j])
            tap = wires.place(blender_tree.nearest_map_uv(tree))
            wires.put(tap.inputs["Image"], entry.outputs["Image"])
            wires.put(tap.inputs["UV"], place)
            rgb = wires.vector("MULTIPLY_ADD", tap.outputs[0], weight, rgb)
            alpha = wires.math("MULTIPLY_ADD", wires.alpha(tap.outputs[0]), weight, alpha)
    wires.put(end.inputs["Image"], wires.with_alpha(rgb, alpha))
    return tree


def new_group(name: str, inputs: dict[str, str], outputs: dict[str, str]) -> tuple[Any, Wires]:
    tree = bpy.data.node_groups.new(name, blender_tree.LINKED)
    for kind, sockets in (("INPUT", inputs), ("OUTPUT", outputs)):
        for socket, type_ in sockets.items():
            tree.interface.new_socket(socket, in_out=kind, socket_type=type_)
    entry, end = tree.nodes.new("NodeGroupInput"), tree.nodes.new("NodeGroupOutput")
    entry.name, end.name = "Group Input", "Group Output"
    wires = Wires(tree)
    wires.begin(name)
    return tree, wires
