"""What a solve is worth, against values that are known."""

import json
from dataclasses import replace

import numpy as np
from unreel.core.fields.frame_map import IDENTITY, FrameMap
from unreel.core.fields.homography import translation_matrix
from unreel.core.solve.consistency import Consistency
from unreel.core.solve.figures import Figures, measure_frame, measure_shot
from unreel.core.solve.sheet import SheetSettings
from unreel.core.visibility import compute_confidence

from .pictures import waves, whole

HEIGHT, WIDTH = 96, 128
Y, X = np.indices((HEIGHT, WIDTH), dtype=np.float32)
SETTINGS = SheetSettings()
SLIDE = FrameMap(translation_matrix(16, 0))


KEY = whole(waves(X, Y))
PERFECT = Figures(99.0, 0.0, 0.0, 1.0, 0.0, 1.0, 1.0)


def test_the_key_matches_itself_perfectly() -> None:
    assert measure_frame(KEY, KEY, IDENTITY, SETTINGS) == PERFECT


def test_psnr_is_of_the_difference_in_encoded_luma() -> None:
    found = measure_frame(whole(waves(X, Y) + 0.1), KEY, IDENTITY, SETTINGS)
    assert found.psnr == 20.0
    assert found.misfit < 0.01  # light is not a misfit


def test_a_right_map_matches_and_a_wrong_one_does_not() -> None:
    frame = whole(waves(X + 16, Y))
    right, wrong = (measure_frame(frame, KEY, m, SETTINGS) for m in (SLIDE, IDENTITY))
    assert right.misfit < 0.02 and right.residual < 0.02 and right.psnr > 45
    assert wrong.misfit > 0.45 and wrong.psnr < 20


def test_covered_is_the_share_that_the_key_shows() -> None:
    found = measure_frame(whole(waves(X + 16, Y)), KEY, SLIDE, SETTINGS)
    np.testing.assert_allclose(found.covered, 1 - 16 / WIDTH, atol=1e-4)


def test_only_the_layer_counts() -> None:
    mask = (X >= 96).astype(np.float32)
    half = measure_frame(whole(np.where(mask > 0, waves(X + 16, Y), 9), mask), KEY, SLIDE, SETTINGS)
    np.testing.assert_allclose(half.covered, 0.5, atol=1e-4)  # columns 96 to 111 of 96 to 127
    assert half.misfit < 0.05


def test_a_map_that_turns_over_is_folded() -> None:
    mirrored = FrameMap(np.array([[-1.0, 0, WIDTH - 1], [0, 1, 0], [0, 0, 1]]))
    assert measure_frame(KEY, KEY, mirrored, SETTINGS).folded == 1


def test_confidence_is_what_the_map_of_it_shows_of_the_layer() -> None:
    frame = whole(waves(X + 16, Y))
    xy = np.stack([X + 16, Y], -1)
    written = compute_confidence(frame, KEY, xy)
    np.testing.assert_allclose(measure_frame(frame, KEY, SLIDE, SETTINGS).confidence, written.mean(), atol=1e-4)
    assert measure_frame(frame, KEY, IDENTITY, SETTINGS).confidence < 0.6


def test_a_layer_that_is_hidden_shows_nothing() -> None:
    hidden = measure_frame(whole(waves(X, Y), np.zeros_like(X)), KEY, IDENTITY, SETTINGS)
    assert (hidden.covered, hidden.layer) == (0, 0)


def test_a_layer_that_the_key_does_not_see_is_not_hidden() -> None:
    away = FrameMap(translation_matrix(2 * WIDTH, 0))
    unseen = measure_frame(whole(waves(X, Y), (X < 32).astype(np.float32)), KEY, away, SETTINGS)
    assert (unseen.covered, unseen.layer) == (0, 0.25)


def test_a_shots_means_leave_the_key_out() -> None:
    frames = {
        3: Figures(30.0, 0.2, 0.1, 0.9, 0.0, 0.8, 0.5),
        1: PERFECT,
        2: replace(PERFECT, psnr=40.0, misfit=0.4, covered=0.7),
    }
    found = measure_shot(frames, 1)
    means = {"psnr": 35.0, "misfit": 0.3, "residual": 0.05, "covered": 0.8, "folded": 0.0}
    assert found["mean"] == means | {"confidence": 0.9, "layer": 0.75}
    assert list(found["frames"]) == ["1", "2", "3"]
    assert found["frames"]["2"]["psnr"] == 40
    assert json.loads(json.dumps(found)) == found


def test_what_was_not_measured_of_a_frame_is_left_out_of_the_mean() -> None:
    found = measure_shot(dict.fromkeys((1, 2, 3), PERFECT), 1, Consistency({2: (0.01, 0.04)}, {2: 0.2, 3: 0.4}, 0.5))
    assert {name: found["mean"][name] for name in ("inverse", "inverse_95", "agreement", "spread")} == {
        "inverse": 0.01,
        "inverse_95": 0.04,
        "agreement": 0.3,
        "spread": 0.5,
    }
    assert found["frames"]["3"]["agreement"] == 0.4 and "inverse" not in found["frames"]["3"]


def test_a_shot_of_the_key_alone_has_figures_too() -> None:
    assert measure_shot({1: PERFECT}, 1)["mean"]["psnr"] == 0


def test_what_the_key_hides_is_not_covered() -> None:
    key = whole(waves(X, Y))
    half = np.indices(key.size)[1] < key.size[1] // 2
    told = measure_frame(key, key, FrameMap(np.eye(3), seen=half), SheetSettings())
    free = measure_frame(key, key, FrameMap(np.eye(3)), SheetSettings())
    assert free.covered > 0.95 and told.covered < 0.55
