"""The levels of a multiresolution hash grid, numbered and laid out exactly as tiny-cuda-nn does.

A point x of the unit cube lies in level l's cells at `scale_l * x + 0.5`, with (Instant-NGP, Eq. 2 and 3)

    scale_l = base * growth^l - 1,    resolution_l = ceil(scale_l) + 1 vertices an axis.

A level that has a row for each vertex is dense; the others share `2^table_log2` rows by a hash. All levels lie in one
table, one after the other, so that parameters can be exchanged number by number.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cache
from typing import Literal

import numpy as np

PRIMES = (1, 2654435761, 805459861)
"""A vertex' row on a hashed level: its coordinates times these modulo 2^32, by exclusive or (Instant-NGP, Eq. 4)."""
INITIAL = 1e-4
"""Tables begin uniform between minus this and this."""


@dataclass(frozen=True)
class GridSpec:
    axes: int
    """2, or 3 with time."""
    levels: int = 16
    features: int = 2
    """Numbers a row."""
    table_log2: int = 19
    """A level has at most 2 to the power of this many rows."""
    base: int = 16
    """Vertices an axis of the coarsest level."""
    growth: float = field(kw_only=True)
    """Each level's cells are this much finer than the last one's."""
    interpolation: Literal["linear", "smoothstep"] = field(default="linear", kw_only=True)
    """Smoothstep has a continuous gradient, and none at the vertices."""

    @property
    def width(self) -> int:
        """Features of a point, all levels together."""
        return self.levels * self.features


@dataclass(frozen=True)
class Level:
    scale: float
    """Cells an axis over the unit interval; a float32's value."""
    resolution: int
    """Vertices an axis."""
    first: int
    """Its first row in the table."""
    entries: int
    """Its rows."""
    hashed: bool


def compute_scale(spec: GridSpec, level: int) -> float:
    """Rounded to float32 after each operation, as the original does: a level's size depends on the last bit."""
    exponent = np.float32(level) * np.log2(np.float32(spec.growth))
    return float(np.float32(np.exp2(np.float64(exponent))) * np.float32(spec.base) - np.float32(1))


@cache
def make_levels(spec: GridSpec) -> tuple[Level, ...]:
    """In the order in which they lie in the table."""
    levels: list[Level] = []
    first = 0
    for number in range(spec.levels):
        scale = compute_scale(spec, number)
        resolution = math.ceil(scale) + 1
        vertices = resolution**spec.axes
        entries = min(-(-vertices // 8) * 8, 1 << spec.table_log2)
        levels.append(Level(scale, resolution, first, entries, hashed=vertices > entries))
        first += entries
    return tuple(levels)


def entry_count(spec: GridSpec) -> int:
    """Rows of the whole table."""
    last = make_levels(spec)[-1]
    return last.first + last.entries


def parameter_count(spec: GridSpec) -> int:
    return entry_count(spec) * spec.features
