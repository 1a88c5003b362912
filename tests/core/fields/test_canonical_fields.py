"""Pictures as functions of place."""

from __future__ import annotations

import pytest
import torch
from unreel.core.fields.canonical_fields import (
    ExplicitCanonical,
    FourierCanonical,
    HashCanonical,
    pixel_centres_unit,
    render_canonical,
)
from unreel.core.fields.hash_grid import GridSpec

SIZE = (12, 7)
SPEC = GridSpec(2, levels=4, table_log2=8, base=4, growth=1.6)


def picture() -> torch.Tensor:
    return torch.rand(SIZE[1], SIZE[0], 3, generator=torch.Generator().manual_seed(2))


@pytest.mark.parametrize("sampling", ["bilinear", "bicubic"])
def test_a_picture_is_itself_at_its_pixel_centres(sampling):
    field = ExplicitCanonical(SIZE, 0.25, sampling)
    field.set_picture(picture())
    found = field(pixel_centres_unit(SIZE, (0, 0), SIZE)).view(7, 12, 3)
    torch.testing.assert_close(found, picture(), atol=1e-5, rtol=0)


def test_between_two_pixels_lies_their_mean_and_beyond_the_edge_the_edge():
    field = ExplicitCanonical(SIZE, 0.25)
    field.set_picture(picture())
    between = field(torch.tensor([[4 / 12, 2.5 / 7], [-3.0, 2.5 / 7]]))
    torch.testing.assert_close(between[0], picture()[2, 3:5].mean(0), atol=1e-5, rtol=0)
    torch.testing.assert_close(between[1], picture()[2, 0], atol=1e-5, rtol=0)


def test_the_rendered_picture_has_the_frame_in_its_middle():
    field = ExplicitCanonical(SIZE, 0.25)
    field.set_picture(picture())
    whole = render_canonical(field, SIZE, chunk=50)
    assert whole.shape == (7 + 2 * 2, 12 + 2 * 3, 3)
    torch.testing.assert_close(whole[2:-2, 3:-3], picture(), atol=1e-5, rtol=0)


def make(kind):
    if kind == "explicit":
        return ExplicitCanonical(SIZE, 0.3, "bicubic")
    return HashCanonical(SPEC, 0.3, 2, 32, 1) if kind == "hash" else FourierCanonical(5, 0.3, 5, 32, 1)


@pytest.mark.parametrize("kind", ["explicit", "hash", "fourier"])
def test_every_kind_learns_a_picture_and_a_seed_gives_the_same(kind):
    xy = pixel_centres_unit(SIZE, (0, 0), SIZE)
    target = picture().reshape(-1, 3)
    ends = []
    for _ in range(2):
        field = make(kind)
        optimizer = torch.optim.Adam(field.parameters(), lr=1e-2)
        before = ((field(xy) - target) ** 2).mean().item()
        for _ in range(60):
            optimizer.zero_grad()
            ((field(xy) - target) ** 2).mean().backward()
            optimizer.step()
        ends.append(((field(xy) - target) ** 2).mean().item())
        assert ends[-1] < 0.6 * before
    assert ends[0] == ends[1]


@pytest.mark.parametrize("kind", ["explicit", "hash", "fourier"])
def test_the_slope_of_place_is_that_of_finite_differences(kind):
    field = make(kind)
    for parameter in field.parameters():
        with torch.no_grad():
            parameter.add_(0.3 * torch.rand(parameter.shape, generator=torch.Generator().manual_seed(4)))
    xy = torch.tensor([[0.31, 0.42], [0.77, 0.28]]).requires_grad_()
    (slope,) = torch.autograd.grad(field(xy).sum(), xy)
    step = 2e-3
    for axis in range(2):
        move = torch.zeros(2)
        move[axis] = step
        with torch.no_grad():
            rise = (field(xy + move) - field(xy - move)).sum(-1) / (2 * step)
        torch.testing.assert_close(slope[:, axis], rise, rtol=0.05, atol=0.05)
