from __future__ import annotations

import numpy as np
import pytest
from unreel.core.frame import Window
from unreel.qt_panel.model.picture import Picture


@pytest.mark.parametrize("scale", [1.0, 0.5])
def test_values_are_found_at_full_size_pixels_of_a_window_that_begins_anywhere(scale: float):
    window = Window(-4, -2, 8, 6)
    rgba = np.zeros((round(6 * scale), round(8 * scale), 4), np.float16)
    rgba[-1, -1] = 0.25, 0.5, 1, 1
    picture = Picture(rgba, window, Window(0, 0, 4, 4), scale, "frame 7")
    assert picture.value_at(3.9, 3.9) == (0.25, 0.5, 1, 1)
    assert picture.value_at(-4, -2) == (0, 0, 0, 0)
    assert picture.value_at(4.01, 0) is None
    assert picture.value_at(-4.1, 0) is None
