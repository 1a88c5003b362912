"""The hash grid for CUDA, in triton: a program takes a block of points on one level; gradients meet by atomic adding.

Under TRITON_INTERPRET=1 the same kernels run on the CPU, slowly, to be tested.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

import torch
import triton
import triton.language as tl
from torch import Tensor

from .hash_grid import PRIMES, GridSpec, make_levels

BLOCK = 256
"""Points of a program."""


def interpreted() -> bool:
    return os.environ.get("TRITON_INTERPRET") == "1"


def why_not() -> str | None:
    if interpreted() or torch.cuda.is_available():
        return None
    return "triton is there, a CUDA device is not"


def serves(points: Tensor, table: Tensor) -> bool:
    same = points.device == table.device
    return same and points.dtype == table.dtype == torch.float32 and (points.is_cuda or interpreted())


def forward(spec: GridSpec, points: Tensor, table: Tensor, level_weights: Sequence[float]) -> Tensor:
    out = table.new_empty(len(points), spec.width)
    sizes, floats = level_tensors(spec, level_weights, points.device)
    with device_of(points):
        gather_features[programs(spec, points)](
            points.contiguous(), table.contiguous(), sizes, floats, out, len(points), **constants(spec)
        )
    return out


def backward(
    spec: GridSpec,
    points: Tensor,
    table: Tensor,
    level_weights: Sequence[float],
    gradient: Tensor,
    wants: tuple[bool, bool],
) -> tuple[Tensor | None, Tensor | None]:
    into_points = torch.zeros_like(points, memory_format=torch.contiguous_format) if wants[0] else None
    into_table = torch.zeros_like(table, memory_format=torch.contiguous_format) if wants[1] else None
    sizes, floats = level_tensors(spec, level_weights, points.device)
    given = (points.contiguous(), table.contiguous(), gradient.contiguous(), sizes, floats)
    with device_of(points):
        if into_table is not None:
            scatter_gradient[programs(spec, points)](*given, into_table, len(points), **constants(spec))
        if into_points is not None:
            gather_slopes[programs(spec, points)](*given, into_points, len(points), **constants(spec))
    return into_points, into_table


def level_tensors(spec: GridSpec, level_weights: Sequence[float], device: torch.device) -> tuple[Tensor, Tensor]:
    """A level a row: factors of the coordinates, first row, rows, hashed; and, as float32, its scale and its weight."""
    sizes, floats = [], []
    for level, weight in zip(make_levels(spec), level_weights, strict=True):
        factors = PRIMES if level.hashed else [level.resolution**axis for axis in range(3)]
        sizes.append([*(factor % (1 << 32) for factor in factors), level.first, level.entries, int(level.hashed)])
        floats.append([level.scale, weight])
    return torch.tensor(sizes, device=device), torch.tensor(floats, dtype=torch.float32, device=device)


def programs(spec: GridSpec, points: Tensor) -> tuple[int, int]:
    return (triton.cdiv(len(points), BLOCK), spec.levels)


def constants(spec: GridSpec) -> dict[str, int | bool]:
    smooth = spec.interpolation == "smoothstep"
    return {"AXES": spec.axes, "FEATURES": spec.features, "LEVELS": spec.levels, "SMOOTH": smooth, "POINTS": BLOCK}


def device_of(points: Tensor) -> torch.cuda.device:
    """The current device while a kernel starts; does nothing on the CPU."""
    return torch.cuda.device(points.device if points.is_cuda else -1)


@triton.jit
def open_level(floats, count, POINTS: tl.constexpr):  # type: ignore[no-untyped-def]
    """This program's level and points, which of these there are, the level's scale, and its weight for each point."""
    level = tl.program_id(1)
    n = tl.program_id(0).to(tl.int64) * POINTS + tl.arange(0, POINTS)
    weight = tl.load(floats + level * 2 + 1 + tl.zeros_like(n))
    return level, n, n < count, tl.load(floats + level * 2), weight


@triton.jit
def load_gradient(gradient, level, n, used, weight, FEATURES: tl.constexpr, LEVELS: tl.constexpr):  # type: ignore[no-untyped-def]
    """Of the level's features before their weight: [POINTS, FEATURES]."""
    at = gradient + (n * LEVELS + level)[:, None] * FEATURES + tl.arange(0, FEATURES)[None, :]
    return weight[:, None] * tl.load(at, mask=used[:, None], other=0.0)


