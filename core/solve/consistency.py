"""How well the maps of a shot agree: with their own inverse, with what moves in the pictures, and over time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ..fields.frame_map import FrameMap, evaluate_map, evaluate_map_at
from ..inverse import edge_margin, inverse_between
from .chain import ReadPyramid, outward
from .tracks import follow, inside, light_blind, points_on

POINTS = 160
"""Followed from each frame, and from the key on. With five times as many agreement changes by 5 %, spread by 12 %."""
LEAST_POINTS = 10
"""Fewer say nothing of a frame."""
LEAST_FRAMES = 3
"""Over which a track must last to say anything."""
INVERSE_FRAMES, INVERSE_POINTS = 5, 1000
FAR = 2
"""Frame sizes beyond the picture from which a key position is left out: no canvas reaches there."""


@dataclass(frozen=True)
class Consistency:
    """All in pixels of the plate."""

    inverse: dict[int, tuple[float, float]]
    """|x - M^-1(M(x))| over the layer of some frames: median and 95th percentile."""
    agreement: dict[int, float]
    """Median of |M_n(x) - M_t(x + flow)| over points x of the layer of n, the neighbour of t towards the key."""
    spread: float | None
    """Of points of the key's layer followed through the shot: median of the rms over time of |M_t(p_t) - p_key|.

    A map that puts one surface point on several places of the canonical shows here, however well each frame is
    matched. So does the drift of the tracks: half a pixel after 20 frames is usual for maps that are right.
    """


@dataclass(frozen=True)
class Scale:
    solve_size: tuple[int, int]
    """Width and height of the solve's pictures."""
    plate_size: tuple[int, int]

    @property
    def factor(self) -> np.ndarray:
        """[2]: plate pixels a pixel of the solve."""
        return np.array(self.plate_size) / np.array(self.solve_size)

    def distance(self, a: np.ndarray, b: np.ndarray) -> np.ndarray:
        """[n] plate pixels between points [n, 2] of the solve."""
        return np.linalg.norm((a - b) * self.factor, axis=-1)

    def on_plate(self, points: np.ndarray) -> np.ndarray:
        """Points [n, 2] of the solve moved to the nearest centres of plate pixels."""
        return (np.rint((points + 0.5) * self.factor - 0.5) + 0.5) / self.factor - 0.5


def measure_consistency(
    read: ReadPyramid, maps: Mapping[int, FrameMap], key: int, size: tuple[int, int], plate_size: tuple[int, int]
) -> Consistency:
    """Of a finished solve between pictures of `size` (width, height) of a plate of `plate_size`."""
    scale, frames = Scale(size, plate_size), tuple(sorted(maps))
    others = [n for n in frames if n != key]
    inverse = {}
    for number in others[:: max(1, -(-len(others) // INVERSE_FRAMES))]:
        mask, seen = read(number).mask[0], maps[number].seen
        errors = inverse_errors(
            maps[number], mask if seen is None else mask * seen[: mask.shape[0], : mask.shape[1]], scale
        )
        if errors.size:
            inverse[number] = float(np.median(errors)), float(np.percentile(errors, 95))
    walk = Walk(read, maps, key, scale)
    for side in outward(frames, key):
        walk.along(side)
    return Consistency(inverse, walk.agreement, walk.spread)


def inverse_errors(found: FrameMap, mask: np.ndarray, scale: Scale) -> np.ndarray:
    """Plate pixels [n] by which layer pixels of the plate come back beside themselves, by the inverse that is used."""
    width, height = scale.solve_size
    points = scale.on_plate(points_on(mask[:height, :width], INVERSE_POINTS))
    at_key = evaluate_map_at(found, points)
    near = (np.abs(at_key / scale.solve_size - 0.5) < 0.5 + FAR).all(-1)
    if not near.any():
        return np.zeros(0)
    margin = edge_margin(scale.solve_size)
    x, y = (np.arange(-m, s + m, dtype=float) for m, s in zip(margin, scale.solve_size, strict=True))
    wide = evaluate_map(found, x, y)
    back = inverse_between(wide, (float(-margin[0]), float(-margin[1])), at_key[near])
    return scale.distance(back, points[near])


class Walk:
    """From the key outward, with points of the key's layer that are followed as far as they can be."""

    def __init__(self, read: ReadPyramid, maps: Mapping[int, FrameMap], key: int, scale: Scale) -> None:
        self.read, self.maps, self.key, self.scale = read, maps, key, scale
        self.homes = points_on(read(key).mask[0], POINTS)
        self.squares = np.zeros(len(self.homes))
        self.counts = np.zeros(len(self.homes), int)
        self.agreement: dict[int, float] = {}

    def along(self, side: list[int]) -> None:
        tracks, alive = self.homes, np.arange(len(self.homes))
        before = self.read(self.key)
        before8, number_before = light_blind(before.luma[0]), self.key
        for number in side:
            frame = self.read(number)
            frame8 = light_blind(frame.luma[0])
            seeds = points_on(before.mask[0], POINTS)
            there, kept = follow(before8, frame8, np.concatenate([seeds, tracks]))
            kept &= inside(frame.mask[0], there)
            at_key = evaluate_map_at(self.maps[number], there)
            count = len(seeds)
            if kept[:count].sum() >= LEAST_POINTS:
                apart = self.scale.distance(evaluate_map_at(self.maps[number_before], seeds), at_key[:count])
                self.agreement[number] = float(np.median(apart[kept[:count]]))
            alive, tracks, at_key = alive[kept[count:]], there[count:][kept[count:]], at_key[count:][kept[count:]]
            self.squares[alive] += self.scale.distance(at_key, self.homes[alive]) ** 2
            self.counts[alive] += 1
            before, before8, number_before = frame, frame8, number

    @property
    def spread(self) -> float | None:
        lasting = self.counts >= LEAST_FRAMES
        if not lasting.any():
            return None
        return float(np.median(np.sqrt(self.squares[lasting] / self.counts[lasting])))
