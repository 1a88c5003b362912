"""A node's graph computed in numpy, float32: the reference for what hosts make of it. What it does not know raises."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from unreel.plugin.nodes.graph import Step
from unreel.plugin.nodes.ops import OPS


@dataclass(frozen=True, eq=False)
class Picture:
    """R G B A on a window; 0 beyond it. Pixels count from the display window's top left, y down."""

    rgba: np.ndarray
    """[h, w, 4] float32."""
    display: tuple[int, int]
    """Width and height of the display window."""
    x: int = 0
    y: int = 0
    """The data window's first pixel."""


Source = Mapping[str, Picture]


def evaluate(
    steps: Sequence[Step], ports: Source, files: Source, choices: Mapping[str, int], numbers: Mapping[str, float]
) -> dict[str, Picture]:
    """Every step's picture for one frame. ports, files: by input and by knob (`knob.layer` for a layer of a file);
    choices: for a choice knob the place of its value; numbers: other knobs. A step without all its inputs is left out,
    as a host leaves what nobody asks for."""
    made: dict[str, Picture] = {}
    for step in steps:
        op = OPS[step.op]
        if set(step.params) != set(op.params):
            raise ValueError(f"{step.name}: {step.op} has {op.params}, not {tuple(step.params)}")
        if op.inputs != ("*",) and len(step.inputs) != len(op.inputs):
            raise ValueError(f"{step.name}: {step.op} has {len(op.inputs)} inputs, not {len(step.inputs)}")
        result = source_of(step, ports, files, choices, made) if step.op in SOURCES else None
        if step.op not in SOURCES and all(name in made for name in step.inputs):
            result = computed(step, [made[name] for name in step.inputs], numbers)
        if result is not None:
            made[step.name] = result
    return made


SOURCES = {"input", "read", "switch"}


def source_of(
    step: Step, ports: Source, files: Source, choices: Mapping[str, int], made: Mapping[str, Picture]
) -> Picture | None:
    if step.op == "input":
        return ports.get(str(step.params["port"]))
    if step.op == "read":
        layer = step.params["layer"]
        return files.get(str(step.params["knob"]) + (f".{layer}" if layer else ""))
    return made.get(step.inputs[choices[str(step.params["knob"])]])


def computed(step: Step, inputs: list[Picture], numbers: Mapping[str, float]) -> Picture:
    if step.op in MERGES:
        return merged(step, *inputs)
    if step.op == "stmap":
        assert step.params["filter"] == "keys"
        return warped(*inputs)
    values = {name: numbers[str(value)] if name == "knob" else value for name, value in step.params.items()}
    (picture,) = inputs
    return replace(picture, rgba=ONE[step.op](picture.rgba, *values.values()).astype(np.float32))


MERGES: dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    "over": lambda a, b: a + b * (1 - a[..., 3:]),
    "in": lambda a, b: a * b[..., 3:],
    "out": lambda a, b: a * (1 - b[..., 3:]),
    "plus": lambda a, b: a + b,
    "from": lambda a, b: b - a,
    "multiply": lambda a, b: a * b,
    "difference": lambda a, b: np.abs(a - b),
    "copy": lambda a, b: a,
}
CHANNELS = {"rgba": slice(0, 4), "rgb": slice(0, 3), "alpha": slice(3, 4)}


def merged(step: Step, a: Picture, b: Picture) -> Picture:
    if a.display != b.display:
        raise ValueError(f"{step.name}: display windows {a.display} and {b.display} differ")
    result = MERGES[step.op](on_window_of(b, a), b.rgba)
    channels = CHANNELS[str(step.params["channels"])]
    rgba = b.rgba.copy()
    rgba[..., channels] = result[..., channels]
    return replace(b, rgba=rgba)


def as_seen_in(target: Picture, picture: Picture) -> Picture:
    """`picture` in the format of `target`: in Nuke and Natron all formats have one bottom left."""
    return replace(picture, display=target.display, y=picture.y + target.display[1] - picture.display[1])


def on_window_of(target: Picture, picture: Picture) -> np.ndarray:
    """`picture` [h, w, 4] on the window of `target`, 0 where it has no pixels."""
    height, width = target.rgba.shape[:2]
    rows, columns = np.mgrid[:height, :width]
    return pixels_at(picture, columns + target.x - picture.x, rows + target.y - picture.y)


def pixels_at(picture: Picture, columns: np.ndarray, rows: np.ndarray) -> np.ndarray:
    height, width = picture.rgba.shape[:2]
    inside = (columns >= 0) & (columns < width) & (rows >= 0) & (rows < height)
    found = picture.rgba[np.clip(rows, 0, height - 1), np.clip(columns, 0, width - 1)]
    return np.where(inside[..., None], found, np.float32(0))


def warped(picture: Picture, stmap: Picture) -> Picture:
    """Catmull-Rom, where the map says. A place that is no number, or far away, is beyond the picture."""
    width, height = picture.display
    places = np.nan_to_num(stmap.rgba[..., :2].astype(np.float64), nan=-10, posinf=-10, neginf=-10)
    x = places[..., 0] * width - 0.5 - picture.x
    y = (1 - places[..., 1]) * height - 0.5 - picture.y
    left, top = np.floor(x).astype(int), np.floor(y).astype(int)
    total = np.zeros((*x.shape, 4), np.float32)
    for j, down in enumerate(keys_weights(y - top)):
        for i, across in enumerate(keys_weights(x - left)):
            weight = (down * across).astype(np.float32)[..., None]
            total += weight * pixels_at(picture, left - 1 + i, top - 1 + j)
    return Picture(total, stmap.display, stmap.x, stmap.y)


def keys_weights(t: np.ndarray) -> list[np.ndarray]:
    """Of the pixels at -1, 0, 1, 2 for a place t in 0..1: Keys 1981, a = -1/2."""
    return [
        -0.5 * t + t**2 - 0.5 * t**3,
        1 - 2.5 * t**2 + 1.5 * t**3,
        0.5 * t + 2 * t**2 - 1.5 * t**3,
        -0.5 * t**2 + 0.5 * t**3,
    ]


def colour(rgba: np.ndarray, rgb: np.ndarray) -> np.ndarray:
    """New R G B beside the old alpha."""
    return np.concatenate([rgb, rgba[..., 3:]], 2)


def shaped(x: np.ndarray, knee: float) -> np.ndarray:
    return np.where(x >= 0, np.log1p(np.maximum(x, 0) / np.float32(knee)), x / np.float32(knee))


def unshaped(y: np.ndarray, knee: float) -> np.ndarray:
    return np.where(y >= 0, np.expm1(np.maximum(y, 0)), y) * np.float32(knee)


def something(rgba: np.ndarray, least: float, slope: float) -> np.ndarray:
    total = rgba[..., :3].sum(2, keepdims=True)
    return np.repeat(np.clip((total - least) * slope, 0, 1), 4, 2)


ONE: dict[str, Callable[..., np.ndarray]] = {
    "white": np.ones_like,
    "scale": lambda rgba, by: rgba * np.float32(by),
    "invert": lambda rgba: colour(rgba, 1 - rgba[..., :3]),
    "floor": lambda rgba, least: colour(rgba, np.maximum(rgba[..., :3], np.float32(min(least, 0)))),
    "clamp_alpha": lambda rgba: np.concatenate([rgba[..., :3], np.clip(rgba[..., 3:], 0, 1)], 2),
    "any": something,
    "shape": lambda rgba, knee: colour(rgba, shaped(rgba[..., :3], knee)),
    "unshape": lambda rgba, knee: colour(rgba, unshaped(rgba[..., :3], knee)),
}
