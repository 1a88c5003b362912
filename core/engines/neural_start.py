"""What the fields are before the first step: a deformation fitted to known maps, a canonical that is the key frame."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from torch import nn

from ..fields.canonical_fields import ExplicitCanonical
from ..fields.deformation_fields import SplineDeformation
from ..fields.homography import apply_homography, fit_homography
from ..losses import colour_loss, isotropic, weighted_mean
from ..solve.flow import pixel_centres
from ..solve.sheet import fit_sheet
from .neural_adam import make_adam
from .neural_build import Fields
from .neural_pictures import Pictures

ReadMap = Callable[[int], tuple[np.ndarray, np.ndarray]]
"""Of a frame: key positions [h, w, 2] of its pixels, and how sure they are [h, w]."""

FIT_RATE = 2e-3
FIT_POINTS = 8192
BENDING = 0.1
LEAST_PIXELS = 64
"""With fewer sure ones a frame starts as the identity."""
NEVER_BLANK = 0.002
"""Weight of a spline's smoothness where nothing is known."""


def start_deformation(
    fields: Fields,
    pictures: Pictures,
    read_map: ReadMap,
    steps: int,
    generator: torch.Generator,
    told: Callable[[int, int], None],
) -> None:
    """Splines by least squares, frame by frame; networks by a short fit of theirs to all of it."""
    if fields.spline is not None:
        for frame in range(len(pictures.numbers)):
            fit_spline(fields.spline, frame, *read_map(frame))
            told(frame + 1, len(pictures.numbers))
    else:
        fit_network(fields.deformation, pictures, read_map, steps, generator, told)


def flow_map(pictures: Pictures, frame: int) -> tuple[np.ndarray, np.ndarray]:
    """The flow to the key frame as a map."""
    flow = pictures.flow(frame, pictures.key).float().cpu().numpy()
    return pixel_centres(flow) + flow[..., :2], flow[..., 2] * pictures.mask(frame)


def fit_spline(spline: SplineDeformation, frame: int, xy_key: np.ndarray, weight: np.ndarray) -> None:
    height, width = weight.shape
    if weight.sum() < LEAST_PIXELS:
        return
    x, y = np.meshgrid(np.arange(width, dtype=float), np.arange(height, dtype=float))
    sure = weight > 0.05
    matrix = fit_homography(x[sure], y[sure], xy_key[..., 0][sure], xy_key[..., 1][sure], weight[sure])
    rest = xy_key - np.stack(apply_homography(matrix, x, y), -1)
    padded = ((0, -height % spline.cell), (0, -width % spline.cell))
    rest, trust = np.pad(rest, (*padded, (0, 0)), mode="edge"), np.pad(weight, padded)
    knots = fit_sheet(np.where(trust[..., None] > 0, rest, 0), trust + NEVER_BLANK, spline.cell, BENDING)
    spline.set_frame(frame, matrix, knots)


def fit_network(
    deformation: nn.Module,
    pictures: Pictures,
    read_map: ReadMap,
    steps: int,
    generator: torch.Generator,
    told: Callable[[int, int], None],
) -> None:
    """Least absolute error at random points of all frames, as the first step of training will see them."""
    device = next(deformation.parameters()).device
    width, height = pictures.size
    count = len(pictures.numbers)
    found = [read_map(frame) for frame in range(count)]
    targets = torch.from_numpy(np.stack([xy.astype(np.float32) for xy, _ in found]))
    weights = torch.from_numpy(np.stack([np.clip(weight, 0, 1).astype(np.float16) for _, weight in found]))
    size = torch.tensor(pictures.size)
    optimizer = make_adam(deformation.parameters(), device, lr=FIT_RATE)
    for step in range(steps):
        frame = torch.randint(count, (FIT_POINTS,), generator=generator)
        row = torch.randint(height, (FIT_POINTS,), generator=generator)
        column = torch.randint(width, (FIT_POINTS,), generator=generator)
        xy_unit = (torch.stack([column, row], -1) + 0.5) / size
        target, weight = (targets[frame, row, column] + 0.5) / size, weights[frame, row, column].float()
        reached = deformation(xy_unit.to(device), frame.to(device), 0)
        error = isotropic(reached - target.to(device), pictures.size).abs().sum(-1)
        optimizer.zero_grad(set_to_none=True)
        weighted_mean(error, weight.to(device)).backward()
        optimizer.step()
        told(step + 1, steps)


def start_canonical(
    fields: Fields, pictures: Pictures, steps: int, generator: torch.Generator, told: Callable[[int, int], None]
) -> None:
    """The key frame: as it is, or learned from its pixels."""
    key = pictures.colours[pictures.key].float()
    if isinstance(fields.canonical, ExplicitCanonical):
        fields.canonical.set_picture(key)
        return
    width, height = pictures.size
    optimizer = make_adam(fields.canonical.parameters(), fields.device, lr=FIT_RATE)
    key, size = key.cpu(), torch.tensor(pictures.size)
    everywhere = torch.ones(FIT_POINTS, device=fields.device)
    for step in range(steps):
        row = torch.randint(height, (FIT_POINTS,), generator=generator)
        column = torch.randint(width, (FIT_POINTS,), generator=generator)
        xy_unit = (torch.stack([column, row], -1) + 0.5) / size
        optimizer.zero_grad(set_to_none=True)
        target = key[row, column].to(fields.device)
        colour_loss(fields.canonical(xy_unit.to(fields.device)), target, everywhere, "mse").backward()
        optimizer.step()
        told(step + 1, steps)
