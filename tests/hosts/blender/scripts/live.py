"""Propagate's live way, one picture for each case."""

import stage
from unreel.plugin.hosts import blender_nodes


def lay(plate, texture, knobs, cases, size, out, aspect=1.0, count=0, first=1, start=None, frame=1):
    """cases: name -> more knobs. The files rendered."""
    blender_nodes.register()
    tree, end = stage.empty(*size, aspect)
    node = blender_nodes.create(tree, "propagate")
    tree.links.new(stage.image(tree, plate, count, first, start), node.inputs["Plate"])
    tree.links.new(stage.image(tree, texture), node.inputs["Texture"])
    tree.links.new(node.outputs["Picture"], end)
    made = {}
    for name, more in cases.items():
        for knob, value in {**knobs, **more}.items():
            setattr(node.unreel.propagate, knob, value)
        made[name] = stage.render(f"{out}_{name}.exr", frame)
    return made
