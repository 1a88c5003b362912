"""Boxes to an SVG in a host's look, laid out by Graphviz."""

from __future__ import annotations

import html
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass

from .boxes import Box

FONT = "DejaVu Sans"
BACK, DARK, LIGHT = "#2b2b2b", "#141414", "#f4f4f4"
STRONG, FAINT = 'color="#dcdcdc", weight=12, tailport=s', 'color="#8f8f8f", weight=1'
"""Wires: of what is computed, kept straight, and of what comes in."""
SETTINGS = (
    f'graph [rankdir=TB, bgcolor="{BACK}", nodesep=0.22, ranksep=0.4, pad=0.25, splines=true]',
    f'node [shape=plain, fontname="{FONT}", fontsize=11]',
    "edge [arrowsize=0.55, penwidth=1.1]",
)


@dataclass(frozen=True)
class Look:
    corners: str
    """A style of Graphviz."""
    inks: dict[str, tuple[str, str]]
    """By kind of node: its colour, and that of the letters on it."""


SHARED = {"read": ("#b9b9b9", DARK), "write": ("#bfbf2a", DARK), "color": ("#7aa9ff", DARK), "plain": ("#cfcfcf", DARK)}
NUKE = Look(
    "rounded",
    {
        **SHARED,
        "merge": ("#4b5ca5", LIGHT),
        "transform": ("#a57aaa", DARK),
        "channel": ("#9e3c63", LIGHT),
        "draw": ("#4f9e5f", DARK),
        "ours": ("#e0a84a", DARK),
    },
)
NATRON = Look(
    "solid",
    {
        **SHARED,
        "merge": ("#4d5ec6", LIGHT),
        "transform": ("#b34d1a", LIGHT),
        "draw": ("#bfbf2a", DARK),
        "ours": ("#e0a84a", DARK),
    },
)


BLENDER = Look(
    "rounded",
    {
        "read": ("#83314a", LIGHT),
        "ours": ("#2f7350", LIGHT),
        "color": ("#7a7a22", LIGHT),
        "converter": ("#246283", LIGHT),
        "plain": ("#5a5a5a", LIGHT),
    },
)


def dot_of(boxes: Sequence[Box], look: Look) -> str:
    """Graphviz's text."""
    nodes = [f'"{box.name}" [label=<{table(box, look)}>]' for box in boxes]
    faint = {box.name for box in boxes if box.kind == "read"}
    wires = [
        f'"{source}" -> "{box.name}":i{place if is_labelled(box) else 0}:n [{FAINT if source in faint else STRONG}]'
        for box in boxes
        for place, (_, source) in enumerate(box.inputs)
        if source is not None
    ]
    return "\n".join(["digraph {", *SETTINGS, *nodes, *wires, "}"])


def table(box: Box, look: Look) -> str:
    """A node's box: its inputs' names in a row, its name, its class."""
    fill, ink = look.inks[box.kind]
    labelled = is_labelled(box)
    ports = "".join(
        f'<TD PORT="i{place}" CELLPADDING="1"><FONT POINT-SIZE="8.5">{html.escape(label)}</FONT></TD>'
        for place, (label, _) in enumerate(box.inputs)
    )
    across = f'COLSPAN="{max(1, len(box.inputs)) if labelled else 1}"'
    port = 'CELLPADDING="1"' if labelled else 'PORT="i0" CELLPADDING="3"'
    name = f"<TR><TD {across} {port}><B> {html.escape(box.name)} </B></TD></TR>"
    note = f'<TR><TD {across} CELLPADDING="1"><FONT POINT-SIZE="9.5"> {html.escape(box.note)} </FONT></TD></TR>'
    rows = (f"<TR>{ports}</TR>" if labelled else "") + name + note
    frame = f'BORDER="1" COLOR="#0d0d0d" STYLE="{look.corners}" BGCOLOR="{fill}" CELLBORDER="0" CELLSPACING="2"'
    return f'<FONT COLOR="{ink}"><TABLE {frame}>{rows}</TABLE></FONT>'


def is_labelled(box: Box) -> bool:
    """Whether its inputs stand in a row of their own; else all wires end at its name."""
    return any(label for label, _ in box.inputs)


def make_picture(source: str) -> str:
    """Graphviz's text as SVG, letters as paths, with that text inside."""
    run = subprocess.run(["dot", "-Tsvg:cairo"], input=source, capture_output=True, text=True, check=True)
    return run.stdout.replace("</svg>", f"<metadata><![CDATA[{source}]]></metadata>\n</svg>")


def source_of(picture: str) -> str:
    """What a picture was drawn from."""
    return picture.partition("<metadata><![CDATA[")[2].partition("]]></metadata>")[0]
