from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from unreel.core.errors import UnreelError
from unreel.core.frame import Window
from unreel.core.preview import write_small
from unreel.qt_panel.model.frames import FrameCache
from unreel.qt_panel.model.loop import InTurn
from unreel.qt_panel.model.previews import KEPT, Reconstructions, read_preview, reconstructions

DISPLAY = Window(0, 0, 960, 540)


def test_a_preview_stands_for_the_pixels_of_the_plate_that_the_core_says(tmp_path: Path):
    rgba = np.full((68, 120, 4), 0.5, np.float32)
    write_small(tmp_path / "canonical.exr", rgba, Window(-120, -68, 1200, 680))
    picture = read_preview(tmp_path / "canonical.exr", DISPLAY, "canonical so far")
    assert (picture.window, picture.display, picture.scale) == (Window(-120, -68, 1200, 680), DISPLAY, 0.1)
    assert picture.rgba.dtype == np.float16 and picture.value_at(-120, -68) == (0.5, 0.5, 0.5, 0.5)


def test_a_preview_that_went_is_an_error_to_be_told(tmp_path: Path):
    with pytest.raises(UnreelError):
        read_preview(tmp_path / "plate.1.exr", DISPLAY, "plate")


def test_frames_with_a_preview_are_found_in_all_layers(tmp_path: Path):
    for folder, name in (("a", "reconstruction.1001.exr"), ("a", "plate.1002.exr"), ("b", "reconstruction.-3.exr")):
        path = tmp_path / folder / "previews" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    found = reconstructions([tmp_path / "a", tmp_path / "b", tmp_path / "none"])
    assert sorted(found) == [-3, 1001] and found[-3].parent.parent.name == "b"


def test_reconstructions_come_in_a_thread_and_the_oldest_go(tmp_path: Path):
    loop = InTurn()
    frames, came = FrameCache(loop), []
    its = Reconstructions(loop, frames)
    frames.came.connect(came.append)
    path = tmp_path / "reconstruction.1.exr"
    write_small(path, np.full((2, 4, 4), 0.5, np.float32), DISPLAY)
    its.read({number: path for number in range(KEPT + 2)} | {-1: tmp_path / "gone.exr"}, DISPLAY)
    assert loop.run(lambda: len(came) == KEPT + 2, 20)
    assert its.numbers == set(range(2, KEPT + 2)) and frames.has("reconstruction", 5)
    its.read({1: path}, DISPLAY)
    its.clear()
    assert not loop.run(lambda: bool(its.numbers), 0.3), "of a shot that is no more open"
    frames.close()
