"""Train: started, stopped, detached, found again; and what is told of it."""

from __future__ import annotations

import errno
import json
import time
from pathlib import Path

import pytest
from unreel.plugin import stale
from unreel.plugin.job import read_job
from unreel.plugin.nodes import node as nodes
from unreel.plugin.nodes import started
from unreel.plugin.nodes.status import BUSY, GOOD, STALE, WRONG
from unreel.plugin.nodes.tell import NodeFailed

from .conftest import Says
from .fake_host import FakeHost, FakeNode


@pytest.fixture
def host(tmp_path: Path, worker_says: Says) -> FakeHost:
    worker_says("train", {"psnr": 38.21, "verdict": "good: it matches"}, psnr=38.21, verdict="good: it matches")
    worker_says("sheet")
    return FakeHost(project=tmp_path)


@pytest.fixture
def waiting(worker_says: Says) -> None:
    """The worker ends only when it is asked to stop."""
    worker_says("train", at_once=False, state="stopped", message="stopped by the artist; 3 frames are kept")


def train(host: FakeHost) -> FakeNode:
    return host.create("train", folder="shot.unreel", plate="/p/plate.####.exr")


def trained(
    host: FakeHost,
    settings: dict[str, object] | None = None,
    files: dict[str, object] | None = None,
    asked: tuple[str, ...] = (),
) -> Path:
    """A folder with the note that the core leaves."""
    note = Path(str(host.project)) / "shot.unreel" / "made" / "train.json"
    note.parent.mkdir(parents=True)
    used = {"plate": "/p/plate.####.exr", "missing": "error", "preset": "standard", "seed": 0, **(settings or {})}
    told = {"id": "1", "stage": "train", "settings": used, "files": files or {}, "asked": asked}
    note.write_text(json.dumps(told))
    return note.parents[1]


def test_what_came_of_it_stands_on_the_node(host: FakeHost):
    node = train(host)
    nodes.press(host, node, "start")
    assert node.status == "training: starting" and node.tint == BUSY
    host.run()
    assert node.status == "trained, 38.2 dB; good: it matches" and node.tint == GOOD
    assert (node.knobs["psnr"], node.knobs["verdict"]) == ("38.2 dB", "good: it matches")
    assert host.undo == ["Train: Start", "trained, 38.2 dB; good: it matches"]


def test_each_layer_has_its_verdict(host: FakeHost, worker_says: Says, tmp_path: Path):
    worker_says("train", {"unreel": "/s.unreel", "car": "key 3, good: yes", "background": "key 1, split: no"})
    node = train(host)
    nodes.press(host, node, "start")
    host.run()
    assert node.knobs["verdict"] == "car: key 3, good: yes; background: key 1, split: no"
    assert node.knobs["psnr"] is None


def test_stop_keeps_what_was_reached(host: FakeHost, waiting: None):
    node = train(host)
    nodes.press(host, node, "start")
    nodes.press(host, node, "start")
    assert node.status == "training already; wait for it, or stop it first"
    nodes.press(host, node, "stop")
    host.run()
    assert node.status == "stopped: stopped by the artist; 3 frames are kept" and node.tint == STALE
    nodes.press(host, node, "stop")
    assert node.status == "nothing runs here"
    nodes.press(host, node, "refresh")
    assert node.status == "stopped: stopped by the artist; 3 frames are kept"


def test_the_host_s_own_cancel_is_stop(host: FakeHost, waiting: None):
    node = train(host)
    host.cancels = lambda bar: len(bar.fractions) >= 2
    nodes.press(host, node, "start")
    host.run()
    assert node.status.startswith("stopped: ") and not host.bars[0].is_open


def test_a_batch_ends_with_what_went_wrong(worker_says: Says, tmp_path: Path):
    worker_says("train", state="failed", message="plate.1003.exr is missing")
    host = FakeHost(is_batch=True, project=tmp_path)
    with pytest.raises(NodeFailed, match=r"Train1: failed: plate\.1003\.exr is missing"):
        nodes.press(host, train(host), "start")
    worker_says("train", {"psnr": 40.0})
    node = train(host)
    nodes.press(host, node, "start")
    assert node.status == "trained" and node.knobs["psnr"] == "40.0 dB" and not host.timers


