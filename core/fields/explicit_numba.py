"""The explicit fields compiled for the CPU. A picture's part of a gradient is splatted in the pass that finds it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from . import explicit_torch, lattice_loops, picture_loops
from .bands import Band, add_by_band, make_bands
from .explicit import Axes, ColourKind, PixelGrid, Sampling
from .parallel import run_tasks

TASK, ROWS = 1 << 14, 32
"""Points that one task takes, or rows of a picture."""
TAPS: dict[Sampling, tuple[int, ...]] = {"bilinear": (0,) * 2, "bicubic": (0,) * 4}
KINDS: dict[ColourKind, int] = {
    "mse": picture_loops.MSE,
    "l1": picture_loops.L1,
    "charbonnier": picture_loops.CHARBONNIER,
}
FEW = 0.5
"""Points a pixel of what they see; fewer read and write the picture as it lies."""
NOTHING = np.empty(0, np.float32)
once_differentiable = torch.autograd.function.once_differentiable


def why_not() -> str | None:
    return None


def serves(*tensors: Tensor) -> bool:
    return all(tensor.device.type == "cpu" and tensor.dtype == torch.float32 for tensor in tensors)


def sample(colours: Tensor, xy_unit: Tensor, grid: PixelGrid) -> Tensor:
    found: Tensor = Sample.apply(colours, xy_unit, grid)
    return found


def warp(plane: Tensor, knots: Tensor, xy_unit: Tensor, frame: Tensor, scale: Axes) -> Tensor:
    """Points that learn themselves are left to the plain form."""
    if xy_unit.requires_grad:
        return explicit_torch.warp(plane, knots, xy_unit, frame, scale)
    if len(frame) and not 0 <= int(frame.min()) <= int(frame.max()) < len(knots):
        raise IndexError(f"frames {int(frame.min())} to {int(frame.max())}; the field has {len(knots)}")
    found: Tensor = Warp.apply(plane, knots, xy_unit, frame, scale)
    return found


def colour_error(
    colours: Tensor, xy_unit: Tensor, grid: PixelGrid, target: Tensor, weight: Tensor, kind: ColourKind, soft: float
) -> tuple[Tensor, Tensor]:
    found: tuple[Tensor, Tensor] = ColourError.apply(colours, xy_unit, grid, target, weight, kind, soft)
    return found


class Sample(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, colours: Tensor, xy_unit: Tensor, grid: PixelGrid) -> Tensor:
        ctx.save_for_backward(colours, xy_unit)
        ctx.grid = grid
        picture, xy = arrays_of(colours[0], xy_unit)
        into = np.empty((len(xy), 3), np.float32)
        seen = Seen(picture, xy, grid)

        def take(begin: int) -> None:
            picture_loops.sample_loop(seen.texels, xy, seen.view, seen.taps, begin, min(begin + TASK, len(xy)), into)

        run_tasks(take, range(0, len(xy), TASK))
        return torch.from_numpy(into)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
        colours, xy_unit = ctx.saved_tensors
        picture, xy, given = arrays_of(colours[0], xy_unit, gradient)
        wants_picture, wants_xy = ctx.needs_input_grad[:2]
        into_xy = np.empty(xy.shape if wants_xy else (0, 2), np.float32)
        seen = Seen(picture, xy, ctx.grid)

        def add(k: int, into: np.ndarray) -> None:
            band = seen.bands[k]
            picture_loops.adjoint_loop(
                seen.texels, xy, seen.view, seen.taps, given, band.first, band.begin, band.end, into_xy, into
            )

        into_picture = seen.splatted(add, wants_picture)
        return into_picture, torch.from_numpy(into_xy) if wants_xy else None, None


class ColourError(torch.autograd.Function):
    """Forward finds the gradients too; backward only weighs them."""

    @staticmethod
    def forward(
        ctx: Any,
        colours: Tensor,
        xy_unit: Tensor,
        grid: PixelGrid,
        target: Tensor,
        weight: Tensor,
        kind: ColourKind,
        soft: float,
    ) -> tuple[Tensor, Tensor]:
        picture, xy, given, weights = arrays_of(colours[0], xy_unit, target, weight)
        share = 1 / (3 * max(float(weight.sum()), 1e-6))
        how = np.float32(share), KINDS[kind], np.float32(soft)
        into_xy = np.empty(xy.shape, np.float32)
        seen = Seen(picture, xy, grid)
        sums = np.zeros((len(seen.bands), 2))

        def add(k: int, into: np.ndarray) -> None:
            band = seen.bands[k]
            part = band.first, band.begin, band.end
            sums[k] = picture_loops.colour_loop(
                seen.texels, xy, seen.view, seen.taps, given, weights, *how, *part, into_xy, into
            )

        into_picture = seen.splatted(add, ctx.needs_input_grad[0])
        ctx.save_for_backward(into_picture, torch.from_numpy(into_xy))
        error, squared = torch.from_numpy(sums.sum(0) * share).float()
        ctx.mark_non_differentiable(squared)
        return error, squared

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor, _: Tensor) -> tuple[Tensor | None, ...]:
        by = float(gradient)
        return (*[part if by == 1 or part is None else by * part for part in ctx.saved_tensors], *[None] * 5)


class Seen:
    """What some points see of a picture [3, h, w], and which rows each band of points touches."""

    def __init__(self, picture: np.ndarray, xy: np.ndarray, grid: PixelGrid) -> None:
        self.shape = _, height, width = picture.shape
        by, off, self.taps = np.array(grid.scale, np.float32), np.array(grid.shift, np.float32), TAPS[grid.sampling]
        left, right = picture_loops.reach(xy, 0, by[0], off[0], width, 0, len(xy))
        top, bottom = picture_loops.reach(xy, 1, by[1], off[1], height, 0, len(xy))
        self.few = len(xy) < FEW * (right - left) * (bottom - top)
        if self.few:
            self.bands = [Band(0, len(xy), 0, height)]
            self.texels = picture.reshape(-1)
            self.view = by, off, (width, height), (0, 0), (1, width, width * height)
            return
        self.bands = make_bands(
            len(xy),
            3 * (right - left),
            lambda begin, end: picture_loops.reach(xy, 1, by[1], off[1], height, begin, end),
        )
        window = np.empty((bottom - top, right - left, 3), np.float32)

        def take(begin: int) -> None:
            picture_loops.open_window(picture, top, left, begin, min(begin + ROWS, bottom - top), window)

        run_tasks(take, range(0, bottom - top, ROWS))
        self.texels = window.reshape(-1)
        self.view = by, off, (width, height), (left, top), (3, 3 * (right - left), 1)

    def splatted(self, add: Callable[[int, np.ndarray], None], wanted: bool) -> Tensor | None:
        """The picture's gradient [1, 3, h, w], to which `add(k, texels)` adds that of band k."""
        if not wanted:
            run_tasks(lambda k: add(k, NOTHING), range(len(self.bands)))
            return None
        into = np.zeros(self.shape, np.float32)
        if self.few:
            add(0, into.reshape(-1))
            return torch.from_numpy(into)[None]
        (_, _, _, (left, _), (_, row, _)), height = self.view, self.shape[1]
        own = add_by_band(self.bands, (row // 3, 3), lambda k, rows: add(k, rows.reshape(-1)))

        def take(begin: int) -> None:
            for band, rows in zip(self.bands, own, strict=True):
                picture_loops.close_window(rows, band.first, left, begin, min(begin + ROWS, height), into)

        run_tasks(take, range(0, height, ROWS))
        return torch.from_numpy(into)[None]


class Warp(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, plane: Tensor, knots: Tensor, xy_unit: Tensor, frame: Tensor, scale: Axes) -> Tensor:
        ctx.save_for_backward(plane, knots, xy_unit, frame)
        ctx.scale = scale
        planes, lattices, xy, frames = arrays_of(plane, knots, xy_unit, frame)
        into, cells = np.empty(xy.shape, np.float32), cells_of(lattices, scale)

        def take(begin: int) -> None:
            lattice_loops.warp_loop(planes, lattices, xy, frames, *cells, begin, min(begin + TASK, len(xy)), into)

        run_tasks(take, range(0, len(xy), TASK))
        return torch.from_numpy(into)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
        planes, lattices, xy, frames, given = arrays_of(*ctx.saved_tensors, gradient)
        scale, limit = cells_of(lattices, ctx.scale)
        count, rows, columns = lattices.shape[:3]
        bands = make_bands(
            len(xy),
            2 * columns,
            lambda begin, end: lattice_loops.reach(xy, frames, rows, scale[1], limit[1], begin, end),
        )
        into_planes = np.zeros((len(bands), count, 8))

        def add(k: int, into: np.ndarray) -> None:
            band = bands[k]
            part = band.first, band.begin, band.end
            lattice_loops.adjoint_loop(planes, xy, frames, rows, scale, limit, given, *part, into_planes[k], into)

        into_knots = np.zeros((count * rows, columns, 2), np.float32)
        for band, own in zip(bands, add_by_band(bands, (columns, 2), add), strict=True):
            into_knots[band.first : band.past] += own
        into_plane = torch.from_numpy(into_planes.sum(0)).float()
        return into_plane, torch.from_numpy(into_knots.reshape(lattices.shape)), None, None, None


def arrays_of(*tensors: Tensor) -> Sequence[np.ndarray]:
    return [tensor.detach().contiguous().numpy() for tensor in tensors]


def cells_of(lattices: np.ndarray, scale: Axes) -> tuple[np.ndarray, np.ndarray]:
    """What unit coordinates are multiplied by to be cells, and the last place on the lattice."""
    ny, nx = lattices.shape[1:3]
    return np.array(scale, np.float32), np.array([nx - 3 - 1e-4, ny - 3 - 1e-4], np.float32)
