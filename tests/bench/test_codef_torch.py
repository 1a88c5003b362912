import numpy as np
import pytest
import torch

from bench.codef_torch import Perceptron, Settings, Trainer, compute_level_weights, compute_psnr


def test_levels_open_one_after_the_other():
    assert compute_level_weights(3999, 16, 4000, 4000) == [0.0] * 16
    assert compute_level_weights(8000, 16, 4000, 4000) == [1.0] * 16
    half = compute_level_weights(6000, 16, 4000, 4000)
    assert half == [1.0] * 8 + [0.0] * 8
    assert compute_level_weights(4125, 16, 4000, 4000)[0] == pytest.approx(0.5)


def test_padding_with_ones_is_a_bias():
    network = Perceptron(3, 2, 8, 2, torch.Generator().manual_seed(0))
    x = torch.rand(5, 3, generator=torch.Generator().manual_seed(1))
    hidden = torch.cat([x, torch.ones(5, 13)], 1)
    for weight in network.weights[:-1]:
        hidden = torch.relu(hidden @ weight.t())
    torch.testing.assert_close(network(x), (hidden @ network.weights[-1].t())[:, :2])


def test_psnr_of_a_known_error():
    assert compute_psnr(0.01) == pytest.approx(20.0)


def test_the_grid_of_the_deformation_is_untouched_before_its_annealing():
    frames = np.random.default_rng(0).random((2, 6, 8, 3)).astype(np.float32)
    for anneal, same in ((True, True), (False, False)):
        trainer = Trainer(frames, Settings(anneal=anneal))
        before = trainer.deformation.grid.table.detach().clone()
        trainer.step()
        assert torch.equal(before, trainer.deformation.grid.table) is same
