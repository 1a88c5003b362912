from __future__ import annotations

import numpy as np
import pytest
from unreel.qt_panel.movie import burn_in as module
from unreel.qt_panel.movie.burn_in import BurnIn, burn_in, drawn, has_font

WORDS = BurnIn("sh010", "v003", "2026-11-21")


@pytest.fixture(params=[True, False], ids=["font", "no font"])
def font(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    if request.param and not has_font():
        pytest.skip("no font on this machine: apt install fonts-dejavu-core")
    monkeypatch.setattr(module, "has_font", lambda: request.param)
    drawn.cache_clear()
    return request.param


def grey(height: int = 270, width: int = 480) -> np.ndarray:
    return np.full((height, width, 4), 128, np.uint8)


def test_words_stand_in_the_four_corners_and_nowhere_else(font: bool):
    burnt = burn_in(grey(), WORDS, 1007)
    assert (burnt[40:-40] == 128).all()
    for rows in (slice(0, 30), slice(-30, None)):
        for columns in (slice(0, 120), slice(-120, None)):
            corner = burnt[rows, columns, :3]
            assert corner.max() > 220 and corner.min() < 70  # light letters on a dark ground
        assert (burnt[rows, 200:280] == 128).all()


def test_the_frames_number_is_the_only_thing_that_changes(font: bool):
    one, other = (burn_in(grey(), WORDS, number) for number in (1007, 1008))
    changed = (one != other).any(axis=-1)
    assert changed.any()
    assert not changed[:-40].any() and not changed[:, :-120].any()


def test_what_is_empty_is_left_out():
    assert (burn_in(grey(), BurnIn(frame=False), 7) == 128).all()


@pytest.mark.parametrize("size", [(9, 16), (54, 96), (1080, 1920)])
def test_words_stay_inside_a_picture_of_any_size(size: tuple[int, int], font: bool):
    burnt = burn_in(grey(*size), BurnIn("a very long name of a shot " * 4, "v001", "2026-11-21"), 1)
    assert burnt.shape == (*size, 4)
    middle = size[1] // 2
    assert size[0] < 20 or (burnt[: size[0] // 8, middle - 2 : middle + 2] == 128).all()


def test_letters_beyond_ascii_are_drawn(font: bool):
    assert drawn("Straße", 20).max() > 0.9
