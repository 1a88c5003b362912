"""What the real nodes' knobs become as a job, and that the core takes it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from unreel.core import job as core_job
from unreel.plugin.face import Knob, read_face
from unreel.plugin.job import BadKnob, make_job, write_job

VALUES = {
    "text": "1001",
    "int": 7,
    "float": 0.5,
    "bool": True,
    "frames": "1001-1005",
    "numbers": "7 9",
    "names": "layer stmap",
    "file": "/plates/a.####.exr",
}
NODES = read_face().nodes


def filled(knob: Knob) -> Any:
    """A value as a host has it, other than the default and within the range."""
    if knob.choices:
        return str(knob.choices[-1])
    least = (knob.range or (None, None))[0]
    return VALUES[knob.type] if least is None else max(VALUES[knob.type], least)


@pytest.mark.parametrize("node", NODES, ids=lambda node: node.id)
def test_the_core_takes_every_knob_of_a_node(node: Any, tmp_path: Path):
    knobs = {knob.name: filled(knob) for knob in node.knobs if knob.owner["kind"] != "own"}
    if node.id == "train":
        knobs["layers"] = None  # instead of a matte and keys
    job = make_job(node, knobs)
    asked = {knob.owner["name"] for knob in node.knobs if knob.owner["kind"] != "own"}
    assert {name.lstrip("-") for name in asked} - {*job.values, *job.flags} == (
        {"layer"} if node.id == "train" else set()
    )
    read = core_job.read_job(write_job(job, tmp_path))
    assert (read.command, dict(read.values)) == (node.command, job.values)


def test_a_choice_of_numbers_is_a_number_again():
    train = read_face().node("train")
    given = {"plate": "/a.####.exr", "folder": "/a.unreel"}
    assert make_job(train, {**given, "cell": "16"}).values["solve.cell"] == 16
    with pytest.raises(BadKnob, match="Lattice cell: '5' is none of 4, 8, 16"):
        make_job(train, {**given, "cell": "5"})


def test_what_is_left_alone_is_left_to_the_preset():
    job = make_job(read_face().node("train"), {"plate": "/a.####.exr", "folder": "/a.unreel", "preset": "hero"})
    assert job.values == {"plate": "/a.####.exr", "preset": "hero"}
