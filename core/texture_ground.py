"""The picture that was painted on: where a painted file lies on it, and what of it comes back untouched."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from .color import Color
from .errors import MismatchedPictures
from .frame import Frame, Window, alpha, on_window, rgb

HALF_STEP = 2.0**-10
"""Between neighbouring half floats, relative: a file may have been rounded once on its way."""
CODE_STEPS = {"uint8": 1.5 / 255, "uint16": 2.5 / 65535}
"""How far an untouched sample may come back: one step of rounding, two in programs that count 16 bits to 32768."""


@dataclass(frozen=True, eq=False)
class Ground:
    """The picture that was painted on, as it was exported."""

    rgb: np.ndarray
    """[h, w, 3] scene-linear float32."""
    coverage: np.ndarray
    """[h, w] its alpha; 1 everywhere for a plate."""
    data: Window
    display: Window
    what: str
    """As messages call it: `the canonical`, `frame 1007`."""


def ground_of(frame: Frame, what: str = "the canonical") -> Ground:
    """The exported canonical, or a plate, whose colour is scene-linear. Missing alpha is full coverage."""
    covered = alpha(frame)
    full = np.ones(frame.data.shape, np.float32) if covered is None else covered.astype(np.float32)
    return Ground(rgb(frame), full, frame.data, frame.display, what)


def placed_window(frame: Frame, ground: Ground, name: str) -> Window:
    """Where the file's pixels lie on the ground: by its windows if it kept them, else by its size.

    MismatchedPictures if it is neither the ground's whole picture nor its frame without overscan.
    """
    if frame.display == ground.display:
        return frame.data
    size = (frame.data.width, frame.data.height)
    for window in (ground.data, ground.display):
        if size == (window.width, window.height):
            return window
    data, display = (f"{w.width}x{w.height}" for w in (ground.data, ground.display))
    without = f" or {display} (its frame without overscan)" if display != data else ""
    raise MismatchedPictures(
        f"{name} is {size[0]}x{size[1]}, {ground.what} is {data}; export again, or scale back to {data}{without}"
    )


def on_ground(ground: Ground, window: Window) -> Ground:
    """The ground over `window`; nothing is known where it doesn't reach."""
    picture, coverage = (on_window(p, ground.data, window) for p in (ground.rgb, ground.coverage))
    return replace(ground, rgb=picture, coverage=coverage, data=window)


def straight_rgb(ground: Ground) -> np.ndarray:
    """The ground's colour not multiplied by its coverage; the same bits where that is 1."""
    part = (ground.coverage > 0) & (ground.coverage < 1)
    return ground.rgb / np.where(part, ground.coverage, 1)[..., None].astype(np.float32)


def rounding_of(ground: Ground, dtype: np.dtype, color: Color, space: str) -> np.ndarray:
    """How far each sample [h, w, 3] of the untouched ground may come back from a file of that type and space.

    What an integer file clips (over 1, under 0) comes back as its bound and has not changed either.
    """
    straight = straight_rgb(ground)
    linear = space == color.space("scene_linear")
    code = straight if linear else color.from_linear(straight, space)
    integer = dtype.name in CODE_STEPS
    step = CODE_STEPS[dtype.name] if integer else HALF_STEP * np.abs(code) + 1e-6
    most = np.zeros_like(straight)
    for moved in (code - step, code + step):
        moved = np.clip(moved, 0, 1) if integer else moved
        most = np.maximum(most, np.abs((moved if linear else color.to_linear(moved, space)) - straight))
    part = ((ground.coverage < 1) * np.abs(straight).max(2) * (CODE_STEPS.get(dtype.name, HALF_STEP)))[..., None]
    return (most * ground.coverage[..., None] + part + 1e-6).astype(np.float32)


def without_flattening(pixels: np.ndarray, ground: Ground, quantum: np.ndarray) -> np.ndarray:
    """`pixels` without alpha; where they are the ground's straight colour at soft coverage, they are the ground."""
    straight = straight_rgb(ground)
    same = (np.abs(pixels - straight) <= quantum / np.maximum(ground.coverage, 1e-3)[..., None]).all(2)
    return np.where((same & (ground.coverage > 0) & (ground.coverage < 1))[..., None], ground.rgb, pixels)
