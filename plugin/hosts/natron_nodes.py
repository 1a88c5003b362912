"""What each operation is in Natron: plug-in ids and the value of every parameter that bears on the picture.

Written from the plug-ins' sources (openfx-misc, openfx-io). Nothing is left to a default: most of these nodes set their
premultiplication by what is connected to them. A correction found in a real Natron is one line here.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from ..nodes.graph import Step
from ..nodes.ops import CHANNELS
from .natron_native import Choice, Native, OfKnob, Plane, Setting

INPUT, OUTPUT = "fr.inria.built-in.Input", "fr.inria.built-in.Output"
READ = "fr.inria.built-in.Read"
MERGE, SWITCH = "net.sf.openfx.MergePlugin", "net.sf.openfx.switchPlugin"
STMAP, LOG2LIN = "net.sf.openfx.STMap", "net.sf.openfx.Log2Lin"
CLAMP, INVERT = "net.sf.openfx.Clamp", "net.sf.openfx.Invert"
ADD, MULTIPLY = "net.sf.openfx.AddPlugin", "net.sf.openfx.MultiplyPlugin"
COLOR_MATRIX = "net.sf.openfx.ColorMatrixPlugin"

PROCESS = "NatronOfxParamProcess"
"""Then the letter of a channel: the name that Natron gives these switches, whatever the plug-in."""
UNMIXED: dict[str, Setting] = {"mix": 1.0, "maskInvert": False}
STRAIGHT: dict[str, Setting] = {"premult": False}
KEPT: dict[str, Setting] = {"premultChanged": True}
"""Then a connection made later does not turn `premult` on."""
ONE, ZERO = (1.0, 1.0, 1.0, 1.0), (0.0, 0.0, 0.0, 0.0)
MERGES = ("over", "in", "out", "plus", "from", "difference", "copy")
GAMMA = 0.6


def native_nodes(step: Step, steps: Sequence[Step]) -> tuple[Native, ...]:
    """What makes a step, but for `input` and `read`. steps: the graph it is in. KeyError for an unknown operation."""
    if step.op in MERGES:
        a, b = step.inputs
        return (merge(step.name, step.op, a, b, str(step.params[CHANNELS])),)
    if step.op == "multiply":
        a, b = step.inputs
        product = merge_product if is_never_negative(a, steps) else merge_signed_product
        return product(step.name, a, b, str(step.params[CHANNELS]))
    return ONE_INPUT[step.op](step)


def merge(name: str, operation: str, a: str, b: str, channels: str) -> Native:
    uses: dict[str, Setting] = {f"{port}Channels{each}": True for port in "AB" for each in "RGBA"}
    written = {"rgba": "RGBA", "rgb": "RGB", "alpha": "A"}[channels]
    writes: dict[str, Setting] = {f"OutputChannels{each}": each in written for each in "RGBA"}
    values: dict[str, Setting] = {
        "operation": Choice((operation,)),
        "screenAlpha": False,
        "bbox": Choice(("b", "B")),
        **uses,
        **writes,
        **UNMIXED,
    }
    return Native(name, MERGE, (("B", b), ("A", a)), values)


def merge_product(name: str, a: str, b: str, channels: str) -> tuple[Native, ...]:
    return (merge(name, "multiply", a, b, channels),)


def merge_signed_product(name: str, a: str, b: str, channels: str) -> tuple[Native, ...]:
    """max(A, 0) B - max(-A, 0) B: where both are negative, Merge's own multiply gives A."""
    flipped = (-1.0, 0.0, 0.0, 0.0), (0.0, -1.0, 0.0, 0.0), (0.0, 0.0, -1.0, 0.0), (0.0, 0.0, 0.0, -1.0)
    return (
        clamp(f"{name}_above", a, "RGBA", least=0.0),
        matrix(f"{name}_below", a, flipped, clamp_black=True),
        merge(f"{name}_more", "multiply", f"{name}_above", b, channels),
        merge(f"{name}_less", "multiply", f"{name}_below", b, channels),
        merge(name, "from", f"{name}_less", f"{name}_more", channels),
    )


