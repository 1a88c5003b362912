"""A scene that is a compositor and nothing else."""

import bpy


def empty(width, height, aspect=1.0):
    """The scene's compositor without nodes but its output, which is given too."""
    scene = bpy.context.scene
    if bpy.app.version >= (5, 0, 0):
        tree = bpy.data.node_groups.new("Compositing", "CompositorNodeTree")
        tree.interface.new_socket("Image", in_out="OUTPUT", socket_type="NodeSocketColor")
        scene.compositing_node_group = tree
        out = tree.nodes.new("NodeGroupOutput")
    else:
        scene.use_nodes = True
        tree = scene.node_tree
        tree.nodes.clear()
        out = tree.nodes.new("CompositorNodeComposite")
    write_float(scene.render, width, height, aspect)
    return tree, out.inputs[0]


def write_float(render, width, height, aspect=1.0):
    render.resolution_x, render.resolution_y, render.resolution_percentage = width, height, 100
    render.pixel_aspect_x, render.pixel_aspect_y = max(aspect, 1), max(1 / aspect, 1)  # neither may be below 1
    render.compositor_precision = "FULL"
    if hasattr(render.image_settings, "media_type"):
        render.image_settings.media_type = "IMAGE"
    render.image_settings.file_format = "OPEN_EXR"
    render.image_settings.color_depth, render.image_settings.color_mode = "32", "RGBA"


def image(tree, path, count=0, first=1, start=None):
    """An artist's Image node: numbers as they are. count: of a sequence, whose first file is `path`."""
    node = tree.nodes.new("CompositorNodeImage")
    node.image = bpy.data.images.load(path)
    node.image.colorspace_settings.name = "Non-Color"
    node.image.alpha_mode = "CHANNEL_PACKED"
    if count:
        node.image.source = "SEQUENCE"
        node.frame_duration, node.frame_offset = count, first - 1
        node.frame_start = first if start is None else start
    return node.outputs["Image"]


def render(path, frame=1):
    bpy.context.scene.frame_set(frame)
    bpy.context.scene.render.filepath = path
    assert bpy.ops.render.render(write_still=True) == {"FINISHED"}
    return path


def compositor():
    scene = bpy.context.scene
    return scene.compositing_node_group if bpy.app.version >= (5, 0, 0) else scene.node_tree


def output(tree):
    kinds = ("NodeGroupOutput", "CompositorNodeComposite")
    return next(node for node in tree.nodes if node.bl_idname in kinds).inputs[0]
