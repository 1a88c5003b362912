"""What is inside each node, as data: hosts make native nodes of it, the docs draw it, tests compute it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Union

from .ops import CHANNELS, KNEE

MODES = ("over", "replace", "add", "multiply")
"""How a texture meets the plate in live; of a whole picture only the first two."""
LEAST, SLOPE = 1e-4, 1e6
"""A pixel of a whole picture is painted where R, G and B together differ by more than LEAST from the canonical."""
Param = Union[None, bool, float, str]


class GraphRefused(ValueError):
    """No graph does what was asked for; the text says what to choose instead."""


@dataclass(frozen=True)
class Step:
    """A native node. Steps are in order: an input is the name of an earlier one."""

    name: str
    op: str
    """One of OPS."""
    inputs: tuple[str, ...] = ()
    params: Mapping[str, Param] = field(default_factory=dict)


def train_graph() -> tuple[Step, ...]:
    """The plate passes through."""
    return (port("plate"),)


def export_graph() -> tuple[Step, ...]:
    """The exported canonical, or one of its guides."""
    guides = ("grid", "coverage", "confidence")
    reads = (read("picture", "file", raw=False), *(read(each, "file", layer=each, raw=False) for each in guides))
    return (*reads, Step("out", "switch", ("picture", *guides), {"knob": "show"}))


def import_graph(whole: bool = False) -> tuple[Step, ...]:
    """The paint as a layer with alpha, at its opacity. whole: a picture painted over comes in, whose change it is."""
    steps: tuple[Step, ...] = (
        port("paint"),
        read("file", "file", raw=False),
        Step("paint_or_file", "switch", ("paint", "file"), {"knob": "source"}),
    )
    if whole:
        steps += (port("canonical"), *change("paint_or_file", "canonical"))
    return (*steps, Step("out", "scale", ("layer" if whole else "paint_or_file",), {"knob": "opacity"}))


def propagate_graph(mode: str = "over", whole: bool = False) -> tuple[Step, ...]:
    """Both ways, and the outputs to choose from; ends with `out`."""
    ways = [("picture", "picture", "result"), ("layer", "edit", "result_layer"), ("stmap", "st", "result_stmap")]
    rendered = ("inverse", "visibility", "confidence")
    return (
        *live_graph(mode, whole),
        *rendered_graph(),
        *(Step(f"{name}_by_way", "switch", (live, made), {"knob": "way"}) for name, live, made in ways),
        Step(
            "out",
            "switch",
            (*(f"{name}_by_way" for name, _, _ in ways), *(f"result_{name}" for name in rendered)),
            {"knob": "output"},
        ),
    )


def rendered_graph() -> tuple[Step, ...]:
    """What the core wrote."""
    names = ("layer", "stmap", "inverse", "visibility", "confidence")
    return (frames("result"), *(frames(f"result_{name}") for name in names))


def live_graph(mode: str = "over", whole: bool = False) -> tuple[Step, ...]:
    """The texture on the plate by native nodes; ends with `edit`, the layer, and `picture`. GraphRefused.

    With F = T + (1 - A) C the painted canonical, C the canonical (1 for multiply), s the shaper and K the resampling by
    the ST map, the paint in the frame is L = s^-1 K s F - (1 - A) s^-1 K s C. F and C take the same way, so that they
    cancel to the bit where nothing is painted. K undershoots beside paint, so L is kept from going below the knob
    `darkest`; not for add, which may darken. `gain` is light times surface, its alpha the surface alone; `hold` how
    much of the plate gives way; maps are on the raster, which holds every frame's window. Only R, G and B are changed.

        over      plate (1 - A hold) + gain L          replace   plate (1 - A hold) + gain.a L
        add       plate + gain L                       multiply  plate (1 - gain.a (A s^-1 K s C - L))

    whole: the texture is a whole picture, of which the change is taken.
    """
    if mode not in MODES:
        raise GraphRefused(f"mode {mode!r} has no live graph; choose one of {', '.join(MODES)}, or way: rendered")
    if whole and mode not in ("over", "replace"):
        raise GraphRefused(f"mode {mode} wants a layer with alpha, not a whole picture; choose over, or way: rendered")
    sources = (port("plate"), port("texture"), read("canonical", "live_canonical"))
    maps: tuple[Step, ...] = (frames("live_st", "st"), frames("live_gain", "gain"))
    if mode in ("over", "replace"):
        maps += (frames("live_hold", "hold"),)
    paint = change("texture", "canonical") if whole else (merge("layer", "copy", "texture", "canonical"),)
    return (*sources, *maps, *paint, *warp(mode), *LAY[mode])


def change(picture: str, ground: str) -> tuple[Step, ...]:
    """`layer`: a picture where it differs from its ground, with alpha 1 there and 0 elsewhere."""
    return (
        merge("differs", "difference", picture, ground, "rgb"),
        Step("changed", "any", ("differs",), {"least": LEAST, "slope": SLOPE}),
        merge("kept", "in", picture, "changed"),
        merge("layer", "copy", "changed", "kept", "alpha"),
    )


def warp(mode: str) -> tuple[Step, ...]:
    """Of `layer`, in the frame: `painted` and `bare`, F and C, and, but for add, `cover`, whose alpha is A."""
    ground = "white" if mode == "multiply" else "canonical"
    steps: tuple[Step, ...] = (Step("white", "white", ("canonical",)),) if mode == "multiply" else ()
    steps += (merge("painted_flat", "plus" if mode == "add" else "over", "layer", ground),)
    for name, flat in (("painted", "painted_flat"), ("bare", ground)):
        steps += (
            Step(f"{name}_shaped", "shape", (flat,), {"knee": KNEE}),
            Step(f"{name}_warped", "stmap", (f"{name}_shaped", "st"), {"filter": "keys"}),
            Step(name, "unshape", (f"{name}_warped",), {"knee": KNEE}),
        )
    if mode != "add":
        steps += (
            Step("layer_warped", "stmap", ("layer", "st"), {"filter": "keys"}),
            Step("cover", "clamp_alpha", ("layer_warped",)),
        )
    return steps


def merge(name: str, op: str, a: str, b: str, channels: str = "rgba") -> Step:
    return Step(name, op, (a, b), {CHANNELS: channels})


def port(name: str) -> Step:
    return Step(name, "input", (), {"port": name})


def read(name: str, knob: str, layer: Param = None, raw: bool = True) -> Step:
    return Step(name, "read", (), {"knob": knob, "layer": layer, "still": True, "raw": raw})


def frames(knob: str, name: str = "") -> Step:
    return Step(name or knob, "read", (), {"knob": knob, "layer": None, "still": False, "raw": True})


_PAINT = (
    merge("bare_beside", "out", "bare", "cover"),
    merge("sharp", "from", "bare_beside", "painted"),
    Step("paint", "floor", ("sharp",), {"knob": "darkest"}),
)
_EDIT = (merge("edit_cover", "in", "cover", "gain"), merge("edit", "copy", "edit_cover", "lit", "alpha"))
_ONTO = (
    merge("giving", "in", "hold", "cover"),
    Step("staying", "invert", ("giving",)),
    merge("under", "multiply", "staying", "plate", "rgb"),
    merge("picture", "plus", "lit", "under", "rgb"),
)
LAY: dict[str, tuple[Step, ...]] = {
    "over": (*_PAINT, merge("lit", "multiply", "paint", "gain"), *_EDIT, *_ONTO),
    "replace": (*_PAINT, merge("lit", "in", "paint", "gain"), *_EDIT, *_ONTO),
    "add": (
        merge("paint", "from", "bare", "painted"),
        merge("lit", "multiply", "paint", "gain"),
        merge("nothing", "difference", "gain", "gain"),
        merge("edit", "copy", "nothing", "lit", "alpha"),
        merge("picture", "plus", "lit", "plate", "rgb"),
    ),
    "multiply": (
        *_PAINT,
        merge("factor", "in", "paint", "gain"),
        merge("lit", "multiply", "factor", "plate"),
        *_EDIT,
        merge("covered", "in", "bare", "cover"),
        merge("taken", "from", "paint", "covered"),
        merge("giving", "in", "taken", "gain"),
        Step("staying", "invert", ("giving",)),
        merge("picture", "multiply", "staying", "plate", "rgb"),
    ),
}
"""From what `warp` gives to the picture."""
