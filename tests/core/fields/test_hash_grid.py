"""Level tables against tiny-cuda-nn's, at the sizes that CoDeF published."""

import dataclasses

import pytest
from unreel.core.fields.encode import HashGrid
from unreel.core.fields.hash_grid import GridSpec, entry_count, make_levels, parameter_count

CANONICAL = GridSpec(axes=2, growth=1.44)
DEFORMATION = GridSpec(axes=3, growth=1.38)
FULL = 524288

RESOLUTIONS = {
    2: [16, 24, 34, 48, 69, 100, 143, 206, 296, 426, 614, 884, 1272, 1832, 2638, 3799],
    3: [16, 23, 31, 43, 59, 81, 111, 153, 211, 291, 401, 554, 764, 1054, 1454, 2006],
}
ENTRIES = {
    2: [256, 576, 1160, 2304, 4768, 10000, 20456, 42440, 87616, 181480, 377000, *[FULL] * 5],
    3: [4096, 12168, 29792, 79512, 205384, *[FULL] * 11],
}
PARAMETERS = {2: 6_698_992, 3: 12_196_240}


@pytest.mark.parametrize("spec", [CANONICAL, DEFORMATION], ids=["2D", "3D"])
def test_the_published_sizes_have_tiny_cuda_nns_levels_and_parameter_count(spec):
    levels = make_levels(spec)
    assert [level.resolution for level in levels] == RESOLUTIONS[spec.axes]
    assert [level.entries for level in levels] == ENTRIES[spec.axes]
    assert [level.hashed for level in levels] == [n == FULL for n in ENTRIES[spec.axes]]
    assert parameter_count(spec) == PARAMETERS[spec.axes]


def test_a_sixteenth_more_growth_changes_the_table():
    assert parameter_count(dataclasses.replace(CANONICAL, growth=1.53)) != PARAMETERS[2]


def test_levels_lie_one_after_the_other():
    levels = make_levels(DEFORMATION)
    assert levels[0].first == 0
    assert [a.first + a.entries for a in levels[:-1]] == [b.first for b in levels[1:]]
    assert entry_count(DEFORMATION) == levels[-1].first + FULL


def test_a_checkpoint_with_the_published_sizes_is_one_flat_vector():
    grid = HashGrid(CANONICAL)
    assert grid.flat_parameters().shape == (PARAMETERS[2],)
    grid.load_flat_parameters(grid.flat_parameters() + 1)
    assert 0.99 < grid.table.min() < grid.table.max() < 1.01
    with pytest.raises(ValueError, match="6698992"):
        grid.load_flat_parameters(grid.flat_parameters()[1:])


def test_a_table_begins_small_and_the_same_for_the_same_seed():
    spec = GridSpec(axes=2, levels=4, growth=1.5)
    table = HashGrid(spec, seed=3).table
    assert 0.9e-4 < table.abs().max() <= 1e-4
    assert abs(table.mean()) < 1e-5
    assert (table == HashGrid(spec, seed=3).table).all()
    assert (table != HashGrid(spec, seed=4).table).any()
