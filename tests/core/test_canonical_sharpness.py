"""Pictures as sharp as what they came from, and softer ones."""

from dataclasses import replace

import cv2
import numpy as np
import pytest
from unreel.core.canonical import CanonicalPicture, KeyPicture, View
from unreel.core.canonical_fill import fill_canonical
from unreel.core.canonical_sharpness import carried_energy, gradient_energy, measure_sharpness
from unreel.core.frame import Window

SIZE, CANVAS = Window(0, 0, 120, 90), Window(0, 0, 200, 90)
Y, X = np.indices(CANVAS.shape, dtype=np.float32)


def world(sigma: float = 1.5) -> np.ndarray:
    """Scene-linear noise on the canvas [h, w, 3]."""
    noise = np.random.default_rng(3).standard_normal((*CANVAS.shape, 3)).astype(np.float32)
    return 0.18 * np.exp(cv2.GaussianBlur(noise, (0, 0), sigma) * sigma)


WORLD = world()


def of_the_key(rgb: np.ndarray) -> CanonicalPicture:
    return CanonicalPicture(
        rgb, np.ones(rgb.shape[:2], np.float32), np.ones(rgb.shape[:2], np.int32), CANVAS, gradient_energy(WORLD)
    )


def test_a_picture_that_is_its_source_is_as_sharp() -> None:
    assert measure_sharpness(of_the_key(WORLD), 1, filled_only=False) == pytest.approx(1)


def test_a_blurred_picture_is_less_sharp_and_the_more_the_less() -> None:
    told = [measure_sharpness(of_the_key(cv2.GaussianBlur(WORLD, (0, 0), s)), 1, False) for s in (0.5, 1, 2)]
    assert 1 > told[0] > told[1] > told[2] and told[1] < 0.7


def test_light_that_differs_is_no_sharpness() -> None:
    assert measure_sharpness(of_the_key(WORLD * 4), 1, False) == pytest.approx(1, abs=0.25)


def test_samples_that_are_huge_or_not_finite_do_no_harm() -> None:
    rgb = WORLD.copy()
    rgb[3, 4], rgb[5, 6], rgb[7, 8] = np.finfo(np.float32).max, np.nan, -np.inf
    assert np.isfinite(gradient_energy(rgb)).all()


def test_where_nothing_but_the_key_is_there_nothing_is_lost() -> None:
    assert measure_sharpness(of_the_key(WORLD), 1, filled_only=True) == 1


def test_a_picture_whose_sources_are_not_known_has_no_sharpness() -> None:
    assert measure_sharpness(replace(of_the_key(WORLD), detail=None), 1, False) is None


@pytest.mark.parametrize(("scale", "low", "high"), [(1.0, 0.95, 1.05), (0.5, 0.9, 1.4), (1.5, 0.85, 1.15)])
def test_the_energy_of_a_frame_is_carried_to_the_canvas(scale, low, high) -> None:
    """Of noise that is smooth to a pixel: what it has where it is rendered that large, more or less."""

    def picture(x, y):
        phase = np.random.default_rng(4).uniform(0, 6, 40)
        k = np.random.default_rng(5).normal(size=(40, 2)) * 0.25
        waves = np.cos(x[..., None] * k[:, 0] + y[..., None] * k[:, 1] + phase).sum(-1)
        return np.repeat(waves[..., None].astype(np.float32), 3, 2)

    xy = np.stack([X * scale + 0.4, Y * scale + 0.3], -1).astype(np.float32)
    y, x = np.indices((160, 320), dtype=np.float32)
    truth = picture(xy[..., 0], xy[..., 1])[..., 0]
    true = (np.diff(truth, axis=1)[:-1] ** 2 + np.diff(truth, axis=0)[:, :-1] ** 2).mean()
    assert low < carried_energy(picture(x, y), xy)[:-1, :-1].mean() / true < high


@pytest.mark.parametrize(("shift", "least", "most"), [(80.0, 0.97, 1.03), (80.5, 0.6, 0.97)])
def test_a_filled_canonical_is_as_sharp_as_its_frames_but_for_resampling(shift, least, most) -> None:
    """Frame 2 sees what is right of the key; half a pixel beside its grid it has to be resampled."""
    xy = np.stack([X - shift, Y], -1)
    visible = ((xy[..., 0] >= 0) & (xy[..., 0] <= 119)).astype(np.float32)
    key = KeyPicture(1, WORLD[:, :120], SIZE)
    pictures = {1: WORLD[:, :120], 2: WORLD[:, 80:]}
    made = fill_canonical(key, CANVAS, lambda _: [View(2, xy, visible)], pictures.__getitem__)
    assert made.detail is not None
    assert least < measure_sharpness(made, 1, filled_only=True) < most
    assert np.array_equal(made.detail[:, :118], gradient_energy(WORLD)[:, :118])
