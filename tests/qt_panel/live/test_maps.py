from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from unreel.core.errors import InputError
from unreel.qt_panel.live.layout import Layout, read_layout
from unreel.qt_panel.live.maps import PARTS, Maps, read_inverse, read_maps, read_record, write_record

from .conftest import FRAMES

pytestmark = pytest.mark.slow
BYTES = 96 * 64 * 28


@pytest.fixture
def own(made: Path) -> Layout:
    layout = read_layout(made / "live" / "proxy")
    assert layout is not None
    return layout


def same(one, other) -> bool:
    return all(getattr(one, name).tobytes() == getattr(other, name).tobytes() for name, _, _ in PARTS)


def test_a_record_is_the_maps_bit_for_bit(own: Layout, tmp_path: Path):
    maps = read_maps(own, 1004)
    assert maps.bytes == BYTES
    assert write_record(tmp_path / "records" / "1004.maps", maps, "a" * 64)
    found = read_record(tmp_path / "records" / "1004.maps", own.size, "a" * 64)
    assert found is not None and same(found, maps)
    assert read_record(tmp_path / "records" / "1004.maps", own.size, "b" * 64) is None
    assert read_record(tmp_path / "records" / "1004.maps", (48, 32), "a" * 64) is None
    assert not write_record(tmp_path / "no" / "such" / "1004.maps", maps, "a" * 64)


def test_the_second_time_a_frame_is_read_from_its_record(own: Layout, monkeypatch: pytest.MonkeyPatch):
    first = Maps(own, 10 * BYTES).get(1003)
    monkeypatch.setattr("unreel.qt_panel.live.maps.read_maps", None)
    assert same(Maps(own, 10 * BYTES).get(1003), first)


def test_a_frame_that_was_made_anew_is_read_anew(own: Layout):
    maps = Maps(own, 10 * BYTES)
    first = maps.get(1003)
    assert maps.get(1003) is first
    path = own.file("live_hold", 1003)
    os.utime(path, ns=(1, 1))
    again = maps.get(1003)
    assert again is not first and same(again, first)


def test_memory_is_bounded_and_reading_ahead_pushes_nothing_out(own: Layout):
    maps = Maps(own, 2 * BYTES)
    for frame in FRAMES[:3]:
        maps.get(frame)
    assert maps.bytes == 2 * BYTES
    last = maps.get(FRAMES[2])
    maps.prepare(FRAMES[3])
    assert maps.bytes == 2 * BYTES and maps.get(FRAMES[2]) is last
    assert maps.record(FRAMES[3]).exists()


def test_where_no_records_can_be_kept_there_are_none(own: Layout):
    (own.folder / "records").write_text("in the way", encoding="utf-8")
    maps = Maps(own, BYTES)
    assert same(maps.get(1003), read_maps(own, 1003)) and same(maps.get(1004), read_maps(own, 1004))


def test_a_frame_that_is_not_there_is_named(own: Layout):
    with pytest.raises(InputError, match=r"shot_live_st\.1009\.exr does not exist"):
        Maps(own, BYTES).get(1009)


def test_a_shot_that_was_solved_large_is_reduced_as_it_is_read(own: Layout):
    class Small(Layout):
        size = (48, 32)

    small = Small(**{name: getattr(own, name) for name in Layout.__dataclass_fields__})
    maps, whole = read_maps(small, 1004), read_maps(own, 1004)
    assert maps.xy.shape == (32, 48, 2) and small.scale == 0.25
    between = whole.xy.reshape(32, 2, 48, 2, 2).mean((1, 3))
    np.testing.assert_allclose((maps.xy + 0.5) / 0.25, (between + 0.5) / 0.5, atol=1e-2)


def test_the_inverse_leads_back(own: Layout):
    inverse, maps = read_inverse(own, 1004), read_maps(own, 1004)
    assert inverse.shape == (*own.canvas_size[::-1], 2)
    assert np.isnan(inverse).any()
    y, x = np.rint(maps.xy[32, 48, ::-1]).astype(int)
    step = maps.xy[32, 48] - (x, y)
    assert np.abs(inverse[y, x] + step - (48, 32)).max() < 0.1
    assert 0.5 < np.isfinite(inverse).all(2).mean() < 1
