"""Gradients of what many points share, by bands of points: each adds to rows of its own, which are then summed.

Bands depend on the points alone, and so does the order of all sums: any number of threads gives the same bits.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from .parallel import run_tasks

LEAST_POINTS, MOST = 1 << 13, 32
"""Points of a band, and bands."""
WORTH = 2
"""Numbers more than there would be without bands, a point: to empty and to add them costs less than the point."""


@dataclass(frozen=True)
class Band:
    begin: int
    end: int
    """Of its points."""
    first: int
    past: int
    """Of the rows that they touch."""


def make_bands(points: int, row_size: int, reach: Callable[[int, int], tuple[int, int]]) -> list[Band]:
    """reach: of points begin to end, the first row that they touch and that after the last; `row_size` is a row's."""
    count = max(1, min(MOST, points // LEAST_POINTS))
    while True:
        edges = [points * at // count for at in range(count + 1)]
        bands = [Band(begin, end, *reach(begin, end)) for begin, end in pairwise(edges)]
        rows = sum(band.past - band.first for band in bands)
        once = max(band.past for band in bands) - min(band.first for band in bands)
        if count == 1 or (rows - once) * row_size <= WORTH * points:
            return bands
        count //= 2


def add_by_band(
    bands: Sequence[Band], row_shape: tuple[int, ...], add: Callable[[int, np.ndarray], None]
) -> list[np.ndarray]:
    """Each band's rows [past - first, *row_shape], to which `add(k, rows)` adds what the points of band k give."""
    own: list[np.ndarray] = [np.empty(0)] * len(bands)

    def take(k: int) -> None:
        own[k] = np.zeros((bands[k].past - bands[k].first, *row_shape), np.float32)
        add(k, own[k])

    run_tasks(take, range(len(bands)))
    return own
