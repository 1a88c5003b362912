"""The four nodes: what a host calls when one is made, loaded, changed, pressed or upgraded."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from . import canonical_export, propagate, texture_import, train
from .host import Host, Node
from .node_in_host import NodeInHost, node_in_host
from .open_panel import open_panel
from .tell import told
from .upgrade import Inside
from .upgrade import upgrade as upgrade_node

Action = Callable[[NodeInHost], None]


@dataclass(frozen=True)
class Actions:
    """What a node does."""

    buttons: Mapping[str, Action]
    inside: Inside
    rebuilt_by: tuple[str, ...] = ()
    """Knobs that change what is inside."""


ACTIONS = {
    "train": Actions(
        {
            "start": train.start,
            "stop": train.stop,
            "resume": train.resume,
            "detach": train.detach,
            "bake": train.bake,
            "sheet": train.sheet,
            "refresh": train.refresh,
            "reveal": train.reveal,
            "copy_command": train.copy_command,
            "farm": train.farm,
            "panel": open_panel,
        },
        train.inside,
    ),
    "canonical_export": Actions(
        {
            "export": canonical_export.export,
            "refresh": canonical_export.refresh,
            "reveal": canonical_export.reveal,
            "panel": open_panel,
        },
        canonical_export.inside,
        ("file", "guides"),
    ),
    "texture_import": Actions(
        {
            "bring_in": texture_import.bring_in,
            "refresh": texture_import.refresh,
            "panel": open_panel,
        },
        texture_import.inside,
        ("file", "painted"),
    ),
    "propagate": Actions(
        {
            "make_live": propagate.make_live,
            "render": propagate.render,
            "stop": propagate.stop,
            "freeze": propagate.freeze,
            "refresh": propagate.refresh,
            "reveal": propagate.reveal,
            "copy_command": propagate.copy_command,
            "farm": propagate.farm,
            "panel": open_panel,
        },
        propagate.inside,
        ("paint_mode", "painted", *propagate.LIVE, "live_canonical", *propagate.RESULTS.values()),
    ),
}


def press(host: Host, handle: Node, button: str) -> None:
    """Do what a button says, as one step of undo; what goes wrong is told on the node.

    In batch it comes back when all is done, and NodeFailed says what went wrong. KeyError for a button there is not.
    """
    node = node_in_host(host, handle)
    label, action = node.face.button(button).label, ACTIONS[node.face.id].buttons[button]
    with told(node), host.undo_step(f"{node.face.label}: {label}"):
        action(node)


def fill(host: Host, handle: Node) -> None:
    """Make the inside of a node: when it is new, and after `changed` says so."""
    node = node_in_host(host, handle)
    with told(node):
        host.build(handle, *ACTIONS[node.face.id].inside(node))


def changed(host: Host, handle: Node, knob: str) -> None:
    """The artist, and not an action, changed a knob: the inside is made anew where it goes by that."""
    if knob in ACTIONS[host.node_id(handle)].rebuilt_by:
        fill(host, handle)


def wake(host: Host, handle: Node) -> None:
    """A script was opened: follow a job that still runs, show what became of the last, and what is out of date."""
    if not host.is_batch:
        node = node_in_host(host, handle)
        with told(node), host.undo_step(f"{node.face.label}: opened"):
            ACTIONS[node.face.id].buttons["refresh"](node)


def upgrade(host: Host, handle: Node) -> str:
    """Bring an older node up to date, as one step of undo; what was done. HostFailed where it can't be."""
    node = node_in_host(host, handle)
    return upgrade_node(node, ACTIONS[node.face.id].inside)
