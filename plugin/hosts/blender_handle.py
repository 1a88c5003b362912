"""Finds a node again by its names: a Blender object kept over an undo, or a load, would be a stray pointer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..face import NodeFace, read_face
from ..nodes.host import HostFailed
from . import blender_tree


@dataclass(frozen=True)
class Handle:
    tree: str
    """As `blender_tree.all_trees` names it."""
    node: str

    def find(self) -> Any:
        """HostFailed where it was deleted or renamed."""
        tree = blender_tree.tree_named(self.tree)
        node = None if tree is None else tree.nodes.get(self.node)
        if node is None or not is_ours(node):
            raise HostFailed(f"{self.node} is gone, or has another name now; press Refresh on the node")
        return node

    @property
    def face(self) -> NodeFace:
        return read_face().node(self.find().unreel.kind)

    @property
    def knobs(self) -> Any:
        """The property group with its knobs."""
        node = self.find()
        return getattr(node.unreel, node.unreel.kind)


def handle_of(node: Any) -> Handle:
    return Handle(blender_tree.name_of(node.id_data), node.name)


def is_ours(node: Any) -> bool:
    return node.bl_idname == "CompositorNodeGroup" and bool(node.unreel.kind)
