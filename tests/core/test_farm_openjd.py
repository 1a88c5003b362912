"""A farm's job as it runs, by Open Job Description's own command line."""

import importlib.util
import json
import os
import shlex
import shutil
import signal
import subprocess
import sys

import pytest
from unreel.core.made import stage_of
from unreel.core.model import read_model

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        importlib.util.find_spec("openjd") is None, reason="needs openjd-cli: pip install -e '.[test]' brings it"
    ),
    pytest.mark.skipif(
        os.name == "nt", reason="the stand-ins for the program are shell scripts; run it on Linux or macOS"
    ),
]

PLAIN = ""
KILLED = """
from unreel.core import whole_file
plain = os.replace
def replace(source, target):
    if "1002" in str(target):
        os.kill(os.getpid(), signal.SIGKILL)
    plain(source, target)
whole_file.os.replace = replace
"""
"""It dies when frame 1002 is written and has not its name yet."""
WAITING = """
from unreel.core.cli_progress import Console
asked, log, report = threading.Event(), Console.log, Console.report
def told(self, level, text):
    log(self, level, text)
    asked.set()
def reported(self, said):
    report(self, said)
    if (said.stage, said.done) == ("sheets", 1):
        Console.log = told
        assert asked.wait(300)
Console.report = reported
"""
"""It goes no further than the first sheet until it has told that it stops."""


@pytest.fixture
def program(tmp_path):
    """`unreel`, as a file that can be run, changed by some lines of Python."""

    def make(changed):
        script = tmp_path / "program.py"
        start = "sys.exit(start.main())"
        script.write_text(f"import os, signal, sys, threading\nfrom unreel.core import start\n{changed}\n{start}\n")
        file = tmp_path / "unreel"
        path = os.pathsep.join(filter(None, sys.path))
        words = f"PYTHONPATH={shlex.quote(path)} exec {shlex.quote(sys.executable)} {shlex.quote(str(script))}"
        file.write_text(f'#!/bin/sh\n{words} "$@"\n')
        file.chmod(0o755)
        return file

    return make


@pytest.fixture
def own(painted, tiny_shot, tmp_path):
    """A trained and painted folder and its plate, to change."""
    shutil.copytree(tiny_shot.folder, tmp_path / "plate", ignore=lambda *_: ["tiny.unreel"])
    unreel = shutil.copytree(painted, tmp_path / "tiny.unreel")
    for file in (unreel / "shot.yaml", unreel / "training.yaml"):
        file.write_text(file.read_text().replace(str(tiny_shot.folder), str(tmp_path / "plate")))
    return unreel


def openjd(*words):
    return [sys.executable, "-m", "openjd", *map(str, words)]


def in_session(bundle, program, *words):
    values = f"file://{bundle / 'openjd_values.yaml'}"
    return openjd("run", bundle / "template.yaml", "-p", values, "-p", f"UnreelCommand={program}", *words)


def ended(command):
    return subprocess.run(command, capture_output=True, text=True, timeout=600)


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_it_trains_and_then_writes_the_frames_in_chunks(own, run, program, tmp_path):
    """The plate lies elsewhere on the machine that runs it."""
    values = {"plate": str(tmp_path / "plate" / "plate.####.exr"), "key": 1003, "solve.steps": 3}
    flags = {"output": str(own)}
    job = tmp_path / "job.json"
    job.write_text(json.dumps({"protocol": 1, "command": "train", "values": values, "flags": flags}))
    bundle, out = tmp_path / "bundle", tmp_path / "out" / "r.####.exr"
    assert run("farm", job, "-o", bundle, "--result", out, "--frames-per-task", 3).code == 0
    checked = ended(openjd("check", bundle / "template.yaml"))
    assert checked.returncode == 0, checked.stdout + checked.stderr
    (tmp_path / "plate").rename(tmp_path / "mounted")
    rules = {"source_path_format": "POSIX", "source_path": str(tmp_path / "plate")}
    rules["destination_path"] = str(tmp_path / "mounted")
    mapped = json.dumps({"version": "pathmapping-1.0", "path_mapping_rules": [rules]})
    words = ("--step", "Propagate", "--run-dependencies", "--path-mapping-rules", mapped)
    told = ended(in_session(bundle, program(PLAIN), *words))
    assert told.returncode == 0, told.stdout + told.stderr
    assert "openjd_progress: 100" in told.stdout and "Chunks run: 3" in told.stdout
    training = (own / "training.yaml").read_text()
    assert "steps: 3" in training and str(tmp_path / "mounted") not in training
    (tmp_path / "mounted").rename(tmp_path / "plate")
    assert run("propagate", own, "-o", tmp_path / "whole" / "r.####.exr").code == 0
    assert contents(out.parent) == contents(tmp_path / "whole")
    note = json.loads((own / "made" / f"{stage_of('propagate', out)}.json").read_text())
    assert [number for number, *_ in note["files"]["plate"]] == [1001, 1002, 1003, 1004, 1005]


def test_a_killed_chunk_runs_again_and_a_frame_that_can_t_be_read_fails_its_own(own, run, program, tmp_path):
    bundle, out = tmp_path / "bundle", tmp_path / "out" / "r.####.exr"
    assert run("farm", own, "-o", bundle, "--result", out).code == 0
    assert run("propagate", own, "-o", tmp_path / "whole" / "r.####.exr").code == 0
    chunk = ("--step", "Propagate", "--task-param")
    killed = ended(in_session(bundle, program(KILLED), *chunk, "Frame=1001-1003"))
    assert killed.returncode != 0
    assert not (out.parent / "r.1002.exr").exists() and list(out.parent.glob(".r.1002.*.tmp.exr"))
    again = ended(in_session(bundle, program(PLAIN), *chunk, "Frame=1001-1003"))
    assert again.returncode == 0, again.stdout + again.stderr
    undisturbed = contents(tmp_path / "whole")
    assert contents(out.parent) == {name: undisturbed[name] for name in ("r.1001.exr", "r.1002.exr", "r.1003.exr")}
    plate = tmp_path / "plate" / "plate.1004.exr"
    plate.write_bytes(plate.read_bytes()[:-2000])
    failed = ended(in_session(bundle, program(PLAIN), *chunk, "Frame=1004-1005"))
    assert failed.returncode != 0
    [reason] = [line for line in failed.stdout.splitlines() if "openjd_fail: " in line]
    assert "plate.1004.exr" in reason
    assert not (out.parent / "r.1004.exr").exists() and not list(out.parent.glob(".*"))


def test_a_cancelled_training_leaves_a_checkpoint(own, run, program, tmp_path):
    job = tmp_path / "job.json"
    values = {"plate": str(tmp_path / "plate" / "plate.####.exr"), "key": 1003}
    flags = {"output": str(tmp_path / "new.unreel")}
    job.write_text(json.dumps({"protocol": 1, "command": "train", "values": values, "flags": flags}))
    assert run("farm", job, "-o", tmp_path / "bundle").code == 0
    command = in_session(tmp_path / "bundle", program(WAITING), "--step", "Train")
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as session:
        lines = []
        for line in session.stdout:
            lines.append(line)
            if "openjd_status: sheets: 1 of" in line:
                session.send_signal(signal.SIGTERM)
    assert session.returncode != 0
    assert "openjd_fail: " in "".join(lines), "".join(lines)
    reached = read_model(tmp_path / "new.unreel" / "checkpoint.safetensors")
    assert not reached.complete and reached.maps
