"""The hash grid in plain torch: the reference, on every device and in every precision.

One level at a time, so that no [points, levels, corners] array is ever made, and rows counted in int32, whose products
wrap as the hash wants them. Points give their precision to the place in a cell, the table to the sums.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import torch
from torch import Tensor

from .hash_grid import PRIMES, GridSpec, Level, make_levels

PRIMES_INT32 = tuple(prime - (1 << 32) if prime >= 1 << 31 else prime for prime in PRIMES)
"""The same bits as a signed number."""


def why_not() -> str | None:
    return None


def serves(points: Tensor, table: Tensor) -> bool:
    return points.device == table.device


def forward(spec: GridSpec, points: Tensor, table: Tensor, level_weights: Sequence[float]) -> Tensor:
    axes = points.t().contiguous()
    rows = as_rows(table)
    features = rows.new_zeros(spec.levels, len(points), *rows.shape[1:])
    for number, level, level_weight in open_levels(spec, level_weights):
        own = rows[level.first : level.first + level.entries]
        for row, factors, _ in iterate_corners(spec, level, axes, table.dtype):
            features[number] += own.index_select(0, row) * beside(multiply(factors), rows)
        features[number] *= level_weight
    return as_numbers(features).transpose(0, 1).reshape(len(points), spec.width)


def backward(
    spec: GridSpec,
    points: Tensor,
    table: Tensor,
    level_weights: Sequence[float],
    gradient: Tensor,
    wants: tuple[bool, bool],
) -> tuple[Tensor | None, Tensor | None]:
    axes = points.t().contiguous()
    rows = as_rows(table)
    into_rows = torch.zeros_like(rows)
    into_axes = axes.new_zeros(axes.shape, dtype=table.dtype)
    by_level = gradient.view(len(points), spec.levels, spec.features).transpose(0, 1)
    for number, level, level_weight in open_levels(spec, level_weights):
        here = slice(level.first, level.first + level.entries)
        own_gradient = level_weight * by_level[number].contiguous()
        own_rows = as_rows(own_gradient)
        for row, factors, slopes in iterate_corners(spec, level, axes, table.dtype):
            if wants[1]:
                into_rows[here].index_add_(0, row, own_rows * beside(multiply(factors), rows))
            if wants[0]:
                along = (as_numbers(rows[here].index_select(0, row)) * own_gradient).sum(-1)
                for axis, slope in enumerate(slopes):
                    others = [factor for other, factor in enumerate(factors) if other != axis]
                    into_axes[axis] += multiply([along, slope, *others])
    return (
        into_axes.t().to(points.dtype).contiguous() if wants[0] else None,
        as_numbers(into_rows).view_as(table) if wants[1] else None,
    )


def open_levels(spec: GridSpec, level_weights: Sequence[float]) -> Iterator[tuple[int, Level, float]]:
    for number, (level, weight) in enumerate(zip(make_levels(spec), level_weights, strict=True)):
        if weight != 0:
            yield number, level, weight


def iterate_corners(
    spec: GridSpec, level: Level, axes: Tensor, dtype: torch.dtype
) -> Iterator[tuple[Tensor, list[Tensor], list[Tensor]]]:
    """Each corner of the points' cells: its row of the level [n], and an axis its weight and that one's slope [n]."""
    cells, places = split_cells(level, axes)
    places = places.to(dtype)
    slopes = torch.full_like(places, level.scale)
    if spec.interpolation == "smoothstep":
        slopes = 6 * level.scale * places * (1 - places)
        places = places * places * (3 - 2 * places)
    for corner in range(1 << spec.axes):
        sides = [(corner >> axis) & 1 for axis in range(spec.axes)]
        row = compute_row(level, [cells[axis] + side for axis, side in enumerate(sides)])
        weights = [places[axis] if side else 1 - places[axis] for axis, side in enumerate(sides)]
        yield row, weights, [slopes[axis] if side else -slopes[axis] for axis, side in enumerate(sides)]


def split_cells(level: Level, axes: Tensor) -> tuple[Tensor, Tensor]:
    """Cells (int32) and places in them (0..1) of unit coordinates, both [axes, n]; levels stand half a cell apart.

    The position is rounded once, as a fused multiply-add rounds it.
    """
    if axes.device.type == "mps":  # knows no float64
        position = axes * level.scale + 0.5
    else:
        position = (axes.double() * level.scale + 0.5).to(axes.dtype)
    floor = position.floor()
    return floor.int(), position - floor


def compute_row(level: Level, vertex: list[Tensor]) -> Tensor:
    """Row in the level [n] of vertices, one int32 [n] an axis; beyond the grid they wrap as uint32 do.

    int64, because torch scatters by int32 rows twenty times slower.
    """
    row = vertex[0]
    if level.hashed:
        for coordinate, prime in zip(vertex[1:], PRIMES_INT32[1:], strict=False):
            row = row ^ (coordinate * prime)
        return (row & (level.entries - 1)).long()
    for axis, coordinate in enumerate(vertex[1:], 1):
        row = row + coordinate * level.resolution**axis
    return (row.long() & 0xFFFFFFFF) % level.entries


def as_rows(numbers: Tensor) -> Tensor:
    """One element a row of [n, features] where it can be: torch scatters complex numbers seven times faster."""
    if numbers.shape[-1] == 2 and numbers.device.type == "cpu" and numbers.dtype in (torch.float32, torch.float64):
        return torch.view_as_complex(numbers.contiguous())
    return numbers


def as_numbers(rows: Tensor) -> Tensor:
    return torch.view_as_real(rows) if rows.is_complex() else rows


def beside(weight: Tensor, rows: Tensor) -> Tensor:
    """Weights [n] in the form that multiplies rows."""
    return weight.to(rows.dtype) if rows.is_complex() else weight[:, None]


def multiply(factors: list[Tensor]) -> Tensor:
    product = factors[0]
    for factor in factors[1:]:
        product = product * factor
    return product
