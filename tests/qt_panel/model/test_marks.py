from __future__ import annotations

import pytest
from unreel.qt_panel.model.marks import Marks, keys_of, marks_of, runs


@pytest.mark.parametrize(
    ("frames", "step", "found"),
    [
        ((), 1, []),
        ((4,), 1, [(4, 4)]),
        ((1, 2, 3, 7, 9, 10), 1, [(1, 3), (7, 7), (9, 10)]),
        ((1, 3, 5, 9), 2, [(1, 5), (9, 9)]),
    ],
)
def test_frames_that_follow_each_other_are_one_run(frames, step, found):
    assert runs(frames, step) == found


def test_key_frames_are_those_that_the_knobs_name():
    assert keys_of({"key": 1003, "further_keys": (1001, 1010)}) == {1001, 1003, 1010}
    assert keys_of({"key": None}) == frozenset()


def test_marks_come_from_the_training_and_the_paint():
    marks = marks_of({"key": 4, "frames": [7, 8], "keys": [4, 9]}, ["canonical", 3])
    assert (marks.keys, marks.painted, marks.verdict) == ({4}, {3}, {7, 8})
    assert marks_of({}, []) == Marks()
