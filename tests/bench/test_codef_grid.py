import numpy as np
import pytest
import torch

from bench.codef_grid import EncodeGrid, GridSpec, make_levels

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
