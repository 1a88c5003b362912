"""What is written is what Nuke would read: held by a reader made from the grammar, see nk_parser.py."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unreel.plugin import nk
from unreel.plugin.nk import Expression, NkNode

from .nk_parser import NotNk, parse

AWKWARD = [
    "",
    "a b",
    "[exec rm]",
    "$HOME",
    "a{b",
    "}",
    'say "x"',
    "C:\\new",
    "#1",
    "-x",
    "+y",
    "ü 漢",
    "two\nlines",
    ";",
]


def text_of(*nodes: NkNode) -> str:
    return "\n".join(nk.graph_lines(nodes))


@pytest.mark.parametrize("text", AWKWARD)
def test_awkward_texts_come_back(text: str):
    (node,) = parse(text_of(NkNode("A", "Read", (), {"file": text, "raw": True}))).nodes
    assert node.knobs == {"file": text, "raw": "true"}


@given(st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\r\x0b\x0c\x1c\x1d\x1e\x85")))
def test_any_text_comes_back(text: str):
    (node,) = parse(text_of(NkNode("A", "Read", (), {"file": text}))).nodes
    assert node.knobs["file"] == text


@pytest.mark.parametrize(
    ("knob", "held"),
    [(True, "true"), (3, "3"), (0.5, "0.5"), (Expression("parent.way"), "{parent.way}"), ((1.0, 2.0), "1.0 2.0")],
)
def test_values_are_written_as_nuke_has_them(knob: nk.Knob, held: str):
    (node,) = parse(text_of(NkNode("A", "Switch", (), {"which": knob}))).nodes
    assert node.knobs["which"] == held


def test_inputs_are_nukes_with_input_0_first():
    a, b = NkNode("a", "Read"), NkNode("b", "Read")
    nodes = parse(text_of(a, b, NkNode("m", "Merge2", ("b", "a")), NkNode("n", "Merge2", (None, "m")))).nodes
    assert [node.name for node in nodes[2].inputs if node] == ["b", "a"]
    assert nodes[3].inputs == [None, nodes[2]]


def test_a_later_or_second_node_of_a_name_is_refused():
    with pytest.raises(ValueError, match="its input b is no node before it"):
        text_of(NkNode("a", "Dot", ("b",)), NkNode("b", "Read"))
    with pytest.raises(ValueError, match="two nodes of this name"):
        text_of(NkNode("a", "Read"), NkNode("a", "Read"))


def test_a_layer_is_made_known():
    assert parse(nk.layer_line("grid")).layers == {"grid": ["grid.red", "grid.green", "grid.blue", "grid.alpha"]}


@pytest.mark.parametrize("path", ["/a/b.####.exr", "/a b/[x] {y}.exr", "/$HOME/ü.%04d.exr", "/a/\\[b.exr"])
def test_a_path_in_a_file_knob_is_never_evaluated(path: str):
    assert not nk.has_brackets(nk.evaluated_path(path))
    assert nk.plain_path(nk.evaluated_path(path)) == path


def test_brackets_to_evaluate_are_seen():
    assert nk.has_brackets("/a/[value root.name].exr")
    assert nk.has_brackets("\\\\[x]")
    assert not nk.has_brackets("\\[x]")


@pytest.mark.parametrize(
    "text",
    [
        "Read {\n file a b\n name A\n}",  # two values
        'Read {\n file "[exec rm]"\n name A\n}',  # would be evaluated
        "Read {\n file a}b\n name A\n}",
        "Read {\n file a\n}",  # no name
        "Read {\n name A\n name B\n}",
        "Merge2 {\n inputs 2\n name A\n}",  # nothing on the stack
        "push $N0",
        "Read {\n name A\n",
        "Group {\n inputs 0\n name A\n}",  # not ended
        "end_group",
        "python {print 1}",
    ],
)
def test_the_reader_refuses_what_nuke_would(text: str):
    with pytest.raises(NotNk):
        parse(text)
