"""What comes into a node: an image as it is, and how large it is where it is more than that."""

from __future__ import annotations

import os
from typing import Any

import bpy

from ..nodes.host import PlateFile
from ..nodes.patterns import numbers_on_disk
from . import blender_files, blender_tree


def source_of(socket: Any) -> Any | None:
    """The output that is wired to an input, past dots and muted nodes' like."""
    while socket.is_linked and socket.links[0].is_valid:
        source = socket.links[0].from_socket
        if source.node.bl_idname != "NodeReroute":
            return source
        socket = source.node.inputs[0]
    return None


def image_node(socket: Any) -> Any | None:
    """The Image node that is directly there, giving its picture and no single layer of it."""
    source = source_of(socket)
    if source is None or source.node.bl_idname != "CompositorNodeImage" or source.node.mute:
        return None
    node = source.node
    plain = source.name in ("Image", "Combined") and node.image is not None
    return node if plain and node.image.source in ("FILE", "SEQUENCE") else None


def plate_file(socket: Any) -> PlateFile | None:
    """The files of an Image node that is directly there, if Blender changes nothing in them."""
    node = image_node(socket)
    if node is None:
        return None
    image = node.image
    path = os.path.normpath(bpy.path.abspath(image.filepath))
    if path.lower().endswith(".exr") and image.colorspace_settings.name not in blender_tree.spaces_as_they_are():
        return None
    if image.source == "FILE":
        return PlateFile(path, 1, 1)
    pattern = blender_files.pattern_of(path)
    first = node.frame_offset + 1
    numbers = [number for number in numbers_on_disk(pattern) if first <= number < first + node.frame_duration]
    return PlateFile(pattern, numbers[0], numbers[-1]) if numbers else None


def shift_at(socket: Any) -> int:
    """What a scene's frame lacks to the plate's number."""
    node = image_node(socket)
    return blender_files.shift_of(node) if node is not None and node.image.source == "SEQUENCE" else 0


def size_of(socket: Any, around: tuple[Any, ...] = ()) -> tuple[int, int] | None:
    """Width and height of what comes into an input; None where no image is found on its way.

    around: the groups that the input lies in, the innermost last.
    """
    source = source_of(socket)
    if source is None:
        return None
    node = source.node
    image = getattr(node, "image", None) or getattr(node, "clip", None)
    if image is not None:
        return (int(image.size[0]), int(image.size[1])) if image.size[0] else None
    if node.bl_idname == "NodeGroupInput" and around:
        outer = around[-1].inputs[list(node.outputs).index(source)]
        return size_of(outer, around[:-1])
    if node.bl_idname == "CompositorNodeGroup" and node.node_tree is not None:
        ends = [each for each in node.node_tree.nodes if each.bl_idname == "NodeGroupOutput"]
        inner = ends[0].inputs[list(node.outputs).index(source)] if ends else None
        return None if inner is None else size_of(inner, (*around, node))
    sizes = (size_of(each, around) for each in node.inputs if each.is_linked)
    return next((size for size in sizes if size is not None), None)
