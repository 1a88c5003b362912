"""What the nodes and their host do in Blender, apart from pictures."""

import os

import bpy
import stage


def knobs():
    """For each node: the face's default as the host gives it, and a value that was set and comes back."""
    from unreel.plugin.face import read_face
    from unreel.plugin.hosts import blender_nodes
    from unreel.plugin.hosts.blender import BlenderHost
    from unreel.plugin.hosts.blender_handle import handle_of

    blender_nodes.register()
    tree, _ = stage.empty(64, 36)
    host, told = BlenderHost(), {}
    for face in read_face().nodes:
        handle = handle_of(blender_nodes.create(tree, face.id))
        assert host.node_id(handle) == face.id and host.get(handle, "unreel_version") == face.version
        for knob in face.knobs:
            before, value = host.get(handle, knob.name), other(knob)
            host.set(handle, knob.name, value)
            after = host.get(handle, knob.name)
            host.set(handle, knob.name, knob.default)
            told[f"{face.id}.{knob.name}"] = [
                knob.type,
                knob.default,
                before,
                value,
                after,
                host.get(handle, knob.name),
            ]
    return told


def other(knob):
    """A value that is not its default."""
    if knob.choices:
        return knob.choices[-1] if knob.choices[-1] != knob.default else knob.choices[0]
    value = {"bool": True, "int": 70, "float": 0.5, "numbers": (3, 5), "names": ("a b", "c")}.get(knob.type, "some ü")
    if knob.type == "float" and knob.range is not None and knob.range[1] == 0:
        return -0.5
    return value if value != knob.default else 0.25


def registering():
    """Twice on and off; what is left."""
    from unreel.plugin.hosts import blender_nodes

    for _ in range(2):
        blender_nodes.register()
        blender_nodes.unregister()
    left = [name for name in dir(bpy.types) if name.startswith(("UNREEL", "Unreel"))]
    options = [
        cls.__name__ + " " + " ".join(sorted(cls.bl_options)) for cls in blender_nodes.CLASSES if "_OT_" in cls.__name__
    ]
    return {"left": left, "on nodes": hasattr(bpy.types.CompositorNodeGroup, "unreel"), "options": options}


def upstream(plate):
    """What `upstream_file` says of an image, of one behind a node, and of one that Blender converts."""
    from unreel.plugin.hosts import blender_nodes
    from unreel.plugin.hosts.blender import BlenderHost
    from unreel.plugin.hosts.blender_handle import handle_of

    blender_nodes.register()
    tree, _ = stage.empty(64, 36)
    node = blender_nodes.create(tree, "train")
    host, handle, told = BlenderHost(), handle_of(node), {}

    def ask(name):
        found = host.upstream_file(handle, "plate")
        told[name] = [found and [found.pattern, found.first, found.last], host.is_connected(handle, "plate")]

    ask("nothing")
    image = stage.image(tree, plate, count=2, first=1002, start=1)
    tree.links.new(image, node.inputs["Plate"])
    ask("direct")
    dot = tree.nodes.new("NodeReroute")
    tree.links.new(image, dot.inputs[0])
    tree.links.new(dot.outputs[0], node.inputs["Plate"])
    ask("past a dot")
    image.node.image.colorspace_settings.name = "sRGB"
    ask("converted")
    image.node.image.colorspace_settings.name = "Non-Color"
    grade = tree.nodes.new("CompositorNodeExposure")
    tree.links.new(image, grade.inputs["Image"])
    tree.links.new(grade.outputs["Image"], node.inputs["Plate"])
    ask("behind a node")
    return told


def bake(plate, pattern, other):
    """Bakes a picture of another size than the scene, moved in time; what the scene is set to after it."""
    from unreel.plugin.hosts import blender_nodes
    from unreel.plugin.hosts.blender import BlenderHost
    from unreel.plugin.hosts.blender_handle import handle_of

    blender_nodes.register()
    tree, end = stage.empty(20, 10)
    node = blender_nodes.create(tree, "train")
    image = stage.image(tree, plate, count=3, first=1001, start=1)
    writing = tree.nodes.new("CompositorNodeOutputFile")
    tree.links.new(stage.image(tree, other), end)
    tree.links.new(image, node.inputs["Plate"])
    scene = bpy.context.scene
    scene.render.filepath, scene.render.image_settings.file_format = "/nowhere/x", "PNG"
    scene.frame_set(7)

    def state():
        render = scene.render
        told = [render.resolution_x, render.resolution_y, render.filepath, scene.frame_current, writing.mute]
        image = render.image_settings
        return [*told, image.file_format, image.color_depth, [link.from_node.name for link in end.links]]

    before = state()
    host = BlenderHost()
    host.bake(handle_of(node), "plate", pattern, [1001, 1003], host.progress("bake"))
    return [before, state()]


