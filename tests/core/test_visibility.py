"""What of a surface shows, where no matte says so: occluders of known place over a surface of known motion."""

import numpy as np
import pytest
from unreel.core.solve.pyramid import Pyramid
from unreel.core.visibility import (
    LEAST_PIECE,
    beyond,
    compute_confidence,
    compute_visibility,
    contrasted,
    cut_out,
    local_mean,
    without_specks,
)

from .card import box
from .solve.pictures import HEIGHT, WIDTH, X, Y, waves, whole

SHIFT = 7
"""Pixels that the surface has moved to the right since the key."""
OCCLUDER = (60, 40, 48, 44)
"""x, y, width, height in the frame."""
ON_KEY = np.stack([X - SHIFT, Y], -1)
HIDDEN = box(*OCCLUDER)
ELSEWHERE = ~box(52, 32, 64, 60) & (X >= SHIFT + 4)
"""8 pixels and more from the occluder, and seen by the key."""
WITHIN = box(66, 46, 36, 32)
"""6 pixels and more inside it."""
KEY = whole(waves(X, Y))
SURFACE = waves(X - SHIFT, Y)


OTHER = waves(X, Y, seed=11)
"""What hides the surface; in a few places it happens to look like it."""


def assert_told_apart(seen: np.ndarray) -> None:
    assert (seen[WITHIN] < 0.5).mean() > 0.98
    assert seen[ELSEWHERE].min() > 0.95
    assert ((seen < 0.5) != HIDDEN)[X >= SHIFT + 4].mean() < 0.015


# Visibility


def test_a_surface_that_nothing_hides_is_seen() -> None:
    rng = np.random.default_rng(2)
    grain = 0.01 * rng.standard_normal((HEIGHT, WIDTH)).astype(np.float32)
    assert compute_visibility(whole(SURFACE + grain), KEY, ON_KEY).min() > 0.95


@pytest.mark.parametrize("light", ["same", "brighter", "darker", "ramp"])
def test_an_occluder_of_another_pattern_is_found_in_any_light(light: str) -> None:
    luma = np.where(HIDDEN, OTHER, SURFACE)
    offset = {"same": 0, "brighter": 0.3, "darker": -0.3, "ramp": 0.4 * X / WIDTH - 0.2}[light]
    assert_told_apart(compute_visibility(whole((luma + offset).astype(np.float32)), KEY, ON_KEY))


def test_a_bare_occluder_before_a_bare_wall_is_found_by_its_colour() -> None:
    """A small one: what covers more of a bare wall than the light is measured over passes for light."""
    wall = np.full((HEIGHT, WIDTH), 0.5, np.float32)
    seen = compute_visibility(whole(np.where(box(70, 50, 16, 16), wall + 0.2, wall)), whole(wall), ON_KEY)
    assert seen[box(73, 53, 10, 10)].max() < 0.05
    assert seen[~box(66, 46, 24, 24)].min() > 0.95


def test_a_bare_wall_in_another_light_is_seen() -> None:
    wall = np.full((HEIGHT, WIDTH), 0.5, np.float32)
    assert compute_visibility(whole(wall + 0.3), whole(wall), ON_KEY).min() > 0.95


def test_what_the_key_does_not_show_counts_as_seen() -> None:
    luma = np.where(X < SHIFT, OTHER, SURFACE)
    assert compute_visibility(whole(luma), KEY, ON_KEY)[:, : SHIFT - 3].min() > 0.95
    under_matte = whole(waves(X, Y), 1 - box(OCCLUDER[0] - SHIFT, *OCCLUDER[1:]).astype(np.float32))
    other = whole(np.where(HIDDEN, OTHER, SURFACE))
    assert compute_visibility(other, under_matte, ON_KEY)[WITHIN].min() > 0.95
    assert np.median(compute_visibility(other, KEY, ON_KEY)[WITHIN]) < 0.1


def test_what_the_frames_mask_leaves_out_is_not_seen() -> None:
    seen = compute_visibility(whole(SURFACE, 1 - HIDDEN.astype(np.float32)), KEY, ON_KEY)
    assert_told_apart(seen)
    assert seen[WITHIN].max() == 0
    assert (compute_visibility(whole(SURFACE, 0 * X), KEY, ON_KEY) == 0).all()  # not even beyond the key's view


def test_beyond_is_where_the_key_has_no_pixel_or_no_mask() -> None:
    key = whole(waves(X, Y), (Y < 100).astype(np.float32))
    assert np.array_equal(beyond(key, X - SHIFT, Y), (X < SHIFT) | (Y >= 100))


# Its parts


