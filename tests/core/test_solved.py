"""A solved shot: what passes over a canvas share, and how often a frame is read."""

import numpy as np
import pytest
from unreel.core import shot as shot_module
from unreel.core import solved as solved_module
from unreel.core.exr_read import read_frame
from unreel.core.solved import Seen, open_solved
from unreel.core.unreel_folder import UnreelFolder

pytestmark = pytest.mark.slow
OTHERS = [1001, 1002, 1004, 1005]


@pytest.fixture
def solved(trained):
    return open_solved(UnreelFolder(trained))


@pytest.fixture
def read(monkeypatch):
    """The files that are read from now on."""
    names = []

    def counted(path):
        names.append(path.name)
        return read_frame(path)

    monkeypatch.setattr(shot_module, "read_frame", counted)
    return names


def never(*_):
    raise AssertionError("this was known")


def test_a_second_pass_sees_the_same_and_finds_nothing_anew(solved, monkeypatch):
    kept: dict[int, Seen] = {}
    first = list(solved.views(solved.shot.raster, None, kept))
    for name in ("invert_map", "compute_visibility"):
        monkeypatch.setattr(solved_module, name, never)
    again = list(solved.views(solved.shot.raster, None, kept))
    assert [view.frame_number for view in first] == [view.frame_number for view in again] == OTHERS
    for one, other in zip(first, again, strict=True):
        assert np.array_equal(one.xy_frame, other.xy_frame) and np.array_equal(one.visible, other.visible)
    with pytest.raises(AssertionError, match="known"):
        list(solved.views(solved.shot.raster, None))


def test_what_passes_share_is_bounded(solved, monkeypatch):
    kept: dict[int, Seen] = {}
    list(solved.views(solved.shot.raster, [1001], kept))
    monkeypatch.setattr(solved_module, "MOST_KEPT_BYTES", 3 * kept[1001].bytes)
    assert len(list(solved.views(solved.shot.raster, None, kept))) == 4
    assert list(kept) == [1001, 1002, 1004]


def test_a_view_and_its_picture_are_one_reading_of_the_frame(solved, read):
    for view in solved.views(solved.shot.raster, None):
        solved.plate(view.frame_number)
    assert sorted(read) == [f"plate.{number}.exr" for number in (1001, 1002, 1003, 1004, 1005)]


def test_a_frame_at_hand_is_not_read_again_for_what_it_shows(solved, read):
    frame = solved.shot.read_plate(1002)
    solved.surface(1002, frame)
    solved.confidence(1002, frame)
    assert read == ["plate.1002.exr", "plate.1003.exr"]  # the key frame, once, to compare with


def test_the_map_at_some_places_is_that_of_the_whole_frame(solved):
    columns, rows = np.array([0, 7, 95]), np.array([3, 63])
    whole = solved.xy_key(1001)[np.ix_(rows, columns)]
    np.testing.assert_allclose(solved.xy_key_at(1001, columns, rows), whole, atol=1e-4)
