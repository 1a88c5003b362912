from __future__ import annotations

import json
import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from unreel.plugin import client, protocol
from unreel.plugin.job import Job, jobs_folder, make_id, write_job
from unreel.plugin.runtime import Runtime, find_runtime
from unreel.qt_panel.model.jobs import JobItem, JobQueue
from unreel.qt_panel.model.loop import InTurn

WORKER = """#!{python} -I
import json, os, pathlib, signal, sys, time
folder = pathlib.Path([one for one in sys.argv[1:] if not one.startswith("-")][-1])
flags = json.loads((folder / "job.json").read_text())["flags"]
log = pathlib.Path(flags["folder"]) / "log"

def say(state, **more):
    text = json.dumps(dict(state=state, pid=os.getpid(), machine=os.uname().nodename, beat=time.time(), **more))
    (folder / "new").write_text(text)
    (folder / "new").rename(folder / "status.json")

def note(what):
    with open(log, "a") as file:
        file.write(flags["output"] + " " + what + chr(10))

note("began")
say("running")
go = pathlib.Path(flags["folder"]) / "go"
while not (go.exists() or flags.get("at_once")):
    if (folder / "cancel").exists():
        note("stopped")
        say("stopped", message="stopped by the artist")
        sys.exit(130)
    if (folder / "pause").exists() and flags["outputs"] == ["comp"]:
        say("paused")
        while (folder / "pause").exists():
            time.sleep(0.01)
        say("running")
    time.sleep(0.01)
told = json.dumps({{"event": "result", "result": {{"count": 3}}}})
(folder / "events.jsonl").write_text(json.dumps({{"event": "progress", "frame": 7}}) + chr(10) + told + chr(10))
note("done")
say("done")
"""


