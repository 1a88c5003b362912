"""Blender's face of the four nodes: their properties, operators, panel and menus; what the add-on registers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import bpy

from ..face import read_face
from ..nodes import node as nodes
from ..nodes.host import HostFailed
from ..nodes.tell import NodeFailed
from . import blender_group, blender_live, blender_tree
from .blender import Asked, BlenderHost, place_of
from .blender_handle import Handle, handle_of, is_ours
from .blender_knobs import is_by_artist, knobs_class, property_name, value_of

_registered: list[Any] = []


def create(tree: Any, node_id: str) -> Any:
    """A new node of ours in a compositor. KeyError for an id that the face has not."""
    node = blender_group.make_node(tree, read_face().node(node_id))
    nodes.fill(BlenderHost(in_operator=True), handle_of(node))
    return node


def fill(node: Any) -> None:
    """Make its inside anew, as its knobs ask for it; for scripts."""
    nodes.fill(BlenderHost(in_operator=True), handle_of(node))


def press(node: Any, button: str) -> None:
    """As its button does; for scripts."""
    nodes.press(BlenderHost(in_operator=True), handle_of(node), button)


def our_nodes() -> Iterator[Any]:
    for _, tree in blender_tree.all_trees():
        yield from (node for node in tree.nodes if is_ours(node))


class UNREEL_OT_add(bpy.types.Operator):
    """Add a node of Unreel to the compositor"""

    bl_idname = "unreel.add"
    bl_label = "Add Unreel Node"
    bl_options = {"REGISTER", "UNDO"}  # noqa: RUF012
    kind: bpy.props.StringProperty(options={"HIDDEN"})  # type: ignore[valid-type]

    def execute(self, context: Any) -> set[str]:
        space = context.space_data
        tree = getattr(space, "edit_tree", None) or blender_tree.make_tree_of_scene(context.scene)
        try:
            node = create(tree, self.kind)
        except NodeFailed as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        for each in tree.nodes:
            each.select = each == node
        tree.nodes.active = node
        node.location = getattr(space, "cursor_location", (0.0, 0.0))
        return {"FINISHED"}


class UNREEL_OT_press(bpy.types.Operator):
    """A button of an Unreel node"""

    bl_idname = "unreel.press"
    bl_label = "Unreel"
    bl_options = {"REGISTER", "UNDO"}  # noqa: RUF012
    tree: bpy.props.StringProperty(options={"HIDDEN"})  # type: ignore[valid-type]
    node: bpy.props.StringProperty(options={"HIDDEN"})  # type: ignore[valid-type]
    button: bpy.props.StringProperty(options={"HIDDEN"})  # type: ignore[valid-type]
    question: bpy.props.StringProperty(options={"HIDDEN", "SKIP_SAVE"})  # type: ignore[valid-type]
    """That was asked before, and answered with yes."""

    @classmethod
    def description(cls, context: Any, properties: Any) -> str:
        try:
            tooltip = Handle(properties.tree, properties.node).face.button(properties.button).tooltip
        except (HostFailed, KeyError):
            return str(cls.__doc__)
        return tooltip.rstrip(".")

    def invoke(self, context: Any, event: Any) -> set[str]:
        return self.execute(context)

    def execute(self, context: Any) -> set[str]:
        host = BlenderHost(in_operator=True, answered=frozenset(filter(None, [self.question])))
        try:
            nodes.press(host, Handle(self.tree, self.node), self.button)
        except Asked as asked:
            bpy.ops.unreel.confirm(
                "INVOKE_DEFAULT", tree=self.tree, node=self.node, button=self.button, question=str(asked)
            )
            return {"CANCELLED"}
        except (NodeFailed, HostFailed) as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        finally:
            host.in_operator = False  # it follows a job from now on, with steps of undo of its own
        return {"FINISHED"}


class UNREEL_OT_confirm(bpy.types.Operator):
    """Ask, and press the button again after yes"""

    bl_idname = "unreel.confirm"
    bl_label = "Unreel"
    bl_options = {"INTERNAL"}  # noqa: RUF012
    tree: bpy.props.StringProperty(options={"HIDDEN"})  # type: ignore[valid-type]
    node: bpy.props.StringProperty(options={"HIDDEN"})  # type: ignore[valid-type]
    button: bpy.props.StringProperty(options={"HIDDEN"})  # type: ignore[valid-type]
    question: bpy.props.StringProperty(options={"HIDDEN"})  # type: ignore[valid-type]

    def invoke(self, context: Any, event: Any) -> Any:
        return context.window_manager.invoke_props_dialog(self, width=420)

    def draw(self, context: Any) -> None:
        self.layout.label(text=self.question)

    def execute(self, context: Any) -> set[str]:
        bpy.ops.unreel.press(tree=self.tree, node=self.node, button=self.button, question=self.question)
        return {"FINISHED"}


class UNREEL_OT_upgrade(bpy.types.Operator):
    """Bring nodes that an older Unreel made up to date"""

    bl_idname = "unreel.upgrade"
    bl_label = "Upgrade Unreel Nodes"
    bl_options = {"REGISTER", "UNDO"}  # noqa: RUF012

    def execute(self, context: Any) -> set[str]:
        for handle in [handle_of(node) for node in our_nodes()]:
            try:
                self.report({"INFO"}, nodes.upgrade(BlenderHost(in_operator=True), handle))
            except HostFailed as error:
                self.report({"WARNING"}, str(error))
        return {"FINISHED"}


class UNREEL_PT_node(bpy.types.Panel):
    """The active node's knobs and buttons"""

    bl_label = "Unreel"
    bl_space_type = "NODE_EDITOR"
    bl_region_type = "UI"
    bl_category = "Unreel"

    @classmethod
    def poll(cls, context: Any) -> bool:
        node = getattr(context, "active_node", None)
        return node is not None and is_ours(node)

    def draw(self, context: Any) -> None:
        handle = handle_of(context.active_node)
        face, knobs = handle.face, handle.knobs
        for page in face.pages:
            head, body = self.layout.panel(f"unreel_{face.id}_{page}")
            head.label(text=page)
            if body is None:
                continue
            body.use_property_split = True
            for button in (each for each in face.buttons if each.page == page):
                told = body.operator("unreel.press", text=button.label)
                told.tree, told.node, told.button = handle.tree, handle.node, button.name
            for knob in (each for each in face.knobs if each.page == page):
                row = body.row()
                row.enabled = not knob.read_only
                row.prop(knobs, property_name(knob))


