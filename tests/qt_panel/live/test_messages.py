from __future__ import annotations

from typing import get_args

import pytest
from unreel.qt_panel.live.messages import (
    KINDS,
    Failed,
    Invert,
    Inverted,
    Message,
    Misspoken,
    Near,
    Open,
    Painted,
    Place,
    Ready,
    Show,
    Shown,
    Stack,
    Where,
    line_of,
    message_of,
)

EXAMPLES: list[Message] = [
    Open("a/b ü", "Layout(..)", "7", 1 << 29),
    Painted("over", (1, 2, 3, 4)),
    Stack(("add", "over")),
    Show(1001, True, 3),
    Near((1, 2)),
    Where(7, (1.5, -2.0), "to frame"),
    Invert(7),
    Ready(),
    Shown(7, (0, 0, 4, 5), 1, 3),
    Place(7, (1.0, 2.0), "to canonical", (3.0, 4.0), True),
    Inverted(7),
    Failed(7, "no such\nfile", 3),
]


@pytest.mark.parametrize("message", EXAMPLES, ids=lambda message: type(message).__name__)
def test_what_is_said_is_understood(message: Message):
    line = line_of(message)
    assert line.endswith("\n") and line.count("\n") == 1
    assert message_of(line) == message


def test_every_kind_has_an_example():
    assert {type(message) for message in EXAMPLES} == set(get_args(Message)) == set(KINDS.values())


@pytest.mark.parametrize("line", ["", "[]", "3", '{"is": "Nothing"}', '{"is": "Show", "frame": 1}', "{"])
def test_anything_else_is_refused(line: str):
    with pytest.raises(Misspoken):
        message_of(line)
