"""Renders what comes into a node as float EXR, and leaves the scene as it was."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import bpy

from ..nodes.host import HostFailed, Progress
from ..nodes.patterns import at_frame
from . import blender_tree, blender_upstream

RENDER = {
    "resolution_percentage": 100,
    "use_compositing": True,
    "use_sequencer": False,
    "use_border": False,
    "use_file_extension": False,
    "use_overwrite": True,
    "compositor_precision": "FULL",
}
KEPT = (*RENDER, "resolution_x", "resolution_y", "filepath")
FORMAT = ("media_type", "file_format", "color_mode", "color_depth", "exr_codec")


def bake(node: Any, input: Any, pattern: str, frames: Sequence[int], shift: int, progress: Progress) -> None:
    """HostFailed. Ends early where the artist cancels."""
    source = blender_upstream.source_of(input)
    if source is None:
        raise HostFailed(f"nothing comes into {input.name} of {node.name}; connect it first")
    scene = blender_tree.scene_of(node.id_data)
    if scene is None:
        raise HostFailed(f"{node.name} is inside a group, and only a scene's own nodes can be rendered; move it out")
    size = blender_upstream.size_of(input)
    with render_of(scene, node.id_data, source, size):
        for done, number in enumerate(frames):
            if not progress.update(done / len(frames), f"frame {number}"):
                return
            scene.frame_set(number - shift)
            file = at_frame(pattern, number)
            scene.render.filepath = file
            bpy.ops.render.render(write_still=True, scene=scene.name)
            if not os.path.isfile(file):
                raise HostFailed(f"Blender wrote no {file}; see its console, and whether there is room on the disk")
    progress.update(1.0, "done")


@contextmanager
def render_of(scene: Any, tree: Any, source: Any, size: tuple[int, int] | None) -> Iterator[None]:
    """Within it, the scene renders a socket's picture as float EXR, in its own size, and no other file."""
    settings = scene.render.image_settings
    kept = {name: getattr(scene.render, name) for name in KEPT}
    format_kept = {name: getattr(settings, name) for name in FORMAT if hasattr(settings, name)}
    frame = scene.frame_current
    end = blender_tree.output_of(tree)
    before = [link.from_socket for link in end.inputs[0].links]
    writing = [node for node in tree.nodes if node.bl_idname == "CompositorNodeOutputFile" and not node.mute]
    try:
        for node in writing:
            node.mute = True
        for name, value in RENDER.items():
            setattr(scene.render, name, value)
        if size is not None:
            scene.render.resolution_x, scene.render.resolution_y = size
        blender_tree.write_float_exr(settings)
        tree.links.new(source, end.inputs[0])
        yield
    finally:
        for link in list(end.inputs[0].links):
            tree.links.remove(link)
        for socket in before:
            tree.links.new(socket, end.inputs[0])
        for node in writing:
            node.mute = False
        for name, value in [*kept.items()]:
            setattr(scene.render, name, value)
        for name, value in format_kept.items():  # in this order: each allows the next
            setattr(settings, name, value)
        scene.frame_set(frame)
