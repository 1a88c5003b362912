"""What the trained fields minimise: pure functions of what was rendered, or of where points were found.

Positions are unit coordinates of a picture, each axis by its own side; `size` is that picture's width and height. What
is measured in positions is first taken to units of the longer side, so that a pixel weighs the same both ways.
"""

from __future__ import annotations

import math
from typing import Literal

import torch
from torch import Tensor
from torch.nn import functional
from typing_extensions import assert_never

Size = tuple[int, int]
ColourKind = Literal["mse", "l1", "charbonnier"]
CHARBONNIER = 1e-3
"""Error, in encoded units, under which Charbonnier is nearly quadratic."""
LUMA = (0.3, 0.5, 0.2)
RIGID = 2 * math.sqrt(2)
"""|J'J| + |(J'J)^-1| of a rotation."""
LEAST_STRETCH = 1e-3
"""Added to J'J before it is inverted (LNA, eq. 9): a collapsed map is dear, not infinite."""


def weighted_mean(error: Tensor, weight: Tensor) -> Tensor:
    """Mean of error [...] where weight [...] says so; 0 where it says nowhere."""
    return (error * weight).sum() / weight.sum().clamp_min(1e-6)


def colour_loss(rendered: Tensor, target: Tensor, weight: Tensor, kind: ColourKind) -> Tensor:
    """Of colours [..., 3] with weights [...]: mean over pixels and channels."""
    difference = rendered - target
    if kind == "mse":
        error = difference**2
    elif kind == "l1":
        error = difference.abs()
    elif kind == "charbonnier":
        error = (difference**2 + CHARBONNIER**2).sqrt() - CHARBONNIER
    else:
        assert_never(kind)
    return weighted_mean(error.mean(-1), weight)


def sobel_of_luma(picture: Tensor) -> Tensor:
    """Slope along x and y, a pixel, of tiles [k, h, w, 3]: [k, 2, h - 2, w - 2]."""
    luma = picture @ picture.new_tensor(LUMA)
    along_x = picture.new_tensor([[-1.0, 0.0, 1.0], [-2.0, 0.0, 2.0], [-1.0, 0.0, 1.0]]) / 8
    return functional.conv2d(luma[:, None], torch.stack([along_x, along_x.t()])[:, None])


def gradient_loss(rendered: Tensor, target: Tensor, weight: Tensor) -> Tensor:
    """L1 of the Sobel gradients of luma of tiles [k, h, w, 3]; a pixel has the least weight [k, h, w] of its nine."""
    error = (sobel_of_luma(rendered) - sobel_of_luma(target)).abs().mean(1)
    return weighted_mean(error, least_of_nine(weight))


def least_of_nine(weight: Tensor) -> Tensor:
    """Of weights [k, h, w] of tiles and their neighbours: [k, h - 2, w - 2]."""
    return -functional.max_pool2d(-weight[:, None], 3, stride=1)[:, 0]


def carried(xy_unit: Tensor, flow_pixel: Tensor, size: Size) -> Tensor:
    """Where points [..., 2] are after a motion in pixels [..., 2]."""
    return xy_unit + flow_pixel / flow_pixel.new_tensor(size)


def isotropic(difference_unit: Tensor, size: Size) -> Tensor:
    """A difference of positions [..., 2] in units of the longer side."""
    return difference_unit * difference_unit.new_tensor(size) / max(size)


def flow_loss(xy_canonical: Tensor, xy_canonical_carried: Tensor, confidence: Tensor, size: Size) -> Tensor:
    """L1 between where points lie on the canonical and where they do after the flow (CoDeF, eq. 7) [..., 2]."""
    error = isotropic(xy_canonical - xy_canonical_carried, size).abs().mean(-1)
    return weighted_mean(error, confidence)


def background_loss(rendered: Tensor, target: Tensor, weight: Tensor) -> Tensor:
    """Squared error of colours [..., 3] outside the layer, whose coverage is weight [...]."""
    return colour_loss(rendered, target, 1 - weight, "mse")


def reference_loss(canonical: Tensor, key: Tensor, weight: Tensor) -> Tensor:
    """Squared error of the undeformed canonical [..., 3] against the key frame's pixels there."""
    return colour_loss(canonical, key, weight, "mse")


def rigidity_loss(here: Tensor, right: Tensor, below: Tensor, step_pixel: float, size: Size) -> Tensor:
    """|J'J| + |(J'J)^-1|, less what a rotation has (LNA, eq. 9): 0 for rigid maps, large for folds and collapse.

    Canonical positions [n, 2] of points, of those `step_pixel` to the right of them, and of those as far below.
    """
    step = step_pixel / max(size)
    along_x, along_y = isotropic(right - here, size) / step, isotropic(below - here, size) / step
    a, b, d = (along_x**2).sum(-1), (along_x * along_y).sum(-1), (along_y**2).sum(-1)
    stretch = (a**2 + 2 * b**2 + d**2).clamp_min(1e-12).sqrt()
    a, d = a + LEAST_STRETCH, d + LEAST_STRETCH
    shrink = (a**2 + 2 * b**2 + d**2).clamp_min(1e-12).sqrt() / (a * d - b**2).clamp_min(LEAST_STRETCH**2)
    return (stretch + shrink - RIGID).mean()


def curvature_loss(before: Tensor, here: Tensor, after: Tensor, size: Size) -> Tensor:
    """Mean squared second difference, in pixels, of positions [n, 2] at three even steps in space or time."""
    bend = isotropic(before - 2 * here + after, size) * max(size)
    return (bend**2).sum(-1).mean()
