import numpy as np
import pytest
from unreel.qt_panel.live import half
from unreel.qt_panel.live.half import float_of, half_of


@pytest.fixture(params=[half.KNOWS_HALF, False])
def either(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(half, "KNOWS_HALF", request.param)


@pytest.mark.usefixtures("either")
def test_every_half_is_the_same_number_as_a_float_and_comes_back():
    all_of_them = np.arange(1 << 16, dtype=np.uint16).view(np.float16)
    finite = all_of_them[np.isfinite(all_of_them)][: 63488 // 12 * 12].reshape(-1, 4, 3)
    as_float = float_of(finite)
    assert as_float.dtype == np.float32 and as_float.shape == finite.shape
    np.testing.assert_array_equal(as_float, finite.astype(np.float32))
    np.testing.assert_array_equal(half_of(as_float), finite)


@pytest.mark.usefixtures("either")
def test_floats_are_rounded_as_numpy_rounds_them():
    picture = (np.random.default_rng(1).random((40, 30, 4), np.float32) - 0.2) * 50
    np.testing.assert_array_equal(half_of(picture), picture.astype(np.float16))
    np.testing.assert_array_equal(half_of(picture[5:9, 3:20]), picture[5:9, 3:20].astype(np.float16))
