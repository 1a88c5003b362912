"""What Nuke's nodes do to pixels, as its reference guide says, computed in numpy from node text. Unknown ones raise.

Its traps are in: a STMap draws the edge of its source out, Merge2 multiply gives A where both are negative, and a
MergeExpression's window holds both inputs'.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..nk_parser import Parsed
from ..nodes.evaluate import Picture, as_seen_in, keys_weights, on_window_of

ALL = ("red", "green", "blue", "alpha")
CHOSEN = {"rgba": [0, 1, 2, 3], "rgb": [0, 1, 2], "alpha": [3]} | {f"rgba.{name}": [n] for n, name in enumerate(ALL)}


@dataclass(frozen=True, eq=False)
class Shown:
    """What a node gives."""

    picture: Picture
    layers: Mapping[str, Picture]
    black_edge: bool = False


def shown(
    nodes: list[Parsed], ports: Mapping[str, Picture], files: Mapping[str, Picture], knobs: Mapping[str, float]
) -> dict[str, Picture]:
    """Every node's picture; files: by knob, and by `knob.layer`. A node without all its inputs is left out."""
    made: dict[str, Shown] = {}
    for node in nodes:
        above = [made.get(one.name) for one in node.inputs if one is not None]
        if node.nuke_class == "Input":
            found = Shown(ports[node.name], {}) if node.name in ports else None
        elif node.nuke_class == "Read":
            found = file_of(node, files)
        elif node.nuke_class == "Switch":
            found = above[int(number(node.knobs["which"], knobs))]
        elif None in above:
            found = None
        else:
            found = COMPUTED[node.nuke_class](node, above, knobs)
        if found is not None:
            made[node.name] = found
    return {name: each.picture for name, each in made.items()}


def number(held: str, knobs: Mapping[str, float]) -> float:
    match = re.fullmatch(r"\{(parent\.(\w+)|\"min\(parent\.(\w+), 0\)\")\}", held)
    if match is None:
        return float(held)
    return knobs[match[2]] if match[2] else min(knobs[match[3]], 0)


def file_of(node: Parsed, files: Mapping[str, Picture]) -> Shown | None:
    match = re.fullmatch(r"\[value parent\.(\w+)\]", node.knobs["file"])
    assert match is not None and node.knobs["premultiplied"] == "false"
    layers = {name.partition(".")[2]: file for name, file in files.items() if name.startswith(match[1] + ".")}
    return Shown(files[match[1]], layers) if match[1] in files else None


MERGED = {
    "over": lambda a, b: a + b * (1 - a[..., 3:]),
    "in": lambda a, b: a * b[..., 3:],
    "out": lambda a, b: a * (1 - b[..., 3:]),
    "plus": lambda a, b: a + b,
    "from": lambda a, b: b - a,
    "difference": lambda a, b: np.abs(a - b),
    "copy": lambda a, b: a,
    "multiply": lambda a, b: np.where((a < 0) & (b < 0), a, a * b),
}


def merge2(node: Parsed, above: list[Any], knobs: Mapping[str, float]) -> Shown:
    below, a = above[0].picture, as_seen_in(above[0].picture, above[1].picture)
    held = node.knobs
    assert (held["Achannels"], held["Bchannels"], held["also_merge"]) == ("rgba", "rgba", "none")
    unmixed(held)
    if held["bbox"] == "union":
        both = union(below, a)
        below = replace(both, rgba=on_window_of(both, below))
    result, rgba = MERGED[held["operation"]](on_window_of(below, a), below.rgba), below.rgba.copy()
    rgba[..., CHOSEN[held["output"]]] = result[..., CHOSEN[held["output"]]]
    return Shown(replace(below, rgba=rgba), {})


def copy(node: Parsed, above: list[Any], knobs: Mapping[str, float]) -> Shown:
    below, a = (each.picture for each in above)
    held = node.knobs
    assert [held[f"from{n}"] for n in (1, 2, 3)] == ["none"] * 3 and (held["channels"], held["bbox"]) == ("none", "B")
    rgba = below.rgba.copy()
    rgba[..., CHOSEN[held["to0"]]] = on_window_of(below, a)[..., CHOSEN[held["from0"]]]
    return Shown(replace(below, rgba=rgba), {})


def merge_expression(node: Parsed, above: list[Any], knobs: Mapping[str, float]) -> Shown:
    below, a = (each.picture for each in above)
    both = union(below, a)
    scope = {
        f"{letter}{channel}": on_window_of(both, one)[..., n]
        for letter, one in (("A", a), ("B", below))
        for n, channel in enumerate("rgba")
    }
    return Shown(written(node, both, scope), {})


def union(one: Picture, other: Picture) -> Picture:
    """Black on a window that holds both."""
    left, top = min(one.x, other.x), min(one.y, other.y)
    right = max(each.x + each.rgba.shape[1] for each in (one, other))
    bottom = max(each.y + each.rgba.shape[0] for each in (one, other))
    return Picture(np.zeros((bottom - top, right - left, 4), np.float32), one.display, left, top)


