"""The surface under a paint, in a shot without a matte: a card slides behind a post over a still ground."""

import numpy as np
import pytest
from unreel.core.engines.around import fit_around, grown
from unreel.core.exr_write import write_frame
from unreel.core.fields.frame_map import evaluate_map
from unreel.core.frame import Frame, Window
from unreel.core.model import Model
from unreel.core.report import never, silent
from unreel.core.settings import make_settings
from unreel.core.shot import Shot, open_shot

from ..solve.pictures import HEIGHT, WIDTH, X, Y, waves

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


def frame(number: int) -> np.ndarray:
    x, y, width, height = CARD
    luma = np.where(box(x + slid(number), y, width, height), waves(X - slid(number), Y), waves(X, Y, seed=9))
    return np.where(box(POST[0], 0, POST[1], HEIGHT), 0.6 + 0.5 * (waves(X, Y, seed=3) - 0.5), luma)


@pytest.fixture(scope="module")
def shot(tmp_path_factory: pytest.TempPathFactory) -> Shot:
    folder = tmp_path_factory.mktemp("card")
    rng = np.random.default_rng(1)
    for number in FRAMES:
        grain = 0.01 * rng.standard_normal((HEIGHT, WIDTH))
        linear = (0.18 * np.exp(2 * (frame(number) + grain) - 1)).astype(np.float32)
        write_frame(folder / f"plate.{number}.exr", Frame(dict.fromkeys("RGB", linear), PICTURE, PICTURE))
    return open_shot(make_settings({"plate": str(folder / "plate.#.exr"), "key": KEY}, "the test"))


@pytest.fixture(scope="module")
def model(shot: Shot) -> Model:
    return fit_around(shot, KEY, box(*PAINT).astype(np.float32), silent, never)


def test_the_paint_is_followed_behind_the_post_and_out_again(model: Model) -> None:
    assert model.complete
    x, y, width, height = PAINT
    for number in FRAMES:
        xy = evaluate_map(model.maps[number], np.arange(WIDTH), np.arange(HEIGHT))
        painted = box(x + slid(number), y, width, height)
        error = np.hypot(xy[..., 0] - (X - slid(number)), xy[..., 1] - Y)
        assert error[painted].max() < 2, number
        assert error[painted & ~box(POST[0], 0, POST[1], HEIGHT)].max(initial=0) < 1, number


def test_grown_reaches_as_far_as_it_says() -> None:
    mask = np.zeros((21, 21), bool)
    mask[10, 10] = True
    reached = grown(mask, 5.0)
    assert reached[10, 15] == 1 and reached[10, 16] == 0
    assert set(np.unique(reached)) == {0.0, 1.0}
