from __future__ import annotations

import cv2
import numpy as np
import pytest
from unreel.core.color import BUILT_IN_CONFIG
from unreel.core.errors import InputError, UsageError
from unreel.qt_panel.model.display import AS_IT_IS, DisplayTransform, Look, default_view, displays_of, views_of

LOOKS = [
    Look(),
    Look(exposure=2),
    Look(exposure=-3, gamma=1.8),
    Look(gamma=0.5),
    Look(channel="L"),
    Look(exposure=1, channel="G"),
]


@pytest.fixture(scope="module")
def scene() -> np.ndarray:
    """Smooth colour over 14 stops, with deep shadows, highlights, and a little below zero."""
    rng = np.random.default_rng(3)
    noise = cv2.GaussianBlur(rng.standard_normal((96, 160, 3)).astype(np.float32), (0, 0), 6)
    grey = np.exp2(np.linspace(-9, 5, 160, dtype=np.float32))[None, :, None] * 0.18
    rgba = np.ones((96, 160, 4), np.float16)
    rgba[..., :3] = grey * np.exp(2 * noise)
    rgba[:4, :4, :3] = -0.01
    return rgba


@pytest.fixture(scope="module", params=["ACES 1.0 - SDR Video", AS_IT_IS])
def transform(request: pytest.FixtureRequest) -> DisplayTransform:
    return DisplayTransform(view=request.param)


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_the_quick_picture_is_within_3_code_values_of_the_exact_one(transform: DisplayTransform, scene, look: Look):
    quick, exact = transform.quick(scene, look), transform.exact(scene, look)
    apart = np.abs(quick.astype(int) - exact)
    assert apart.max() <= 3
    assert apart.mean() < 0.5
    assert np.ptp(exact[..., :3]) > 100, "the picture shows nothing"


def flat(*rgb: float) -> np.ndarray:
    return np.array([[[*rgb, 1]]], np.float16)


def test_bytes_are_blue_green_red_and_opaque():
    shown = DisplayTransform(view="Raw").quick(flat(1, 0.5, 0), Look())[0, 0]
    assert np.abs(shown.astype(int) - (0, 128, 255, 255)).max() <= 1


@pytest.mark.parametrize("way", ["quick", "exact"])
def test_exposure_is_in_stops_and_gamma_lifts_the_middle_only(way: str):
    shown = getattr(DisplayTransform(view="Raw"), way)
    assert abs(int(shown(flat(0.25, 0.25, 0.25), Look(exposure=1))[0, 0, 0]) - 128) <= 1
    lifted = shown(np.concatenate([flat(0, 0, 0), flat(0.25, 0.25, 0.25), flat(1, 1, 1)]), Look(gamma=2))[:, 0, 0]
    assert np.abs(lifted.astype(int) - (0, 128, 255)).max() <= 2


@pytest.mark.parametrize("way", ["quick", "exact"])
@pytest.mark.parametrize(("channel", "value"), [("R", 0.8), ("G", 0.4), ("B", 0.2), ("A", 1.0)])
def test_a_single_channel_is_grey(way: str, channel, value: float):
    shown = getattr(DisplayTransform(view="Raw"), way)(flat(0.8, 0.4, 0.2), Look(channel=channel))[0, 0]
    assert np.abs(shown[:3].astype(int) - round(value * 255)).max() <= 1


@pytest.mark.parametrize("way", ["quick", "exact"])
def test_what_is_not_a_number_does_not_spread(way: str):
    bad = np.full((2, 3, 4), 0.18, np.float16)
    bad[0, 0, :3], bad[1, 1, :3] = np.nan, np.inf
    shown = getattr(DisplayTransform(), way)(bad, Look())
    assert (shown[0, 1:] == shown[0, 1]).all()


def test_views_are_those_of_the_config_and_others_are_refused_by_name():
    assert "sRGB - Display" in displays_of(BUILT_IN_CONFIG)
    assert AS_IT_IS in views_of(BUILT_IN_CONFIG, "sRGB - Display")
    assert views_of(BUILT_IN_CONFIG, "none such") == ()
    with pytest.raises(UsageError, match=r"no view 'Film'.*Un-tone-mapped"):
        DisplayTransform(view="Film")
    with pytest.raises(UsageError, match=r"no display 'Wall'.*sRGB - Display"):
        DisplayTransform(display="Wall")
    with pytest.raises(InputError, match="none.ocio"):
        DisplayTransform("none.ocio")


def test_a_picture_made_for_a_screen_is_shown_as_it_was():
    assert default_view(BUILT_IN_CONFIG, "sRGB - Display", is_graded=True) == AS_IT_IS
    assert default_view(BUILT_IN_CONFIG, "sRGB - Display", is_graded=False) == "ACES 1.0 - SDR Video"
