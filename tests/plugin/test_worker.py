"""What goes wrong with real workers: each ends with a clear message, nothing hangs, nothing is lost."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from unreel.core.cli import main
from unreel.core.model import read_model
from unreel.plugin import client, job, protocol
from unreel.plugin.client import Running
from unreel.plugin.runtime import Runtime, worker_command

from .conftest import RUNTIME, Start, train_job, until

pytestmark = pytest.mark.slow


def kept_frames(unreel: Path) -> int:
    return len(read_model(unreel / "checkpoint.safetensors").maps)


def test_a_job_is_done_and_told_whatever_the_host_s_variables_are(short_plate: str, start: Start, tmp_path: Path):
    (tmp_path / "numpy.py").write_text("raise SystemExit('the numpy of the host')")
    variables = {**os.environ, "PYTHONPATH": str(tmp_path), "PYTHONHOME": str(tmp_path), "LD_PRELOAD": "none.so"}
    running = start(train_job(short_plate, tmp_path / "a.unreel"), environ=variables)
    status = running.wait(30)
    assert (status.state, status.exit_code, status.verdict.partition(":")[0]) == (protocol.DONE, 0, "good")
    events = running.events()
    assert [event["seq"] for event in events] == list(range(len(events)))
    assert {event["event"] for event in events} >= {"state", "progress", "log", "early", "result"}
    assert [event["state"] for event in events if event["event"] == "state"] == ["starting", "running", "done"]
    assert running.events() == []
    assert not list((tmp_path / "a.unreel").glob(".*")), "the lock is gone"


def test_cancel_keeps_a_checkpoint_and_resume_goes_on_from_it(long_plate: str, start: Start, tmp_path: Path):
    unreel = tmp_path / "a.unreel"
    running = start(train_job(long_plate, unreel))
    until(running)
    running.cancel()
    status = running.wait(15)
    assert (status.state, status.exit_code) == (protocol.STOPPED, 130)
    assert "stopped by the artist" in status.message and "of 80 frames are kept" in status.message
    assert kept_frames(unreel) >= 2
    again = start(train_job(long_plate, unreel, resume=True))
    assert until(again).stage == "sheets"
    assert any("going on from" in event.get("message", "") for event in again.events())


def test_a_killed_worker_is_told_and_leaves_no_lock(long_plate: str, short_plate: str, start: Start, tmp_path: Path):
    unreel = tmp_path / "a.unreel"
    running = start(train_job(long_plate, unreel))
    until(running)
    assert running.process is not None
    running.process.kill()
    status = running.wait(5)
    assert status.state == protocol.FAILED and status.exit_code == -9
    assert "signal 9" in status.message and "Resume" in status.message
    assert Running.adopt(running.job_folder).poll().state == protocol.LOST
    assert main(["train", short_plate, "-o", str(unreel), "--progress", "none"]) == 0


HOST = """
import sys, time
from pathlib import Path
from unreel.plugin import client
from unreel.plugin.runtime import Runtime
runtime = Runtime(sys.executable, tuple(sys.argv[3:]))
running = client.start(Path(sys.argv[1]), runtime, detached=sys.argv[2] == "detached")
print(running.process.pid, flush=True)
time.sleep(60)
"""


def killed_host(wanted: job.Job, how: str) -> Running:
    """A host that starts a job, and is killed as soon as that trains."""
    folder = job.write_job(wanted)
    command = [sys.executable, "-c", HOST, str(folder), how, *RUNTIME.path]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as host:
        assert host.stdout is not None and host.stdout.readline()
        running = Running.adopt(folder)
        until(running)
        host.kill()
    return running


def test_an_attached_worker_stops_with_a_checkpoint_when_its_host_is_killed(long_plate: str, tmp_path: Path):
    running = killed_host(train_job(long_plate, tmp_path / "a.unreel"), "attached")
    status = running.wait(15)
    assert status.state == protocol.STOPPED and "the host went away" in status.message
    assert kept_frames(tmp_path / "a.unreel") >= 2


def test_a_detached_worker_survives_its_host_and_stops_with_a_checkpoint_on_sigterm(long_plate: str, tmp_path: Path):
    running = killed_host(train_job(long_plate, tmp_path / "a.unreel"), "detached")
    before = running.poll()
    time.sleep(1)
    after = running.poll()
    assert after.state == protocol.RUNNING and after.beat > before.beat
    assert after.pid is not None
    os.kill(after.pid, signal.SIGTERM)
    status = running.wait(15)
    assert status.state == protocol.STOPPED and "stopped by the system" in status.message
    assert kept_frames(tmp_path / "a.unreel") >= 2


def test_an_unreel_folder_deleted_while_open_is_told_and_not_made_anew(long_plate: str, start: Start, tmp_path: Path):
    for attempt in range(4):  # it may be done before we are
        unreel = tmp_path / f"{attempt}.unreel"
        running = start(train_job(long_plate, unreel))
        until(running, "planes")
        shutil.rmtree(unreel.rename(tmp_path / "bin"))
        status = running.wait(30)
        if status.state != protocol.DONE:
            break
    assert status.state == protocol.FAILED and status.exit_code == 1
    assert "is gone: it was deleted or moved" in status.message
    assert not unreel.exists()


def test_a_write_that_fails_as_on_a_full_disk_is_told(short_plate: str, tmp_path: Path):
    folder = job.write_job(train_job(short_plate, tmp_path / "a.unreel"))

    def full() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))

    command = worker_command(RUNTIME, folder, detached=True)
    with open(folder / protocol.LOG, "wb") as log:
        code = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=log, preexec_fn=full, timeout=30).returncode
    status = Running.adopt(folder).poll()
    assert (code, status.state) == (1, protocol.FAILED)
    assert "was not written: File too large" in status.message
    assert main(["train", short_plate, "-o", str(tmp_path / "a.unreel"), "--progress", "none"]) == 0


def test_a_python_without_what_unreel_needs_is_named(short_plate: str, tmp_path: Path):
    """A bare environment that knows where we are, and one that does not."""
    bare = tmp_path / "bare"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(bare)], check=True)
    python = str(bare / "bin" / "python")
    package = tmp_path / "path" / "unreel"
    package.mkdir(parents=True)
    for name in ("core", "plugin"):
        (package / name).symlink_to(Path(sys.modules[f"unreel.{name}"].__path__[0]))
    for path, lacks in (((str(package.parent),), "pydantic"), ((), "unreel")):
        folder = job.write_job(train_job(short_plate, tmp_path / "a.unreel"))
        running = client.start(folder, Runtime(python, path))
        status = running.wait(15)
        running.close()
        assert status.state == protocol.FAILED and f"lacks {lacks}" in status.message
        assert "python3 install doctor" in status.message
    assert not (tmp_path / "a.unreel").exists()


def test_a_program_that_is_none_is_told(short_plate: str, tmp_path: Path):
    folder = job.write_job(train_job(short_plate, tmp_path / "a.unreel"))
    with pytest.raises(RuntimeError, match="the worker was not started: No such file"):
        client.start(folder, Runtime(str(tmp_path / "python")))


def test_two_at_once_the_second_is_refused_with_who_holds_it(
    long_plate: str, short_trained: Path, start: Start, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    unreel = shutil.copytree(short_trained, tmp_path / "a.unreel")
    before = (unreel / "model.safetensors").read_bytes()
    first = start(train_job(long_plate, unreel))
    pid = until(first, "planes").pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)  # it holds the folder for as long as we look
    status = start(train_job(long_plate, unreel)).wait(15)
    assert (status.state, status.exit_code) == (protocol.FAILED, 1)
    assert "is being trained by" in status.message and f"process {pid}" in status.message
    assert "(test," in status.message and "wait, or stop it there" in status.message
    assert main(["propagate", str(unreel), "-o", str(tmp_path / "o.####.exr"), "--outputs", "stmap"]) == 1
    assert "is being trained by" in capsys.readouterr().err
    assert main(["info", str(unreel)]) == 0, "looking is allowed"
    first.cancel()
    os.kill(pid, signal.SIGCONT)
    assert first.wait(15).state == protocol.STOPPED
    assert (unreel / "model.safetensors").read_bytes() == before
    assert main(["propagate", str(unreel), "-o", str(tmp_path / "o.####.exr"), "--outputs", "stmap"]) == 0


def test_a_job_of_a_newer_version_is_refused(short_plate: str, start: Start, tmp_path: Path):
    status = start(replace(train_job(short_plate, tmp_path / "a.unreel"), protocol=2, unreel="9.1")).wait(15)
    assert (status.state, status.exit_code) == (protocol.FAILED, 4)
    assert "a newer Unreel 9.1 (job protocol 2, this is 1)" in status.message
    assert not (tmp_path / "a.unreel").exists()


def test_events_are_json_lines_on_standard_output_too(tmp_path: Path):
    folder = job.write_job(replace(train_job("plate.####.exr", tmp_path / "a.unreel"), protocol=7))
    ran = subprocess.run(worker_command(RUNTIME, folder, True), capture_output=True, text=True, timeout=30)
    assert ran.returncode == protocol.INCOMPATIBLE
    assert ran.stdout == (folder / protocol.EVENTS).read_text()
    assert [json.loads(line)["event"] for line in ran.stdout.splitlines()][-2:] == ["error", "state"]
    assert "a newer Unreel" in ran.stderr


def test_a_call_without_a_job_folder_says_how(tmp_path: Path):
    ran = subprocess.run(worker_command(RUNTIME, tmp_path / "none", True), capture_output=True, text=True)
    assert ran.returncode == protocol.USAGE and "usage:" in ran.stderr
