"""The hash grid compiled for the CPU: blocks of points forward, one level a task backward, nothing shared is written.

Large arrays are numpy's, which asks for huge pages: fresh memory then costs a seventh of torch's.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
import torch
from torch import Tensor

from . import encode_numba_loops as loops
from .hash_grid import PRIMES, GridSpec, make_levels
from .parallel import run_tasks

TASK = 16 * loops.BLOCK
"""Points that one task takes."""

LevelArrays = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def why_not() -> str | None:
    return None


def serves(points: Tensor, table: Tensor) -> bool:
    return all(tensor.device.type == "cpu" and tensor.dtype == torch.float32 for tensor in (points, table))


def forward(spec: GridSpec, points: Tensor, table: Tensor, level_weights: Sequence[float]) -> Tensor:
    by_axis, rows, into = as_axes(points), table.contiguous().numpy(), np.empty((len(points), spec.width), np.float32)
    common = (level_arrays(spec), np.array(level_weights, np.float32), *shape_of(spec))

    def take(begin: int) -> None:
        loops.gather_features(by_axis, rows, *common, begin, min(begin + TASK, len(points)), into)

    run_tasks(take, range(0, len(points), TASK))
    return torch.from_numpy(into)


def backward(
    spec: GridSpec,
    points: Tensor,
    table: Tensor,
    level_weights: Sequence[float],
    gradient: Tensor,
    wants: tuple[bool, bool],
) -> tuple[Tensor | None, Tensor | None]:
    by_axis, given = as_axes(points), gradient.numpy()
    common = (level_arrays(spec), np.array(level_weights, np.float32), *shape_of(spec))
    into_points = into_table = None
    if wants[1]:
        into_rows = np.empty(table.shape, np.float32)

        def scatter(level: int) -> None:
            loops.scatter_level(by_axis, given, level, *common, into_rows)

        run_tasks(scatter, reversed(range(spec.levels)))  # the finest first: they take longest
        into_table = torch.from_numpy(into_rows)
    if wants[0]:
        rows, into = table.detach().contiguous().numpy(), np.empty(by_axis.shape, np.float32)

        def take(begin: int) -> None:
            loops.gather_slopes(by_axis, rows, given, *common, begin, min(begin + TASK, len(points)), into)

        run_tasks(take, range(0, len(points), TASK))
        into_points = torch.from_numpy(into).t().contiguous()
    return into_points, into_table


@cache
def level_arrays(spec: GridSpec) -> LevelArrays:
    """Scales, what coordinates are multiplied by in a row's number, first rows, sizes, hashed or not."""
    levels = make_levels(spec)
    factors = [PRIMES if level.hashed else [level.resolution**axis for axis in range(3)] for level in levels]
    return (
        np.array([level.scale for level in levels]),
        np.array(factors).astype(np.uint32),
        np.array([level.first for level in levels]),
        np.array([level.entries for level in levels]),
        np.array([level.hashed for level in levels]),
    )


def shape_of(spec: GridSpec) -> tuple[bool, tuple[int, ...], tuple[int, ...]]:
    """Smooth or not, and tuples as long as a point and as a row."""
    return spec.interpolation == "smoothstep", (0,) * spec.axes, (0,) * spec.features


def as_axes(points: Tensor) -> np.ndarray:
    return points.detach().t().contiguous().numpy()
