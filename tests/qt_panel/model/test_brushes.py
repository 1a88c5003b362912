"""Brush, eraser and colours: in their limits, and back at the next start."""

from __future__ import annotations

import json

import pytest
from unreel.qt_panel.model.brushes import RECENT, Brushes
from unreel.qt_panel.model.paint.brush import Brush


def test_what_is_kept_comes_back():
    brushes = Brushes({})
    brushes.change(size=77.0, hardness=0.2, pressure_opacity=True)
    brushes.use("eraser")
    brushes.change(size=9.0)
    brushes.take_colour((4.0, 0.5, -0.1))
    brushes.painted()
    again = Brushes(json.loads(json.dumps(brushes.to_json())))
    assert again.brushes == brushes.brushes and again.colour == (4.0, 0.5, -0.1) and again.recent == brushes.recent
    assert again.which == "brush" and again.brush.size == 77


@pytest.mark.parametrize(
    "kept",
    [
        {"brush": 7, "colour": "red", "recent": 3},
        {"brush": {"size": "large", "hardness": 9.0, "opacity": None}, "colour": [1, 2], "recent": [[1]]},
        {"brush": {"size": -4.0}, "colour": [1, 2, float("nan")]},
    ],
)
def test_what_makes_no_sense_is_left_out(kept):
    brushes = Brushes(kept)
    assert brushes.brush == Brush() and len(brushes.colour) == 3 and brushes.recent == ()


def test_keys_step_and_stop_at_the_ends():
    brushes = Brushes({})
    told = []
    brushes.changed.connect(told.append)
    sizes = [brushes.brush.size]
    for _ in range(60):
        brushes.larger(1)
        sizes.append(brushes.brush.size)
    assert sizes == sorted(sizes) and sizes[-1] == 1000 and sizes[1] > sizes[0]
    for _ in range(100):
        brushes.larger(-1)
    assert brushes.brush.size == 1
    brushes.larger(1)
    assert brushes.brush.size == 2, "a pixel at least"
    count = len(told)
    for _ in range(20):
        brushes.harder(1)
    assert brushes.brush.hardness == 1 and len(told) == count + 3, "told only where something changed"


def test_colours_used_last_come_first_and_once():
    brushes = Brushes({})
    for at in [*range(RECENT + 3), 5]:
        brushes.take_colour((float(at), 0.0, 0.0))
        brushes.painted()
    assert [colour[0] for colour in brushes.recent] == [5, 10, 9, 8, 7, 6, 4, 3]
