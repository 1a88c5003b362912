import cv2
import numpy as np
import pytest

from bench.clip import Clip, draw_picture, read_exr, sample_picture, write_clip
from bench.codef_torch import compute_psnr

SMALL = Clip(width=160, height=90, frame_count=3)


@pytest.mark.slow
def test_the_clip_is_the_same_each_time():
    assert np.array_equal(draw_picture((128, 72)), draw_picture((128, 72)))
    assert np.array_equal(SMALL.frame(2), SMALL.frame(2))
    assert not np.array_equal(SMALL.frame(0), SMALL.frame(2))


@pytest.mark.slow
def test_sizes_show_the_same_content():
    small, large = draw_picture((224, 126)), draw_picture((672, 378))
    reduced = cv2.resize(large, (224, 126), interpolation=cv2.INTER_AREA)
    blurred = [cv2.GaussianBlur(picture, (0, 0), 2) for picture in (small, reduced)]
    assert compute_psnr(float(((blurred[0] - blurred[1]) ** 2).mean())) > 26


def test_maps_are_each_others_inverse():
    grid = SMALL.pixel_grid()
    np.testing.assert_allclose(SMALL.frame_from_picture(SMALL.picture_from_frame(grid, 11), 11), grid, atol=1e-6)


def test_maps_have_no_folds():
    grid, clip = Clip().pixel_grid(), Clip()
    for index in range(0, 100, 7):
        along_y, along_x = np.gradient(clip.picture_from_frame(grid, index), axis=(0, 1))
        determinant = along_x[..., 0] * along_y[..., 1] - along_x[..., 1] * along_y[..., 0]
        assert determinant.min() > 0.5


@pytest.mark.slow
def test_a_frame_carried_by_the_exact_map_is_the_other_frame():
    xy = SMALL.map_between(0, 2)
    inside = (xy[..., 0] > 2) & (xy[..., 0] < 157) & (xy[..., 1] > 2) & (xy[..., 1] < 87)
    carried = sample_picture(SMALL.frame(2), xy)
    error = ((carried - SMALL.frame(0)) ** 2)[inside]
    still = ((SMALL.frame(2) - SMALL.frame(0)) ** 2)[inside]
    assert compute_psnr(float(error.mean())) > 33
    assert compute_psnr(float(still.mean())) < 20


@pytest.mark.parametrize("index", [0, 2])
def test_files_hold_the_frames_exactly(tmp_path, index):
    assert write_clip(SMALL, tmp_path).endswith("plate.####.exr")
    assert np.array_equal(read_exr(tmp_path / f"plate.{1001 + index}.exr"), SMALL.frame(index))
