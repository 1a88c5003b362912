"""Graphs as a real Blender holds them: our nodes are made in its compositor, and what is there is read back.

Blender draws no node editor without a window. Inside a node of ours each step is a frame around some of Blender's own
nodes; a picture has one box for each frame.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import OpenImageIO as oiio

from .boxes import LIVE, Box

Told = list[dict[str, Any]]
"""What tests/hosts/blender/scripts/graph.py gives."""
Ask = Callable[..., Told]
"""Calls a function there by its name, with its arguments."""
SHOT_KINDS = {"Image": "read", "Alpha Over": "color", "Group": "ours", "Group Output": "plain", "Composite": "plain"}

INSIDE_KINDS = {
    **dict.fromkeys(("Image", "Group Input"), "read"),
    **dict.fromkeys(("Reroute", "Group Output"), "plain"),
}


def make_shot(ask: Ask, place: Path) -> list[Box]:
    nodes = ask("graph.shot")
    names = {node["name"]: node["label"] or ("output" if is_output(node) else node["name"]) for node in nodes}
    return [shot_box(node, names) for node in nodes]


def shot_box(node: dict[str, Any], names: dict[str, str]) -> Box:
    kind, every = node["kind"], node["kind"] == "Group"
    sources = [(label, names.get(source)) for label, source in node["inputs"] if every or source is not None]
    inputs = tuple((label if every else "", source) for label, source in sources)
    return Box(names[node["name"]], "of the scene" if is_output(node) else kind, SHOT_KINDS[kind], inputs)


def is_output(node: dict[str, Any]) -> bool:
    """Of the scene: Blender 4.5 has a Composite, 5.0 a Group Output."""
    return node["kind"] in ("Composite", "Group Output")


def make_inside(ask: Ask, place: Path) -> list[Box]:
    """Of Propagate, live, mode over: what leads to the output. place: for files, as Make live would write them."""
    files = {knob: str(place / Path(path).name) for knob, path in LIVE.items()}
    for path in files.values():
        oiio.ImageBuf(oiio.ImageSpec(16, 9, 4, "float")).write(path.replace("####", "0001"))
    nodes = {node["name"]: node for node in ask("graph.inside", files=files)}
    (output,) = (node for node in nodes.values() if node["kind"] == "Group Output")
    reached, todo = [output], [output]
    while todo:
        sources = [nodes[source] for _, source in todo.pop()["inputs"] if source is not None]
        new = [node for each, node in enumerate(sources) if node not in reached and node not in sources[:each]]
        reached += new
        todo += new
    order = dict.fromkeys(place_of(node) for node in nodes.values() if node in reached)
    return [box_of(place, [node for node in reached if place_of(node) == place], nodes) for place in order]


def place_of(node: dict[str, Any]) -> str:
    """The frame around a node, or its own name."""
    return node["frame"] or node["name"]


def box_of(place: str, inner: Sequence[dict[str, Any]], nodes: dict[str, dict[str, Any]]) -> Box:
    sources = dict.fromkeys(place_of(nodes[source]) for node in inner for _, source in node["inputs"] if source)
    sources.pop(place, None)
    kinds = {node["kind"] for node in inner}
    note = f"{len(inner)} nodes" if len(kinds) > 1 else min(kinds)
    inputs = tuple(("", source) for source in sources)
    return Box(place, note, "ours" if "Group" in kinds else INSIDE_KINDS.get(note, "converter"), inputs)
