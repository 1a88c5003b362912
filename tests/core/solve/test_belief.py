"""Labels that like their neighbours."""

import numpy as np
from unreel.core.solve.belief import propagated


def costs(labels: np.ndarray, count: int, noise: float) -> np.ndarray:
    """What each of `count` labels costs [count, h, w]: distance to the true one, and noise."""
    rng = np.random.default_rng(0)
    apart = np.abs(np.arange(count)[:, None, None] - labels)
    return np.minimum(0.2 * apart, 1) + rng.uniform(0, noise, apart.shape)


def test_noise_goes_and_a_leap_stays() -> None:
    true = np.where(np.arange(37)[None] < 18, 3, 12) * np.ones((29, 1), int)
    noisy = costs(true, 16, 1.2)
    alone, together = noisy.argmin(0), propagated(noisy, 0.3, 1.5).argmin(0)
    assert (abs(alone - true) > 1).mean() > 0.15
    assert (abs(together - true) > 1).mean() < 0.02


def test_without_a_price_each_pixel_takes_its_own_best() -> None:
    noisy = costs(np.zeros((7, 9), int), 5, 1.0)
    assert (propagated(noisy, 0.0, 0.0).argmin(0) == noisy.argmin(0)).all()


def test_two_pixels_find_the_cheapest_pair() -> None:
    cost = np.array([[[0.0, 0.9]], [[0.5, 0.5]], [[0.9, 0.0]]])
    for slope in (0.1, 2.0):
        pairs = {
            (a, b): cost[a, 0, 0] + cost[b, 0, 1] + min(slope * abs(a - b), 5.0) for a in range(3) for b in range(3)
        }
        best = propagated(cost, slope, 5.0).argmin(0)[0]
        assert np.isclose(pairs[tuple(map(int, best))], min(pairs.values()))
