import itertools
import math

import pytest
import torch
from torch.nn import functional
from unreel.core.fields.perceptron import Perceptron


def inputs(width, count=5):
    return torch.rand(count, width, generator=torch.Generator().manual_seed(0))


def test_padding_is_ones_beside_the_input_and_outputs_that_nobody_reads():
    network = Perceptron(35, 2, 8, 64)
    x = torch.cat([inputs(35), torch.ones(5, 13)], -1)
    for weight in network.weights[:-1]:
        x = functional.relu(x @ weight.t())
    torch.testing.assert_close(network(inputs(35)), (x @ network.weights[-1].t())[:, :2])


def test_the_flat_layout_is_matrices_row_by_row_with_the_padding():
    network = Perceptron(34, 3, 2, 64, seed=1)
    flat = network.flat_parameters()
    assert flat.shape == (64 * 48 + 64 * 64 + 16 * 64,)
    torch.testing.assert_close(flat[: 64 * 48].view(64, 48), network.weights[0].detach())
    torch.testing.assert_close(flat[-16 * 64 :].view(16, 64), network.weights[2].detach())


def test_published_networks_have_tiny_cuda_nns_parameter_counts():
    assert Perceptron(35, 2, 8, 64).flat_parameters().numel() == 64 * 48 + 7 * 64 * 64 + 16 * 64
    assert Perceptron(34, 3, 2, 64).flat_parameters().numel() == 64 * 48 + 1 * 64 * 64 + 16 * 64


def test_flat_parameters_come_back_as_they_went():
    here, there = Perceptron(5, 2, 3, 32, seed=1), Perceptron(5, 2, 3, 32, seed=2)
    assert not torch.equal(here(inputs(5)), there(inputs(5)))
    there.load_flat_parameters(here.flat_parameters())
    assert torch.equal(here(inputs(5)), there(inputs(5)))
    with pytest.raises(ValueError, match="parameters given"):
        there.load_flat_parameters(here.flat_parameters()[1:])


@pytest.mark.parametrize("option", [{"bias": True}, {"skips": (1,)}, {"padded": False}])
def test_what_tiny_cuda_nn_does_not_have_has_no_flat_layout(option):
    with pytest.raises(ValueError, match="flat layout"):
        Perceptron(5, 2, 3, 32, **option).flat_parameters()


def test_weights_begin_as_xaviers_of_the_padded_sizes():
    network = Perceptron(35, 2, 2, 64, seed=3)
    for weight, (fan_in, fan_out) in zip(network.weights, itertools.pairwise([48, 64, 64, 16]), strict=True):
        bound = math.sqrt(6 / (fan_in + fan_out))
        assert weight.shape == (fan_out, fan_in)
        assert 0.98 * bound < weight.abs().max() <= bound


def test_a_plain_network_with_skips_and_biases_is_codefs_other_one():
    network = Perceptron(34, 3, 8, 16, bias=True, skips=(4,), padded=False)
    assert [tuple(w.shape) for w in network.weights] == [(16, 34), *[(16, 16)] * 3, (16, 50), *[(16, 16)] * 3, (3, 16)]
    for bias in network.biases:
        torch.nn.init.uniform_(bias)
    given = x = inputs(34)
    for layer in range(8):
        x = torch.cat([given, x], -1) if layer == 4 else x
        x = functional.relu(functional.linear(x, network.weights[layer], network.biases[layer]))
    torch.testing.assert_close(network(given), functional.linear(x, network.weights[8], network.biases[8]))


def test_padding_and_biases_add_up():
    network = Perceptron(3, 2, 1, 16, bias=True)
    torch.nn.init.ones_(network.biases[0])
    x = torch.cat([inputs(3), torch.ones(5, 13)], -1)
    hidden = functional.relu(x @ network.weights[0].t() + 1)
    torch.testing.assert_close(network(inputs(3)), (hidden @ network.weights[1].t())[:, :2])
