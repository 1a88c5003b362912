"""Node classes of Nuke that we use: their knobs, kinds of knobs and values, as Nuke 17.0v3 lists them."""

from __future__ import annotations

import re
from typing import Any

CHANNELS = re.compile(r"(all|none|rgba?|alpha|(rgba|grid|coverage|confidence)\.(red|green|blue|alpha))")
MASKED = {
    "maskChannelInput": "channels",
    "maskChannelMask": "channels",
    "inject": "bool",
    "invert_mask": "bool",
    "fringe": "bool",
    "mix": "number",
}
WRITTEN = {f"expr{n}": "expression" for n in range(4)} | {f"channel{n}": "channels" for n in range(4)}
SIDES = {"metainput": ("B", "A", "All"), "rangeinput": ("B", "A", "All")}
MERGE = (
    "atop average color-burn color-dodge conjoint-over copy difference disjoint-over divide exclusion from geometric "
    "hard-light hypot in mask matte max min minus multiply out over overlay plus screen soft-light stencil under xor"
)
FILTERS = "impulse linear cubic Keys Simon Rifman Mitchell Parzen notch Lanczos4 Lanczos6 sinc4"
ENDS = ("hold", "loop", "bounce", "black")
Kind = Any
KNOBS: dict[str, dict[str, Kind]] = {
    "Read": {
        "file": "file",
        **dict.fromkeys(("first", "last", "origfirst", "origlast"), "number"),
        "before": ENDS,
        "after": ENDS,
        "on_error": ("error", "black", "checkerboard", "nearest frame"),
        "frame_mode": ("expression", "start at", "offset"),
        "frame": "text",
        "colorspace": ("default", "linear", "sRGB", "rec709"),
        **dict.fromkeys(("origset", "raw", "premultiplied", "auto_alpha"), "bool"),
        "reload": "script",
    },
    "Write": {
        "file": "file",
        "file_type": "file type",
        "channels": "channels",
        "raw": "bool",
        "create_directories": "bool",
    },
    "Merge2": {
        "operation": tuple(MERGE.split()),
        **dict.fromkeys(("Achannels", "Bchannels", "output", "also_merge"), "channels"),
        "bbox": ("union", "intersection", "A", "B"),
        **SIDES,
        "sRGB": "bool",
        "screen_alpha": "bool",
        **MASKED,
    },
    "Copy": {
        **{f"{end}{n}": "channels" for end in ("from", "to") for n in range(4)},
        "channels": "channels",
        "bbox": ("union", "B", "A"),
        **SIDES,
        "unpremult": "channels",
        **MASKED,
    },
    "MergeExpression": {**WRITTEN, "unpremult": "channels", **MASKED},
    "Expression": {**WRITTEN, "unpremult": "channels", **MASKED},
    "Multiply": {"channels": "channels", "value": "number", "unpremult": "channels", **MASKED},
    "Invert": {"channels": "channels", "clamp": "bool", "unpremult": "channels", **MASKED},
    "Clamp": {
        "channels": "channels",
        **dict.fromkeys(("minimum", "maximum"), "number"),
        **dict.fromkeys(("minimum_enable", "maximum_enable", "MinClampTo_enable", "MaxClampTo_enable"), "bool"),
        "unpremult": "channels",
        **MASKED,
    },
    "STMap": {
        "channels": "channels",
        "uv": "channels",
        "filter": tuple(FILTERS.split()),
        "premultiplied": "bool",
        "blur": "channels",
        "maskChannel": "channels",
        "invert_mask": "bool",
    },
    "Switch": {"which": "number"},
    "Input": {"number": "number"},
    "Output": {},
    "Dot": {},
    "BlackOutside": {},
    "Group": {},
    "Root": {},
}
EVERY_NODE: dict[str, Kind] = {
    "name": "text",
    "label": "text",
    "disable": "bool",
    "tile_color": "number",
    "xpos": "number",
    "ypos": "number",
}
OF_EXR: dict[str, Kind] = {
    "datatype": ("16 bit half", "32 bit float"),
    "compression": ("none", "Zip (1 scanline)", "Zip (16 scanlines)", "PIZ Wavelet (32 scanlines)", "DWAA", "DWAB"),
    "autocrop": "bool",
}
INPUTS = {
    "Read": 0,
    "Input": 0,
    "Merge2": 101,
    "Switch": 10000,
    "MergeExpression": 3,
    "STMap": 3,
    "Copy": 3,
    "Group": 9,
}
