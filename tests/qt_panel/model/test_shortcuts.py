from __future__ import annotations

from collections import Counter
from typing import get_args

from unreel.qt_panel.model.shortcuts import SHORTCUTS, Context, Shortcut, in_context


def twice(shortcuts: tuple[Shortcut, ...]) -> list[tuple[str, str]]:
    """Keys that two actions of a context share."""
    counted = Counter((each.context, key) for each in shortcuts for key in each.keys)
    return [which for which, count in counted.items() if count > 1]


def test_no_key_stands_twice_in_a_context():
    assert twice(SHORTCUTS) == []


def test_a_key_that_stands_twice_is_found():
    assert twice((*SHORTCUTS, Shortcut("made.up", ("F1",), "Made up"))) == [("everywhere", "F1")]


def test_every_action_has_a_key_on_some_page_and_no_page_has_one_twice():
    for context in get_args(Context):
        keys = [key for keys in in_context(context).values() for key in keys]
        assert len(keys) == len(set(keys)), context
    assert all(in_context(each.context)[each.id] for each in SHORTCUTS)


def test_a_pages_own_key_goes_before_that_of_everywhere():
    assert in_context("paint")["tool.brush"] == ("B",) and in_context("paint")["view.blue"] == ()
    assert in_context("train")["view.blue"] == ("B",) and "tool.brush" not in in_context("train")