@pytest.fixture(autouse=True)
def worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One that says it runs until the file `go` is in the unreel folder, and notes there what it does."""
    monkeypatch.delenv("UNREEL_PYTHON", raising=False)
    monkeypatch.setenv("UNREEL_HOME", str(tmp_path))
    script = tmp_path / "worker"
    script.write_text(WORKER.format(python=sys.executable), encoding="utf-8")
    script.chmod(0o755)
    (tmp_path / "runtime.json").write_text(json.dumps({"python": str(script)}), encoding="utf-8")
    return script


@pytest.fixture
def loop() -> InTurn:
    return InTurn()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "shot.unreel"
    path.mkdir()
    return path


def render(folder: Path, name: str, command: str = "propagate", **flags: object) -> Job:
    flags = {"folder": str(folder), "output": name, "outputs": ["comp"], **flags}
    return Job(command, flags=flags, made_by={"node": "Propagate"}, id=make_id(command))


def states(queue: JobQueue) -> dict[str, str]:
    return {item.title: item.state for item in queue.items}


def until(loop: InTurn, queue: JobQueue, **wanted: str) -> None:
    assert loop.run(lambda: wanted.items() <= states(queue).items(), 20), states(queue)


def go(folder: Path) -> None:
    (folder / "go").touch()


def log(folder: Path) -> list[str]:
    return (folder / "log").read_text().splitlines()


def test_jobs_of_a_folder_run_one_after_the_other_and_those_of_another_beside_them(
    loop: InTurn, folder: Path, tmp_path: Path
):
    other = tmp_path / "other.unreel"
    other.mkdir()
    queue = JobQueue(loop)
    for name in ("a", "b"):
        queue.add(render(folder, name), name)
    queue.add(render(other, "c"), "c")
    until(loop, queue, a="running", b="waiting", c="running")
    go(folder)
    until(loop, queue, a="done", b="done", c="running")
    assert log(folder) == ["a began", "a done", "b began", "b done"]
    queue.cancel(queue.items[2])
    until(loop, queue, c="stopped")


def test_its_result_events_and_end_are_told(loop: InTurn, folder: Path):
    queue = JobQueue(loop)
    results: list[dict] = []
    heard: list[str] = []
    queue.event.connect(lambda told: heard.append(told[1]["event"]))
    queue.ended.connect(lambda item: heard.append(item.state))
    queue.add(render(folder, "a", at_once=True), "a", results.append)
    until(loop, queue, a="done")
    assert results == [{"count": 3}]
    assert heard == ["progress", "result", "done"]
    assert queue.items[0].fraction == 1 and queue.items[0].line == "frames written"


def test_the_fault_of_one_that_listens_does_not_hold_up_the_queue(loop: InTurn, folder: Path):
    queue, ended = JobQueue(loop), []
    queue.ended.connect(lambda item: ended.append(item.title))
    queue.add(render(folder, "a", at_once=True), "a", lambda result: result["no such thing"])
    queue.add(render(folder, "b", at_once=True), "b")
    with pytest.raises(KeyError):
        loop.run(lambda: False, 20)
    until(loop, queue, a="done", b="done")
    assert ended == ["a", "b"]


def test_what_runs_rests_while_the_queue_is_paused_and_nothing_more_is_started(loop: InTurn, folder: Path):
    queue = JobQueue(loop)
    queue.add(render(folder, "a"), "a")
    queue.add(render(folder, "b"), "b")
    until(loop, queue, a="running")
    queue.pause()
    until(loop, queue, a="paused", b="waiting")
    assert "paused" in queue.items[0].line
    go(folder)
    queue.resume()
    until(loop, queue, a="done", b="done")


def test_one_whose_folder_cannot_be_written_to_does_not_keep_the_queue_at_rest(
    loop: InTurn, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    other = tmp_path / "other.unreel"
    other.mkdir()
    queue = JobQueue(loop)
    locked, free = queue.add(render(folder, "a"), "a"), queue.add(render(other, "b"), "b")
    until(loop, queue, a="running", b="running")
    queue.pause()
    until(loop, queue, a="paused", b="paused")
    unlink = Path.unlink

    def refused(path: Path, missing_ok: bool = False) -> None:
        if path.parent == locked.job_folder:
            raise PermissionError(13, "Permission denied")
        unlink(path, missing_ok)

    monkeypatch.setattr(Path, "unlink", refused)
    queue.resume()
    assert locked.status.message == "Permission denied"
    until(loop, queue, a="paused", b="running")
    assert free.is_active


def test_what_asks_nobody_runs_on_while_the_queue_is_paused(loop: InTurn, folder: Path):
    queue = JobQueue(loop)
    queue.add(render(folder, "a", outputs=["asks nobody"]), "a")
    queue.add(render(folder, "b"), "b")
    until(loop, queue, a="running")
    queue.pause()
    go(folder)
    until(loop, queue, a="done", b="waiting")


def test_those_that_wait_change_places_and_come_first_when_they_are_added_so(loop: InTurn, folder: Path):
    queue = JobQueue(loop)
    first = queue.add(render(folder, "a"), "a")
    last = [queue.add(render(folder, name), name) for name in ("b", "c", "d")][-1]
    queue.add(render(folder, "e"), "e", first=True)
    queue.move(last, 1)
    queue.move(first, 3)  # it runs already
    assert [item.title for item in queue.items] == ["a", "e", "d", "b", "c"]
    go(folder)
    until(loop, queue, c="done")
    assert [line[0] for line in log(folder) if line.endswith("began")] == list("aedbc")


def test_one_that_waits_is_taken_out_of_the_queue_and_what_is_over_off_the_list(loop: InTurn, folder: Path):
    queue = JobQueue(loop)
    running, waits = (queue.add(render(folder, name), name) for name in "ab")
    until(loop, queue, a="running")
    queue.cancel(waits)
    assert waits.state == "stopped" and "taken out of the queue" in waits.line
    queue.forget(waits)
    queue.forget(running)  # it runs
    assert queue.items == (running,)
    queue.cancel(running)
    until(loop, queue, a="stopped")
    assert log(folder) == ["a began", "a stopped"]


def test_a_worker_that_was_killed_is_told_in_its_item_and_the_next_one_is_started(loop: InTurn, folder: Path):
    queue = JobQueue(loop)
    item = queue.add(render(folder, "a"), "a")
    queue.add(render(folder, "b"), "b")
    until(loop, queue, a="running")
    os.kill(item.status.pid or 0, 9)
    until(loop, queue, a="failed", b="running")
    assert "the system killed the worker" in item.line
    go(folder)
    until(loop, queue, b="done")


def test_one_that_was_stopped_is_started_again_in_its_own_turn(loop: InTurn, folder: Path):
    queue = JobQueue(loop)
    results: list[dict] = []
    item = queue.add(render(folder, "a"), "a", results.append)
    until(loop, queue, a="running")
    assert not item.may_go_again
    queue.cancel(item)
    until(loop, queue, a="stopped")
    assert item.may_go_again
    again = queue.again(item)
    assert queue.items == (again,) and again.job.flags == item.job.flags and again.job.id != item.job.id
    go(folder)
    until(loop, queue, a="done")
    assert len(results) == 1


def test_what_cannot_be_started_says_so(loop: InTurn, folder: Path, worker: Path):
    worker.unlink()
    queue = JobQueue(loop)
    item = queue.add(render(folder, "a"), "a")
    assert item.state == "failed" and "there is no such program" in item.line


def test_a_new_window_takes_over_what_runs_and_what_waits(loop: InTurn, folder: Path):
    queue = JobQueue(loop)
    for name in "ab":
        queue.add(render(folder, name), name)
    until(loop, queue, a="running")
    queue.close()
    later = JobQueue(loop)
    assert [item.state for item in later.adopt(folder)] == ["running", "waiting"]
    assert later.adopt(folder) == ()
    assert later.is_paused
    go(folder)
    until(loop, later, Propagate="done", b="waiting")
    later.resume()
    until(loop, later, b="done")
    assert JobQueue(loop).adopt(folder) == ()


def test_a_new_window_finds_what_rests_and_lets_it_go_on(loop: InTurn, folder: Path):
    queue = JobQueue(loop)
    queue.add(render(folder, "a"), "a")
    until(loop, queue, a="running")
    queue.pause()
    until(loop, queue, a="paused")
    queue.close()
    later = JobQueue(loop)
    [item] = later.adopt(folder)
    assert item.state == "paused" and later.is_paused
    go(folder)
    later.resume()
    until(loop, later, Propagate="done")


def test_what_waits_in_another_window_is_left_to_that(loop: InTurn, folder: Path):
    queue = JobQueue(loop)
    queue.pause()
    item = queue.add(render(folder, "a"), "a")
    file = item.job_folder / "queued.json"
    table = json.loads(file.read_text())
    for changed in ({"pid": 1}, {"machine": "elsewhere"}):
        protocol.write_json(file, {**table, **changed})
        assert JobQueue(loop).adopt(folder) == ()
    file.write_text(json.dumps({**table, "pid": None}))
    assert len(JobQueue(loop).adopt(folder)) == 1


def test_jobs_written_for_a_terminal_or_by_a_newer_unreel_are_left_alone(loop: InTurn, folder: Path):
    write_job(render(folder, "a"))
    newer = write_job(replace(render(folder, "b"), protocol=99))
    protocol.write_json(newer / "status.json", {"state": "running", "pid": os.getpid()})
    assert JobQueue(loop).adopt(folder) == ()


def test_a_job_that_a_button_started_is_followed_once_and_holds_up_the_others(loop: InTurn, folder: Path):
    queue = JobQueue(loop)
    job = render(folder, "a", command="train", output=str(folder))
    job_folder = write_job(job)
    running = client.start(job_folder, find_runtime(), detached=True)
    item = queue.follow(running, job, "Train")
    assert queue.follow(running, job, "Train") is item and len(queue.items) == 1
    queue.add(render(folder, "b"), "b")
    until(loop, queue, Train="running", b="waiting")
    go(folder)
    until(loop, queue, Train="done", b="done")


def test_a_movie_is_made_by_the_panels_own_worker(loop: InTurn, folder: Path, monkeypatch: pytest.MonkeyPatch):
    asked: list[str] = []

    def start(job_folder: Path, runtime: Runtime, detached: bool, module: str) -> client.Running:
        asked.append(module)
        raise RuntimeError("not here")

    monkeypatch.setattr(client, "start", start)
    queue = JobQueue(loop)
    queue.add(render(folder, "a", command="movie"), "a")
    queue.add(render(folder, "b"), "b")
    assert asked == ["unreel.qt_panel.movie.worker", "unreel.plugin.worker"]
    assert isinstance(queue.items[0], JobItem) and queue.items[0].line == "failed: not here"
    assert jobs_folder(folder) == queue.items[0].place
