import numpy as np
from unreel.core.frame import Window
from unreel.core.guides import (
    LINE_COLOR,
    ORIGIN_COLOR,
    confidence_guide,
    coverage_guide,
    default_step,
    grid_guide,
    guide_planes,
    over,
    straight_rgba8,
)

WINDOW = Window(-30, -10, 200, 120)


def test_grid_lines_lie_at_multiples_of_the_step_in_key_pixels():
    guide = grid_guide(WINDOW, step_pixel=50, opacity=1)
    columns = np.flatnonzero((guide[..., 3] == 1).all(0)) + WINDOW.x
    rows = np.flatnonzero((guide[..., 3] == 1).all(1)) + WINDOW.y
    assert columns.tolist() == [0, 50, 100, 150] and rows.tolist() == [0, 50, 100]
    assert np.allclose(guide[15, 30, :3], ORIGIN_COLOR) and np.allclose(guide[15, 80, :3], LINE_COLOR)


def test_the_grid_is_clear_between_its_lines_and_names_some_crossings():
    guide = grid_guide(WINDOW, step_pixel=50, opacity=0.5)
    assert (guide[35:58, 52:78] == 0).all()
    assert (guide[12:25, 32:60, 3] > 0).any()
    assert guide[..., 3].max() <= 0.5


def test_the_step_gives_8_to_20_lines():
    for size in (480, 1920, 2600, 8192):
        assert 8 <= size / default_step(size) <= 20


def test_coverage_is_clear_on_the_key_green_elsewhere_red_where_unseen():
    alpha = np.array([[1, 1, 0]], np.float32)
    guide = coverage_guide(alpha, np.array([[7, 3, -1]]), key_number=7)
    assert (guide[0, 0] == 0).all()
    assert guide[0, 1, 1] > guide[0, 1, 0] and guide[0, 2, 0] > guide[0, 2, 1]


def test_confidence_is_clear_where_full_and_red_where_none():
    guide = confidence_guide(np.array([[1, 0.5, 0, np.nan]], np.float32))
    assert (guide[0, 0] == 0).all() and (guide[0, 2, 1:3] == 0).all() and guide[0, 2, 0] == guide[0, 2, 3]
    assert np.array_equal(guide[0, 3], guide[0, 2])


def test_a_guide_becomes_planes_of_an_exr_layer_and_a_straight_png():
    guide = grid_guide(WINDOW, 50)
    planes = guide_planes("guide", guide)
    assert list(planes) == ["guide.R", "guide.G", "guide.B", "guide.A"]
    assert np.array_equal(planes["guide.A"], guide[..., 3])
    pixels = straight_rgba8(guide)
    assert pixels.dtype == np.uint8 and np.allclose(pixels[15, 80, :3] / 255, LINE_COLOR, atol=0.01)


def test_a_clear_guide_changes_nothing():
    picture = np.random.default_rng(0).random((4, 5, 3)).astype(np.float32)
    assert np.array_equal(over(np.zeros((4, 5, 4), np.float32), picture), picture)
