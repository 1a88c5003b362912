"""The pictures that the solve's tests look at: their motion is known to any fraction of a pixel."""

import numpy as np
from unreel.core.solve.pyramid import Pyramid, make_pyramid
from unreel.core.solve.sheet import lattice_displacement

HEIGHT, WIDTH = 128, 160
Y, X = np.indices((HEIGHT, WIDTH), dtype=np.float32)


def waves(x: np.ndarray, y: np.ndarray, seed: int = 5) -> np.ndarray:
    """Band-limited noise, exact at any place: 60 plane waves of 8 to 200 pixels."""
    rng = np.random.default_rng(seed)
    k, angle, phase = 0.8 * 0.04 ** rng.random(60), *rng.uniform(0, 2 * np.pi, (2, 60))
    along = x[..., None] * (k * np.cos(angle)) + y[..., None] * (k * np.sin(angle))
    return (0.5 + 1.2 * np.cos(along + phase).mean(-1)).astype(np.float32)


def whole(luma: np.ndarray, mask: np.ndarray | None = None) -> Pyramid:
    """A frame all of which is the layer, unless a mask says otherwise."""
    return make_pyramid(luma, np.ones_like(luma) if mask is None else mask)


def smooth_bend(size_pixel: float = 1.5) -> np.ndarray:
    """A displacement [h, w, 2] no 8-pixel cell is too coarse for."""
    knots = np.random.default_rng(8).normal(size=(HEIGHT // 32 + 3, WIDTH // 32 + 3, 2)) * size_pixel
    return lattice_displacement(knots, 32, HEIGHT, WIDTH, 0)


def seen_through(displacement: np.ndarray) -> np.ndarray:
    """The frame whose pixels lie on the key `displacement` [h, w, 2] away."""
    return waves(X + displacement[..., 0], Y + displacement[..., 1])
