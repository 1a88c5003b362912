"""A shot without a matte, of known motion: a card slides behind a post over a still ground."""

from pathlib import Path

import numpy as np
from unreel.core.exr_write import write_frame
from unreel.core.fields.frame_map import FrameMap
from unreel.core.fields.homography import translation_matrix
from unreel.core.frame import Frame, Window

from .solve.pictures import HEIGHT, WIDTH, X, Y, waves

FRAMES, KEY = tuple(range(1, 8)), 1
SPEED = 11
"""Of the card, in pixels a frame, to the right."""
CARD = (8, 28, 60, 70)
"""x, y, width, height on the key."""
PAINT = (26, 52, 12, 20)
POST = (76, 18)
"""x, width: the paint is all behind it around frame 6."""
PICTURE = Window(0, 0, WIDTH, HEIGHT)


def box(x: int, y: int, width: int, height: int) -> np.ndarray:
    return (X >= x) & (X < x + width) & (Y >= y) & (Y < y + height)


def slid(number: int) -> int:
    return SPEED * (number - KEY)


def card_map(number: int, key: int = KEY, off: float = 0) -> FrameMap:
    """Where the card's pixels of a frame lie on the key frame, `off` pixels too low."""
    return FrameMap(translation_matrix(slid(key) - slid(number), off))


def write_card(folder: Path, bare: bool = False) -> str:
    """The plate's pattern; a bare card has one colour."""
    rng = np.random.default_rng(1)
    ground, post = waves(X, Y, seed=9), 0.6 + 0.5 * (waves(X, Y, seed=3) - 0.5)
    x, y, width, height = CARD
    for number in FRAMES:
        card = np.float32(0.5) if bare else waves(X - slid(number), Y)
        luma = np.where(box(x + slid(number), y, width, height), card, ground)
        luma = np.where(box(POST[0], 0, POST[1], HEIGHT), post, luma)
        grain = 0.01 * rng.standard_normal((HEIGHT, WIDTH))
        linear = (0.18 * np.exp(2 * (luma + grain) - 1)).astype(np.float32)
        write_frame(folder / f"plate.{number}.exr", Frame(dict.fromkeys("RGB", linear), PICTURE, PICTURE))
    return str(folder / "plate.#.exr")
