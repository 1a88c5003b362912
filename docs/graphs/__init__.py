"""The pictures docs/pictures/*.svg: the graphs that our host side makes in Nuke, Natron and Blender."""

from __future__ import annotations

from pathlib import Path

from . import blender, natron, nuke
from .picture import BLENDER, NATRON, NUKE, dot_of

FOLDER = Path(__file__).resolve().parents[1] / "pictures"
DRAWINGS = {
    "nuke_shot": (nuke.make_shot, NUKE),
    "nuke_inside": (nuke.make_inside, NUKE),
    "natron_shot": (natron.make_shot, NATRON),
    "natron_inside": (natron.make_inside, NATRON),
}
IN_BLENDER = {"blender_shot": blender.make_shot, "blender_inside": blender.make_inside}


def source_now(name: str) -> str:
    """What a picture is to be drawn from, as Graphviz's text."""
    make_boxes, look = DRAWINGS[name]
    return dot_of(make_boxes(), look)


def source_in_blender(name: str, ask: blender.Ask, place: Path) -> str:
    """The same of a picture that a real Blender is asked for. place: a folder for files."""
    return dot_of(IN_BLENDER[name](ask, place), BLENDER)
