"""The whole way by the nodes' buttons, as an artist goes it; and the saved file opened again."""

import bpy
import stage


def work(sample, folder, out, size, frames):
    """Plate, Train, Export, paint, Import, Propagate, live and rendered. What the nodes say, and the files."""
    from unreel.plugin.hosts import blender_nodes
    from unreel.plugin.hosts.blender_handle import handle_of

    blender_nodes.register()
    tree, end = stage.empty(*size)
    bpy.context.scene.frame_end = len(frames)
    plate = stage.image(tree, f"{sample}/beauty.0001.exr", 20)
    train, export, bring, lay = (
        blender_nodes.create(tree, name) for name in ("train", "canonical_export", "texture_import", "propagate")
    )
    said = {}
    tree.links.new(plate, train.inputs["Plate"])
    tree.links.new(stage.image(tree, f"{sample}/matte.0001.exr", 20), train.inputs["Matte"])
    for node in (train, export, bring, lay):
        getattr(node.unreel, node.unreel.kind).folder = folder
    knobs = train.unreel.train
    knobs.preset, knobs.frames, knobs.key = "draft", f"{frames[0]}-{frames[-1]}", str(frames[0])
    assert bpy.ops.unreel.press(tree=handle_of(train).tree, node=train.name, button="start") == {"FINISHED"}
    said["train"] = [knobs.status, knobs.psnr, knobs.verdict, knobs.plate, knobs.matte]

    blender_nodes.press(export, "export")
    tree.links.new(export.outputs["Picture"], end)
    said["canonical"] = [export.unreel.canonical_export.file, stage.render(f"{out}/canonical_shown.exr")]

    brush = tree.nodes.new("CompositorNodeExposure")  # of 0 stops: whatever an artist has between paint and import
    tree.links.new(stage.image(tree, f"{sample}/edit.exr"), brush.inputs["Image"])
    tree.links.new(brush.outputs["Image"], bring.inputs["Paint"])
    blender_nodes.press(bring, "bring_in")
    said["import"] = [bring.unreel.texture_import.status, bring.unreel.texture_import.name_]

    tree.links.new(plate, lay.inputs["Plate"])
    tree.links.new(bring.outputs["Texture"], lay.inputs["Texture"])
    tree.links.new(lay.outputs["Picture"], end)
    blender_nodes.press(lay, "make_live")
    said["live"] = [lay.unreel.propagate.way, lay.unreel.propagate.status]
    for number in frames:
        stage.render(f"{out}/live.{number:04d}.exr", number)
    bpy.ops.wm.save_as_mainfile(filepath=f"{out}/shot.blend")

    blender_nodes.press(lay, "render")
    said["rendered"] = [lay.unreel.propagate.way, lay.unreel.propagate.result, lay.unreel.propagate.status]
    for number in frames:
        stage.render(f"{out}/rendered.{number:04d}.exr", number)

    lay.unreel.propagate.way = "live"
    blender_nodes.press(lay, "freeze")
    left = next(node for node in tree.nodes if node.name.endswith("frozen"))
    said["frozen"] = [left.unreel.kind, [key for node in left.node_tree.nodes for key in node.keys()]]
    bpy.ops.wm.save_as_mainfile(filepath=f"{out}/frozen.blend")
    return said


def bare(file, out, number):
    """In a Blender without the add-on: it renders, and is saved again."""
    bpy.ops.wm.open_mainfile(filepath=file)
    assert not hasattr(bpy.types.CompositorNodeGroup, "unreel")
    stage.render(out, number)
    bpy.ops.wm.save_mainfile(filepath=file)


def again(file, out, number):
    """With the add-on once more: the knobs that the node had, a changed one, and a render."""
    from unreel.plugin.hosts import blender_nodes

    blender_nodes.register()
    bpy.ops.wm.open_mainfile(filepath=file)
    node = next(node for node in blender_nodes.our_nodes() if node.unreel.kind == "propagate")
    stage.render(out, number)
    blender_nodes.press(node, "refresh")
    return [node.unreel.propagate.folder, node.unreel.propagate.live_st, node.unreel.propagate.status]
