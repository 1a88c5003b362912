"""Maps that fold: smooth again where they did, untouched elsewhere."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from unreel.core.fields.homography import translation_matrix
from unreel.core.solve.sheet import Base, lattice_displacement, map_determinant
from unreel.core.solve.unfold import unfold

from .pictures import HEIGHT, WIDTH, X, Y, smooth_bend

TILTED = np.array([[1.03, 0.02, 2.0], [-0.015, 0.98, -3.0], [1e-4, -1.5e-4, 1.0]])
PLANES = {"still": np.eye(3), "tilted": TILTED}


def plane_of(matrix: np.ndarray) -> np.ndarray:
    return Base(matrix, (0, 0)).at_level(HEIGHT, WIDTH, 0).astype(np.float32)


def pinch(x: float, y: float, radius: float, strength: float) -> np.ndarray:
    """A bend [h, w, 2] that turns the picture over, left for right, within `radius` pixels of a place."""
    near = np.exp(-((X - x) ** 2 + (Y - y) ** 2) / (2 * radius**2))
    return np.stack([-strength * (X - x) * near, 0 * near], -1)


FOLDS = {
    "a few pixels": pinch(80, 60, 3, 1.6),
    "40 pixels reversed": pinch(80, 60, 20, 3.5),
    "at the border": pinch(2, 60, 5, 2),
    "in a corner": pinch(WIDTH - 2, HEIGHT - 2, 6, 3),
    "several": pinch(30, 30, 3, 1.6) + pinch(110, 90, 6, 2) + pinch(120, 30, 4, 1.7),
}


@pytest.mark.parametrize("plane", PLANES)
@pytest.mark.parametrize("fold", FOLDS)
def test_a_fold_is_smoothed_away_and_little_more(fold: str, plane: str) -> None:
    base = plane_of(PLANES[plane])
    folded = base + 0.3 * smooth_bend() + FOLDS[fold]
    over = (map_determinant(folded) <= 0).astype(np.uint8)
    assert over.sum() >= 10

    flat = unfold(folded, base)
    assert map_determinant(flat).min() > 0.04

    width = np.sqrt(over.sum())
    away = cv2.distanceTransform(np.pad(1 - over, ((0, 1), (0, 1)), mode="edge"), cv2.DIST_L2, 5)
    moved = np.abs(flat - folded).max(-1) > 0.01
    assert away[moved].max() < 5 + 0.75 * width
    assert moved.sum() < 4 * over.sum() + 100
    untouched = away > 8 + width
    np.testing.assert_array_equal(flat[untouched], folded[untouched])


@pytest.mark.parametrize("plane", PLANES)
def test_a_map_without_folds_is_given_back_itself(plane: str) -> None:
    base = plane_of(PLANES[plane])
    steep = base + smooth_bend() + 0.5 * FOLDS["a few pixels"]
    assert 0.05 < map_determinant(steep).min() < 0.5
    assert unfold(steep, base) is steep


def test_pixels_that_no_smoothing_reaches_keep_their_bits() -> None:
    # where the key's border comes near, a bend holds fewer bits than the map
    base = plane_of(translation_matrix(1.5, 1.5))
    folded = (np.stack([X, Y], -1) + smooth_bend() / 3 + pinch(120, 90, 3, 1.6)).astype(np.float32)
    flat = unfold(folded, base)
    assert (flat != folded).any()
    np.testing.assert_array_equal(flat[:60, :80], folded[:60, :80])


@settings(max_examples=60)
@given(st.integers(0, 2**32 - 1), st.floats(0, 8), st.floats(0, 3), st.floats(0.8, 6), st.sampled_from([*PLANES]))
def test_no_bend_is_folded_afterwards(seed: int, smooth: float, noise: float, sigma: float, plane: str) -> None:
    rng = np.random.default_rng(seed)
    bend = lattice_displacement(rng.normal(size=(HEIGHT // 16 + 3, WIDTH // 16 + 3, 2)) * smooth, 16, HEIGHT, WIDTH, 0)
    grain = cv2.GaussianBlur(rng.normal(size=(HEIGHT, WIDTH, 2)), (0, 0), sigma)
    base = plane_of(PLANES[plane])
    flat = unfold((base + bend + grain * noise * 2 * sigma).astype(np.float32), base)
    assert map_determinant(flat).min() > 0.04
