"""What a node asks of Nuke: values, files, steps of undo, progress, the project."""

from __future__ import annotations

from typing import Any

import pytest
from unreel.plugin.nodes.host import HostFailed

from ..fake_nuke import FakeNuke
from . import nuke_session
from .nuke_session import followed

fake, ours = nuke_session.fake, nuke_session.ours


def test_brackets_that_the_artist_wrote_are_evaluated_and_the_frame_kept(ours: Any, fake: FakeNuke):
    node, host = ours.create("propagate"), ours.NukeHost()
    fake.root["project_directory"].setValue("/jobs")
    node["result"].setValue("[value root.project_directory]/out.%04d.exr")
    assert host.get(node, "result") == "/jobs/out.%04d.exr"
    node["result"].setValue("out/x.exr")
    assert host.get(node, "result") == "/jobs/out/x.exr"
    node["result"].setValue("/a/[value root.project_directory].####.exr")
    with pytest.raises(HostFailed, match="write the name out"):
        host.get(node, "result")


@pytest.mark.parametrize(
    ("node_id", "knob", "value"),
    [
        ("train", "proxy", 640),
        ("train", "proxy", None),
        ("train", "around", False),
        ("train", "around", None),
        ("train", "cell", 8),
        ("train", "further_keys", (3, 9)),
        ("train", "layers", ("a=x y.exr", "b")),
        ("train", "matte_dilate", -2.5),
        ("train", "matte_invert", True),
        ("train", "frames", "1-9x2"),
        ("texture_import", "name", "logo"),
        ("propagate", "way", "rendered"),
        ("propagate", "outputs", ("comp", "stmap")),
    ],
)
def test_values_come_back(ours: Any, node_id: str, knob: str, value: Any):
    node, host = ours.create(node_id), ours.NukeHost()
    host.set(node, knob, value)
    assert host.get(node, knob) == value
    assert node.name().startswith("Unreel_"), "a knob called name is not the node's own"


def test_what_is_no_number_stays_text_for_the_job_to_refuse(ours: Any):
    node, host = ours.create("train"), ours.NukeHost()
    node["proxy"].setValue("big")
    assert host.get(node, "proxy") == "big"


def test_a_read_directly_upstream_is_used_and_nothing_else(ours: Any, fake: FakeNuke):
    node, host = ours.create("train"), ours.NukeHost()
    assert (host.is_connected(node, "plate"), host.upstream_file(node, "plate")) == (False, None)
    read = fake.module.nodes.Read()
    read["file"].setValue("/p/plate.%04d.exr")
    read["first"].setValue(1001)
    read["last"].setValue(1024)
    node.setInput(0, fake.module.nodes.Dot(inputs=[read]))
    found = host.upstream_file(node, "plate")
    assert (found.pattern, found.first, found.last) == ("/p/plate.####.exr", 1001, 1024)
    assert host.is_connected(node, "plate")
    read["frame_mode"].setValue("offset")
    assert host.upstream_file(node, "plate") is None
    node.setInput(0, fake.module.nodes.Invert(inputs=[read]))
    assert host.upstream_file(node, "plate") is None


def test_what_changes_by_itself_is_no_undo_step(ours: Any, fake: FakeNuke):
    node, host = ours.create("train"), ours.NukeHost()
    fake.undo.clear()
    host.say(node, "frame 3 of 9")
    host.set(node, "psnr", "41.2")
    host.colour(node, (0.2, 0.6, 1.0))
    assert fake.undo == []
    assert node["tile_color"].value() == 0x3399FFFF
    with host.undo_step("Start"), host.undo_step("within"):
        host.set(node, "folder", "/x.unreel")
        host.set(node, "frames", "1-9")
    assert [step[0] for step in fake.undo] == ["Start"]


def test_a_job_is_watched_without_holding_nuke_up(ours: Any, fake: FakeNuke):
    host, left = ours.NukeHost(), [True, True, False]
    host.later(lambda: left.pop(0), 0.001)
    followed()
    assert fake.main_thread_calls == (3 if fake.window else 0)
    assert left == []


def test_progress_and_questions_are_nukes_own(ours: Any, fake: FakeNuke):
    host = ours.NukeHost()
    bar = host.progress("Train")
    assert bar.update(0.5, "frame 3") is True
    bar.close()
    fake.cancelled = True
    assert host.progress("Train").update(1.0, "end") is (not fake.window)
    fake.answer = False
    assert host.ask("Sure?") is (not fake.window)
    host.copy("unreel run /x")
    assert ("input" if fake.window else "print", "unreel run /x") in fake.told


def test_the_project_is_the_scripts_own(ours: Any, fake: FakeNuke):
    host = ours.NukeHost()
    assert host.project_folder() is None
    fake.root["name"]._held = "/shots/a.nk"
    assert host.project_folder() == "/shots"
    assert host.frame_range() == (1, 100)
    made_by = host.made_by(ours.create("train"))
    assert made_by == {"host": "nuke", "version": "16.0v1", "node": "Unreel_Train1"}
