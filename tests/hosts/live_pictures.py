"""Small pictures and maps for the live graph, and what its numpy reference makes of them, for all hosts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from unreel.plugin.nodes.graph import propagate_graph

from ..plugin.nodes.evaluate import Picture, evaluate

DISPLAY = (64, 36)
OVERSCAN = {"x": -8, "y": -4, "display": DISPLAY}
CANVAS = (83, 49)
CASES: dict[str, dict[str, Any]] = {
    "over": {"paint_mode": "over"},
    "replace": {"paint_mode": "replace"},
    "add": {"paint_mode": "add"},
    "multiply": {"paint_mode": "multiply"},
    "layer": {"output": "layer"},
    "stmap": {"output": "stmap"},
    "whole": {"painted": "picture"},
    "darker": {"darkest": -0.1},
}
ROUNDING = 2e-5
"""Of values to 3: logarithm and exponential in float32, in other orders."""


def colours(size: tuple[int, int], seed: int, channels: int = 4) -> np.ndarray:
    """Smooth enough to be resampled, some below 0 and over 1."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[: size[1], : size[0]]
    waves = [np.sin(x / rng.uniform(3, 9) + rng.uniform(0, 6)) * np.cos(y / rng.uniform(3, 9)) for _ in range(channels)]
    return (1.2 * np.stack(waves, -1) + 0.9).astype(np.float32)


def identity(size: tuple[int, int] = DISPLAY, across: float = 0, down: float = 0) -> np.ndarray:
    """An ST map [h, w, 4] that leads so many pixels to the right, and down."""
    width, height = size
    y, x = np.mgrid[:height, :width].astype(np.float64)
    u, v = (x + 0.5 + across) / width, 1 - (y + 0.5 + down) / height
    return np.stack([u, v, np.ones_like(u), np.ones_like(u)], -1).astype(np.float32)


def paint(size: tuple[int, int] = CANVAS) -> np.ndarray:
    """Premultiplied, with a soft rim; its left half is empty."""
    y, x = np.mgrid[: size[1], : size[0]]
    alpha = np.clip((12 - np.hypot(x - 55, y - 24)) / 4, 0, 1)[..., None].astype(np.float32)
    return np.concatenate([np.array([0.9, 0.1, 1.4], np.float32) * alpha, alpha], 2)


def bent(size: tuple[int, int] = DISPLAY) -> np.ndarray:
    """A map with no pixel on another's centre; part of it leads beyond the canvas."""
    y, x = np.mgrid[: size[1], : size[0]]
    st = identity(size, 0.37, -0.21)
    st[..., 0] += (0.04 * np.sin(y / 7)).astype(np.float32)
    st[..., 1] += (0.2 * np.sin(x / 9)).astype(np.float32)
    return st


def share(seed: int, most: float) -> np.ndarray:
    """0 to `most` in all channels."""
    return (colours(DISPLAY, seed) % 1 * most).astype(np.float32)


def placed(name: str) -> dict[str, Any]:
    return OVERSCAN if name in ("texture", "live_canonical") else {"display": DISPLAY}


def pictures_at(pictures: Mapping[str, np.ndarray]) -> dict[str, Picture]:
    """Each where its file says that it is."""
    return {
        name: Picture(pixels, DISPLAY, placed(name).get("x", 0), placed(name).get("y", 0))
        for name, pixels in pictures.items()
    }


def expected(pictures: Mapping[str, np.ndarray], case: Mapping[str, Any]) -> np.ndarray:
    """What the reference has at the node's output."""
    made = pictures_at(pictures)
    steps = propagate_graph(case.get("paint_mode", "over"), case.get("painted") == "picture")
    output = ["picture", "layer", "stmap"].index(case.get("output", "picture"))
    files = {name: picture for name, picture in made.items() if name.startswith("live_")}
    ports = {name: made[name] for name in ("plate", "texture")}
    return evaluate(steps, ports, files, {"way": 0, "output": output}, {"darkest": case.get("darkest", 0)})["out"].rgba
