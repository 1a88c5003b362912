import numpy as np
import pytest
import torch

from bench.codef_torch import (
    EncodeGrid,
    GridSpec,
    Perceptron,
    Settings,
    Trainer,
    compute_level_weights,
    compute_psnr,
    make_levels,
    train,
)

CANONICAL, DEFORMATION = GridSpec(axes=2, growth=1.44), GridSpec(axes=3, growth=1.38)


def test_canonical_levels_are_the_published_ones():
    assert CANONICAL.resolutions() == [
        *(16, 24, 34, 48, 69, 100, 143, 206),
        *(296, 426, 614, 884, 1272, 1832, 2638, 3799),
    ]
    dense = [256, 576, 1160, 2304, 4768, 10000, 20456, 42440, 87616, 181480, 377000]
    assert CANONICAL.entries() == [*dense, *[524288] * 5]
    assert [level.hashed for level in make_levels(CANONICAL)] == [False] * 11 + [True] * 5
    assert 2 * sum(CANONICAL.entries()) == 6_698_992


def test_deformation_levels_are_the_published_ones():
    assert DEFORMATION.resolutions() == [
        *(16, 23, 31, 43, 59, 81, 111, 153),
        *(211, 291, 401, 554, 764, 1054, 1454, 2006),
    ]
    assert DEFORMATION.entries() == [4096, 12168, 29792, 79512, 205384, *[524288] * 11]
    assert [level.hashed for level in make_levels(DEFORMATION)] == [False] * 5 + [True] * 11
    assert 2 * sum(DEFORMATION.entries()) == 12_196_240


def encode_by_hand(spec: GridSpec, point: np.ndarray, table: np.ndarray) -> np.ndarray:
    """One point's features, with Python's unbounded integers taken modulo 2^32."""
    features, first = [], 0
    for scale, resolution, entries in zip(spec.scales(), spec.resolutions(), spec.entries(), strict=True):
        position = point * scale + 0.5
        total = np.zeros(2)
        for corner in np.ndindex(*[2] * spec.axes):
            vertex = [int(v) for v in np.floor(position) + corner]
            place = position - np.floor(position)
            weight = np.prod([p if bit else 1 - p for p, bit in zip(place, corner, strict=True)])
            if resolution**spec.axes > entries:
                row = 0
                for v, prime in zip(vertex, (1, 2654435761, 805459861), strict=False):
                    row ^= (v % 2**32) * prime % 2**32
            else:
                row = sum(v * resolution**axis for axis, v in enumerate(vertex)) % 2**32
            total += weight * table[first + row % entries]
        features.append(total)
        first += entries
    return np.concatenate(features)


@pytest.mark.parametrize("axes", [2, 3])
def test_features_are_those_worked_out_by_hand_also_off_the_grid(axes):
    spec = GridSpec(axes=axes, growth=1.6, levels=5, entries_log2=11, base=7)
    rng = np.random.default_rng(axes)
    levels, table = make_levels(spec), rng.standard_normal((sum(spec.entries()), 2))
    assert {level.hashed for level in levels} == {False, True}
    points = np.concatenate(
        [rng.random((20, axes)), rng.random((20, axes)) * 3 - 1, np.zeros((1, axes)), np.ones((1, axes))]
    )
    features = EncodeGrid.apply(torch.from_numpy(points), torch.from_numpy(table), levels, [1.0] * 5)
    expected = np.stack([encode_by_hand(spec, point, table) for point in points])
    np.testing.assert_allclose(features.numpy(), expected, atol=1e-12)


@pytest.mark.parametrize("axes", [2, 3])
def test_gradients_are_those_of_finite_differences(axes):
    spec = GridSpec(axes=axes, growth=1.5, levels=3, entries_log2=6, base=3)
    generator = torch.Generator().manual_seed(0)
    points = torch.rand(4, axes, generator=generator, dtype=torch.float64, requires_grad=True)
    table = torch.randn(sum(spec.entries()), 2, generator=generator, dtype=torch.float64, requires_grad=True)
    levels = make_levels(spec)
    assert torch.autograd.gradcheck(lambda p, t: EncodeGrid.apply(p, t, levels, [1.0, 0.0, 0.4]), (points, table))


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


def test_training_on_a_still_flat_picture_finds_its_colour():
    frames = np.full((2, 6, 8, 3), 0.5, np.float32)
    points: list = []
    trajectory: list = []
    train(Trainer(frames), trajectory, max_steps=10, measure_every=5, on_point=points.append)
    assert [point.step for point in trajectory] == [0, 5, 10] == [point.step for point in points]
    assert trajectory[-1].psnr > trajectory[0].psnr + 2
    assert 0 == trajectory[0].core_seconds < trajectory[1].core_seconds < trajectory[2].core_seconds


def test_a_training_goes_on_where_it_was_saved(tmp_path):
    frames = np.random.default_rng(0).random((3, 6, 8, 3)).astype(np.float32)
    whole: list = []
    train(Trainer(frames), whole, max_steps=8, measure_every=4)
    first, part = Trainer(frames), []
    train(first, part, max_steps=4, measure_every=4)
    first.save(tmp_path / "half.pt", part)
    second = Trainer(frames)
    rest = second.load(tmp_path / "half.pt")
    train(second, rest, max_steps=8, measure_every=4)
    assert [(p.step, p.psnr) for p in rest] == [(p.step, p.psnr) for p in whole]


def test_the_grid_of_the_deformation_is_untouched_before_its_annealing():
    frames = np.random.default_rng(0).random((2, 6, 8, 3)).astype(np.float32)
    for anneal, same in ((True, True), (False, False)):
        trainer = Trainer(frames, Settings(anneal=anneal))
        before = trainer.deformation.grid.table.detach().clone()
        trainer.step()
        assert torch.equal(before, trainer.deformation.grid.table) is same
