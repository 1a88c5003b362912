"""Makes docs/nodes.md from the nodes' face: `python docs/make_nodes.py`, run where `unreel` is installed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parent / "nodes.md"
TWIN = Path(__file__).parents[1] / "core" / "nodes.json"

HEAD = """\
# Nodes

Made by `docs/make_nodes.py` from `plugin.yaml`; change the words there, then run `python -m unreel.core.face` and it.

| node | what it is for |
|---|---|
| Train | Solves the shot, once: where each pixel of each frame lies on the key frame. The plate passes through. |
| Canonical Export | Writes the one picture to paint on, and gives it. |
| Texture Import | Takes the paint, from the graph or a file. *Bring in* keeps it in the unreel folder under a name. |
| Propagate | Lays the paint on all frames: live by the host's own nodes, or rendered with all that Unreel can do. |

| word | meaning |
|---|---|
| host | the program that the node is in: Nuke, Natron, Blender |
| plate | the footage as shot: an EXR sequence, scene-linear |
| matte | white where the surface is that is to be painted |
| unreel folder | `NAME.unreel`, where all that is made of a shot is kept; each node is told it |
| key frame | the frame that all others are matched with |
| canonical | the one picture that stands for the shot: the key frame, and what other frames see beyond its edge |
| texture | paint on the canonical, or on a frame |
| bake | write what comes into a node as EXR, where it is not a file as it is: Unreel reads files |
| ST map | for each pixel of a picture the place in another one where it is found, as an EXR |

*Render* brings in by itself what is connected to Texture, and lays that alone. With nothing connected, or with names in
*Textures*, it lays what was brought in: for several textures at once, or for paint on a frame (*Painted on*), which
live would take for paint on the canonical.

Each node is a command: what a knob means to the command line is in its last column, and what it takes is said under
[commands](commands.md) and [settings](settings.md). An empty knob leaves the choice to Unreel. Several names or numbers
stand in one knob with blanks between.
"""
KINDS = {
    "text": "text",
    "int": "whole number",
    "float": "number",
    "bool": "yes or no",
    "frames": "frames",
    "numbers": "whole numbers",
    "names": "names",
}
FILES = {"in": "file to read", "out": "file to write", "folder": "folder"}


def make_page() -> str:
    twin = json.loads(TWIN.read_text(encoding="utf-8"))
    hosts = ", ".join(f"{host.capitalize()} {its['least']}" for host, its in twin["hosts"].items())
    head = f"{HEAD}\nMade for {hosts} and later.\n"
    return head + "".join(section_of(node) for node in twin["nodes"])


def section_of(node: dict[str, Any]) -> str:
    lines = ["", f"## {node['label']}", "", f"`unreel {node['command']}`. {ports_of(node)}", ""]
    lines += ["| button | page | what it does |", "|---|---|---|"]
    lines += [f"| {each['label']} | {each['page']} | {each['tooltip']} |" for each in node["buttons"]]
    lines += ["", "| knob | page | default | takes | meaning | command line |", "|---|---|---|---|---|---|"]
    return "\n".join(lines + [row_of(knob) for knob in node["knobs"]]) + "\n"


def ports_of(node: dict[str, Any]) -> str:
    inputs = [each["label"] + ("" if each["required"] else " (optional)") for each in node["inputs"]]
    outputs = [each["label"] for each in node["outputs"]]
    return f"In: {', '.join(inputs) or 'nothing'}. Out: {', '.join(outputs)}."


def row_of(knob: dict[str, Any]) -> str:
    cells = [f"`{knob['name']}`", knob["page"], default_of(knob), taken_by(knob), knob["tooltip"]]
    return f"| {' | '.join(cells)} | {'' if knob['cli'] is None else '`' + knob['cli'] + '`'} |"


def default_of(knob: dict[str, Any]) -> str:
    default = knob["default"]
    if knob["read_only"]:
        return ""
    if default is None and not knob["optional"]:
        return "must be given"
    if default in (None, []):
        return "empty"
    words = default if isinstance(default, list) else [default]
    return f"`{' '.join('yes' if w is True else 'no' if w is False else str(w) for w in words)}`"


def taken_by(knob: dict[str, Any]) -> str:
    """Choices, bounds, or the kind of value."""
    if knob["read_only"]:
        return "shown only"
    if knob["choices"] is not None:
        return ", ".join(f"`{choice}`" for choice in knob["choices"])
    if knob["file"] is not None:
        return FILES[knob["file"]].replace("file", "sequence") if knob["sequence"] else FILES[knob["file"]]
    least, most = knob["range"] or (None, None)
    bounds = [f"{sign} {bound:g}" for sign, bound in (("≥", least), ("≤", most)) if bound is not None]
    return ", ".join(bounds) or KINDS[knob["type"]]


if __name__ == "__main__":
    PAGE.write_text(make_page(), encoding="utf-8")
    print(PAGE)
