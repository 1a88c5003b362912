from __future__ import annotations

import os
import platform
import subprocess
import sys
import time

import pytest
from unreel.plugin import protocol
from unreel.plugin.client import Running
from unreel.plugin.death import explain
from unreel.plugin.protocol import Status

HERE = platform.node()


@pytest.fixture
def folder(tmp_path):
    protocol.write_json(tmp_path / protocol.JOB, {"protocol": 1})
    return tmp_path


def say(folder, **told):
    now = time.time()
    protocol.write_json(
        folder / protocol.STATUS, {"state": "running", "pid": os.getpid(), "machine": HERE, "beat": now, **told}
    )


def gone_pid():
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    return process.pid


def test_an_adopted_job_runs_while_its_process_does(folder):
    say(folder)
    assert Running.adopt(folder).poll().state == protocol.RUNNING


def test_an_adopted_job_whose_process_is_gone_is_lost(folder):
    say(folder, pid=gone_pid())
    status = Running.adopt(folder).poll()
    assert status.state == protocol.LOST and status.ended
    assert "the process was killed, or the computer switched off; Resume goes on" in status.message


def test_one_on_another_machine_is_lost_when_it_has_been_silent(folder):
    say(folder, machine="elsewhere", pid=gone_pid())
    assert Running.adopt(folder).poll().state == protocol.RUNNING
    say(folder, machine="elsewhere", beat=time.time() - protocol.SILENT_SECONDS - 1)
    assert Running.adopt(folder).poll().state == protocol.LOST


def test_what_was_said_at_the_end_stays(folder):
    say(folder, state="done", pid=gone_pid(), verdict="good: all of it", beat=0)
    assert Running.adopt(folder).poll().verdict == "good: all of it"


def test_a_job_that_was_never_started_is_told(folder):
    assert "never started" in Running.adopt(folder).poll().message


def test_a_folder_without_a_job_is_no_job(tmp_path):
    with pytest.raises(protocol.NotAJob, match="holds no job"):
        Running.adopt(tmp_path)


def test_a_job_folder_that_was_deleted_is_told(folder):
    say(folder)
    with subprocess.Popen([sys.executable, "-c", "raise SystemExit(1)"]) as process:
        process.wait()
        for path in folder.iterdir():
            path.unlink()
        folder.rmdir()
        status = Running(folder, process).poll()
    assert status.state == protocol.FAILED and "the job's folder was deleted while it ran" in status.message


@pytest.mark.parametrize(
    ("code", "log", "told"),
    [
        (-9, "", "most likely because the memory was full"),
        (-11, "", "ended by signal 11"),
        (5, "", "the memory was full"),
        (0, "", "ended without a result"),
        (1, "a\nOSError: odd\n", "exit code 1: OSError: odd"),
        (1, "", "exit code 1; there is nothing in its log"),
        (1, "ModuleNotFoundError: No module named 'torch.nn'", "lacks torch"),
        (1, "python: No module named unreel.plugin", "lacks unreel"),
        (1, "OSError: [Errno 28] No space left on device", "the disk is full"),
        (1, "RuntimeError: CUDA out of memory.", "the memory was full"),
        (None, "", "nothing was heard from the worker on ws1 since its start"),
    ],
)
def test_every_end_has_its_reason(code, log, told):
    assert told in explain(Status("running", machine="ws1"), code, log)


def test_only_a_training_is_resumed_others_are_started_again():
    for code in (None, -9, -11):
        assert explain(None, code, "").endswith("; Resume goes on from the checkpoint")
        assert explain(None, code, "", command="propagate").endswith("; start it again")