def test_a_local_mean_is_the_weighted_one_nearby() -> None:
    plane = np.where(X < WIDTH / 2, 2.0, -1.0).astype(np.float32)
    assert np.allclose(local_mean(np.full_like(plane, 0.7), np.ones_like(plane)), 0.7, atol=1e-5)
    found = local_mean(plane, np.ones_like(plane))
    assert found[:, :40].min() > 1.9 and found[:, 120:].max() < -0.9
    weight = (X < WIDTH / 2).astype(np.float32)
    assert np.allclose(local_mean(plane, weight), 2, atol=1e-3)  # also far from all that has weight


def test_the_middle_is_stretched_and_a_speck_goes() -> None:
    for value, stretched in ((0.2, 0), (0.25, 0), (0.5, 0.5), (0.75, 1), (0.9, 1)):
        assert np.allclose(contrasted(np.full((9, 9), value)), stretched)
    speck = np.ones((9, 9))
    speck[4, 4:6] = 0
    assert contrasted(speck).min() == 1


def test_pieces_are_taken_out_by_their_size() -> None:
    marked = np.zeros((60, 90), np.uint8)
    marked[2:12, 2:17] = 1  # 150 pixels
    marked[20:30, 2:17] = 1
    marked[20, 2] = 0  # 149
    marked[40:50, 20:35] = 1
    marked[40, 20], marked[50, 35] = 0, 1  # 149, and one that touches at a corner
    kept = without_specks(marked)
    assert LEAST_PIECE == 150
    assert np.array_equal(kept[:15], marked[:15]) and np.array_equal(kept[35:], marked[35:])
    assert not kept[15:35].any() and kept.dtype == np.uint8
    assert not without_specks(np.zeros((8, 8), np.uint8)).any()


# Cutting out


def coloured(hidden: np.ndarray) -> np.ndarray:
    """A blue occluder before an orange surface, both a little noisy: uint8 [h, w, 3]."""
    colour = np.where(hidden[..., None], (40, 60, 200), (210, 130, 50))
    noise = np.random.default_rng(3).normal(0, 6, (HEIGHT, WIDTH, 3))
    return np.clip(colour + noise, 0, 255).astype(np.uint8)


def test_a_cut_puts_a_rough_border_where_the_pictures_is() -> None:
    rough = 1 - box(57, 43, 48, 44).astype(np.float32)  # off by 3 pixels both ways
    cut = cut_out(rough, coloured(HIDDEN))
    assert ((rough < 0.5) != HIDDEN).mean() > 0.02
    assert ((cut < 0.5) != HIDDEN).mean() < 0.001
    assert cut[WITHIN].max() == 0 and cut[ELSEWHERE].min() == 1
    assert np.array_equal(cut, cut_out(rough, coloured(HIDDEN)))


def test_a_speck_of_the_occluders_colour_is_not_cut_out() -> None:
    speck = box(57, 60, 1, 1)  # within the pixels that are not sure
    rough = 1 - box(60, 40, 48, 44).astype(np.float32)
    cut = cut_out(rough, coloured(HIDDEN | speck))
    assert cut[60, 56] == pytest.approx(cut[70, 56], abs=1e-3)


def test_thin_doubts_hide_nothing() -> None:
    thin = 1 - box(40, 0, 9, HEIGHT).astype(np.float32)
    assert (cut_out(thin, coloured(HIDDEN)) == 1).all()


def test_where_hardly_anything_shows_the_visibility_stays() -> None:
    hardly = 0.9 * box(40, 40, 9, 9).astype(np.float32)
    assert np.array_equal(cut_out(hardly, coloured(HIDDEN)), hardly)


# Confidence


def confidence(frame: Pyramid, key: Pyramid = KEY) -> np.ndarray:
    return compute_confidence(frame, key, ON_KEY)


def test_confidence_is_1_where_the_pattern_is_the_keys_in_any_light() -> None:
    sure = confidence(whole(0.6 * SURFACE + 0.2))
    assert sure[:, SHIFT + 4 :].min() > 0.9 and sure.dtype == np.float32


def test_confidence_falls_where_the_pattern_is_another() -> None:
    sure = confidence(whole(np.where(HIDDEN, OTHER, SURFACE)))
    assert sure[WITHIN].mean() < 0.4 and sure[ELSEWHERE].min() > 0.8


def test_confidence_is_0_where_nothing_can_be_compared() -> None:
    assert (confidence(whole(SURFACE))[:, : SHIFT - 1] == 0).all()
    assert (confidence(whole(SURFACE, 1 - HIDDEN.astype(np.float32)))[HIDDEN] == 0).all()
    assert (confidence(whole(SURFACE), whole(waves(X, Y), (Y < 100).astype(np.float32)))[101:] == 0).all()