def test_resume_is_asked_for(host: FakeHost):
    node = train(host)
    nodes.press(host, node, "resume")
    host.run()
    assert read_job(Path(str(node.knobs["job"]))).flags["resume"] is True


def test_training_anew_is_asked_about(host: FakeHost):
    trained(host)
    node = train(host)
    host.answers = [False, True]
    nodes.press(host, node, "start")
    assert node.knobs["job"] is None and host.questions == [
        "shot.unreel is trained already. Train it anew? Textures are kept."
    ]
    nodes.press(host, node, "start")
    assert node.knobs["job"]
    host.run()


def test_a_detached_one_is_found_by_the_next_host(host: FakeHost, waiting: None, tmp_path: Path):
    node = train(host)
    nodes.press(host, node, "detach")
    folder = Path(str(node.knobs["job"]))
    running = started.find(folder)
    assert running.process is not None and running.process.stdin is None
    started.forget(running)  # as the host's end does

    later = FakeHost(project=tmp_path)
    reopened = later.create("train", **{knob: node.knobs[knob] for knob in ("folder", "plate", "job")})
    nodes.wake(later, reopened)
    assert reopened.status == "training: starting" and len(later.timers) == 1
    nodes.wake(later, reopened)
    assert len(later.timers) == 1, "it is followed once"
    nodes.press(later, reopened, "stop")
    later.run()
    assert reopened.status == "stopped: stopped by the artist; 3 frames are kept"


def test_one_that_ended_meanwhile_is_shown(host: FakeHost, tmp_path: Path):
    node = train(host)
    nodes.press(host, node, "detach")
    running = started.find(Path(str(node.knobs["job"])))
    assert running.wait(10).ended
    started.forget(running)
    trained(host)

    later = FakeHost(project=tmp_path)
    reopened = later.create("train", **{knob: node.knobs[knob] for knob in ("folder", "plate", "job")})
    nodes.wake(later, reopened)
    later.run()
    assert reopened.status == "trained, 38.2 dB; good: it matches" and reopened.tint == GOOD
    assert reopened.knobs["psnr"] == "38.2 dB"


def test_a_job_of_a_newer_unreel_is_told(host: FakeHost, tmp_path: Path):
    node = train(host)
    nodes.press(host, node, "start")
    host.run()
    file = Path(str(node.knobs["job"])) / "job.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "protocol": 9, "unreel": "7.0"}))
    nodes.press(host, node, "refresh")
    assert "was made by a newer Unreel 7.0 (job protocol 9, this is 1)" in node.status and node.tint == WRONG


@pytest.mark.parametrize(
    ("knobs", "reason"),
    [
        ({}, ""),
        ({"preset": "hero"}, "out of date: preset was standard, now hero: train again"),
        ({"key": 1003}, "out of date: key was not set, now 1003: train again"),
        ({"matte": "/m/m.####.exr"}, "out of date: matte.path was not set, now /m/m.####.exr: train again"),
        ({"frames": "1-9"}, "out of date: frames was not set, now 1-9: train again"),
        ({"threads": 4, "memory": 8.0}, ""),
        (
            {"plate": "/q/plate.####.exr"},
            "out of date: plate was /p/plate.####.exr, now /q/plate.####.exr: train again",
        ),
    ],
)
def test_what_is_asked_for_now_is_compared(host: FakeHost, knobs: dict[str, object], reason: str):
    trained(host)
    node = train(host)
    node.knobs.update(knobs)  # type: ignore[arg-type]
    nodes.press(host, node, "refresh")
    host.run()
    assert node.status == (reason or "trained") and node.tint == (STALE if reason else GOOD)


def test_a_switch_of_the_matte_set_back_is_found(host: FakeHost):
    trained(host, {"matte": {"path": "/m/m.####.exr", "invert": True, "dilate": 0.0}})
    node = train(host)
    node.knobs["matte"] = "/m/m.####.exr"
    nodes.press(host, node, "refresh")
    host.run()
    assert node.status == "out of date: matte.invert was True, now False: train again"


def test_a_folder_that_was_deleted_is_told(host: FakeHost):
    node = train(host)
    nodes.press(host, node, "start")
    host.run()
    nodes.press(host, node, "refresh")
    host.run()
    assert node.status == "out of date: the unreel folder is gone: it was deleted or moved"


