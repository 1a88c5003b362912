"""What Nuke makes of each operation: node classes and knob values, the one place to correct where a Nuke differs.

Names of knobs and their values are as Nuke 17.0v3 lists them. What pixels depend on is set, default or not. Of two
inputs Nuke's first is B, the second A. Layers, choices and files that a knob of the node holds follow that knob.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Union

from ..nk import Expression, Knob, NkNode, evaluated_path
from ..nodes.graph import Step
from ..nodes.ops import CHANNELS

FIRST, LAST = -99999, 99999
"""Of a sequence: Nuke holds or blackens what is beyond its range, and so silently; within it, a missing frame fails."""
RGBA = ("r", "g", "b", "a")
ACROSS, DOWN = 120, 80
"""Between nodes in the node graph."""
UNMASKED: dict[str, Knob] = {"maskChannelInput": "none", "inject": False, "invert_mask": False, "fringe": False}
WHOLE: dict[str, Knob] = {**UNMASKED, "mix": 1.0}
MERGES = ("over", "in", "out", "plus", "from", "difference")
"""Operations that Merge2 has by the same name and formula."""

Link = Callable[[str], Union[Knob, None]]
"""What a knob of the inner node is set to, by the name of the node's own knob: an expression, or what it holds."""


def linked(knob: str) -> Knob:
    """Follows the group's knob."""
    return Expression(f"parent.{knob}")


def nuke_nodes(steps: Sequence[Step], ports: Sequence[str], link: Link = linked) -> list[NkNode]:
    """The inside of a group: a Read for each file, an Input for each port, the steps, and an Output of the last one.

    link: for file knobs gives a path, or an expression. ValueError for an operation or port that is not known.
    """
    unknown = [step.params["port"] for step in steps if step.op == "input" and step.params["port"] not in ports]
    if unknown:
        raise ValueError(f"the graph wants an input {unknown[0]!r}; the node has {', '.join(ports) or 'none'}")
    called = {step.name: native_name(step) for step in steps}
    steps = [replace(step, inputs=tuple(called[name] for name in step.inputs)) for step in steps]
    files = {read_name(str(step.params["knob"])): read(step, link) for step in steps if step.op == "read"}
    inputs = [NkNode(port, "Input", (), {"number": number}) for number, port in enumerate(ports)]
    others = [node for step in steps for node in native(step, link)]
    return placed([*files.values(), *inputs, *others, NkNode("Output1", "Output", (called[steps[-1].name],))])


def native_name(step: Step) -> str:
    """The node that a step's result comes from: a file has one Read, whatever is read from it."""
    if step.op == "input":
        return str(step.params["port"])
    if step.op == "read" and step.params["layer"] is None:
        return read_name(str(step.params["knob"]))
    return step.name


def read_name(knob: str) -> str:
    """Of the Read that a file knob has."""
    return f"read_{knob}"


def placed(nodes: Sequence[NkNode]) -> list[NkNode]:
    """In rows from top to bottom, each below all that it takes."""
    row: dict[str, int] = {}
    used: dict[int, int] = {}
    found = []
    for node in nodes:
        row[node.name] = max((row[name] + 1 for name in node.inputs if name is not None), default=0)
        column = used.get(row[node.name], 0)
        used[row[node.name]] = column + 1
        where: dict[str, Knob] = {"xpos": column * ACROSS, "ypos": row[node.name] * DOWN}
        found.append(replace(node, knobs={**node.knobs, **where}))
    return found


def native(step: Step, link: Link = linked) -> list[NkNode]:
    """The nodes of a step beside Reads and Inputs; the last one has its name."""
    if step.op == "input":
        return []
    if step.op in MERGES:
        a, b = step.inputs
        return [merge(step.name, step.op, a, b, str(step.params[CHANNELS]))]
    if step.op not in NATIVE:
        raise ValueError(f"{step.name}: Nuke has no node for {step.op!r}")
    return NATIVE[step.op](step, link)


