"""The plug-ins of Natron that nodes are made of, from their sources: inputs in their order, parameters with their
defaults. Nothing here knows what Unreel puts into them. Standard library only: old Pythons run it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Choices:
    """A choice parameter: the ids of its options, and which stands first."""

    options: tuple[str, ...]
    default: int = 0


@dataclass(frozen=True)
class Limited:
    """Numbers of one to four dimensions, within limits."""

    default: tuple[float, ...]
    low: float = -math.inf
    high: float = math.inf
    whole: bool = False


@dataclass(frozen=True)
class Plugin:
    inputs: tuple[str, ...]
    params: dict[str, Any]
    """Name -> default: a bool or text, Choices or Limited."""
    premult_by_connection: bool = False
    """Connecting a source turns `premult` on, unless `premultChanged` says that it was set by hand."""


PROCESS = "NatronOfxParamProcess"


def processed(alpha: bool) -> dict[str, Any]:
    return {PROCESS + channel: channel != "A" or alpha for channel in "RGBA"}


MASKED: dict[str, Any] = {"mix": Limited((1.0,), 0, 1), "maskInvert": False}
PREMULT: dict[str, Any] = {"premult": False, "premultChannel": Choices(("r", "g", "b", "a"), 3)}
CHANGED: dict[str, Any] = {"premultChanged": False}
SOURCE = ("Source", "Mask")


PLANE = "UV.uk.co.thefoundry.OfxImagePlaneColour."
COLOUR = tuple(PLANE + channel for channel in "RGBA")
OPERATIONS = (
    "atop average color color-burn color-dodge conjoint-over copy difference disjoint-over divide exclusion freeze "
    "from geometric grain-extract grain-merge hard-light hue hypot in luminosity mask matte max min minus multiply "
    "out over overlay pinlight plus reflect saturation screen soft-light stencil under xor"
)
FILTERS = "impulse box bilinear cubic keys simon rifman mitchell parzen notch"
FOUR_0, FOUR_1 = Limited((0.0,) * 4), Limited((1.0,) * 4)


PLUGINS: dict[str, Plugin] = {
    "net.sf.openfx.MergePlugin": Plugin(
        ("B", "A", "Mask", "A2"),
        {
            "operation": Choices(tuple(OPERATIONS.split()), OPERATIONS.split().index("over")),
            "screenAlpha": False,
            "bbox": Choices(("union", "intersection", "a", "b")),
            **{f"{port}Channels{channel}": True for port in ("A", "B", "Output") for channel in "RGBA"},
            **MASKED,
        },
    ),
    "net.sf.openfx.Clamp": Plugin(
        SOURCE,
        {
            **processed(True),
            "minimum": FOUR_0,
            "minimumEnable": True,
            "maximum": FOUR_1,
            "maximumEnable": True,
            "minClampTo": FOUR_0,
            "minClampToEnable": False,
            "maxClampTo": FOUR_1,
            "maxClampToEnable": False,
            **PREMULT,
            **MASKED,
            **CHANGED,
        },
        True,
    ),
    "net.sf.openfx.Invert": Plugin(
        SOURCE,
        {**processed(True), **PREMULT, **MASKED, **CHANGED},
        True,
    ),
    "net.sf.openfx.AddPlugin": Plugin(
        SOURCE,
        {**processed(False), "value": FOUR_0, **PREMULT, **MASKED, **CHANGED},
        True,
    ),
    "net.sf.openfx.MultiplyPlugin": Plugin(
        SOURCE,
        {**processed(False), "value": FOUR_1, **PREMULT, **MASKED, **CHANGED},
        True,
    ),
    "net.sf.openfx.ColorMatrixPlugin": Plugin(
        SOURCE,
        {
            **processed(True),
            "outputRed": Limited((1.0, 0.0, 0.0, 0.0)),
            "outputGreen": Limited((0.0, 1.0, 0.0, 0.0)),
            "outputBlue": Limited((0.0, 0.0, 1.0, 0.0)),
            "outputAlpha": Limited((0.0, 0.0, 0.0, 1.0)),
            "clampBlack": True,
            "clampWhite": False,
            **PREMULT,
            **MASKED,
            **CHANGED,
        },
        True,
    ),
    "net.sf.openfx.Log2Lin": Plugin(
        SOURCE,
        {
            **{PROCESS + channel: True for channel in "RGB"},
            "operation": Choices(("log2lin", "lin2log")),
            "black": Limited((95.0,) * 3, 0, 1023),
            "white": Limited((685.0,) * 3, 0, 1023),
            "gamma": Limited((0.6,) * 3, 0, 1),
            **PREMULT,
            **MASKED,
        },
        True,
    ),
    "net.sf.openfx.STMap": Plugin(
        ("UV", "Source", "Mask"),
        {
            **processed(True),
            "channelU": Choices(COLOUR, 0),
            "channelV": Choices(COLOUR, 1),
            "channelA": Choices(COLOUR, 3),
            "unpremultUV": False,
            "uvOffset": Limited((0.0, 0.0)),
            "uvScale": Limited((1.0, 1.0)),
            "wrapU": Choices(("clamp", "repeat", "mirror")),
            "wrapV": Choices(("clamp", "repeat", "mirror")),
            "filter": Choices(tuple(FILTERS.split()), 3),
            "clamp": False,
            "black_outside": True,
            "useRoD": False,
            **PREMULT,
            **MASKED,
        },
    ),
    "net.sf.openfx.switchPlugin": Plugin(
        tuple(str(place) for place in range(16)),
        {"which": Limited((0,), 0, 15, whole=True), "automatic": False},
    ),
    "fr.inria.built-in.Input": Plugin((), {"optional": False, "isMask": False}),
    "fr.inria.built-in.Output": Plugin(("Source",), {}),
    "fr.inria.built-in.Read": Plugin(
        (),
        {
            "filename": "",
            "onMissingFrame": Choices(("previous", "next", "nearest", "error", "black"), 3),
            "before": Choices(("hold", "loop", "bounce", "black", "error")),
            "after": Choices(("hold", "loop", "bounce", "black", "error")),
            "firstFrame": Limited((1,), whole=True),
            "lastFrame": Limited((1,), whole=True),
            "frameMode": Choices(("startingTime", "timeOffset")),
            "startingTime": Limited((1,), whole=True),
            "timeOffset": Limited((0,), whole=True),
            "outputComponents": Choices(("RGBA", "RGB", "RG", "Alpha"), 1),
            "filePremult": Choices(("opaque", "premult", "unpremult"), 0),
            "outputPremult": Choices(("opaque", "premult", "unpremult"), 1),
            "ocioInputSpace": "linear",
            "ocioOutputSpace": "scene_linear",
            "outputLayer": Choices(("Color.RGBA",)),
        },
    ),
    "fr.inria.built-in.Write": Plugin(
        ("Source",),
        {
            "filename": "",
            "formatType": Choices(("input", "project"), 1),
            "frameRange": Choices(("union", "project", "manual")),
            "firstFrame": Limited((0,), whole=True),
            "lastFrame": Limited((0,), whole=True),
            "bitDepth": Choices(("auto", "8i", "16i", "16f", "32f"), 3),
            "compression": Choices(("default", "none", "zip", "zips", "piz")),
            "overwrite": True,
            "inputPremult": Choices(("opaque", "premult", "unpremult"), 1),
            "ocioInputSpace": "scene_linear",
            "ocioOutputSpace": "linear",
        },
    ),
}