def is_never_negative(name: str, steps: Sequence[Step]) -> bool:
    """Whether R, G and B of a step can't be below 0: the live maps, and what is left by a share of them."""
    by_name = {step.name: step for step in steps}
    step = by_name.get(name)
    if step is None:
        return False
    if step.op == "read":
        return step.params["knob"] in ("live_gain", "live_hold")
    if step.op == "invert":
        inside = by_name[step.inputs[0]]
        if inside.op != "in":
            return False
        share, cover = (by_name[each] for each in inside.inputs)
        return share.op == "read" and share.params["knob"] == "live_hold" and cover.op == "clamp_alpha"
    return False


def channels_of(processed: str) -> dict[str, Setting]:
    return {PROCESS + each: each in processed for each in "RGBA"}


def clamp(name: str, x: str, processed: str, least: float | None = None, most: float | None = None) -> Native:
    values: dict[str, Setting] = {
        **channels_of(processed),
        "minimumEnable": least is not None,
        "minimum": (least or 0.0,) * 4,
        "maximumEnable": most is not None,
        "maximum": (1.0 if most is None else most,) * 4,
        "minClampToEnable": False,
        "maxClampToEnable": False,
        **STRAIGHT,
        **UNMIXED,
    }
    return Native(name, CLAMP, (("Source", x),), values, KEPT)


def matrix(
    name: str, x: str, rows: tuple[tuple[float, ...], ...], clamp_black: bool = False, clamp_white: bool = False
) -> Native:
    """rows: what R, G, B and A become, of R, G, B and A."""
    outputs: dict[str, Setting] = dict(zip(("outputRed", "outputGreen", "outputBlue", "outputAlpha"), rows))
    values: dict[str, Setting] = {
        **channels_of("RGBA"),
        **outputs,
        "clampBlack": clamp_black,
        "clampWhite": clamp_white,
        **STRAIGHT,
        **UNMIXED,
    }
    return Native(name, COLOR_MATRIX, (("Source", x),), values, KEPT)


def by_value(name: str, plugin: str, x: str, value: Setting, processed: str = "RGBA") -> Native:
    """Add or Multiply."""
    return Native(
        name, plugin, (("Source", x),), {**channels_of(processed), "value": value, **STRAIGHT, **UNMIXED}, KEPT
    )


def clamp_alpha(step: Step) -> tuple[Native, ...]:
    return (clamp(step.name, step.inputs[0], "A", least=0.0, most=1.0),)


def floor(step: Step) -> tuple[Native, ...]:
    node = clamp(step.name, step.inputs[0], "RGB", least=0.0)
    return (replace(node, values={**node.values, "minimum": held_by(step)}),)


def white(step: Step) -> tuple[Native, ...]:
    return (clamp(step.name, step.inputs[0], "RGBA", least=1.0, most=1.0),)


def scale(step: Step) -> tuple[Native, ...]:
    return (by_value(step.name, MULTIPLY, step.inputs[0], held_by(step)),)


def with_number(step: Step, values: Mapping[str, Any]) -> Step:
    """For a node that loses its knobs: what a step's knob holds in its place, where that is a number."""
    number = values.get(str(step.params.get("knob")))
    return replace(step, params={**step.params, "knob": number}) if isinstance(number, (int, float)) else step


def held_by(step: Step) -> Setting:
    """Its knob, or the number in its place."""
    knob = step.params["knob"]
    return (float(knob),) * 4 if isinstance(knob, (int, float)) else OfKnob(str(knob))


def invert(step: Step) -> tuple[Native, ...]:
    values = {**channels_of("RGB"), **STRAIGHT, **UNMIXED}
    return (Native(step.name, INVERT, (("Source", step.inputs[0]),), values, KEPT),)


def any_of(step: Step) -> tuple[Native, ...]:
    name, slope = step.name, number(step, "slope")
    least = -number(step, "least")
    return (
        matrix(f"{name}_sum", step.inputs[0], ((1.0, 1.0, 1.0, 0.0),) * 4),
        by_value(f"{name}_beyond", ADD, f"{name}_sum", (least,) * 4),
        by_value(f"{name}_steep", MULTIPLY, f"{name}_beyond", (slope,) * 4),
        clamp(name, f"{name}_steep", "RGBA", least=0.0, most=1.0),
    )


