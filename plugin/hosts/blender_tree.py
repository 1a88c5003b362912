"""What differs between Blender 4.5 and 5.0: where a scene's nodes are, its output, and a few nodes' settings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import bpy

LINKED = "CompositorNodeTree"


def is_five() -> bool:
    return bool(bpy.app.version >= (5, 0, 0))


def tree_of_scene(scene: Any) -> Any | None:
    """The scene's compositor, None where it has none."""
    return scene.compositing_node_group if is_five() else scene.node_tree


def make_tree_of_scene(scene: Any) -> Any:
    """The scene's compositor, made if it is not there."""
    if not is_five():
        scene.use_nodes = True
        return scene.node_tree
    if scene.compositing_node_group is None:
        tree = bpy.data.node_groups.new("Compositing", LINKED)
        tree.interface.new_socket("Image", in_out="OUTPUT", socket_type="NodeSocketColor")
        scene.compositing_node_group = tree
    return scene.compositing_node_group


def output_of(tree: Any) -> Any:
    """The node whose first input is what is rendered, made if it is not there."""
    kind = "NodeGroupOutput" if is_five() else "CompositorNodeComposite"
    there = [node for node in tree.nodes if node.bl_idname == kind]
    active = [node for node in there if getattr(node, "is_active_output", True)]
    if active or there:
        return (active or there)[0]
    if is_five() and not tree.interface.items_tree:
        tree.interface.new_socket("Image", in_out="OUTPUT", socket_type="NodeSocketColor")
    return tree.nodes.new(kind)


def all_trees() -> Iterator[tuple[str, Any]]:
    """Every compositor, with the name by which `tree_named` finds it again."""
    for scene in bpy.data.scenes:
        tree = None if is_five() else scene.node_tree  # else it is among the groups
        if tree is not None:
            yield f"scene:{scene.name}", tree
    for tree in bpy.data.node_groups:
        if tree.bl_idname == LINKED:
            yield f"tree:{tree.name}", tree


def name_of(tree: Any) -> str:
    """KeyError where the tree is no compositor."""
    for name, each in all_trees():
        if each == tree:
            return name
    raise KeyError(tree.name)


def tree_named(name: str) -> Any | None:
    return next((tree for each, tree in all_trees() if each == name), None)


def scene_of(tree: Any) -> Any | None:
    """The scene whose compositor it is."""
    return next((scene for scene in bpy.data.scenes if tree_of_scene(scene) == tree), None)


def spaces_as_they_are() -> tuple[str, ...]:
    """Colour spaces in which the numbers of a linear file stay what they are."""
    return ("Non-Color", bpy.data.colorspace.working_space if is_five() else "Linear Rec.709")


def nearest_map_uv(tree: Any) -> Any:
    """Map UV that takes the pixel where the map points, and nothing beyond the picture."""
    node = tree.nodes.new("CompositorNodeMapUV")
    if is_five():
        node.inputs["Interpolation"].default_value = "Nearest"
        node.inputs["Extension X"].default_value = node.inputs["Extension Y"].default_value = "Clip"
    else:
        node.filter_type = "NEAREST"
    return node


def replace_alpha(tree: Any) -> Any:
    """Set Alpha that puts an alpha in and leaves the colour as it is."""
    node = tree.nodes.new("CompositorNodeSetAlpha")
    if is_five():
        node.inputs["Type"].default_value = "Replace Alpha"
    else:
        node.mode = "REPLACE_ALPHA"
    return node


def write_float_exr(settings: Any) -> None:
    """Of a render's or a file output's image settings."""
    if is_five():
        settings.media_type = "IMAGE"
    settings.file_format = "OPEN_EXR"
    settings.color_mode, settings.color_depth, settings.exr_codec = "RGBA", "32", "ZIP"