def merge(name: str, operation: str, a: str, b: str, channels: str = "rgba", window: str = "B") -> NkNode:
    """On B's window, or the union of both; what is not written is B's."""
    if channels not in ("rgba", "rgb"):
        raise ValueError(f"{name}: Merge2 {operation} of {channels} alone is not known to be right")
    knobs: dict[str, Knob] = {
        "operation": operation,
        "Achannels": "rgba",
        "Bchannels": "rgba",
        "output": channels,
        "also_merge": "none",
        "bbox": window,
        "metainput": "B",
        "rangeinput": "B",
        "sRGB": False,
        "screen_alpha": False,
        **WHOLE,
    }
    return NkNode(name, "Merge2", (b, a), knobs)


def read(step: Step, link: Link) -> NkNode:
    """All layers of a knob's file."""
    knob = str(step.params["knob"])
    first, last = (1, 1) if step.params["still"] else (FIRST, LAST)
    knobs: dict[str, Knob] = {
        "file": file_of(link(knob)),
        "first": first,
        "last": last,
        "before": "hold",
        "after": "hold",
        "origfirst": first,
        "origlast": last,
        "origset": True,
        "on_error": "error",
        "frame_mode": "expression",
        "frame": "",
        "colorspace": "default",
        "raw": bool(step.params["raw"]),
        "premultiplied": False,
        "auto_alpha": False,
    }
    return NkNode(read_name(knob), "Read", (), knobs)


def layer(step: Step, link: Link) -> list[NkNode]:
    """One layer of a file as R G B A."""
    name = step.params["layer"]
    if name is None:
        return []
    channels = [f"{name}.{channel}" for channel in ("red", "green", "blue", "alpha")]
    return [expression(step.name, read_name(str(step.params["knob"])), channels)]


def file_of(held: Knob | None) -> str:
    """A path, or TCL in brackets that gives the file knob's own text, so that a farm's scanner sees one path."""
    if isinstance(held, Expression):
        return f"[value {held.text}]"
    return evaluated_path(str(held or ""))


def switch(step: Step, link: Link) -> list[NkNode]:
    which = link(str(step.params["knob"]))
    return [NkNode(step.name, "Switch", step.inputs, {"which": 0 if which is None else which})]


def copy(step: Step, link: Link) -> list[NkNode]:
    """A's alpha alone takes a Copy; a Merge2 would pair channels by their place."""
    a, b = step.inputs
    if step.params[CHANNELS] != "alpha":
        return [merge(step.name, "copy", a, b, str(step.params[CHANNELS]))]
    nothing: dict[str, Knob] = {f"{end}{number}": "none" for number in (1, 2, 3) for end in ("from", "to")}
    alpha: dict[str, Knob] = {"from0": "rgba.alpha", "to0": "rgba.alpha", **nothing, "channels": "none"}
    sides: dict[str, Knob] = {"bbox": "B", "metainput": "B", "rangeinput": "B", "unpremult": "none"}
    return [NkNode(step.name, "Copy", (b, a), {**alpha, **sides, **WHOLE})]


def multiply(step: Step, link: Link) -> list[NkNode]:
    """Nuke's own multiply gives A where both are negative, so it is written out; then it is put on B's window."""
    a, b = step.inputs
    product = {f"expr{number}": f"A{channel} * B{channel}" for number, channel in enumerate(RGBA)}
    knobs: dict[str, Knob] = {**CHANNEL_OF_EACH, **product, "unpremult": "none", **WHOLE}
    return [
        NkNode(f"{step.name}_product", "MergeExpression", (b, a), knobs),
        merge(step.name, "copy", f"{step.name}_product", b, str(step.params[CHANNELS])),
    ]


CHANNEL_OF_EACH: dict[str, Knob] = {
    "channel0": "rgba.red",
    "channel1": "rgba.green",
    "channel2": "rgba.blue",
    "channel3": "rgba.alpha",
}


def expression(name: str, source: str, each: Sequence[str]) -> NkNode:
    """each: for R G B A."""
    texts = {f"expr{number}": text for number, text in enumerate(each)}
    knobs: dict[str, Knob] = {**CHANNEL_OF_EACH, **texts, "unpremult": "none", **WHOLE}
    return NkNode(name, "Expression", (source,), knobs)


def white(step: Step, link: Link) -> list[NkNode]:
    return [expression(step.name, step.inputs[0], ["1"] * 4)]