class UNREEL_MT_add(bpy.types.Menu):
    """The four nodes"""

    bl_label = "Unreel"

    def draw(self, context: Any) -> None:
        for face in read_face().nodes:
            self.layout.operator("unreel.add", text=face.label).kind = face.id
        self.layout.separator()
        self.layout.operator("unreel.upgrade")


CLASSES = (UNREEL_OT_add, UNREEL_OT_press, UNREEL_OT_confirm, UNREEL_OT_upgrade, UNREEL_PT_node, UNREEL_MT_add)


def add_menu(menu: Any, context: Any) -> None:
    if getattr(context.space_data, "tree_type", "") == blender_tree.LINKED:
        menu.layout.menu("UNREEL_MT_add")


def changed(knob: str) -> Callable[[Any, Any], None]:
    """What Blender calls when a property has a new value."""

    def update(knobs: Any, context: Any) -> None:
        owners = (node for node in knobs.id_data.nodes if is_ours(node) and handle_of(node).knobs == knobs)
        node = next(owners, None)
        if node is None or node.node_tree is None:
            return
        handle = handle_of(node)
        its = handle.face.knob(knob)
        blender_live.follow(node.node_tree, knob, place_of(its, value_of(its, getattr(knobs, property_name(its)))))
        if is_by_artist():
            nodes.changed(BlenderHost(in_operator=True), handle, knob)

    return update


def state_class() -> Any:
    """What a group node has of ours: which node it is, and the knobs of each."""
    groups = {face.id: knobs_class(face, changed) for face in read_face().nodes}
    for group in groups.values():
        register_class(group)
    properties: dict[str, Any] = {
        "kind": bpy.props.StringProperty(options={"HIDDEN"}),
        "version": bpy.props.IntProperty(options={"HIDDEN"}),
        **{id: bpy.props.PointerProperty(type=group) for id, group in groups.items()},
    }
    return type("UnreelNode", (bpy.types.PropertyGroup,), {"__annotations__": properties})


@bpy.app.handlers.persistent
def wake(*_: Any) -> None:
    """A file was opened."""
    for handle in [handle_of(node) for node in our_nodes()]:
        nodes.wake(BlenderHost(), handle)


def register_class(cls: Any) -> None:
    bpy.utils.register_class(cls)
    _registered.append(cls)


def register() -> None:
    """What an add-on does when it is switched on."""
    state = state_class()
    register_class(state)
    bpy.types.CompositorNodeGroup.unreel = bpy.props.PointerProperty(type=state)
    for cls in CLASSES:
        register_class(cls)
    bpy.types.NODE_MT_add.append(add_menu)
    bpy.app.handlers.load_post.append(wake)


def unregister() -> None:
    """All of it back."""
    bpy.app.handlers.load_post.remove(wake)
    bpy.types.NODE_MT_add.remove(add_menu)
    del bpy.types.CompositorNodeGroup.unreel
    while _registered:
        bpy.utils.unregister_class(_registered.pop())