@triton.jit
def place(points, n, inside, scale, axis: tl.constexpr, AXES: tl.constexpr, SMOOTH: tl.constexpr):  # type: ignore[no-untyped-def]
    """Cell, weight of its upper side and that one's slope along one axis; along a third that is not there, nothing."""
    x = tl.zeros_like(n).to(tl.float32)
    if axis < AXES:
        x = tl.load(points + n * AXES + axis, mask=inside, other=0.0)
    position = tl.fma(x, tl.zeros_like(x) + scale, tl.zeros_like(x) + 0.5)
    floor = tl.floor(position)
    cell = floor.to(tl.int32).to(tl.uint32, bitcast=True)
    weight = position - floor
    slope = tl.zeros_like(x) + scale
    if SMOOTH:
        slope = 6.0 * scale * weight * (1.0 - weight)
        weight = weight * weight * (3.0 - 2.0 * weight)
    return cell, weight, slope


@triton.jit
def find_row(x, y, z, sizes, level, corner: tl.constexpr, AXES: tl.constexpr):  # type: ignore[no-untyped-def]
    """Row of the table of a corner of cells; bit k of the corner is its side on axis k."""
    entries = tl.load(sizes + level * 6 + 4).to(tl.uint32)
    x = (x + (corner & 1)) * tl.load(sizes + level * 6).to(tl.uint32)
    y = (y + (corner >> 1 & 1)) * tl.load(sizes + level * 6 + 1).to(tl.uint32)
    if AXES == 3:
        z = (z + (corner >> 2)) * tl.load(sizes + level * 6 + 2).to(tl.uint32)
    else:
        z = tl.zeros_like(x)
    if tl.load(sizes + level * 6 + 5) != 0:
        row = (x ^ y ^ z) & (entries - 1)
    else:
        row = (x + y + z) % entries
    return tl.load(sizes + level * 6 + 3) + row.to(tl.int64)


@triton.jit
def weigh(weight, corner: tl.constexpr, axis: tl.constexpr, AXES: tl.constexpr):  # type: ignore[no-untyped-def]
    """A corner's interpolation weight along one axis."""
    if axis >= AXES:
        weight = tl.zeros_like(weight) + 1.0
    else:
        if (corner >> axis) & 1 == 0:
            weight = 1.0 - weight
    return weight


@triton.jit
def sign(corner: tl.constexpr, axis: tl.constexpr):  # type: ignore[no-untyped-def]
    return 1.0 if corner >> axis & 1 else -1.0


@triton.jit
def gather_features(  # type: ignore[no-untyped-def]
    points,
    table,
    sizes,
    floats,
    out,
    count,
    AXES: tl.constexpr,
    FEATURES: tl.constexpr,
    LEVELS: tl.constexpr,
    SMOOTH: tl.constexpr,
    POINTS: tl.constexpr,
):
    level, n, inside, scale, level_weight = open_level(floats, count, POINTS)
    used = inside & (level_weight != 0)
    x, wx, _ = place(points, n, inside, scale, 0, AXES, SMOOTH)
    y, wy, _ = place(points, n, inside, scale, 1, AXES, SMOOTH)
    z, wz, _ = place(points, n, inside, scale, 2, AXES, SMOOTH)
    feature = tl.arange(0, FEATURES)[None, :]
    total = tl.zeros([POINTS, FEATURES], tl.float32)
    for corner in tl.static_range(1 << AXES):
        row = find_row(x, y, z, sizes, level, corner, AXES)[:, None]
        weight = weigh(wx, corner, 0, AXES) * weigh(wy, corner, 1, AXES) * weigh(wz, corner, 2, AXES)
        total += weight[:, None] * tl.load(table + row * FEATURES + feature, mask=used[:, None], other=0.0)
    into = out + (n * LEVELS + level)[:, None] * FEATURES + feature
    tl.store(into, total * level_weight[:, None], mask=inside[:, None])