def build(plate, live_st, count):
    """What it says when live maps are connected to a plate; the status of the node."""
    from unreel.plugin.hosts import blender_nodes
    from unreel.plugin.nodes.tell import NodeFailed

    blender_nodes.register()
    tree, _ = stage.empty(64, 36)
    node = blender_nodes.create(tree, "propagate")
    tree.links.new(stage.image(tree, plate, count=count, first=1001), node.inputs["Plate"])
    try:
        node.unreel.propagate.live_st = live_st
        blender_nodes.fill(node)
    except NodeFailed as error:
        return [str(error), node.unreel.propagate.status]
    return ["", node.unreel.propagate.status]


def lives():
    """Duplicates, deletes, renames, and presses without a folder."""
    from unreel.plugin.hosts import blender_nodes
    from unreel.plugin.hosts.blender import BlenderHost
    from unreel.plugin.hosts.blender_handle import handle_of
    from unreel.plugin.nodes.host import HostFailed

    blender_nodes.register()
    tree, _ = stage.empty(64, 36)
    node = blender_nodes.create(tree, "propagate")
    twin = tree.nodes.new("CompositorNodeGroup")
    twin.node_tree = node.node_tree
    twin.unreel.kind = "propagate"
    twin.unreel.propagate.paint_mode = "multiply"
    told = {
        "own trees": twin.node_tree != node.node_tree,
        "sizes": [len(node.node_tree.nodes), len(twin.node_tree.nodes)],
    }
    handle = handle_of(node)
    try:
        bpy.ops.unreel.press(tree=handle.tree, node=handle.node, button="make_live")
    except RuntimeError as error:
        told["press"] = [str(error), node.unreel.propagate.status, [round(part, 2) for part in node.color]]
    tree.nodes.remove(node)
    try:
        BlenderHost().get(handle, "folder")
    except HostFailed as error:
        told["gone"] = str(error)
    return told


def buttons():
    """Each button of each new node, which has no unreel folder: `node.button` -> its status then."""
    from unreel.plugin.face import read_face
    from unreel.plugin.hosts import blender_nodes
    from unreel.plugin.hosts.blender_handle import handle_of

    blender_nodes.register()
    tree, _ = stage.empty(64, 36)
    told = {}
    for face in read_face().nodes:
        for button in face.buttons:
            node = blender_nodes.create(tree, face.id)
            try:
                bpy.ops.unreel.press(tree=handle_of(node).tree, node=node.name, button=button.name)
            except RuntimeError as error:
                assert getattr(node.unreel, face.id).status in str(error)
            told[f"{face.id}.{button.name}"] = getattr(node.unreel, face.id).status
    return told


def questions():
    """What a window's host does with one, and how the button goes on after yes."""
    from unreel.plugin.hosts import blender, blender_nodes

    blender_nodes.register()
    tree, _ = stage.empty(64, 36)
    node = blender_nodes.create(tree, "train")
    host = blender.BlenderHost()
    told = {"batch": host.ask("sure?")}
    host.is_batch = False
    try:
        host.ask("sure?")
    except blender.Asked as asked:
        told["asked"] = str(asked)
    host = blender.BlenderHost(answered=frozenset(["sure?"]))
    host.is_batch = False
    told["answered"] = host.ask("sure?")
    pressed = []
    blender_nodes.nodes.press = lambda host, handle, button: pressed.append(
        [handle.node, button, sorted(host.answered)]
    )
    bpy.ops.unreel.confirm(tree="scene", node=node.name, button="start", question="sure?")
    return {**told, "pressed": pressed}


def operations():
    """Those that have a meaning here, and those that graphs are made of."""
    from unreel.plugin.hosts import blender_live
    from unreel.plugin.nodes.ops import OPS

    built = {"input", "read", "switch", "scale", "floor", "stmap", *blender_live.MERGES, *blender_live.ONE}
    return [sorted(built), sorted(OPS)]


def extension_tool():
    """Blender's own program that packs and checks extensions."""
    return os.path.join(bpy.utils.resource_path("LOCAL"), "scripts/addons_core/bl_pkg/cli/blender_ext.py")


def extension(archive):
    """Installs it as a user would, and makes a node with it."""
    told = bpy.ops.extensions.package_install_files(filepath=archive, repo="user_default", enable_on_install=True)
    enabled = [name for name in bpy.context.preferences.addons.keys() if name.endswith(".unreel")]
    stage.empty(64, 36)
    bpy.ops.unreel.add(kind="propagate")
    node = next(node for node in stage.compositor().nodes if node.bl_idname == "CompositorNodeGroup")
    return [sorted(told), enabled, node.unreel.kind, [socket.name for socket in node.inputs]]
