import numpy as np
import pytest
from unreel.core.errors import UsageError
from unreel.core.exr_read import read_frame
from unreel.core.frame import rgb
from unreel.core.sheet import BACK, CELL, GAP, check_sheet, with_gaps

pytestmark = pytest.mark.slow


def test_a_sheet_has_a_row_for_the_canonical_and_one_for_each_frame(painted, run, tmp_path):
    assert run("sheet", painted, "-o", tmp_path / "sheet.png", "--frames", "1001,1005").code == 0
    sheet = read_frame(tmp_path / "sheet.png")
    height = CELL * 64 // 96
    assert sheet.data.width == 3 * CELL + 4 * GAP
    assert sheet.data.height > 3 * height + 3 * GAP


def test_the_result_shows_the_paint_and_the_plate_does_not(painted, run, tmp_path):
    assert run("sheet", painted, "-o", tmp_path / "sheet.png", "--frames", "1003").code == 0
    picture = rgb(read_frame(tmp_path / "sheet.png"))
    rows = picture[-(CELL * 64 // 96) - GAP : -GAP]
    y, x = round(30 / 64 * rows.shape[0]), round(48 / 96 * CELL)
    plate, edit, result = (rows[y, GAP + cell * (CELL + GAP) + x] for cell in range(3))
    assert result[0] > 0.8 > plate[0] and result[1] < 0.4
    assert np.allclose(edit, result, atol=0.1)


def test_the_name_of_the_sheet_is_the_result(trained, run, tmp_path):
    told = run("sheet", trained, "-o", tmp_path / "sheet.tif")
    assert told.out == f"sheet: {tmp_path / 'sheet.tif'}\n"


def test_frames_that_are_not_in_the_shot_are_refused(trained, run, tmp_path):
    told = run("sheet", trained, "-o", tmp_path / "sheet.png", "--frames", "1-2")
    assert told.code == 2 and "frame 1 is not in the shot; it has 1001-1005" in told.err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["sheet.jpg", "sheet.exr", "sheet"])
def test_a_sheet_is_a_png_or_a_tiff(tmp_path, name):
    with pytest.raises(UsageError, match="a sheet is written as .png or .tif"):
        check_sheet(tmp_path / name)


def test_parts_stand_apart_and_at_one_height():
    parts = with_gaps([np.full((4, 3, 3), 200, np.uint8), np.full((2, 5, 3), 100, np.uint8)], 1)
    row = np.concatenate(parts, 1)
    assert row.shape == (4, 3 + 5 + 3 * GAP, 3)
    assert (row[:, :GAP] == BACK).all() and (row[2:, 2 * GAP + 3 : 2 * GAP + 8] == BACK).all()
