"""The model file."""

from pathlib import Path

import numpy as np
import pytest
from unreel.core.errors import IncompatibleModel
from unreel.core.fields.frame_map import IDENTITY, FrameMap
from unreel.core.frame import Window
from unreel.core.model import Model, read_model, write_model


def model() -> Model:
    rng = np.random.default_rng(9)
    by_columns = np.asfortranarray(rng.normal(size=(3, 3)))  # as linear algebra may give it
    residual, seen = np.ones((4, 4, 2), np.float16), rng.random((25, 50)) > 0.5
    bent = FrameMap(by_columns, rng.normal(size=(5, 6, 2)), 8, (16, 32), residual, seen)
    return Model(7, Window(-3, 2, 100, 50), (50, 25), "soft", {7: IDENTITY, 8: bent}, True, {"mean": {"psnr": 30.0}})


def test_a_model_comes_back_as_it_was(tmp_path: Path) -> None:
    write_model(tmp_path / "m.safetensors", model())
    found, wrote = read_model(tmp_path / "m.safetensors"), model()
    assert (found.key, found.raster, found.solve_size, found.figures) == (7, wrote.raster, (50, 25), wrote.figures)
    for name in ("homography", "knots", "residual", "seen"):
        np.testing.assert_array_equal(getattr(found.maps[8], name), getattr(wrote.maps[8], name))
    assert found.maps[8].offset == (16, 32) and found.maps[7].knots is None


def test_the_same_model_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in "ab":
        write_model(tmp_path / name, model())
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    write_model(tmp_path / "m", model())
    (tmp_path / "m").write_bytes((tmp_path / "m").read_bytes()[:100])
    with pytest.raises(IncompatibleModel, match="train again"):
        read_model(tmp_path / "m")


def test_another_schema_is_refused(tmp_path: Path) -> None:
    write_model(tmp_path / "m", model())
    raw = (tmp_path / "m").read_bytes()
    assert raw.count(b'\\"schema\\": 1') == 1
    (tmp_path / "m").write_bytes(raw.replace(b'\\"schema\\": 1', b'\\"schema\\": 2'))
    with pytest.raises(IncompatibleModel, match="schema 2"):
        read_model(tmp_path / "m")
