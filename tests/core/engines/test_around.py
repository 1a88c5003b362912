"""The surface under a paint, in a shot without a matte."""

import numpy as np
import pytest
from unreel.core.engines.around import fit_around, grown
from unreel.core.fields.frame_map import evaluate_map
from unreel.core.model import Model
from unreel.core.report import never, silent
from unreel.core.settings import make_settings
from unreel.core.shot import Shot, open_shot

from ..card import FRAMES, KEY, PAINT, POST, box, slid, write_card
from ..solve.pictures import HEIGHT, WIDTH, X, Y


@pytest.fixture(scope="module")
def shot(tmp_path_factory: pytest.TempPathFactory) -> Shot:
    return open_shot(make_settings({"plate": write_card(tmp_path_factory.mktemp("card")), "key": KEY}, "the test"))


@pytest.fixture(scope="module")
def model(shot: Shot) -> Model:
    return fit_around(shot, KEY, box(*PAINT).astype(np.float32), silent, never)


@pytest.mark.slow
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
