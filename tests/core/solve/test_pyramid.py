"""What the solve sees of a frame."""

import numpy as np
import pytest
from unreel.core.solve.pyramid import ALIGN, LEVELS, box_of_mask, crop_pyramid, make_pyramid, pad_to_align


def noise(height: int, width: int) -> np.ndarray:
    return np.random.default_rng(1).normal(size=(height, width)).astype(np.float32)


def test_padding_repeats_the_edge_or_a_value_right_and_below() -> None:
    plane = noise(17, 30)
    edge, value = pad_to_align(plane, None), pad_to_align(plane, 0.0)
    assert edge.shape == value.shape == (32, 32)
    assert np.array_equal(edge[:17, :30], plane) and np.array_equal(value[:17, :30], plane)
    assert np.array_equal(edge[:17, 31], plane[:, 29]) and np.array_equal(edge[31, :30], plane[16])
    assert not value[17:].any() and not value[:, 30:].any()


def test_every_level_is_half_the_one_before() -> None:
    pyramid = make_pyramid(noise(40, 70), np.ones((40, 70), np.float32))
    sizes = [(48, 80), (24, 40), (12, 20), (6, 10)]
    assert pyramid.size == (48, 80)
    assert [p.shape for p in pyramid.luma] == [p.shape for p in pyramid.mask] == sizes
    assert len(sizes) == LEVELS


def test_what_is_padded_is_not_believed() -> None:
    mask = make_pyramid(noise(40, 70), np.ones((40, 70), np.float32)).mask
    assert mask[0][:40, :70].all() and not mask[0][40:].any() and not mask[0][:, 70:].any()
    assert mask[1][:20, :35].all() and not mask[1][20:].any() and not mask[1][:, 35:].any()


def test_a_ramp_stays_where_it_was() -> None:
    x, y = np.meshgrid(np.arange(96, dtype=np.float32), np.arange(64, dtype=np.float32))
    pyramid = make_pyramid(2 * x + y, np.ones((64, 96), np.float32))
    for level in range(1, LEVELS):
        height, width = pyramid.luma[level].shape
        # level pixel i has its centre at (i + 0.5) * 2**level - 0.5
        cx, cy = ((np.arange(n) + 0.5) * 2**level - 0.5 for n in (width, height))
        inside = np.s_[2:-2, 2:-2]
        np.testing.assert_allclose(pyramid.luma[level][inside], (2 * cx + cy[:, None])[inside], atol=0.05)


def test_what_is_not_believed_does_not_bleed_in() -> None:
    luma, mask = noise(64, 64), np.ones((64, 64), np.float32)
    luma[:, 32:], mask[:, 32:] = 1000, 0
    pyramid = make_pyramid(luma, mask)
    for level in range(LEVELS):
        assert np.abs(pyramid.luma[level][pyramid.mask[level] > 0]).max() < 5
    assert pyramid.luma[2][:, 12:].min() > 900  # the thousand is there


def test_a_cropped_pyramid_is_the_part_of_every_level() -> None:
    pyramid = make_pyramid(noise(64, 96), np.ones((64, 96), np.float32))
    part = crop_pyramid(pyramid, 32, 16, 48, 32)
    for level in range(LEVELS):
        rows, columns = slice(16 >> level, 48 >> level), slice(32 >> level, 80 >> level)
        assert np.array_equal(part.luma[level], pyramid.luma[level][rows, columns])
        assert np.array_equal(part.mask[level], pyramid.mask[level][rows, columns])


@pytest.mark.parametrize(
    ("rows", "columns", "box"),
    [
        ((40, 41), (70, 75), (48, 16, 48, 48)),  # 54..91 and 24..57, out to multiples of 16
        ((0, 5), (0, 5), (0, 0, 32, 32)),
        ((60, 64), (90, 96), (64, 32, 32, 32)),
    ],
)
def test_the_box_of_a_mask_has_a_margin_and_whole_cells(
    rows: tuple[int, int], columns: tuple[int, int], box: tuple[int, ...]
) -> None:
    mask = np.zeros((64, 96), np.float32)
    mask[slice(*rows), slice(*columns)] = 1
    assert box_of_mask(mask, 16) == box
    assert all(n % ALIGN == 0 for n in box)


def test_the_box_of_an_empty_mask_is_all() -> None:
    assert box_of_mask(np.zeros((64, 96), np.float32), 16) == (0, 0, 96, 64)