def anything(step: Step, link: Link) -> list[NkNode]:
    least, slope = step.params["least"], step.params["slope"]
    return [expression(step.name, step.inputs[0], [f"clamp((r + g + b - {least}) * {slope}, 0, 1)"] * 4)]


def shape(step: Step, link: Link) -> list[NkNode]:
    knee = step.params["knee"]
    each = [f"{c} >= 0 ? log(1 + {c} / {knee}) : {c} / {knee}" for c in RGBA[:3]]
    return [expression(step.name, step.inputs[0], [*each, "a"])]


def unshape(step: Step, link: Link) -> list[NkNode]:
    knee = step.params["knee"]
    each = [f"{c} >= 0 ? (exp({c}) - 1) * {knee} : {c} * {knee}" for c in RGBA[:3]]
    return [expression(step.name, step.inputs[0], [*each, "a"])]


def scale(step: Step, link: Link) -> list[NkNode]:
    by = link(str(step.params["knob"]))
    knobs: dict[str, Knob] = {"channels": "rgba", "value": 1.0 if by is None else by, "unpremult": "none", **WHOLE}
    return [NkNode(step.name, "Multiply", step.inputs, knobs)]


def invert(step: Step, link: Link) -> list[NkNode]:
    knobs: dict[str, Knob] = {"channels": "rgb", "clamp": False, "unpremult": "none", **WHOLE}
    return [NkNode(step.name, "Invert", step.inputs, knobs)]


def clamp_alpha(step: Step, link: Link) -> list[NkNode]:
    limits: dict[str, Knob] = {"minimum": 0.0, "minimum_enable": True, "maximum": 1.0, "maximum_enable": True}
    return [clamp(step, "alpha", limits)]


def floor(step: Step, link: Link) -> list[NkNode]:
    """A number that is typed is not kept within its knob's range."""
    held = link(str(step.params["knob"]))
    least: Knob = Expression(f"min({held.text}, 0)") if isinstance(held, Expression) else min(as_number(held), 0.0)
    return [clamp(step, "rgb", {"minimum": least, "minimum_enable": True, "maximum_enable": False})]


def as_number(held: Knob | None) -> float:
    return float(held) if isinstance(held, (int, float)) else 0.0


def clamp(step: Step, channels: str, limits: dict[str, Knob]) -> NkNode:
    to: dict[str, Knob] = {"MinClampTo_enable": False, "MaxClampTo_enable": False, "unpremult": "none"}
    return NkNode(step.name, "Clamp", step.inputs, {"channels": channels, **limits, **to, **WHOLE})


def stmap(step: Step, link: Link) -> list[NkNode]:
    """On the map's window.

    The source gets a window that holds the map's, because STMap may keep either, and an edge of black, because it draws
    out the last pixels.
    """
    if step.params["filter"] != "keys":
        raise ValueError(f"{step.name}: STMap is not known to have a filter {step.params['filter']!r}")
    source, places = step.inputs
    knobs: dict[str, Knob] = {
        "channels": "rgba",
        "uv": "rgb",
        "filter": "Keys",
        "premultiplied": False,
        "blur": "none",
        "maskChannel": "none",
        "invert_mask": False,
    }
    return [
        merge(f"{step.name}_wide", "copy", source, places, window="union"),
        NkNode(f"{step.name}_edge", "BlackOutside", (f"{step.name}_wide",)),
        NkNode(f"{step.name}_moved", "STMap", (f"{step.name}_edge", places), knobs),
        merge(step.name, "copy", f"{step.name}_moved", places),
    ]


NATIVE: dict[str, Callable[[Step, Link], list[NkNode]]] = {
    "read": layer,
    "switch": switch,
    "copy": copy,
    "multiply": multiply,
    "white": white,
    "scale": scale,
    "invert": invert,
    "floor": floor,
    "clamp_alpha": clamp_alpha,
    "any": anything,
    "shape": shape,
    "unshape": unshape,
    "stmap": stmap,
}


def layers_of(steps: Sequence[Step]) -> list[str]:
    """Layers that Reads want, each once."""
    return list(dict.fromkeys(str(step.params["layer"]) for step in steps if step.params.get("layer")))
