"""The pictures docs/pictures/nuke_*.svg and natron_*.svg, drawn from what our host side makes in Nuke and Natron."""

from __future__ import annotations

from pathlib import Path

from . import natron, nuke
from .picture import NATRON, NUKE, dot_of

FOLDER = Path(__file__).resolve().parents[1] / "pictures"
DRAWINGS = {
    "nuke_shot": (nuke.make_shot, NUKE),
    "nuke_inside": (nuke.make_inside, NUKE),
    "natron_shot": (natron.make_shot, NATRON),
    "natron_inside": (natron.make_inside, NATRON),
}
PICTURES = [FOLDER / f"{name}.svg" for name in DRAWINGS]


def source_now(name: str) -> str:
    """What a picture is to be drawn from, as Graphviz's text."""
    make_boxes, look = DRAWINGS[name]
    return dot_of(make_boxes(), look)
