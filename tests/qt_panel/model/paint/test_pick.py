"""The colour under the cursor."""

from __future__ import annotations

import numpy as np
import pytest
from unreel.core.frame import Window
from unreel.qt_panel.model.paint.pick import pick
from unreel.qt_panel.model.picture import Picture

WINDOW = Window(-10, -20, 80, 60)


def picture() -> Picture:
    """Half size: red grows to the right by its own pixels, green down; alpha is 0.5, and 0 on the right."""
    y, x = np.mgrid[:30, :40].astype(np.float16)
    rgba = np.stack([x, y, np.full_like(x, 4), np.ones_like(x)], 2) * np.float16(0.5)
    rgba[:, 30:] = 0
    return Picture(rgba, WINDOW, WINDOW, 0.5, "frame 1")


def test_a_point_gives_its_pixel_not_premultiplied():
    assert pick(picture(), (-10 + 2 * 7 + 0.5, -20 + 2 * 5 + 1.9)) == (7, 5, 4)


def test_a_disc_gives_its_mean():
    assert pick(picture(), (5, 5), 10) == pytest.approx((7, 12, 4), abs=0.01)
    # At the corner only what is inside counts.
    assert pick(picture(), (-9, -19), 4.1) == pytest.approx((4 / 6, 4 / 6, 4), abs=0.01)


def test_clear_pixels_do_not_count_and_alone_have_no_colour():
    edge = pick(picture(), (49.9, 5), 6)
    assert edge is not None and edge[0] < 30 and edge[2] == pytest.approx(4)
    assert pick(picture(), (65, 5), 2) is None


def test_outside_there_is_none():
    assert pick(picture(), (-11, 0)) is None and pick(picture(), (0, 45)) is None
