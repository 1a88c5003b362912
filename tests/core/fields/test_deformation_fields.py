"""Where points lie: the identity to begin with, and then what they are fitted to."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from unreel.core.fields.deformation_fields import (
    Annealing,
    FourierDeformation,
    HashDeformation,
    ResidualDeformation,
    SmoothDeformation,
    SplineDeformation,
    begun_at_zero,
)
from unreel.core.fields.frame_map import FrameMap, evaluate_map
from unreel.core.fields.hash_grid import GridSpec
from unreel.core.fields.perceptron import Perceptron

SIZE, FRAMES = (50, 34), 3
SPEC = GridSpec(3, levels=4, table_log2=8, base=4, growth=1.6)


def make(kind: str) -> torch.nn.Module:
    open_later = Annealing(10, 10)
    if kind == "spline":
        return SplineDeformation(FRAMES, SIZE, 16)
    if kind == "hash":
        return HashDeformation(FRAMES, SPEC, 3, 32, open_later, 1)
    if kind == "fourier":
        return FourierDeformation(FRAMES, 4, 4, 5, 32, open_later, 1)
    if kind == "smooth":
        return SmoothDeformation(FRAMES, 3, 64, 1)
    return ResidualDeformation(make("spline"), make(kind.partition("+")[2]), 0.1)


KINDS = ["spline", "hash", "fourier", "smooth", "spline+hash", "spline+fourier", "spline+smooth"]


def points(count: int = 400) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(5)
    xy = torch.rand(count, 2, generator=generator) * 1.2 - 0.1
    return xy, torch.randint(FRAMES, (count,), generator=generator)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("step", [None, 0, 15])
def test_every_kind_begins_as_the_identity(kind, step):
    xy, frame = points()
    torch.testing.assert_close(make(kind)(xy, frame, step), xy, atol=1e-6, rtol=0)


def test_a_network_that_begins_at_zero_can_leave_it():
    network = begun_at_zero(Perceptron(2, 2, 2, 16, seed=1, bias=True))
    found = network(torch.rand(8, 2))
    assert found.abs().max() == 0
    found.sum().backward()
    assert max(p.grad.abs().max() for p in network.parameters()) > 0
    with torch.no_grad():
        [p for p in network.parameters() if p.ndim == 2][-1].add_(1)
    assert network(torch.rand(8, 2)).abs().max() > 0


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_can_be_fitted_to_a_known_map(kind):
    field = make(kind)
    xy, frame = points()
    xy = xy.clamp(0, 1)
    wave = 0.03 * torch.sin(3 * xy.flip(-1) + frame[:, None])
    target = xy + wave
    optimizer = torch.optim.Adam(field.parameters(), lr=5e-3)
    for _ in range(150):
        optimizer.zero_grad()
        ((field(xy, frame) - target) ** 2).mean().backward()
        optimizer.step()
    assert (field(xy, frame) - target).abs().mean() < 0.25 * wave.abs().mean()


@pytest.mark.parametrize("kind", ["hash", "fourier"])
def test_annealed_levels_are_closed_until_they_open(kind):
    field = make(kind)
    with torch.no_grad():
        for parameter in field.parameters():
            parameter.add_(0.1 * torch.randn(parameter.shape, generator=torch.Generator().manual_seed(6)))
    xy, frame = points()
    closed, half, wide, free = (field(xy, frame, step) for step in (0, 15, 20, None))
    assert torch.equal(wide, free)
    assert not torch.allclose(closed, half, atol=1e-4) and not torch.allclose(half, wide, atol=1e-4)
    assert torch.equal(closed, field(xy, frame, 9))


def some_map(seed: int) -> FrameMap:
    rng = np.random.default_rng(seed)
    matrix = np.array([[1.02, 0.03, 2.5], [-0.02, 0.97, -1.5], [1e-4, -2e-4, 1]])
    return FrameMap(matrix, rng.normal(0, 1, (6, 7, 2)).astype(np.float32), 16)


def test_a_spline_is_the_frame_map_that_it_was_set_to():
    spline = SplineDeformation(FRAMES, SIZE, 16)
    found = some_map(3)
    spline.set_frame(1, found.homography, found.knots)
    x, y = np.arange(-6, 58, 1.5), np.arange(-4, 38, 1.25)
    wanted = evaluate_map(found, x, y)
    grid = torch.from_numpy(np.stack(np.meshgrid(x, y), -1).reshape(-1, 2)).float()
    size = torch.tensor(SIZE)
    with torch.no_grad():
        in_torch = spline((grid + 0.5) / size, torch.full((len(grid),), 1)) * size - 0.5
        untouched = spline((grid + 0.5) / size, torch.full((len(grid),), 2)) * size - 0.5
    np.testing.assert_allclose(in_torch.numpy().reshape(wanted.shape), wanted, atol=2e-3)
    np.testing.assert_allclose(untouched.numpy(), grid.numpy(), atol=1e-4)
    again = spline.frame_map(1)
    np.testing.assert_allclose(evaluate_map(again, x, y), wanted, atol=2e-3)


def test_the_slopes_of_a_spline_are_those_of_finite_differences():
    spline = SplineDeformation(2, SIZE, 16).double()
    found = some_map(4)
    spline.set_frame(0, found.homography, found.knots)
    xy = torch.tensor([[0.31, 0.42], [0.7, 0.55]]).double().requires_grad_()
    frame = torch.tensor([0, 0])
    assert torch.autograd.gradcheck(lambda p: spline(p, frame), (xy,))

    def of_parameters(plane: torch.Tensor, knots: torch.Tensor) -> torch.Tensor:
        return torch.func.functional_call(spline, {"plane": plane, "knots": knots}, (xy.detach(), frame))

    parameters = (spline.plane.detach().requires_grad_(), spline.knots.detach().requires_grad_())
    assert torch.autograd.gradcheck(of_parameters, parameters)
