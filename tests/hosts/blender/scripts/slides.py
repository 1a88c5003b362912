"""ST maps of a known slide: Propagate's live way frame by frame, and a bare Map UV."""

import stage
from unreel.plugin.hosts import blender_nodes, blender_tree


def lay(plate, texture, knobs, size, aspect, count, out):
    """The files rendered, of frames 1 to count."""
    blender_nodes.register()
    tree, end = stage.empty(*size, aspect)
    node = blender_nodes.create(tree, "propagate")
    tree.links.new(stage.image(tree, plate, count), node.inputs["Plate"])
    tree.links.new(stage.image(tree, texture), node.inputs["Texture"])
    tree.links.new(node.outputs["Picture"], end)
    for knob, value in knobs.items():
        setattr(node.unreel.propagate, knob, value)
    return [stage.render(f"{out}_{frame}.exr", frame) for frame in range(1, count + 1)]


def map_uv(picture, st_maps, size, aspect, out):
    """Nearest pixels, by Blender's own node alone: the files rendered."""
    tree, end = stage.empty(*size, aspect)
    made = []
    for number, st_map in enumerate(st_maps, 1):
        node = blender_tree.nearest_map_uv(tree)
        tree.links.new(stage.image(tree, picture), node.inputs["Image"])
        tree.links.new(stage.image(tree, st_map), node.inputs["UV"])
        tree.links.new(node.outputs[0], end)
        made.append(stage.render(f"{out}_{number}.exr"))
    return made
