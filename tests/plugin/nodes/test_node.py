"""Every button does something, in one step of undo, and says what went wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from unreel.plugin.face import read_face
from unreel.plugin.nodes import node as nodes
from unreel.plugin.nodes import propagate
from unreel.plugin.nodes.node import ACTIONS, Actions
from unreel.plugin.nodes.status import WRONG
from unreel.plugin.nodes.tell import NodeFailed

from .conftest import Says
from .fake_host import FakeHost


def unlike(actions: dict[str, Actions]) -> list[str]:
    """Where the actions and the face differ."""
    found = []
    for face in read_face().nodes:
        its = actions.get(face.id)
        buttons = {button.name for button in face.buttons}
        knobs = {knob.name for knob in face.knobs}
        if its is None:
            found.append(face.id)
        else:
            found += [f"{face.id}.{name}" for name in buttons ^ set(its.buttons)]
            found += [f"{face.id}.{name}" for name in set(its.rebuilt_by) - knobs]
    return found


def test_every_button_of_the_face_has_an_action():
    assert unlike(ACTIONS) == []
    lacking = Actions({"make_live": propagate.make_live}, propagate.inside, ("paint",))
    assert "propagate.render" in unlike({**ACTIONS, "propagate": lacking})
    assert "propagate.paint" in unlike({**ACTIONS, "propagate": lacking})


@pytest.mark.parametrize(
    ("id", "button"), [(face.id, button.name) for face in read_face().nodes for button in face.buttons]
)
def test_every_button_of_an_empty_node_says_what_is_lacking(id: str, button: str):
    host = FakeHost()
    node = host.create(id)
    nodes.press(host, node, button)
    assert node.status and len(host.undo) == 1 and not host.timers and not host.bars
    assert (node.tint == WRONG) == (button != "refresh")


@pytest.mark.parametrize("id", [face.id for face in read_face().nodes])
def test_a_new_node_is_filled_without_files(id: str):
    host = FakeHost()
    node = host.create(id)
    nodes.fill(host, node)
    assert node.steps and node.files == {} and not host.undo


def test_a_button_that_is_not_there():
    host = FakeHost()
    with pytest.raises(KeyError, match="node train has no button 'go'"):
        nodes.press(host, host.create("train"), "go")


def test_an_error_is_told_on_the_node_and_ends_a_batch(tmp_path: Path):
    host = FakeHost()
    node = host.create("train")
    nodes.press(host, node, "start")
    assert node.status == "Unreel folder is empty: choose where to keep what is made, or save the project first"
    assert node.tint == WRONG
    batch = FakeHost(is_batch=True, project=tmp_path)
    train = batch.create("train", folder="shot.unreel")
    with pytest.raises(NodeFailed, match="Train1: Plate: connect a Read, or choose the footage"):
        nodes.press(batch, train, "start")


def test_without_an_installed_python_it_says_so(home: Path, tmp_path: Path):
    host = FakeHost(project=tmp_path)
    node = host.create("train", plate="plate.####.exr")
    nodes.press(host, node, "start")
    assert node.status.startswith("Unreel's own Python is not known") and "python3 install" in node.status


def test_a_mode_that_live_has_not_is_told_and_the_inside_stays(tmp_path: Path):
    host = FakeHost()
    node = host.create("propagate")
    nodes.fill(host, node)
    before = node.steps
    node.knobs.update(painted="picture", paint_mode="multiply")
    nodes.changed(host, node, "paint_mode")
    assert node.steps == before and node.status.startswith("mode multiply wants a layer with alpha")
    node.knobs["paint_mode"] = "replace"
    nodes.changed(host, node, "paint_mode")
    assert node.steps != before


def test_other_knobs_leave_the_inside_alone():
    host = FakeHost()
    node = host.create("propagate")
    nodes.changed(host, node, "light")
    assert node.steps == ()


def test_in_a_render_nothing_is_looked_at(tmp_path: Path):
    """A farm opens the script in batch."""
    host = FakeHost(is_batch=True)
    node = host.create("train", folder=str(tmp_path), job=str(tmp_path / "gone"))
    nodes.wake(host, node)
    assert node.status == "" and not host.undo


def test_what_a_job_was_asked_for_by_whom(worker_says: Says, tmp_path: Path):
    from unreel.plugin.job import read_job

    worker_says("export")
    host = FakeHost(project=tmp_path)
    node = host.create("canonical_export", folder="shot.unreel", key=1005)
    (tmp_path / "shot_canonical_1005.exr").touch()
    nodes.press(host, node, "export")
    host.run()
    job = read_job(Path(str(node.knobs["job"])))
    assert job.command == "export" and job.unreel == read_face().version
    assert job.flags["folder"] == str(tmp_path / "shot.unreel")
    assert job.flags["output"] == str(tmp_path / "shot_canonical_1005.exr") == node.files["file"]
    assert {**job.made_by, "host": "fake", "version": "1.0", "node": node.name} == job.made_by