def shape(step: Step) -> tuple[Native, ...]:
    """Log2Lin above 0, its slope at 0 below; with black at 0, 0 stays 0."""
    name, x, knee = step.name, step.inputs[0], number(step, "knee")
    return (
        clamp(f"{name}_above", x, "RGB", least=0.0),
        log2lin(f"{name}_log", f"{name}_above", "lin2log", knee),
        clamp(f"{name}_below", x, "RGB", most=0.0),
        by_value(f"{name}_line", MULTIPLY, f"{name}_below", (slope_at_zero(knee),) * 4, "RGB"),
        merge(name, "plus", f"{name}_line", f"{name}_log", "rgb"),
    )


def unshape(step: Step) -> tuple[Native, ...]:
    name, x, knee = step.name, step.inputs[0], number(step, "knee")
    return (
        clamp(f"{name}_above", x, "RGB", least=0.0),
        log2lin(f"{name}_lin", f"{name}_above", "log2lin", knee),
        clamp(f"{name}_below", x, "RGB", most=0.0),
        by_value(f"{name}_line", MULTIPLY, f"{name}_below", (1 / slope_at_zero(knee),) * 4, "RGB"),
        merge(name, "plus", f"{name}_line", f"{name}_lin", "rgb"),
    )


def log2lin(name: str, x: str, operation: str, knee: float) -> Native:
    """Its offset o = 10^((black - white) 0.002 / gamma), and o / (1 - o) is the knee."""
    labels = {"lin2log": "Lin to Log", "log2lin": "Log to Lin"}
    values: dict[str, Setting] = {
        **{PROCESS + each: True for each in "RGB"},
        "operation": Choice((operation, labels[operation])),
        "black": (0.0,) * 3,
        "white": (white_point(knee),) * 3,
        "gamma": (GAMMA,) * 3,
        **STRAIGHT,
        **UNMIXED,
    }
    return Native(name, LOG2LIN, (("Source", x),), values)


def white_point(knee: float) -> float:
    return -math.log10(knee / (1 + knee)) * GAMMA / 0.002


def slope_at_zero(knee: float) -> float:
    """Of `lin2log` with black at 0, which is log10(1 + x / knee) GAMMA / 0.002 / 1023."""
    return GAMMA / 0.002 / 1023 / math.log(10) / knee


def stmap(step: Step) -> tuple[Native, ...]:
    x, map_step = step.inputs
    values: dict[str, Setting] = {
        **channels_of("RGBA"),
        "channelU": Plane("R"),
        "channelV": Plane("G"),
        "channelA": Plane("A"),
        "unpremultUV": False,
        "uvOffset": (0.0, 0.0),
        "uvScale": (1.0, 1.0),
        "wrapU": Choice(("clamp", "Clamp")),
        "wrapV": Choice(("clamp", "Clamp")),
        "filter": Choice((str(step.params["filter"]), str(step.params["filter"]).capitalize())),
        "clamp": False,
        "black_outside": True,
        "useRoD": False,  # 0 to 1 is the display window, whatever overscan there is
        **UNMIXED,
    }
    return (Native(step.name, STMAP, (("UV", map_step), ("Source", x)), values, STRAIGHT),)


def switch(step: Step) -> tuple[Native, ...]:
    inputs = tuple((str(place), each) for place, each in enumerate(step.inputs))
    return (Native(step.name, SWITCH, inputs, {"which": OfKnob(str(step.params["knob"]))}, {"automatic": False}),)


def number(step: Step, name: str) -> float:
    value = step.params[name]
    assert isinstance(value, (int, float)), value
    return float(value)


ONE_INPUT: dict[str, Any] = {
    "switch": switch,
    "white": white,
    "scale": scale,
    "invert": invert,
    "floor": floor,
    "clamp_alpha": clamp_alpha,
    "any": any_of,
    "shape": shape,
    "unshape": unshape,
    "stmap": stmap,
}