def test_a_worker_that_is_killed_says_why(host: FakeHost, waiting: None):
    node = train(host)
    nodes.press(host, node, "start")
    running = started.find(Path(str(node.knobs["job"])))
    assert running.process is not None
    running.process.kill()
    host.run()
    assert node.status.startswith("failed: the system killed the worker (signal 9)") and node.tint == WRONG
    assert "Resume goes on from the checkpoint" in node.status


def test_a_full_disk_is_told(host: FakeHost, monkeypatch: pytest.MonkeyPatch):
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", "/s/shot.unreel.jobs")

    monkeypatch.setattr("unreel.plugin.nodes.watch.write_job", full)
    node = train(host)
    nodes.press(host, node, "start")
    assert node.status == "/s/shot.unreel.jobs: No space left on device" and node.tint == WRONG


def test_a_knob_that_was_set_back_is_told(host: FakeHost):
    trained(host, settings={"solve": {"proxy": 640}}, asked=("solve.proxy", "solve.threads", "solve.memory"))
    node = train(host)
    node.knobs["proxy"] = 640
    nodes.press(host, node, "refresh")
    assert node.status == "trained"
    node.knobs["proxy"] = None
    nodes.press(host, node, "refresh")
    assert node.status == "out of date: solve.proxy was 640, now not set: train again"


def test_a_note_that_can_t_be_read_is_told(host: FakeHost):
    trained(host, files={"plate": [["1"]]})
    node = train(host)
    nodes.press(host, node, "refresh")
    host.run()
    assert node.status.startswith("out of date: the note of what it was made of cannot be read") and node.tint == STALE


def test_a_node_that_is_deleted_leaves_its_job_alone(host: FakeHost, waiting: None):
    node = train(host)
    nodes.press(host, node, "start")
    running = started.find(Path(str(node.knobs["job"])))
    host.nodes.remove(node)
    node.knobs["status"] = ""
    host.tick()
    assert not host.timers and not host.bars[0].is_open and not running.poll().ended
    running.cancel()
    assert running.wait(10).ended
    started.forget(running)


def test_a_slow_disk_does_not_hold_the_host(host: FakeHost, monkeypatch: pytest.MonkeyPatch):
    trained(host)
    node = train(host)

    def slow(*_: object) -> list[str]:
        time.sleep(0.6)
        return ["plate frame 3 changed since the solve"]

    monkeypatch.setattr(stale, "check", slow)
    began = time.monotonic()
    nodes.press(host, node, "refresh")
    assert time.monotonic() - began < 0.5 and node.status == "" and host.timers
    host.run()
    assert node.status == "out of date: plate frame 3 changed since the solve"


def test_the_contact_sheet_is_written_and_opened(host: FakeHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    opened: list[str] = []
    monkeypatch.setattr("unreel.plugin.nodes.train.open_path", opened.append)
    node = train(host)
    nodes.press(host, node, "sheet")
    host.run()
    job, sheet = read_job(Path(str(node.knobs["job"]))), str(tmp_path / "shot.unreel" / "contact_sheet.png")
    assert (job.command, job.flags) == ("sheet", {"folder": str(tmp_path / "shot.unreel"), "output": sheet})
    assert job.id.split("-")[2] == "sheet" and not job.values
    assert opened == [sheet] == [node.knobs["sheet_file"]] and node.status == "contact sheet written"


def test_the_command_does_the_same_in_a_terminal(host: FakeHost, tmp_path: Path):
    node = train(host)
    nodes.press(host, node, "copy_command")
    command, _, folder = host.clipboard.rpartition(" ")
    assert command == "unreel run" and read_job(Path(folder)).values == {"plate": "/p/plate.####.exr"}


def test_a_training_goes_to_a_farm(host: FakeHost, tmp_path: Path, worker_says: Says):
    bundle = tmp_path / "shot.unreel.farm" / "v001"
    worker_says("farm", {"bundle": str(bundle)})
    renders = tmp_path / "shot.unreel" / "renders"
    (renders / "v001").mkdir(parents=True)
    node = train(host)
    nodes.press(host, node, "farm")
    host.run()
    farm = read_job(Path(str(node.knobs["job"])))
    assert (farm.command, farm.flags["output"]) == ("farm", str(bundle))
    assert farm.flags["result"] == str(renders / "v002" / "shot.####.exr"), "v001 is the artist's"
    assert read_job(Path(farm.flags["job"])).command == "train"
    assert node.status == f"farm job: {bundle}"
