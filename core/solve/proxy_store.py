"""The frames as the solve sees them, packed: the one place that knows where a proxy lies."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

import numpy as np

from ..spill import Spill
from .pyramid import Pyramid, make_pyramid

STEPS = 65535
WIDEST = 4.0
"""Range of a frame's encoded luma up to which it is kept in 16 bits: a step is then at most three quarters of what a
half float, the plate's own, can tell at mid grey. A frame with wilder pixels is kept as it is."""
LEAST_KEPT = 6
"""Pyramids that are in use at once, about: the key, two sides, and their neighbours."""


class ProxyStore:
    """Frames are written and asked for from several threads; nothing that it gives is to be written to.

    A mask can be drawn over by one of a further coat: the topmost is the one that counts.
    """

    def __init__(self, kept: Spill, pyramid_budget: int) -> None:
        """kept: what packed proxies lie in. pyramid_budget: bytes of pyramids that are kept as well."""
        self.kept, self.pyramid_budget = kept, pyramid_budget
        self.ranges: dict[int, tuple[float, float]] = {}
        """Of the luma, by frame number: what 0 stands for, and a step; a step of 0 is of one that isn't packed."""
        self.areas: dict[int, float] = {}
        """Of the masks as they came: pixels."""
        self.coats = 0
        self.recent: OrderedDict[int, Pyramid] = OrderedDict()
        self.lock = Lock()

    def keep(self, number: int, luma: np.ndarray, mask: np.ndarray) -> None:
        """A frame's encoded luma and its mask 0..1 [h, w] float32. UnreelError: the disk takes no more."""
        low, high = float(luma.min()), float(luma.max())
        step = max(high - low, 1e-6) / STEPS if high - low < WIDEST else 0.0
        self.kept["luma", number] = np.rint((luma - low) / step).astype(np.uint16) if step else luma
        self.ranges[number] = (low, step)
        self.kept["mask", 0, number] = packed(mask)
        self.areas[number] = float(mask.sum())

    @property
    def numbers(self) -> frozenset[int]:
        return frozenset(self.ranges)

    def luma(self, number: int) -> np.ndarray:
        """[h, w] float32."""
        low, step = self.ranges[number]
        luma = self.kept["luma", number]
        return luma.astype(np.float32) * np.float32(step) + np.float32(low) if step else luma

    def mask(self, number: int, coat: int | None = None) -> np.ndarray:
        """[h, w] float32; coat: 0 as it came, None the topmost."""
        top = self.coats if coat is None else coat
        name = next(("mask", at, number) for at in range(top, -1, -1) if ("mask", at, number) in self.kept)
        return self.kept[name].astype(np.float32) * np.float32(1 / 255)

    def set_mask(self, number: int, mask: np.ndarray) -> None:
        self.kept["mask", self.coats, number] = packed(mask)
        with self.lock:
            self.recent.pop(number, None)

    def add_coat(self) -> None:
        """What is set from now on can be taken off again."""
        self.coats += 1

    def take_off_coat(self) -> None:
        for number in self.ranges:
            del self.kept["mask", self.coats, number]
        self.coats -= 1
        with self.lock:
            self.recent.clear()

    def pyramid(self, number: int) -> Pyramid:
        """One that is asked for again soon is not made again: the key's is, all the time."""
        with self.lock:
            found = self.recent.get(number)
            if found is not None:
                self.recent.move_to_end(number)
                return found
        found = make_pyramid(self.luma(number), self.mask(number))
        count = max(LEAST_KEPT, int(self.pyramid_budget / bytes_of(found)))
        with self.lock:
            self.recent[number] = found
            while len(self.recent) > count:
                self.recent.popitem(last=False)
        return found


def packed(mask: np.ndarray) -> np.ndarray:
    return np.rint(np.clip(mask, 0, 1) * 255).astype(np.uint8)


def bytes_of(pyramid: Pyramid) -> int:
    return sum(plane.nbytes for plane in (*pyramid.luma, *pyramid.mask))
