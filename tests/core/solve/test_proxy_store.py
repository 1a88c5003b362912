"""Proxies packed and given back."""

from pathlib import Path

import numpy as np
import pytest
from unreel.core.solve.proxy_store import LEAST_KEPT, ProxyStore
from unreel.core.solve.pyramid import make_pyramid
from unreel.core.spill import Spill

RNG = np.random.default_rng(5)
MASK = np.clip(RNG.random((70, 90)) * 3 - 1, 0, 1).astype(np.float32)


def luma(scale: float = 1.0) -> np.ndarray:
    return (scale * RNG.random((70, 90))).astype(np.float32)


@pytest.fixture(params=[0, 1 << 20], ids=["spilled", "in memory"])
def store(request, tmp_path: Path) -> ProxyStore:
    return ProxyStore(Spill(request.param, tmp_path), 0)


def test_luma_comes_back_finer_than_a_half_float_tells_it(store: ProxyStore):
    for number, scale in ((1, 0.01), (2, 1.0), (3, 3.9)):
        store.keep(number, given := luma(scale), MASK)
        np.testing.assert_allclose(store.luma(number), given, atol=scale / 65535, rtol=0)


def test_a_frame_with_wild_pixels_keeps_every_bit(store: ProxyStore):
    given = luma()
    given[3, 4] = -6e4
    store.keep(1, given, MASK)
    assert store.luma(1).tobytes() == given.tobytes()


def test_a_flat_frame_stays_flat(store: ProxyStore):
    store.keep(1, np.full((70, 90), 0.4, np.float32), MASK)
    np.testing.assert_allclose(store.luma(1), 0.4, atol=1e-6)


def test_a_hard_mask_keeps_every_bit_and_a_soft_one_eight(store: ProxyStore):
    hard = (MASK > 0.5).astype(np.float32)
    store.keep(1, luma(), hard)
    assert store.mask(1).tobytes() == hard.tobytes()
    store.keep(2, luma(), MASK)
    np.testing.assert_allclose(store.mask(2), MASK, atol=0.51 / 255)
    assert store.areas[2] == pytest.approx(MASK.sum(), rel=1e-5)


def test_the_topmost_coat_of_a_mask_counts_and_can_be_taken_off(store: ProxyStore):
    ones, none = np.ones_like(MASK), np.zeros_like(MASK)
    for number in (1, 2):
        store.keep(number, luma(), ones)
    store.add_coat()
    store.set_mask(1, none)
    store.add_coat()
    store.set_mask(2, none)
    assert [store.mask(n).max() for n in (1, 2)] == [0, 0]
    assert store.mask(1, coat=0).min() == store.mask(2, coat=1).min() == 1
    assert store.pyramid(2).mask[0].max() == 0
    store.take_off_coat()
    assert [store.mask(n).max() for n in (1, 2)] == [0, 1]
    assert store.pyramid(2).mask[0].max() == 1


def test_a_pyramid_is_of_what_is_kept_and_made_again_when_its_mask_changes(store: ProxyStore):
    store.keep(1, luma(), MASK)
    first = store.pyramid(1)
    for ours, theirs in zip(first.luma, make_pyramid(store.luma(1), store.mask(1)).luma, strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert store.pyramid(1) is first
    store.set_mask(1, np.zeros_like(MASK))
    assert store.pyramid(1).mask[0].max() == 0


def test_no_more_pyramids_are_kept_than_there_is_room_for(tmp_path: Path):
    store = ProxyStore(Spill(0, tmp_path), 0)
    for number in range(3 * LEAST_KEPT):
        store.keep(number, luma(), MASK)
        store.pyramid(number)
        store.pyramid(0)
    assert len(store.recent) == LEAST_KEPT and 0 in store.recent, "what is asked for stays"
