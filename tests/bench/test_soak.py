from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import typer.main
from unreel.core.cli import app
from unreel.core.exr_write import write_frame
from unreel.core.frame import Frame, Window

from bench import soak_inside, soak_run
from bench.soak import format_table, read_log, run_jobs
from bench.soak_checks import MARK, broken_files, faults_told, leftovers, strays
from bench.soak_faults import can_mount
from bench.soak_inside import run_inside
from bench.soak_plan import COMMANDS, FAULTS, draw_plan, words_of
from bench.soak_run import Ended, Result, run_job, wrong_end
from bench.soak_shots import Place, SmallShot

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells of processes in /proc")
SHOT = SmallShot(
    (1001, 1002, 1003), (64, 48), True, (), {"plate": "p.####.exr", "matte.path": "m.####.exr", "key": 1002}
)


def plans(count: int) -> list[soak_run.Plan]:
    return [draw_plan(n, np.random.default_rng([5, n]), Place(Path("/place")), SHOT) for n in range(count)]


def test_jobs_are_drawn_the_same_again_and_the_command_line_takes_them():
    drawn = plans(120)
    assert drawn == plans(120)
    assert {plan.command for plan in drawn} == set(COMMANDS) and {plan.fault for plan in drawn} == set(FAULTS)
    commands = typer.main.get_command(app).commands
    for plan in drawn:
        words = words_of(plan)
        if plan.command != "batch":
            commands[words[0]].make_context(words[0], words[1:])


def test_half_files_are_found(tmp_path: Path):
    window = Window(0, 0, 8, 8)
    write_frame(tmp_path / "a.1.exr", Frame({"Y": np.ones((8, 8), np.float16)}, window, window))
    (tmp_path / "a.json").write_text('{"a": 1}')
    assert list(broken_files(tmp_path, None)) == []
    whole = (tmp_path / "a.1.exr").read_bytes()
    (tmp_path / "b.1.exr").write_bytes(whole[:-20])
    (tmp_path / ".b.2.tmp.exr").write_bytes(whole[:-20])
    (tmp_path / "b.json").write_text('{"a": ')
    (tmp_path / "b.safetensors").write_bytes(b"\0" * 9)
    found = [line.split()[0] for line in broken_files(tmp_path, None)]
    assert found == ["b.1.exr", "b.json", "b.safetensors"]
    assert len(list(broken_files(tmp_path, tmp_path / "b.json"))) == 2
    assert len(list(leftovers([tmp_path]))) == 1


def test_a_process_that_was_left_behind_is_found():
    child = subprocess.Popen(["sleep", "60"], env={**os.environ, MARK: "this test"})
    try:
        assert strays("this test") == [child.pid]
    finally:
        child.kill()
        child.wait()
    assert strays("this test") == []


def test_a_bad_end_is_told():
    plan = plans(1)[0]
    plan = soak_run.replace(plan, command="train", via="command line", fault="none")
    assert list(wrong_end(plan, Ended(0, False, "", "", "done"))) == []
    assert "did not end" in next(wrong_end(plan, Ended(None, False, "", "")))
    assert "without a reason" in next(wrong_end(plan, Ended(1, False, "", "")))
    assert "exit code 1: no plate" in next(wrong_end(plan, Ended(1, False, "", "no plate")))
    assert list(wrong_end(soak_run.replace(plan, fault="kill"), Ended(-9, True, "", ""))) == []
    assert "signal 11" in next(wrong_end(plan, Ended(-11, True, "", "")))
    assert "a traceback: E: x" in next(faults_told("Traceback (most recent call last):\n  a\nE: x"))


@pytest.mark.slow
def test_disturbed_jobs_end_with_a_reason_and_can_be_done_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(soak_run, "SHOTS", 1)
    monkeypatch.setattr(soak_inside, "SHOTS", 1)
    place = Place(tmp_path)
    disk = "full disk" if can_mount() else "damage"
    asked = [("import", "worker", "kill"), ("export", "command line", disk), ("propagate", "worker", "damage")]
    for index, (command, via, fault) in enumerate(asked):
        result = run_job(place, index, 3, {"command": command, "via": via, "fault": fault})
        assert result.wrong == [] and (result.command, result.fault) == (command, fault)
    told = run_inside(place, 4, 3)
    assert told["wrong"] == [] and told["grown_files"] == 0 and len(told["mib_by_job"]) == 4


def test_what_is_in_the_log_is_not_done_again(tmp_path: Path):
    log = tmp_path / "soak.jsonl"
    done = {"job": "job 0", "command": "train", "fault": "kill", "end": "killed", "wrong": []}
    log.write_text(json.dumps({"index": 0, **done}) + "\n")
    results = run_jobs(Place(tmp_path), range(1), 1, log)
    assert results == {0: Result(**done)} == read_log(log)
    assert "| kill | 1 | 0 | 0 | 0 | 1 | 0 |" in format_table(list(results.values()))
