"""Our lines in a file of the user's: put in, renewed, taken out, and left alone where a hand was at them."""

from __future__ import annotations

import pytest
from block import BlockChanged, with_block, without_block

LINES = ("import nuke", "nuke.pluginAddPath('/a')")
OTHER = ("import nuke", "nuke.pluginAddPath('/b')")


@pytest.mark.parametrize("text", ["", "x = 1\n", "x = 1", "x = 1\r\ny = 2\r\n", "\n\n", "# >>> conda\n# <<< conda\n"])
def test_what_was_put_in_is_taken_out(text):
    back = without_block(with_block(text, LINES))
    assert back == text or (back in (text + "\n", text + "\r\n") and not text.endswith("\n"))


def test_the_lines_stand_between_two_marks_at_the_end():
    lines = with_block("x = 1\n", LINES).splitlines()
    assert lines[0] == "x = 1"
    assert lines[1].startswith("# >>> Unreel ")
    assert tuple(lines[2:4]) == LINES
    assert lines[4:] == ["# <<< Unreel"]


def test_putting_them_in_twice_changes_nothing():
    once = with_block("x = 1", LINES)
    assert with_block(once, LINES) == once


def test_new_lines_go_where_the_old_ones_were():
    text = with_block("x = 1\n", LINES) + "y = 2\n"
    renewed = with_block(text, OTHER)
    assert "'/a'" not in renewed
    assert renewed.startswith("x = 1\n# >>> Unreel ") and renewed.endswith("# <<< Unreel\ny = 2\n")
    assert with_block(renewed, LINES) == text


def test_the_ends_of_the_lines_are_the_files_own():
    text = with_block("x = 1\r\n", LINES)
    assert text.count("\r\n") == text.count("\n") == 5
    assert with_block(text, LINES) == text


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("'/a'", "'/mine'"),
        ("import nuke\n", "import nuke\nimport mine\n"),
        ("# <<< Unreel\n", ""),
        ("# >>> Unreel", "# Unreel"),
        (": python3 install", " python3 install"),
    ],
)
def test_a_change_by_hand_is_refused(old, new):
    text = with_block("x = 1\n", LINES)
    assert old in text
    changed = text.replace(old, new)
    with pytest.raises(BlockChanged):
        with_block(changed, OTHER)
    with pytest.raises(BlockChanged):
        without_block(changed)


def test_two_blocks_are_refused():
    text = with_block("", LINES)
    with pytest.raises(BlockChanged, match="once each"):
        with_block(text + text, LINES)


def test_a_change_beside_the_lines_is_none():
    text = "a = 0\n" + with_block("x = 1\n", LINES) + "y = 2\n"
    assert without_block(text) == "a = 0\nx = 1\ny = 2\n"
