"""Light that is known is measured as what it is."""

import numpy as np
import pytest
from unreel.core.light import GRID, LightSettings, measure_light


@pytest.fixture
def surface():
    return np.random.default_rng(0).random((60, 80, 3), np.float32) * 0.8 + 0.1


def measure(plate, source, weight=None, wanted=None, **settings):
    whole = np.ones(plate.shape[:2], np.float32)
    weight = whole if weight is None else weight
    return measure_light(plate, source, weight, whole > 0 if wanted is None else wanted, LightSettings(**settings))


@pytest.mark.parametrize("method", ["ratio", "guided"])
def test_each_channels_own_light_is_found(surface, method):
    light = np.float32([2.0, 1.0, 0.5])
    np.testing.assert_allclose(
        measure(surface * light, surface, method=method, least=1e-6), light * np.ones_like(surface), rtol=1e-3
    )


def test_strength_is_an_exponent(surface):
    assert (measure(surface * 4, surface, strength=0) == 1).all()
    np.testing.assert_allclose(measure(surface * 4, surface, strength=0.5, least=1e-6), 2, rtol=1e-3)


def test_the_gain_stays_within_its_limits(surface):
    np.testing.assert_allclose(measure(surface * 1000, surface), 20, rtol=1e-4)
    np.testing.assert_allclose(measure(surface * 0, surface), 1 / 20, rtol=1e-4)


def test_black_on_black_is_no_light():
    black = np.zeros((20, 20, 3), np.float32)
    np.testing.assert_allclose(measure(black, black), 1)


@pytest.mark.parametrize("method", ["ratio", "guided"])
def test_a_hard_shadow_keeps_its_edge(surface, method):
    light = np.ones_like(surface)
    light[:, 40:] = 0.2
    gain = measure(surface * light, surface, method=method)
    assert gain[5:-5, 5:37].min() > 0.9
    assert gain[5:-5, 43:-5].max() < 0.25


@pytest.mark.parametrize("method", ["ratio", "guided"])
def test_what_has_no_weight_does_not_speak_and_is_filled_from_around(surface, method):
    weight = np.ones((60, 80), np.float32)
    weight[20:45, 30:60] = 0
    plate = np.where(weight[..., None] > 0, surface * 3, np.float32(1e6))
    np.testing.assert_allclose(measure(plate, surface, weight, method=method, least=1e-6), 3, rtol=1e-2)


def test_nothing_to_measure_on_leaves_the_light_alone(surface):
    assert (measure(surface * 3, surface, np.zeros((60, 80), np.float32)) == 1).all()


def test_the_window_grows_with_the_maps_error():
    assert LightSettings(map_error_pixel=0.1).sigma < LightSettings(map_error_pixel=0.4).sigma
    assert LightSettings(map_error_pixel=0.4, sigma_pixel=1.0).sigma == 1.0


@pytest.mark.parametrize("method", ["guided", "ratio"])
def test_a_part_of_a_frame_has_the_frames_own_gains(method):
    rng = np.random.default_rng(3)
    plate, source = (0.2 + 0.3 * rng.random((101, 147, 3), np.float32) for _ in range(2))
    whole, all_of_it = np.ones((101, 147), np.float32), np.ones((101, 147), bool)
    settings = LightSettings(method=method)
    gain = measure_light(plate, source, whole, all_of_it, settings)
    part, reach = np.s_[2 * GRID : 91, 5 * GRID : 134], settings.reach_pixel
    alone = measure_light(plate[part], source[part], whole[part], all_of_it[part], settings)
    inner = np.s_[reach:-reach, reach:-reach]
    np.testing.assert_allclose(alone[inner], gain[part][inner], rtol=1e-4)