@triton.jit
def scatter_gradient(  # type: ignore[no-untyped-def]
    points,
    table,
    gradient,
    sizes,
    floats,
    out,
    count,
    AXES: tl.constexpr,
    FEATURES: tl.constexpr,
    LEVELS: tl.constexpr,
    SMOOTH: tl.constexpr,
    POINTS: tl.constexpr,
):
    """The table's gradient, added to `out`."""
    level, n, inside, scale, level_weight = open_level(floats, count, POINTS)
    used = inside & (level_weight != 0)
    x, wx, _ = place(points, n, used, scale, 0, AXES, SMOOTH)
    y, wy, _ = place(points, n, used, scale, 1, AXES, SMOOTH)
    z, wz, _ = place(points, n, used, scale, 2, AXES, SMOOTH)
    given = load_gradient(gradient, level, n, used, level_weight, FEATURES, LEVELS)
    feature = tl.arange(0, FEATURES)[None, :]
    for corner in tl.static_range(1 << AXES):
        row = find_row(x, y, z, sizes, level, corner, AXES)[:, None]
        weight = weigh(wx, corner, 0, AXES) * weigh(wy, corner, 1, AXES) * weigh(wz, corner, 2, AXES)
        tl.atomic_add(out + row * FEATURES + feature, weight[:, None] * given, mask=used[:, None], sem="relaxed")


@triton.jit
def gather_slopes(  # type: ignore[no-untyped-def]
    points,
    table,
    gradient,
    sizes,
    floats,
    out,
    count,
    AXES: tl.constexpr,
    FEATURES: tl.constexpr,
    LEVELS: tl.constexpr,
    SMOOTH: tl.constexpr,
    POINTS: tl.constexpr,
):
    """The points' gradient, added to `out`."""
    level, n, inside, scale, level_weight = open_level(floats, count, POINTS)
    used = inside & (level_weight != 0)
    x, wx, sx = place(points, n, used, scale, 0, AXES, SMOOTH)
    y, wy, sy = place(points, n, used, scale, 1, AXES, SMOOTH)
    z, wz, sz = place(points, n, used, scale, 2, AXES, SMOOTH)
    given = load_gradient(gradient, level, n, used, level_weight, FEATURES, LEVELS)
    feature = tl.arange(0, FEATURES)[None, :]
    into_x = tl.zeros([POINTS], tl.float32)
    into_y = tl.zeros([POINTS], tl.float32)
    into_z = tl.zeros([POINTS], tl.float32)
    for corner in tl.static_range(1 << AXES):
        row = find_row(x, y, z, sizes, level, corner, AXES)[:, None]
        along = tl.sum(given * tl.load(table + row * FEATURES + feature, mask=used[:, None], other=0.0), 1)
        cx, cy, cz = weigh(wx, corner, 0, AXES), weigh(wy, corner, 1, AXES), weigh(wz, corner, 2, AXES)
        into_x += sign(corner, 0) * sx * cy * cz * along
        into_y += sign(corner, 1) * sy * cx * cz * along
        into_z += sign(corner, 2) * sz * cx * cy * along
    tl.atomic_add(out + n * AXES, into_x, mask=used, sem="relaxed")
    tl.atomic_add(out + n * AXES + 1, into_y, mask=used, sem="relaxed")
    if AXES == 3:
        tl.atomic_add(out + n * AXES + 2, into_z, mask=used, sem="relaxed")
