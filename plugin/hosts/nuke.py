"""Unreel in Nuke: what buttons, menus and callbacks call, and a terminal's script. Nodes are plain Groups."""

from __future__ import annotations

import nuke

from ..face import read_face
from ..nodes import node as nodes
from ..nodes.host import HostFailed, Node
from . import nuke_group
from .nuke_host import NukeHost, face_of, is_known, is_ours
from .nuke_knobs import native_name

OPENED_SECONDS = 1.0
"""After a script was read, until its nodes look at their jobs."""
ENDS_ITSELF = ("freeze",)
"""Buttons that take themselves away, which must not happen while Nuke is still in them."""


def create(node_id: str) -> Node:
    """A new node, below what is selected; a menu's command, and in a terminal's script the way to make one."""
    face = read_face().node(node_id)
    host = NukeHost()
    with host.undo_step(f"Create {face.label}"):
        node = nuke.createNode("Group") if nuke.GUI else nuke.nodes.Group()
        node.setName(nuke_group.first_name(face))
        nuke_group.add_knobs(nuke, node, face)
        node["label"].setValue(nuke_group.STATUS_LABEL)
        nodes.fill(host, node)
    return node


def press(node: Node, button: str) -> None:
    """What a button's line of code calls. In batch `NodeFailed` where it did not work."""
    host = NukeHost()

    def pressed() -> bool:
        nodes.press(host, node, button)
        return False

    if button in ENDS_ITSELF and not host.is_batch:
        host.later(pressed, 0.0)
    else:
        pressed()


def on_change() -> None:
    """The artist changed a knob in the panel, which may change what is inside; what our buttons set does not count."""
    node, knob = nuke.thisNode(), nuke.thisKnob()
    if NukeHost.acting or not is_ours(node):
        return
    face, host = face_of(node), NukeHost()
    for name in nodes.ACTIONS[face.id].rebuilt_by:
        if knob.name() == native_name(name):
            with host.undo_step(f"{face.label}: {face.knob(name).label}"):
                nodes.changed(host, node, name)


def on_create() -> None:
    """After a script is read or nodes are pasted: flags that Nuke forgot, and a job that may still run."""
    node = nuke.thisNode()
    if not is_ours(node) or not is_known(node):
        return
    nuke_group.give_flags(nuke, node, face_of(node))
    host = NukeHost()
    if host.is_batch or not node["job"].value():
        return

    def woken() -> bool:
        if nuke.exists(name):
            nodes.wake(host, node)
        return False

    name = node.fullName()
    host.later(woken, OPENED_SECONDS)


def upgrade_selected() -> None:
    """A menu's command: bring old nodes up to this Unreel. Looks at the selected nodes alone."""
    host = NukeHost()
    with host.undo_step("Upgrade Unreel nodes"):
        said = [upgraded(host, node) for node in nuke.selectedNodes("Group") if is_ours(node)]
    tell("\n".join(said) or "Select the Unreel nodes to upgrade.")


def upgraded(host: NukeHost, node: Node) -> str:
    if not is_known(node):
        return f"{node.name()} is of a newer Unreel; it is left as it is"
    try:
        return nodes.upgrade(host, node)
    except HostFailed as error:
        return str(error)


def tell(text: str) -> None:
    (nuke.message if nuke.GUI else nuke.tprint)(text)


def add_menu() -> None:
    """The four nodes in Nuke's node menu, and what is done with many nodes in its main one."""
    face = read_face()
    nodes = nuke.menu("Nodes").addMenu(face.name, icon="unreel.png")
    for node in face.nodes:
        code = f"__import__('{__name__}', fromlist=['create']).create('{node.id}')"
        nodes.addCommand(node.label, code, icon="unreel.png")
    code = f"__import__('{__name__}', fromlist=['upgrade_selected']).upgrade_selected()"
    nuke.menu("Nuke").addMenu(face.name).addCommand("Upgrade selected nodes", code)
    nuke.addOnCreate(on_create, nodeClass="Group")
    nuke.addKnobChanged(on_change, nodeClass="Group")
