"""Layers as values."""

from __future__ import annotations

import json

import pytest
from unreel.qt_panel.model.paint.brush import Brush
from unreel.qt_panel.model.paint.layers import Stack
from unreel.qt_panel.model.paint.replay import replay
from unreel.qt_panel.model.paint.strokes import (
    KINDS,
    Line,
    Op,
    Placed,
    Stroke,
    Text,
    is_apart,
    op_from_json,
    op_to_json,
    point,
)

BRUSH = Brush(size=20, hardness=0.5)
OPS: list[Op] = [
    Stroke(BRUSH, (1, 0.5, 0.25), ((1.5, 2.25, 1.0), (3, 4, 0.5)), erase=True),
    Line(BRUSH, (1, 0, 0), (0, 0), (5, 5)),
    Text("two\nlines", "font.ttf", 24, (0, 1, 0), (10, 20), 45, 0.5),
    Placed("a.png", (1, 0, 0, 0, 1, 0, 0, 0, 1), 0.25),
]


def stack(*names: str) -> Stack:
    made = Stack()
    for name in names:
        made = made.added(name, "canonical")
    return made


@pytest.mark.parametrize("op", OPS, ids=lambda op: type(op).__name__)
def test_an_op_comes_back_from_json(op: Op):
    assert op_from_json(json.loads(json.dumps(op_to_json(op)))) == op


def test_every_kind_of_op_is_tried():
    assert {type(op) for op in OPS} == set(KINDS.values())


def test_points_that_add_nothing_are_left_out():
    assert not is_apart(BRUSH, (0, 0, 1), (0.4, 0, 1)) and is_apart(BRUSH, (0, 0, 1), (0.9, 0, 1))
    assert is_apart(BRUSH, (0, 0, 1), (0, 0, 0.9)), "pressure alone makes the dot larger"
    assert point((1.2349, 2), 1.7) == (1.23, 2.0, 1.0)


def test_a_new_layer_is_above_the_one_that_is_painted_on():
    made = stack("a", "b").chosen(0).added("c", 1001)
    assert [layer.name for layer in made.layers] == ["a", "c", "b"] and made.current == 1 and made.layer.on == 1001


@pytest.mark.parametrize(("at", "current", "name"), [(0, 0, "b"), (0, 2, "c"), (2, 2, "b"), (1, 2, "c"), (2, 0, "a")])
def test_the_layer_painted_on_stays_where_another_goes(at: int, current: int, name: str):
    assert stack("a", "b", "c").chosen(current).removed(at).layer.name == name


def test_the_last_layer_can_go():
    empty = stack("a").removed(0)
    assert empty.layer is None and empty.added("b", "canonical").layer.id == 2


@pytest.mark.parametrize(
    ("lines", "damage"),
    [
        ([{"do": "explode"}], "line 1 makes no sense"),
        ([{"do": "undo"}], "line 1 makes no sense"),
        ([{"do": "layers", "layers": [{"id": 1}], "current": 0}], "line 1 makes no sense"),
        ([{"do": "opened"}, {"do": "add", "layer": 7, "op": op_to_json(OPS[1])}], "line 2 makes no sense"),
        ([{"do": "opened"}, "what"], "line 2 makes no sense"),
        ([{"do": "opened"}, {"do": "closed"}], None),
    ],
)
def test_a_line_that_makes_no_sense_is_named(lines: list, damage: str | None):
    found = replay("".join(json.dumps(line) + "\n" for line in lines).encode())
    assert (found.damage or "")[: len(damage or "")] == (damage or "") and (found.damage is None) == (damage is None)
