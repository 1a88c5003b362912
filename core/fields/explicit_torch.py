"""The explicit fields in plain torch: the reference, on every device and in every precision."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor
from torch.nn import functional

if TYPE_CHECKING:
    from .explicit import Axes, PixelGrid


def why_not() -> str | None:
    return None


def serves(*tensors: Tensor) -> bool:
    return True


def sample(colours: Tensor, xy_unit: Tensor, grid: PixelGrid) -> Tensor:
    sides = colours.shape[3], colours.shape[2]
    at = [
        unit * (2 * by / side) + ((2 * off + 1) / side - 1)
        for unit, by, off, side in zip(xy_unit.unbind(-1), grid.scale, grid.shift, sides, strict=True)
    ]
    places = torch.stack(at, -1)[None, None]
    found = functional.grid_sample(colours, places, mode=grid.sampling, padding_mode="border", align_corners=False)
    return found[0, :, 0].t()


def warp(plane: Tensor, knots: Tensor, xy_unit: Tensor, frame: Tensor, scale: Axes) -> Tensor:
    h = plane[frame]
    x, y = (xy_unit - 0.5).unbind(-1)
    w = 1 + h[:, 6] * x + h[:, 7] * y
    on_plane = torch.stack(
        [(x + h[:, 0] * x + h[:, 1] * y + h[:, 2]) / w, (y + h[:, 3] * x + h[:, 4] * y + h[:, 5]) / w], -1
    )
    return on_plane + 0.5 + bend(knots, xy_unit, frame, scale)


def bend(knots: Tensor, xy_unit: Tensor, frame: Tensor, scale: Axes) -> Tensor:
    """What the lattice adds [n, 2]."""
    ny, nx = knots.shape[1:3]
    column, weight_x = cells_and_weights(xy_unit[:, 0], scale[0], nx)
    row, weight_y = cells_and_weights(xy_unit[:, 1], scale[1], ny)
    taps = torch.arange(4, device=xy_unit.device)
    start = (frame * ny + row)[:, None] + taps
    place = start[:, :, None] * nx + (column[:, None] + taps)[:, None, :]
    near = knots.view(-1, 2).index_select(0, place.reshape(-1)).view(-1, 4, 4, 2)
    lines = (near * weight_x[:, None, :, None]).sum(2)
    return (lines * weight_y[:, :, None]).sum(1)


def cells_and_weights(unit: Tensor, scale: float, knots: int) -> tuple[Tensor, Tensor]:
    """Of unit coordinates [n] along an axis: the cell's number, and the four knots' weights [n, 4]."""
    cells = (unit * scale).clamp(0, knots - 3 - 1e-4)
    first = cells.detach().floor()
    return first.long(), cubic_weights(cells - first)


def cubic_weights(t: Tensor) -> Tensor:
    """The four cubic B-spline weights at fractions [...]: [..., 4]."""
    return torch.stack([(1 - t) ** 3, 3 * t**3 - 6 * t**2 + 4, -3 * t**3 + 3 * t**2 + 3 * t + 1, t**3], -1) / 6