def expression(node: Parsed, above: list[Any], knobs: Mapping[str, float]) -> Shown:
    (source,) = above
    scope = {channel: source.picture.rgba[..., n] for n, channel in enumerate("rgba")}
    for layer, picture in source.layers.items():
        scope |= {f"{layer}_{name}": on_window_of(source.picture, picture)[..., n] for n, name in enumerate(ALL)}
    return Shown(written(node, source.picture, scope), {})


def written(node: Parsed, on: Picture, scope: Mapping[str, np.ndarray]) -> Picture:
    rgba = on.rgba.copy()
    unmixed(node.knobs)
    known = {"log": np.log, "exp": np.exp, "clamp": np.clip, "where": np.where, "__builtins__": {}}
    for n in range(4):
        text = re.sub(r"^(.*) \? (.*) : (.*)$", r"where(\1, \2, \3)", node.knobs[f"expr{n}"])
        text = re.sub(r"\b([a-z]+)\.(red|green|blue|alpha)\b", r"\1_\2", text)
        with np.errstate(all="ignore"):
            rgba[..., CHOSEN[node.knobs[f"channel{n}"]]] = np.broadcast_to(
                np.float32(eval(text, known, dict(scope))), rgba.shape[:2]
            )[..., None]
    return replace(on, rgba=rgba)


def multiply(node: Parsed, above: list[Any], knobs: Mapping[str, float]) -> Shown:
    return channelwise(node, above[0], lambda x: x * np.float32(number(node.knobs["value"], knobs)))


def invert(node: Parsed, above: list[Any], knobs: Mapping[str, float]) -> Shown:
    assert node.knobs["clamp"] == "false"
    return channelwise(node, above[0], lambda x: 1 - x)


def clamp(node: Parsed, above: list[Any], knobs: Mapping[str, float]) -> Shown:
    held = node.knobs
    assert (held["MinClampTo_enable"], held["MaxClampTo_enable"]) == ("false", "false")
    low = number(held["minimum"], knobs) if held["minimum_enable"] == "true" else -np.inf
    high = float(held["maximum"]) if held["maximum_enable"] == "true" else np.inf
    return channelwise(node, above[0], lambda x: np.clip(x, low, high))


def channelwise(node: Parsed, source: Shown, function: Any) -> Shown:
    unmixed(node.knobs)
    rgba = source.picture.rgba.copy()
    chosen = CHOSEN[node.knobs["channels"]]
    rgba[..., chosen] = function(rgba[..., chosen])
    return Shown(replace(source.picture, rgba=rgba), {})


def unmixed(held: Mapping[str, str]) -> None:
    assert (float(held["mix"]), held["maskChannelInput"], held["invert_mask"]) == (1.0, "none", "false")
    assert held.get("unpremult", "none") == "none"


def black_outside(node: Parsed, above: list[Any], knobs: Mapping[str, float]) -> Shown:
    return replace(above[0], black_edge=True)


def stmap(node: Parsed, above: list[Any], knobs: Mapping[str, float]) -> Shown:
    """Input 0 is moved, input 1 says where from. The result is taken to keep its source's window, the worse of two."""
    source, places = above
    held = node.knobs
    assert (held["filter"], held["uv"], held["channels"]) == ("Keys", "rgb", "rgba")
    assert (held["premultiplied"], held["blur"], held["maskChannel"]) == ("false", "none", "none")
    picture, (width, height) = source.picture, source.picture.display
    at = on_window_of(picture, places.picture)[..., :2].astype(np.float64)
    x = at[..., 0] * width - 0.5 - picture.x
    y = (1 - at[..., 1]) * height - 0.5 - picture.y
    left, top = np.floor(x).astype(int), np.floor(y).astype(int)
    total = np.zeros((*x.shape, 4), np.float32)
    for j, down in enumerate(keys_weights(y - top)):
        for i, across in enumerate(keys_weights(x - left)):
            total += (down * across).astype(np.float32)[..., None] * drawn_out(source, left - 1 + i, top - 1 + j)
    return Shown(replace(picture, rgba=total), {})


def drawn_out(source: Shown, columns: np.ndarray, rows: np.ndarray) -> np.ndarray:
    rgba = source.picture.rgba
    height, width = rgba.shape[:2]
    found = rgba[np.clip(rows, 0, height - 1), np.clip(columns, 0, width - 1)]
    inside = (columns >= 0) & (columns < width) & (rows >= 0) & (rows < height)
    return np.where(inside[..., None], found, np.float32(0)) if source.black_edge else found


def output(node: Parsed, above: list[Any], knobs: Mapping[str, float]) -> Shown:
    return above[0]


COMPUTED = {
    "Merge2": merge2,
    "Copy": copy,
    "MergeExpression": merge_expression,
    "Expression": expression,
    "Multiply": multiply,
    "Invert": invert,
    "Clamp": clamp,
    "BlackOutside": black_outside,
    "STMap": stmap,
    "Dot": output,
    "Output": output,
}
