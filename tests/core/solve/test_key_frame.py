"""Which frame is chosen as the canonical."""

import cv2
import numpy as np
import pytest
from unreel.core.solve.key_frame import WIDTH, choose_key_frame, fine_detail, shrunk

from .pictures import waves

SIZE = (64, 96)
Y, X = np.indices(SIZE, dtype=np.float32)


def pan(frames: tuple[int, ...], step: float = 6, masks: dict[int, np.ndarray] | None = None):
    """The reader of a pan over a wall, `step` pixels a frame, with a full mask where none is given."""
    masks = masks or {}

    def read(number: int) -> tuple[np.ndarray, np.ndarray]:
        at = X + step * (number - frames[0])
        return waves(at, Y), masks.get(number, np.ones(SIZE, np.float32))

    return read


def test_the_middle_of_a_pan_sees_most() -> None:
    frames = tuple(range(11, 20))
    assert choose_key_frame(pan(frames), frames) in (14, 15, 16)


def test_among_equals_the_middle_is_taken() -> None:
    frames = tuple(range(1, 10))
    assert choose_key_frame(pan(frames, step=0), frames) == 5


def test_a_frame_that_hides_the_layer_is_not_the_key() -> None:
    frames = tuple(range(1, 10))
    hidden = {n: np.zeros(SIZE, np.float32) for n in (4, 5, 6)}
    assert choose_key_frame(pan(frames, 0, hidden), frames) in (3, 7)


def test_a_layer_too_thin_to_tell_its_sharpness_is_keyed_where_it_shows() -> None:
    frames = tuple(range(1, 10))
    strip = np.zeros(SIZE, np.float32)
    strip[30:33, 10:80] = 1
    masks = {n: strip if n in (1, 2, 3) else 0 * strip for n in frames}
    assert choose_key_frame(pan(frames, 0, masks), frames) in (1, 2, 3)


def test_a_frame_that_shows_half_the_layer_is_not_the_key() -> None:
    frames = tuple(range(1, 10))
    half = np.ones(SIZE, np.float32)
    half[:, :48] = 0
    assert choose_key_frame(pan(frames, 0, {5: half}), frames) in (4, 6)


def test_a_shot_that_changes_is_keyed_where_most_of_it_is() -> None:
    frames = tuple(range(1, 10))

    def read(number: int) -> tuple[np.ndarray, np.ndarray]:
        seed = 5 if number >= 4 else 20 + number
        return waves(X, Y, seed), np.ones(SIZE, np.float32)

    assert choose_key_frame(read, frames) >= 4


@pytest.mark.parametrize("blurred, wanted", [((), (5,)), ((4, 5, 6), (3, 7)), (range(1, 10), (5,))])
def test_a_sharp_frame_comes_before_blurred_ones(blurred: tuple[int, ...], wanted: tuple[int, ...]) -> None:
    frames, wall = tuple(range(1, 10)), pan(tuple(range(1, 10)), step=0)

    def read(number: int) -> tuple[np.ndarray, np.ndarray]:
        luma, mask = wall(number)
        return (cv2.blur(luma, (9, 1)) if number in blurred else luma), mask

    assert choose_key_frame(read, frames) in wanted


def test_fine_detail_is_that_of_the_layer() -> None:
    luma, mask = waves(X, Y), np.ones(SIZE, np.float32)
    mask[:, :48] = 0
    spoilt = np.where(mask > 0, luma, cv2.blur(luma, (9, 9)) + 5)
    np.testing.assert_allclose(fine_detail(spoilt, mask), fine_detail(luma, mask), rtol=0.1)
    assert fine_detail(cv2.blur(luma, (9, 9)), mask) < 0.7 * fine_detail(luma, mask)
    assert fine_detail(luma, 0 * mask) == 0


def test_two_frames_have_a_key_and_frame_numbers_may_jump() -> None:
    assert choose_key_frame(pan((1001, 1009), step=1), (1001, 1009)) in (1001, 1009)


def test_it_is_judged_on_small_pictures_and_tiny_ones_stay_large_enough() -> None:
    small, mask = shrunk(np.zeros((270, 480), np.float32), np.ones((270, 480), np.float32))
    assert small.shape == mask.shape == (90, WIDTH)
    assert shrunk(np.zeros((16, 20), np.float32), np.ones((16, 20), np.float32))[0].shape == (32, 32)
