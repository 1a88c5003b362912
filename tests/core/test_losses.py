"""Each loss against numbers worked out by hand, and its slope against finite differences."""

from __future__ import annotations

import math

import pytest
import torch
from unreel.core.losses import (
    background_loss,
    carried,
    colour_loss,
    curvature_loss,
    flow_loss,
    gradient_loss,
    reference_loss,
    rigidity_loss,
    weighted_mean,
)

SIZE = (192, 108)
"""Not square: an axis normalised by the wrong side shows."""


def pixels(count: int = 200, seed: int = 1) -> torch.Tensor:
    """Index coordinates [n, 2] in the middle of a picture of `SIZE`."""
    return (0.2 + 0.6 * torch.rand(count, 2, generator=torch.Generator().manual_seed(seed))).double() * torch.tensor(
        SIZE
    )


def unit(xy_pixel: torch.Tensor) -> torch.Tensor:
    return (xy_pixel + 0.5) / torch.tensor(SIZE).double()


def test_the_colour_is_compared_where_the_weight_says_so():
    rendered, target = torch.tensor([[0.5, 0.5, 0.5], [9, 9, 9]]), torch.tensor([[0.2, 0.5, 0.9], [0, 0, 0]])
    weight = torch.tensor([1.0, 0.0])
    assert colour_loss(rendered, target, weight, "mse").item() == pytest.approx((0.09 + 0.16) / 3)
    assert colour_loss(rendered, target, weight, "l1").item() == pytest.approx(0.7 / 3)
    assert colour_loss(rendered, target, weight, "charbonnier").item() == pytest.approx(0.7 / 3, abs=2e-3)
    assert background_loss(rendered, target, weight).item() == pytest.approx(81)
    assert reference_loss(rendered, target, weight) == colour_loss(rendered, target, weight, "mse")


def test_nothing_in_the_layer_is_no_loss():
    assert weighted_mean(torch.ones(3), torch.zeros(3)).item() == 0


def test_a_ramp_has_its_slope_and_what_is_hidden_does_not_count():
    ramp = torch.arange(6.0).expand(1, 5, 6)[..., None].expand(1, 5, 6, 3) * 0.1
    weight = torch.ones(1, 5, 6)
    # along x 0.1 a pixel, along y nothing: the mean of both
    assert gradient_loss(ramp, torch.zeros_like(ramp), weight).item() == pytest.approx(0.05, rel=1e-5)
    assert gradient_loss(ramp, ramp + 0.3, weight).item() == pytest.approx(0, abs=1e-6)
    spoiled = ramp.clone()
    spoiled[0, 4, 5] = 50
    weight[0, 4, 5] = 0
    assert gradient_loss(spoiled, ramp, weight).item() == pytest.approx(0, abs=1e-6)


def true_map(xy_pixel: torch.Tensor, frame: int) -> torch.Tensor:
    """Canonical pixels: the picture slides by (6, -2) a frame, turns a little, and grows."""
    angle, scale = 0.05 * frame, 1 + 0.02 * frame
    turn = scale * torch.tensor([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]]).double()
    return (xy_pixel - torch.tensor([6.0, -2.0]).double() * frame) @ turn.T


def true_flow(xy_pixel: torch.Tensor, a: int, b: int) -> torch.Tensor:
    """Where the points of frame a are in frame b, less where they were."""
    offset = true_map(torch.zeros(1, 2).double(), b)
    matrix = torch.stack([true_map(e[None], b)[0] - offset[0] for e in torch.eye(2).double()], 1)
    return torch.linalg.solve(matrix, (true_map(xy_pixel, a) - offset).T).T - xy_pixel


def consistency(a: int, b: int, size: tuple[int, int]) -> float:
    """Of the true map, with a flow that is normalised by `size`."""
    xy = pixels()
    there = carried(unit(xy), true_flow(xy, a, b), size)
    back_in_pixels = there * torch.tensor(SIZE).double() - 0.5
    here, onward = unit(true_map(xy, a)), unit(true_map(back_in_pixels, b))
    return flow_loss(here, onward, torch.ones(len(xy)).double(), SIZE).item()


