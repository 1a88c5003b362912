"""What only a window asks for, asked without one: the panel and menu drawn, a job followed by the timer."""

import bpy
import stage


class Layout:
    """Takes what the nodes draw, and nothing else; a property or operator that does not exist raises."""

    def __init__(self, drawn):
        self.drawn = drawn

    def panel(self, idname):
        return Layout(self.drawn), Layout(self.drawn)

    def row(self):
        return Layout(self.drawn)

    def label(self, text):
        self.drawn.append(["label", text])

    def separator(self):
        pass

    def menu(self, idname):
        self.drawn.append(["menu", getattr(bpy.types, idname).bl_label])

    def prop(self, data, name):
        self.drawn.append(["prop", data.bl_rna.properties[name].name])

    def operator(self, idname, text=""):
        group, name = idname.split(".")
        kind = getattr(getattr(bpy.ops, group), name).get_rna_type()
        self.drawn.append(["operator", text or kind.name])

        class Told:
            __slots__ = tuple(each.identifier for each in kind.properties if each.identifier != "rna_type")

        return Told()


class Context:
    def __init__(self, node=None):
        self.active_node = node
        self.space_data = self
        self.tree_type = "CompositorNodeTree"


class Drawer:
    def __init__(self, drawn):
        self.layout = Layout(drawn)


def draw():
    """node -> what its panel has, `menu` -> what the menus have."""
    from unreel.plugin.face import read_face
    from unreel.plugin.hosts import blender_nodes

    blender_nodes.register()
    tree, _ = stage.empty(64, 36)
    told = {}
    for face in read_face().nodes:
        drawn = told[face.id] = []
        context = Context(blender_nodes.create(tree, face.id))
        assert blender_nodes.UNREEL_PT_node.poll(context)
        blender_nodes.UNREEL_PT_node.draw(Drawer(drawn), context)
    assert not blender_nodes.UNREEL_PT_node.poll(Context())
    drawn = told["menu"] = []
    blender_nodes.add_menu(Drawer(drawn), Context())
    blender_nodes.UNREEL_MT_add.draw(Drawer(drawn), Context())
    return told


def follow():
    """A function called by the timer, until it is done, or its node is gone; and the steps of undo meanwhile."""
    from unreel.plugin.hosts import blender
    from unreel.plugin.nodes.host import HostFailed

    host = blender.BlenderHost()
    host.is_batch = False
    ticks, calls = [], []

    class App:
        background = False

        class timers:
            @staticmethod
            def register(function, first_interval):
                ticks.append((function, first_interval))

    class Bpy:
        app = App

        def __getattr__(self, name):
            return getattr(bpy, name)

    blender.bpy = Bpy()
    host.later(lambda: bool(calls.append(1)) or len(calls) < 3, 0.5)
    (tick, interval), told = ticks.pop(), []
    while not told or told[-1] is not None:
        told.append(tick())

    def gone():
        raise HostFailed("the node is gone")

    host.later(gone, 0.5)
    ended = ticks.pop()[0]()
    bar = host.progress("Train")
    kept = [bar.update(0.25, "sheets"), bar.update(0.25, "sheets")]
    bar.close()
    return {"first": interval, "ticks": told, "gone": ended, "kept": kept}


def upgrade():
    """A node of an older and one of a newer Unreel; what is said, and their sockets."""
    from unreel.plugin.face import read_face
    from unreel.plugin.hosts import blender_nodes
    from unreel.plugin.hosts.blender import BlenderHost
    from unreel.plugin.hosts.blender_handle import handle_of
    from unreel.plugin.nodes import node as nodes
    from unreel.plugin.nodes.host import HostFailed

    blender_nodes.register()
    tree, _ = stage.empty(64, 36)
    face = read_face().node("propagate")
    old, new = (blender_nodes.create(tree, "propagate") for _ in range(2))
    plate = tree.nodes.new("CompositorNodeRGB")
    tree.links.new(plate.outputs[0], old.inputs["Plate"])
    group = old.node_tree.interface
    group.remove(next(item for item in group.items_tree if item.name == "Texture"))
    group.new_socket("Grade", in_out="INPUT", socket_type="NodeSocketColor")
    old.unreel.version, new.unreel.version = face.version - 1, face.version + 1
    told = {"old": nodes.upgrade(BlenderHost(), handle_of(old))}
    try:
        nodes.upgrade(BlenderHost(), handle_of(new))
    except HostFailed as error:
        told["new"] = str(error)
    sockets = {socket.name: socket.is_linked for socket in old.inputs}
    return {**told, "version": old.unreel.version == face.version, "sockets": sockets}


def renamed(place):
    """Two knobs have other names since a file was saved; what is in them after the upgrade."""
    import dataclasses

    import bpy
    from unreel.plugin.face import read_face
    from unreel.plugin.hosts import blender_group, blender_handle, blender_nodes
    from unreel.plugin.hosts.blender import BlenderHost
    from unreel.plugin.hosts.blender_handle import handle_of
    from unreel.plugin.nodes import node as nodes
    from unreel.plugin.nodes import node_in_host, upgrade

    names = {"keyframe": "key", "quality": "preset", "fineness": "proxy", "clip": "plate", "old_seed": "seed"}
    face = read_face()
    train = face.node("train")
    back = {new: old for old, new in names.items()}
    older = tuple(dataclasses.replace(knob, name=back.get(knob.name, knob.name)) for knob in train.knobs)
    now = dataclasses.replace(train, version=train.version + 1)

    def use(changed):
        others = tuple(node for node in face.nodes if node.id != "train")
        for module in (blender_handle, blender_nodes, node_in_host):
            module.read_face = lambda: dataclasses.replace(face, nodes=(changed, *others))
        blender_nodes.register()

    use(dataclasses.replace(train, knobs=older))
    tree, _ = stage.empty(64, 36)
    node = blender_group.make_node(tree, train)
    knobs = node.unreel.train
    knobs.keyframe, knobs.quality, knobs.clip, knobs.folder = "1007", "hero", "/p/plate.####.exr", "/s.unreel"
    bpy.ops.wm.save_as_mainfile(filepath=f"{place}/old.blend")
    blender_nodes.unregister()
    use(now)
    bpy.ops.wm.open_mainfile(filepath=f"{place}/old.blend")
    upgrade.RENAMED = {("train", train.version): names}
    [node] = blender_nodes.our_nodes()
    host, handle = BlenderHost(), handle_of(node)
    said = nodes.upgrade(host, handle)
    return [said, {knob: host.get(handle, knob) for knob in (*names.values(), "folder")}]
