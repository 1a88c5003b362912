"""Exchange with tiny-cuda-nn, where it is installed and a CUDA device is there. test_encode.py holds its values."""

import pytest
import torch
from unreel.core.fields.encode import HashGrid, available_backends, load_backend
from unreel.core.fields.hash_grid import GridSpec
from unreel.core.fields.perceptron import Perceptron

REASON = available_backends()["tinycudann"]
pytestmark = pytest.mark.skipif(REASON is not None, reason=f"{REASON}; see docs/dependencies.md")


@pytest.mark.parametrize("spec", [GridSpec(2, growth=1.44), GridSpec(3, growth=1.38)], ids=["2D", "3D"])
def test_a_published_grid_goes_there_and_back(spec):
    theirs = load_backend("tinycudann").make_encoding(spec)
    grid = HashGrid(spec, seed=1)
    assert theirs.params.shape == grid.flat_parameters().shape
    grid.load_flat_parameters(theirs.params.detach().cpu())
    assert torch.equal(grid.flat_parameters(), theirs.params.detach().cpu())


@pytest.mark.parametrize(("width_in", "width_out", "hidden_layers"), [(35, 2, 8), (34, 3, 2)])
def test_a_published_network_gives_there_what_it_gives_here(width_in, width_out, hidden_layers):
    """Inputs that are no multiple of 16 are continued with ones on both sides."""
    ours = Perceptron(width_in, width_out, hidden_layers, 64, seed=1)
    theirs = load_backend("tinycudann").make_network(ours).cuda()
    x = torch.rand(256, width_in, generator=torch.Generator().manual_seed(0))
    found, expected = theirs(x.cuda()).float().cpu(), ours(x)
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-2 * expected.abs().max().item())
