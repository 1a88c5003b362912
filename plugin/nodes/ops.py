"""The few operations that nodes are made of, each with the meaning that all hosts must give it.

A picture is R G B A on a window and is 0 beyond it. Of two inputs A and B the result has B's window. a, b are alphas.
"""

from __future__ import annotations

from dataclasses import dataclass

CHANNELS = "channels"
"""Parameter of the operations on A and B: which channels are written, `rgba`, `rgb` or `alpha`; the others are B's."""
KNEE = 0.02
"""Of the shaper: as the core resamples, so that highlights don't ring."""


@dataclass(frozen=True)
class Op:
    inputs: tuple[str, ...]
    """Their names in order; `*` stands for any number."""
    params: tuple[str, ...]
    meaning: str


_AB = ("A", "B")
OPS: dict[str, Op] = {
    "input": Op((), ("port",), "what comes into the node"),
    "read": Op(
        (),
        ("knob", "layer", "still", "raw"),
        "the file in a knob; layer: of an EXR, None is R G B A; still: one file for all frames, else the frame's own, "
        "and an error where that is missing; raw: the numbers as they are, never transformed, premultiplied or clamped",
    ),
    "switch": Op(("*",), ("knob",), "the input whose place is the place of a choice knob's value among its choices"),
    "over": Op(_AB, (CHANNELS,), "A + B (1 - a)"),
    "in": Op(_AB, (CHANNELS,), "A b"),
    "out": Op(_AB, (CHANNELS,), "A (1 - b)"),
    "plus": Op(_AB, (CHANNELS,), "A + B"),
    "from": Op(_AB, (CHANNELS,), "B - A"),
    "multiply": Op(_AB, (CHANNELS,), "A B, also where both are negative"),
    "difference": Op(_AB, (CHANNELS,), "|A - B|"),
    "copy": Op(_AB, (CHANNELS,), "A"),
    "white": Op(("x",), (), "1 in all channels, on the input's window"),
    "scale": Op(("x",), ("knob",), "all channels times a knob's number"),
    "invert": Op(("x",), (), "1 - x in R G B, not clamped; alpha as it is"),
    "floor": Op(("x",), ("knob",), "R G B no less than a knob's number, or than 0 where that is above; alpha as it is"),
    "clamp_alpha": Op(("x",), (), "alpha to 0..1; R G B as they are"),
    "any": Op(
        ("x",), ("least", "slope"), "clamp((R + G + B - least) slope, 0, 1) in all channels: 1 where there is something"
    ),
    "shape": Op(
        ("x",), ("knee",), "R G B: ln(1 + x / knee), x / knee below 0, or what differs from it by one factor and offset"
    ),
    "unshape": Op(("x",), ("knee",), "the inverse of shape"),
    "stmap": Op(
        ("x", "map"),
        ("filter",),
        "x at u = R, v = G of the map, from the bottom left of x's display window, pixel centres at (i + 0.5) / size; "
        "on the map's window; 0 beyond x's window; filter keys: Catmull-Rom, 4 by 4 pixels, weights of sum 1; the map "
        "itself is never filtered, and its B and A are not used",
    ),
}
