from __future__ import annotations

import os
from pathlib import Path

import pytest

from bench.clip import Clip
from bench.panel_start import measure


@pytest.mark.slow
@pytest.mark.skipif(not os.path.exists("/proc/self/smaps_rollup"), reason="only Linux tells what a process shares")
def test_the_window_is_measured_from_its_start_on(tmp_path: Path):
    rows = {row.what: row for row in measure(Clip(96, 54, 6), tmp_path, 1)}
    assert rows["start to first picture, median"].value > 0
    assert rows["plate playing at 24"].value > 0
    assert rows["plate scrubbed and painted"].value > 0
    assert rows["memory of the window, 6 frames in it"].value > 50
