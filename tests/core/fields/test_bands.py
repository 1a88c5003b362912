"""Bands of points, and the rows that they touch."""

from __future__ import annotations

import numpy as np
from unreel.core.fields.bands import LEAST_POINTS, add_by_band, make_bands

POINTS, ROWS = 4 * LEAST_POINTS, 64


def test_points_in_order_are_bands_that_touch_few_rows():
    bands = make_bands(POINTS, 100, lambda begin, end: (ROWS * begin // POINTS, ROWS * end // POINTS))
    assert [(band.begin, band.first, band.past) for band in bands] == [
        (k * LEAST_POINTS, 16 * k, 16 * k + 16) for k in range(4)
    ]


def test_points_anywhere_are_one_band_where_rows_are_dear():
    assert len(make_bands(POINTS, 10_000, lambda begin, end: (0, ROWS))) == 1
    assert len(make_bands(POINTS, 1, lambda begin, end: (0, ROWS))) == 4


def test_few_points_are_one_band():
    assert len(make_bands(0, 10, lambda begin, end: (0, 0))) == 1
    assert len(make_bands(LEAST_POINTS - 1, 10, lambda begin, end: (0, 1))) == 1


def test_each_band_adds_to_rows_of_its_own():
    bands = make_bands(POINTS, 1, lambda begin, end: (begin // LEAST_POINTS, begin // LEAST_POINTS + 2))

    def add(k: int, rows: np.ndarray) -> None:
        rows += k + 1

    found = add_by_band(bands, (3,), add)
    assert [rows.shape for rows in found] == [(2, 3)] * 4
    assert [rows[0, 0] for rows in found] == [1, 2, 3, 4]
