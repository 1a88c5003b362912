import pytest
from unreel.core.fields.annealing import anneal_weights


def test_codefs_levels_open_between_4000_and_8000():
    assert anneal_weights(4000, 16, begin=4000, length=4000) == [0.0] * 16
    assert anneal_weights(8000, 16, begin=4000, length=4000) == [1.0] * 16
    assert anneal_weights(6000, 16, begin=4000, length=4000) == [1.0] * 8 + [0.0] * 8


def test_a_level_opens_along_half_a_cosine():
    assert anneal_weights(125, 16, 0, 4000)[0] == pytest.approx(0.5)
    assert anneal_weights(375, 16, 0, 4000)[:3] == pytest.approx([1, 0.5, 0])
    assert anneal_weights(250 // 3, 16, 0, 4000)[0] == pytest.approx(0.25, abs=0.01)


def test_without_a_length_all_open_at_once():
    assert anneal_weights(9, 3, begin=10, length=0) == [0.0] * 3
    assert anneal_weights(10, 3, begin=10, length=0) == [1.0] * 3
