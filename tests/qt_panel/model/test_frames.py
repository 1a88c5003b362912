from __future__ import annotations

import threading
from collections.abc import Iterator

import numpy as np
import pytest
from unreel.core.errors import UnreadableFile
from unreel.core.frame import Window
from unreel.qt_panel.model.frames import PROXY, FrameCache, proxy_of
from unreel.qt_panel.model.loop import InTurn
from unreel.qt_panel.model.picture import Broken, Picture

SMALL = Window(0, 0, 16, 8)
BYTES = 16 * 8 * 4 * 2


def picture_of(frame: int, window: Window = SMALL) -> Picture:
    return Picture(np.full((*window.shape, 4), frame, np.float16), window, window, 1.0, f"frame {frame}")


class Disk:
    """Frames that are read one at a time, when they are let."""

    def __init__(self, window: Window = SMALL) -> None:
        self.window = window
        self.read_ones: list[int] = []
        self.broken: set[int] = set()
        self.gate = threading.Event()
        self.gate.set()

    def read(self, frame: int) -> Picture:
        assert self.gate.wait(20)
        self.read_ones.append(frame)
        if frame in self.broken:
            raise UnreadableFile(f"{frame} is torn")
        return picture_of(frame, self.window)


@pytest.fixture
def loop() -> InTurn:
    return InTurn()


@pytest.fixture
def disk() -> Disk:
    return Disk()


@pytest.fixture
def cache(loop: InTurn, disk: Disk) -> Iterator[FrameCache]:
    made = FrameCache(loop, most_bytes=5 * BYTES)
    made.source("plate", disk.read)
    yield made
    disk.gate.set()
    made.close()


def test_a_frame_that_is_not_there_comes_later(cache: FrameCache, loop: InTurn):
    came = []
    cache.came.connect(lambda key: came.append(key))
    assert cache.get("plate", 3) is None
    assert not cache.has("plate", 3) and not cache.is_known("plate", 3)
    assert loop.run(lambda: bool(came), 20)
    assert came == [("plate", 3)]
    found = cache.get("plate", 3)
    assert isinstance(found, Picture) and found.rgba[0, 0, 0] == 3
    assert cache.has("plate", 3) and cache.is_known("plate", 3)


def test_the_frame_that_is_shown_is_read_before_those_that_will_be(cache: FrameCache, loop: InTurn, disk: Disk):
    disk.gate.clear()
    cache.want("plate", [1, 2, 3, 4])
    cache.get("plate", 9)
    disk.gate.set()
    assert loop.run(lambda: cache.has("plate", 9) and len(disk.read_ones) >= 4, 20)
    assert disk.read_ones.index(9) <= 2 < len(disk.read_ones), disk.read_ones


def test_what_was_gone_past_is_not_read(cache: FrameCache, loop: InTurn, disk: Disk):
    disk.gate.clear()
    for frame in range(1, 30):
        cache.get("plate", frame)
        cache.want("plate", [frame])
    disk.gate.set()
    assert loop.run(lambda: cache.has("plate", 29), 20)
    assert set(disk.read_ones) <= {1, 2, 29}


def test_memory_is_bounded_and_the_nearest_stay(cache: FrameCache, loop: InTurn):
    cache.want("plate", [1, 2])
    assert loop.run(lambda: cache.has("plate", 1) and cache.has("plate", 2), 20)
    cache.want("plate", range(1, 40))
    assert loop.run(lambda: all(cache.has("plate", frame) for frame in range(1, 6)), 20)
    cache.want("plate", range(20, 60))
    assert loop.run(lambda: all(cache.has("plate", frame) for frame in range(20, 25)), 20)
    assert [frame for frame in range(1, 60) if cache.has("plate", frame)] == [20, 21, 22, 23, 24]


def test_an_unreadable_frame_is_told_in_its_place(cache: FrameCache, loop: InTurn, disk: Disk):
    disk.broken.add(2)
    cache.want("plate", [1, 2, 3])
    assert loop.run(lambda: cache.has("plate", 3) and cache.is_known("plate", 2), 20)
    assert cache.get("plate", 2) == Broken("2 is torn")
    assert cache.is_broken("plate", 2) and not cache.has("plate", 2)
    assert disk.read_ones.count(2) == 1


def test_a_fault_of_our_own_is_raised_in_the_loop_and_the_cache_goes_on(cache: FrameCache, loop: InTurn):
    def faulty(frame: int) -> Picture:
        raise ZeroDivisionError("nought")

    cache.source("matte", faulty)
    cache.get("matte", 1)
    with pytest.raises(ZeroDivisionError):
        loop.run(lambda: False, 20)
    assert cache.get("matte", 1) == Broken("matte 1: ZeroDivisionError: nought")
    cache.get("plate", 1)
    assert loop.run(lambda: cache.has("plate", 1), 20)


def test_what_was_dropped_while_it_was_read_is_read_again(cache: FrameCache, loop: InTurn, disk: Disk):
    disk.gate.clear()
    cache.get("plate", 1)
    cache.drop("plate", [1])
    cache.get("plate", 1)
    disk.gate.set()
    assert loop.run(lambda: cache.has("plate", 1), 20)
    assert disk.read_ones == [1, 1]
    cache.drop("plate")
    assert not cache.has("plate", 1)


def test_what_was_asked_of_a_source_that_is_gone_is_forgotten(cache: FrameCache, loop: InTurn, disk: Disk):
    disk.gate.clear()
    cache.get("plate", 1), cache.get("plate", 2)
    cache.source("matte", disk.read)
    cache.get("matte", 3)
    cache.source("matte", None)
    disk.gate.set()
    assert loop.run(lambda: cache.has("plate", 1) and cache.has("plate", 2), 20)
    assert sorted(disk.read_ones) == [1, 2]


def test_full_size_is_read_when_it_is_asked_for(loop: InTurn):
    disk = Disk(Window(-8, 0, 2 * PROXY, 16))
    cache = FrameCache(loop)
    cache.source("plate", disk.read)
    cache.want("plate", [1, 2])
    assert loop.run(lambda: cache.has("plate", 1) and cache.has("plate", 2), 20)
    proxy = cache.get("plate", 1)
    assert isinstance(proxy, Picture) and (proxy.scale, proxy.rgba.shape) == (0.5, (8, PROXY, 4))
    assert proxy.window == disk.window
    assert cache.get("plate", 1, full=True) is proxy
    came = []
    cache.came.connect(lambda key: came.append(key))
    assert loop.run(lambda: bool(came), 20)
    full = cache.get("plate", 1, full=True)
    assert isinstance(full, Picture) and full.scale == 1
    assert cache.get("plate", 1) is proxy
    assert disk.read_ones.count(2) == 1
    cache.close()


def test_a_kind_that_another_keeps_is_asked_each_time(cache: FrameCache):
    there = {1: picture_of(1)}
    cache.direct("live", there.get)
    assert cache.get("live", 1) is there[1]
    assert cache.has("live", 1) and not cache.has("live", 2)
    assert cache.get("live", 2) is None


def test_a_proxy_is_the_mean_of_what_it_covers():
    window = Window(3, 5, 8, 4)
    rgba = np.zeros((4, 8, 4), np.float16)
    rgba[:, 4:] = 1
    rgba[0, 0] = 4
    proxy = proxy_of(Picture(rgba, window, window, 1.0, "a"), 4)
    assert proxy.rgba.shape == (2, 4, 4)
    assert proxy.rgba[..., 0].tolist() == [[1, 0, 1, 1], [0, 0, 1, 1]]
    assert proxy_of(proxy, 4) is proxy
