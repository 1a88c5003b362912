"""The grid encoding of the baseline, in plain torch on the CPU.

One level at a time (no [points, levels, corners] temporaries), arithmetic in int32, gathers and scatters with int64
indices (`index_add_` is 20 times slower with int32 ones) on the two features seen as one complex number. Levels whose
weight is 0 are skipped: nothing in, nothing back, exactly as if they were computed.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

PRIMES_INT32 = (1, 2654435761 - (1 << 32), 805459861)
"""The hash's primes, as the int32 of the same bits: products then wrap as uint32 ones do."""


@dataclass(frozen=True)
class GridSpec:
    """A multi-resolution hash grid with two features an entry."""

    axes: int
    growth: float
    """Each level's cells are this much finer than the last one's."""
    levels: int = 16
    entries_log2: int = 19
    base: int = 16
    """Vertices an axis of the coarsest level."""

    def scales(self) -> list[float]:
        """Cells an axis over the unit interval, a level; float32 as the original computes it."""
        log2_growth = np.log2(np.float32(self.growth))
        return [float(np.exp2(np.float32(i) * log2_growth) * np.float32(self.base) - 1) for i in range(self.levels)]

    def resolutions(self) -> list[int]:
        """Vertices an axis, a level."""
        return [math.ceil(scale) + 1 for scale in self.scales()]

    def entries(self) -> list[int]:
        """Rows of the table, a level: all vertices rounded up to 8, or the table's bound."""
        return [min(-(-(r**self.axes) // 8) * 8, 1 << self.entries_log2) for r in self.resolutions()]


@dataclass(frozen=True)
class Level:
    scale: float
    resolution: int
    first: int
    entries: int
    hashed: bool


def make_levels(spec: GridSpec) -> list[Level]:
    """The levels in the order in which they lie in the one table."""
    levels, first = [], 0
    for scale, resolution, entries in zip(spec.scales(), spec.resolutions(), spec.entries(), strict=True):
        levels.append(Level(scale, resolution, first, entries, resolution**spec.axes > entries))
        first += entries
    return levels


def compute_entry(level: Level, vertex: list[Tensor]) -> Tensor:
    """Row in the level's table (int64 [n]) of vertices, one int32 [n] an axis."""
    if level.hashed:
        row = vertex[0]
        for coordinate, prime in zip(vertex[1:], PRIMES_INT32[1:], strict=False):
            row = row ^ (coordinate * prime)
        return (row & (level.entries - 1)).long()
    row, stride = vertex[0], 1
    for coordinate in vertex[1:]:
        stride *= level.resolution
        row = row + coordinate * stride
    low, high = torch.aminmax(row)
    if low >= 0 and high < level.entries:
        return row.long()
    return (row.long() & 0xFFFFFFFF) % level.entries  # off the grid: as uint32 wraps


def split_cell(level: Level, columns: list[Tensor]) -> tuple[list[Tensor], list[Tensor]]:
    """Cell (int32) and place in it (0..1) of unit coordinates, each [n] an axis; levels stand half a cell apart."""
    position = [column * level.scale + 0.5 for column in columns]
    floor = [p.floor() for p in position]
    return [f.int() for f in floor], [p - f for p, f in zip(position, floor, strict=True)]


def iterate_corners(
    level: Level, cell: list[Tensor], place: list[Tensor]
) -> Iterator[tuple[Tensor, list[Tensor], list[int]]]:
    """Each corner of the cells: row [n], weight [n] an axis, and which side it is on (-1 or 1) an axis."""
    sides = [(c, c + 1) for c in cell]
    weights = [(1 - p, p) for p in place]
    for corner in range(1 << len(cell)):
        bits = [(corner >> axis) & 1 for axis in range(len(cell))]
        row = compute_entry(level, [side[bit] for side, bit in zip(sides, bits, strict=True)])
        yield row, [weight[bit] for weight, bit in zip(weights, bits, strict=True)], [2 * bit - 1 for bit in bits]


def multiply(factors: list[Tensor]) -> Tensor:
    product = factors[0]
    for factor in factors[1:]:
        product = product * factor
    return product


class EncodeGrid(torch.autograd.Function):
    """Features [n, 2 * levels] of points [n, axes] from a table [entries, 2]; `level_weights` scales each level's."""

    @staticmethod
    def forward(ctx: Any, points: Tensor, table: Tensor, levels: list[Level], level_weights: list[float]) -> Tensor:
        columns = list(points.detach().t().contiguous())
        pairs = torch.view_as_complex(table.detach())
        features = pairs.new_zeros(len(levels), points.shape[0])
        for index, (level, level_weight) in enumerate(zip(levels, level_weights, strict=True)):
            if level_weight == 0:
                continue
            rows = pairs[level.first : level.first + level.entries]
            for row, weights, _ in iterate_corners(level, *split_cell(level, columns)):
                features[index].addcmul_(rows.index_select(0, row), multiply(weights).to(pairs.dtype))
            features[index] *= level_weight
        ctx.save_for_backward(points, table)
        ctx.levels, ctx.level_weights = levels, level_weights
        return torch.view_as_real(features.t().contiguous()).flatten(1)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, Tensor, None, None]:
        points, table = ctx.saved_tensors
        columns = list(points.detach().t().contiguous())
        pairs = torch.view_as_complex(table.detach())
        by_level = torch.view_as_complex(gradient.contiguous().view(points.shape[0], -1, 2)).t()
        into_table = torch.zeros_like(pairs)
        into_columns = [torch.zeros_like(column) for column in columns]
        for index, (level, level_weight) in enumerate(zip(ctx.levels, ctx.level_weights, strict=True)):
            if level_weight == 0:
                continue
            here = slice(level.first, level.first + level.entries)
            feature_gradient = by_level[index].contiguous() * level_weight
            conjugate = feature_gradient.conj().resolve_conj()
            for row, weights, sides in iterate_corners(level, *split_cell(level, columns)):
                into_table[here].scatter_add_(0, row, feature_gradient * multiply(weights).to(pairs.dtype))
                if not ctx.needs_input_grad[0]:
                    continue
                along = (pairs[here].index_select(0, row) * conjugate).real
                for axis, side in enumerate(sides):
                    others = multiply([along, *(w for other, w in enumerate(weights) if other != axis)])
                    into_columns[axis].add_(others, alpha=side * level.scale)
        into_points = torch.stack(into_columns, -1) if ctx.needs_input_grad[0] else None
        return into_points, torch.view_as_real(into_table), None, None


class HashGrid(nn.Module):
    def __init__(self, spec: GridSpec, generator: torch.Generator):
        super().__init__()
        self.levels = make_levels(spec)
        self.width = 2 * spec.levels
        self.table = nn.Parameter(torch.empty(sum(spec.entries()), 2).uniform_(-1e-4, 1e-4, generator=generator))

    def forward(self, points: Tensor, level_weights: list[float] | None = None) -> Tensor:
        return EncodeGrid.apply(points, self.table, self.levels, level_weights or [1.0] * len(self.levels))
