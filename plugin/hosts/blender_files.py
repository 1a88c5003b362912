"""A node's files as Blender's images: read as numbers, never as colours, in the frames' own numbering."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import bpy

from ..nodes.graph import Step
from ..nodes.patterns import at_frame, numbers_on_disk
from .blender_wires import Wires

OURS = "unreel_knob"
"""Custom property of an image node: the file knob that it reads."""


def read_node(wires: Wires, step: Step, files: Mapping[str, str], shift: int) -> Any:
    """The picture of a `read`; transparent black where there is no file yet.

    shift: what a scene's frame lacks to the files' number.
    """
    knob = str(step.params["knob"])
    node = wires.node("CompositorNodeImage")
    node[OURS] = knob
    path = files.get(knob) or ""
    numbers = [] if step.params["still"] else numbers_on_disk(path)
    file = at_frame(path, numbers[0]) if numbers else path
    if file and Path(file).is_file():
        node.image = load(file, bool(step.params["raw"]), bool(numbers))
    if numbers and node.image is not None:
        node.frame_duration = numbers[-1] - numbers[0] + 1
        node.frame_start, node.frame_offset = numbers[0] - shift, numbers[0] - 1
        node.use_auto_refresh = True
    return chosen_layer(node, step.params["layer"])


def chosen_layer(node: Any, layer: Any) -> Any:
    """The socket of an EXR's layer; of the picture itself where the file has no such layer."""
    for name in (layer, "Combined", "Image"):
        if name and name in node.outputs:
            return node.outputs[name]
    return node.outputs[0]


def load(file: str, raw: bool, sequence: bool) -> Any:
    """An image of our own, so that no setting of the artist's is changed."""
    kind = "SEQUENCE" if sequence else "FILE"
    for image in bpy.data.images:
        if image.get("unreel") and image.filepath == file and image.source == kind:
            return image
    image = bpy.data.images.load(file)
    image["unreel"] = True
    image.source = kind
    encoded = not raw and Path(file).suffix.lower() != ".exr"
    image.colorspace_settings.name = "sRGB" if encoded else "Non-Color"
    image.alpha_mode = "STRAIGHT" if encoded else "CHANNEL_PACKED"  # packed: R G B A as they are
    return image


def forget(tree: Any, knob: str) -> None:
    """Read the files of a knob again."""
    for node in tree.nodes:
        if node.get(OURS) == knob and node.bl_idname == "CompositorNodeImage" and node.image is not None:
            node.image.reload()


def shift_of(node: Any) -> int:
    """What a scene's frame lacks to the number of the file that an image node shows then."""
    return int(node.frame_offset + 1 - node.frame_start)


def first_file(pattern: str) -> str:
    """The first frame's that is there; of one file, itself."""
    numbers = numbers_on_disk(pattern)
    return at_frame(pattern, numbers[0]) if numbers else pattern


def pattern_of(file: str) -> str:
    """`plate.####.exr` of `plate.1001.exr`: the last number of the name stands for the frame's."""
    path = Path(file)
    hits = list(re.finditer(r"\d+", path.stem))
    if not hits:
        return file
    hit = hits[-1]
    return str(path.with_name(path.stem[: hit.start()] + "#" * len(hit[0]) + path.stem[hit.end() :] + path.suffix))
