"""Puts a texture onto the canonical's pixels: Blender itself would lay middle on middle, whatever their windows are."""

from __future__ import annotations

from typing import Any

import bpy

from . import blender_tree
from .blender_keys import COLOUR, Canvas, new_group


def canvas_group(canvas: Canvas) -> Any:
    """Image, and a picture of the canvas' size -> the image there, 0 beyond it.

    An image of the canvas' size is the whole canvas; one of another size the display window, without overscan, as the
    core takes a painted file. It is looked at in the render, so any texture may be connected.
    """
    (width, height), (across, down), (left, below) = canvas.size, canvas.display, canvas.offset
    name = f"Unreel On Canvas {width}x{height} {across}x{down} {left} {below}"
    there = bpy.data.node_groups.get(name)
    if there is not None:
        return there
    tree, wires = new_group(name, {"Image": COLOUR, "Canvas": COLOUR}, {"Image": COLOUR})
    entry, end = tree.nodes["Group Input"], tree.nodes["Group Output"]
    info, coordinates = wires.node("CompositorNodeImageInfo"), wires.node("CompositorNodeImageCoordinates")
    wires.put(info.inputs["Image"], entry.outputs["Image"])
    wires.put(coordinates.inputs["Image"], entry.outputs["Canvas"])
    sizes = wires.channels(info.outputs["Dimensions"])
    pixels = wires.channels(coordinates.outputs["Pixel"])
    whole = wires.math(
        "MULTIPLY",
        wires.math("COMPARE", sizes[0], float(width), 0.5),
        wires.math("COMPARE", sizes[1], float(height), 0.5),
    )
    places = []
    for pixel, size, display, first in ((pixels[0], width, across, left), (pixels[1], height, down, below)):
        from_first = wires.math("MULTIPLY_ADD", whole, float(first), 0.5 - first)
        over = wires.math("MULTIPLY_ADD", whole, float(size - display), float(display))
        places.append(wires.math("DIVIDE", wires.math("ADD", pixel, from_first), over))
    tap = wires.place(blender_tree.nearest_map_uv(tree))
    wires.put(tap.inputs["Image"], entry.outputs["Image"])
    wires.put(tap.inputs["UV"], wires.place_at(*places))
    wires.put(end.inputs["Image"], tap.outputs[0])
    return tree