@pytest.mark.parametrize(("a", "b"), [(1, 2), (2, 1), (0, 4), (7, 3), (5, 0)])
def test_the_true_map_of_a_picture_that_is_not_square_agrees_with_its_flow_both_ways(a: int, b: int):
    assert consistency(a, b, SIZE) < 1e-12
    assert consistency(a, b, SIZE[::-1]) > 1e-3  # flow normalised by the wrong sides is seen


def test_a_pixel_weighs_the_same_along_both_axes():
    here = unit(pixels())
    confidence = torch.ones(len(here)).double()
    found = [flow_loss(here, unit(pixels() + torch.tensor(step)), confidence, SIZE) for step in ((3.0, 0), (0, 3.0))]
    assert found[0].item() == pytest.approx(1.5 / 192) and found[1].item() == pytest.approx(1.5 / 192)


def test_flow_that_is_not_sure_does_not_count():
    here = unit(pixels(2))
    there = here + torch.tensor([[0.1, 0.1], [0.0, 0.0]])
    assert flow_loss(here, there, torch.tensor([0.0, 1.0]), SIZE).item() == 0


def rigidity(matrix: list[list[float]], step: float = 1.0) -> float:
    xy, m = pixels(), torch.tensor(matrix).double()
    ends = [unit((xy + torch.tensor(e).double()) @ m.T) for e in ((0.0, 0), (step, 0), (0, step))]
    return rigidity_loss(*ends, step, SIZE).item()


def test_a_rotation_is_rigid_and_a_stretch_is_not():
    turn = [[math.cos(0.3), -math.sin(0.3)], [math.sin(0.3), math.cos(0.3)]]
    assert rigidity(turn) == pytest.approx(0, abs=3e-3)
    assert rigidity(turn, 20.0) == pytest.approx(0, abs=3e-3)
    # J'J = diag(4, 1): |.| = sqrt(17), |inverse| = sqrt(1/16 + 1)
    assert rigidity([[2, 0], [0, 1]]) == pytest.approx(math.sqrt(17) + math.sqrt(17) / 4 - 2 * math.sqrt(2), abs=5e-3)
    assert rigidity([[1, 0], [0, 0.01]]) > 100  # nearly collapsed


def test_a_bend_is_measured_in_pixels():
    at = torch.tensor([-4.0, 0.0, 4.0]).double()
    x, y = 0.1 * at**2, 0.05 * at**2  # second differences 3.2 and 1.6 pixels
    before, here, after = (unit(torch.stack([x[i], y[i]])[None]) for i in range(3))
    assert curvature_loss(before, here, after, SIZE).item() == pytest.approx(3.2**2 + 1.6**2)
    assert curvature_loss(here - 0.1, here, here + 0.1, SIZE).item() == pytest.approx(0, abs=1e-12)


def test_slopes_are_those_of_finite_differences():
    torch.manual_seed(3)
    colour, weight = torch.rand(1, 4, 5, 3).double().requires_grad_(), torch.rand(1, 4, 5).double()
    target = torch.rand(1, 4, 5, 3).double()
    places = [torch.rand(6, 2).double().requires_grad_() for _ in range(3)]
    sure = torch.rand(6).double()

    def near(here: torch.Tensor, right: torch.Tensor, below: torch.Tensor) -> torch.Tensor:
        step = torch.tensor([5 / SIZE[0], 5 / SIZE[1]]).double()
        moved = (here + step * torch.tensor(e).double() + 0.01 * d for e, d in (((1, 0), right), ((0, 1), below)))
        return rigidity_loss(here, *moved, 5.0, SIZE)

    for kind in ("mse", "charbonnier"):
        assert torch.autograd.gradcheck(lambda c, kind=kind: colour_loss(c, target, weight, kind), (colour,))
    assert torch.autograd.gradcheck(lambda c: gradient_loss(c, target, weight), (colour,))
    assert torch.autograd.gradcheck(lambda a, b: flow_loss(a, b, sure, SIZE), places[:2])
    assert torch.autograd.gradcheck(near, places)
    assert torch.autograd.gradcheck(lambda a, b, c: curvature_loss(a, b, c, SIZE), places)
