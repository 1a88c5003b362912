"""What the compositor holds of our nodes, for the pictures of docs/graphs/blender.py."""

import bpy
import stage


def shot():
    """Our four nodes, as the artist wires them to Blender's own."""
    from unreel.plugin.hosts import blender_nodes

    blender_nodes.register()
    tree, end = stage.empty(64, 36)
    ids = ("train", "canonical_export", "texture_import", "propagate")
    train, export, bring, lay = (blender_nodes.create(tree, node_id) for node_id in ids)
    plate, paint, over = (tree.nodes.new(f"CompositorNode{kind}") for kind in ("Image", "Image", "AlphaOver"))
    plate.label, paint.label, over.label = "plate", "paint", "painted"
    bring.unreel.texture_import.painted = "picture"
    ground, above = [socket for socket in over.inputs if socket.type == "RGBA"][:2]
    for source, target in (
        (plate.outputs["Image"], train.inputs["Plate"]),
        (export.outputs["Picture"], ground),
        (paint.outputs["Image"], above),
        (over.outputs["Image"], bring.inputs["Paint"]),
        (export.outputs["Picture"], bring.inputs["Canonical"]),
        (plate.outputs["Image"], lay.inputs["Plate"]),
        (bring.outputs["Texture"], lay.inputs["Texture"]),
        (lay.outputs["Picture"], end),
    ):
        tree.links.new(source, target)
    return nodes_of(tree)


def inside(files):
    """Of Propagate, live, mode over. files: knob -> path."""
    from unreel.plugin.hosts import blender_nodes

    blender_nodes.register()
    tree, _ = stage.empty(64, 36)
    node = blender_nodes.create(tree, "propagate")
    for knob, path in files.items():
        setattr(node.unreel.propagate, knob, path)
    return nodes_of(node.node_tree)


def nodes_of(tree):
    """Each node: its name, label, kind, the frame around it, and its inputs with the node that comes in, or None."""
    return [told_of(node) for node in tree.nodes if not isinstance(node, bpy.types.NodeFrame)]


def told_of(node):
    sources = [[socket.name, next((link.from_node.name for link in socket.links), None)] for socket in node.inputs]
    frame = node.parent.label if node.parent else ""
    return {"name": node.name, "label": node.label, "kind": node.bl_label, "frame": frame, "inputs": sources}
