import pytest
import torch
from unreel.core.fields.dense_pyramid import DensePyramid


@pytest.mark.parametrize("axes", [2, 3])
def test_vertices_give_their_own_features_and_between_them_it_is_linear(axes):
    pyramid = DensePyramid(axes, [3], features=2)
    grid = torch.randn(1, 2, *[3] * axes)
    with torch.no_grad():
        pyramid.grids[0].copy_(grid)
    # The first coordinate is x, the grid's last axis.
    corner, middle = torch.zeros(1, axes), torch.zeros(1, axes)
    middle[0, 0] = 0.25
    first, second = grid[0].flatten(1)[:, :2].unbind(1)
    torch.testing.assert_close(pyramid(corner)[0], first)
    torch.testing.assert_close(pyramid(middle)[0], (first + second) / 2)
    torch.testing.assert_close(pyramid(corner - 0.4)[0], first)


@pytest.mark.parametrize("axes", [2, 3])
def test_it_is_called_as_a_hash_grid_is(axes):
    pyramid = DensePyramid(axes, [2, 4, 8], features=3, seed=1)
    points = torch.rand(7, axes, requires_grad=True)
    whole, some = pyramid(points), pyramid(points, torch.tensor([1.0, 0.0, 0.5]))
    assert whole.shape == (7, pyramid.width) == (7, 9)
    torch.testing.assert_close(some, whole * torch.tensor([1.0] * 3 + [0.0] * 3 + [0.5] * 3))
    some.sum().backward()
    assert points.grad.abs().sum() > 0
    assert pyramid.grids[1].grad is None and pyramid.grids[2].grad.abs().sum() > 0
    with pytest.raises(ValueError, match="this pyramid wants"):
        pyramid(torch.rand(7, axes + 1))


def test_gradients_are_those_of_finite_differences():
    pyramid = DensePyramid(2, [3, 5], features=1).double()
    points = torch.rand(4, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(0), requires_grad=True)
    assert torch.autograd.gradcheck(lambda p: pyramid(p) * 1e4, points)
