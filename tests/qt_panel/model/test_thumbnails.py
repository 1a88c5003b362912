from __future__ import annotations

from pathlib import Path

import numpy as np
from unreel.core.exr_read import read_frame
from unreel.core.frame import Window
from unreel.qt_panel.model.display import DisplayTransform
from unreel.qt_panel.model.picture import Picture
from unreel.qt_panel.model.thumbnails import LONGEST, make_thumbnail, thumbnail_file


def test_a_thumbnail_is_small_and_has_the_pictures_shape_and_colour(tmp_path: Path):
    window = Window(0, 0, 400, 400)
    rgba = np.zeros((400, 400, 4), np.float16)
    rgba[..., 0] = rgba[..., 3] = 1
    file = thumbnail_file(tmp_path, "/a/plate.####.exr")
    make_thumbnail(Picture(rgba, window, window, 1.0, "a"), DisplayTransform(view="Raw"), 2.0, file)
    frame = read_frame(file)
    assert (frame.data.width, frame.data.height) == (LONGEST, LONGEST // 2)
    assert [int(frame.planes[name][40, 80]) for name in "RGB"] == [255, 0, 0]


def test_a_folder_that_can_not_be_written_to_costs_the_thumbnail_only(tmp_path: Path):
    (tmp_path / "thumbnails").write_text("in the way")
    window = Window(0, 0, 8, 8)
    picture = Picture(np.zeros((8, 8, 4), np.float16), window, window, 1.0, "a")
    file = thumbnail_file(tmp_path, "b")
    assert make_thumbnail(picture, DisplayTransform(view="Raw"), 1.0, file).shape == (LONGEST, LONGEST, 3)
    assert not file.exists()
