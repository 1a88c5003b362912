import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace

import cv2
import numpy as np
import pytest
from unreel.core import cli_progress, tasks
from unreel.core.cli_progress import Console
from unreel.core.exr_read import read_frame
from unreel.core.frame import Window
from unreel.core.model import read_model, write_model
from unreel.core.report import Report
from unreel.core.verdict import Verdict

pytestmark = pytest.mark.slow
FRAMES = (1001, 1002, 1003, 1004, 1005)


def cv2_error(code):
    error = cv2.error("told by OpenCV")
    error.code = code
    return error


def raising(error):
    def fail(*_):
        raise error

    return fail


@pytest.fixture
def own(painted, tmp_path):
    """A trained and painted folder to change."""
    return shutil.copytree(painted, tmp_path / "own.unreel")


def test_results_go_to_standard_output_and_the_log_to_standard_error(tiny_shot, run, tmp_path):
    told = run("train", tiny_shot.plate, "-o", tmp_path / "a.unreel", "--progress", "none")
    assert told.code == 0
    assert [line.partition(":")[0] for line in told.out.splitlines()] == ["unreel", "key", "surface", "psnr", "verdict"]
    assert "key frame 1003: it sees most of the others" in told.err
    assert "key frame 1003" in (tmp_path / "a.unreel" / "log.txt").read_text()


def test_json_progress_is_one_object_a_line_and_so_are_log_and_result(tiny_shot, run, tmp_path):
    told = run("train", tiny_shot.plate, "-o", tmp_path / "a.unreel", "--progress", "json")
    assert json.loads(told.out)["key"] == 1003
    lines = [json.loads(line) for line in told.err.splitlines()]
    steps = [line for line in lines if "stage" in line]
    assert {line["stage"] for line in steps} == {"read", "planes", "sheets"}
    assert set(steps[-1]) == {"stage", "done", "total", "frame", "psnr", "loss", "eta_seconds"}
    assert steps[-1]["done"] == steps[-1]["total"] == 4 and steps[-1]["psnr"] > 40
    assert all(set(line) == {"level", "message"} for line in lines if "stage" not in line)
    early = [line for line in steps if "early" in line]
    assert [line["stage"] for line in early] == ["planes"]
    assert early[0]["early"]["verdict"] == "good" and early[0]["early"]["keys"] == []


def test_the_time_left_is_told_once_a_stage_has_shown_its_speed(capsys, monkeypatch):
    clock = iter([10.0, 14.0, 100.0])
    monkeypatch.setattr(cli_progress, "monotonic", lambda: next(clock))
    console = Console("json")
    for told in (Report("read", 1, 5), Report("read", 3, 5), Report("planes", 2, 4), Report("planes", 4, 4)):
        console.report(told)
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [line["eta_seconds"] for line in lines] == [None, 4.0, None, 0.0]


def test_what_is_told_early_is_one_line_of_the_log_and_no_bar(capsys):
    early = Verdict("add a key", "frames 4-6 show mostly what key frame 1 does not; add --key 5", (4, 5, 6), (5,))
    console = Console("bar")
    console.report(Report("planes", 9, 9, early=early))
    assert capsys.readouterr().err == ""
    Console("json").report(Report("planes", 9, 9, early=early))
    told = json.loads(capsys.readouterr().err)["early"]
    assert told == {"verdict": "add a key", "reason": early.reason, "frames": [4, 5, 6], "keys": [5]}


def test_a_bar_that_another_follows_is_full(capsys):
    console = Console("bar")
    for told in (Report("planes", 3, 9), Report("sheets", 2, 7)):  # a resumed training has less to report
        console.report(told)
    console.error("stopped", 130)
    told = capsys.readouterr().err
    assert "9/9" in told and "2/7" in told


@pytest.mark.parametrize("command", ["export", "propagate"])
def test_every_stage_is_reported_to_its_end(painted, run, tmp_path, command):
    own = shutil.copytree(painted, tmp_path / "own.unreel")
    for made in own.glob("canonical_*.exr"):
        made.unlink()
    told = run(command, own, "-o", tmp_path / "out.####.exr", "--progress", "json")
    assert told.code == 0
    last = {step["stage"]: step for step in map(json.loads, told.err.splitlines())}
    assert "canonical, pass 1" in last
    assert all(step["done"] == step["total"] for step in last.values()), last


def test_a_shot_without_foreground_gets_no_matte(tiny_shot, run, tmp_path):
    told = run("matte", tiny_shot.plate, "-o", tmp_path / "m.####.exr", "--progress", "none")
    assert (told.code, told.out) == (3, "")
    assert "nothing moves on its own" in told.err and "draw the matte by hand" in told.err
    assert not list(tmp_path.glob("m.*"))


def test_an_error_in_json_is_an_object_too(run, tmp_path):
    told = run("train", tmp_path / "none.####.exr", "-o", tmp_path / "a.unreel", "--progress", "json")
    assert (told.code, told.out) == (3, "")
    assert json.loads(told.err)["exit_code"] == 3
    assert "there is no such sequence" in json.loads(told.err)["error"]


def test_the_bar_is_quiet_where_there_is_no_terminal(painted, run, tmp_path):
    told = run("propagate", painted, "-o", tmp_path / "out.####.exr", "--progress", "bar")
    assert told.code == 0 and "5/5" in told.err and "\x1b" not in told.err
    assert told.out.splitlines()[-1] == "count: 5"


def test_info_says_what_is_inside(painted, run):
    told = run("info", painted)
    assert told.code == 0 and told.err == ""
    assert "textures: mark (on canonical, over, 1)" in told.out
    assert "verdict: good" in told.out
    assert all(str(number) in told.out for number in FRAMES)


def test_info_as_json_has_every_frames_figures(painted, run):
    told = json.loads(run("info", painted, "--json").out)
    assert list(told["frames_solved"]) == [str(number) for number in FRAMES]
    assert told["size"] == "96x64, solved at 96x64"
    assert set(told["frames_solved"]["1001"]) >= {"psnr", "misfit", "covered", "folded"}


def test_info_has_the_figures_of_the_whole_shot(painted, run):
    told = json.loads(run("info", painted, "--json").out)
    assert told["inverse"] < 0.05 and told["agreement"] < 0.2 and told["spread"] < 0.3
    assert told["confidence"] > 0.8
    assert {"confidence", "agreement"} <= set(told["frames_solved"]["1001"])
    table = run("info", painted).out
    assert "confidence" in table and "agreement px" in table


def test_sharpness_is_told_by_export_and_by_info_of_what_was_made(painted, run, tmp_path):
    own = shutil.copytree(painted, tmp_path / "own.unreel")
    for made in own.glob("canonical_*.exr"):
        made.unlink()
    assert json.loads(run("info", own, "--json").out)["sharpness"] == {}
    assert "sharpness: not known" in run("info", own).out
    exported = run("export", own, "-o", tmp_path / "a.exr", "--progress", "json")
    told = json.loads(run("info", own, "--json").out)["sharpness"]
    assert told == {"plate": json.loads(exported.out)["sharpness"]} and 0.5 < told["plate"] < 1.2
    assert read_frame(tmp_path / "a.exr").metadata["unreel/sharpness"].value == pytest.approx(told["plate"])
    assert f"sharpness: {told['plate']} (plate)" in run("info", own).out


def test_info_of_a_folder_without_the_newer_figures_shows_those_it_has(painted, run, tmp_path):
    own = shutil.copytree(painted, tmp_path / "own.unreel")
    model = read_model(own / "model.safetensors")
    first = ("psnr", "misfit", "residual", "covered", "folded")
    figures = {
        "mean": {name: model.figures["mean"][name] for name in first},
        "frames": {
            n: {name: own_figures[name] for name in first} for n, own_figures in model.figures["frames"].items()
        },
    }
    write_model(own / "model.safetensors", replace(model, figures=figures))
    told = run("info", own)
    assert told.code == 0 and "psnr:" in told.out and "verdict: good" in told.out
    assert all(name not in told.out for name in ("agreement", "spread", "inverse", "confidence"))


def test_a_shot_yaml_is_a_plate_with_settings(tiny, run, tmp_path):
    (tiny.folder / "shot.yaml").write_text("plate: plate.####.exr\nframes: 1001-1003\nsolve: {stiffness: plane}\n")
    unreel = tmp_path / "a.unreel"
    assert run("train", tiny.folder / "shot.yaml", "-o", unreel, "--key", 1002, "--set", "solve.steps=5").code == 0
    told = json.loads(run("info", unreel, "--json").out)
    assert (told["frames"], told["key"], told["plate"]) == ("1001-1003", 1002, tiny.plate)
    # and the folder's own shot.yaml makes the same again
    again = tmp_path / "b.unreel"
    assert run("train", unreel / "shot.yaml", "-o", again).code == 0
    assert (again / "model.safetensors").read_bytes() == (unreel / "model.safetensors").read_bytes()


def test_a_relative_plate_is_found_from_anywhere_later(tiny, run, tmp_path, monkeypatch):
    monkeypatch.chdir(tiny.folder)
    assert run("train", "plate.####.exr", "-o", "a.unreel").code == 0
    monkeypatch.chdir(tmp_path)
    assert run("export", tiny.folder / "a.unreel", "-o", "canonical.exr").code == 0


def test_training_again_into_the_same_folder_makes_all_new_but_the_textures(own, tiny_shot, run, tmp_path):
    assert run("propagate", own, "-o", tmp_path / "a.####.exr").code == 0
    assert (own / "canonical_plate.1003.exr").exists()
    assert run("train", tiny_shot.plate, "-o", own, "--key", 1003).code == 0
    assert not (own / "canonical_plate.1003.exr").exists()
    assert run("propagate", own, "-o", tmp_path / "b.####.exr").code == 0
    assert same_pictures(tmp_path, "a", "b")


def same_pictures(folder, a, b):
    pairs = [[read_frame(folder / f"{name}.{number}.exr") for name in (a, b)] for number in FRAMES]
    return all(np.array_equal(x.planes[c], y.planes[c]) for x, y in pairs for c in x.planes)


def test_paint_on_a_frame_that_is_not_the_key_reaches_every_frame(trained, make_paint, run, tmp_path):
    own = shutil.copytree(trained, tmp_path / "own.unreel")
    paint = make_paint(tmp_path / "mark.exr", Window(30, 24, 16, 12))
    told = run("import", own, paint, "--on", 1001, "--name", "on_first")
    assert told.code == 0 and "on: 1001" in told.out
    assert run("propagate", own, "-o", tmp_path / "out.####.exr", "--texture", "on_first", "--no-light").code == 0
    for number in FRAMES:
        out = read_frame(tmp_path / f"out.{number}.exr")
        red = np.abs(out.planes["R"].astype(np.float32) - 0.8) + np.abs(out.planes["G"].astype(np.float32) - 0.05)
        rows, columns = np.nonzero(red < 0.02)
        assert len(rows) == pytest.approx(14 * 10, abs=4)
        assert columns.mean() == pytest.approx(37.5 + 3 * (number - 1001), abs=0.3)
        assert rows.mean() == pytest.approx(29.5 + number - 1001, abs=0.3)


def test_no_light_is_a_strength_of_0(own, run, tmp_path):
    assert run("propagate", own, "-o", tmp_path / "a.####.exr", "--set", "light.strength=0").code == 0
    assert run("propagate", own, "-o", tmp_path / "b.####.exr", "--no-light", "--texture", "mark").code == 0
    assert same_pictures(tmp_path, "a", "b")


def test_help_and_nothing_explain_themselves(run):
    assert run("--help").code == 0
    nothing = run()
    assert nothing.code == 2 and "train" in nothing.out + nothing.err
    for command in ("train", "export", "import", "propagate", "info", "sheet", "demo"):
        told = run(command, "--help")
        assert told.code == 0 and f"unreel {command}" in told.out


@pytest.mark.parametrize("error", [MemoryError(), cv2_error(cv2.Error.StsNoMem)])
def test_a_full_memory_has_its_own_exit_code(trained, run, monkeypatch, error):
    monkeypatch.setattr(tasks, "info", raising(error))
    told = run("info", trained)
    assert told.code == 5 and told.err.startswith("unreel: the machine's memory is full; use a smaller solve.proxy")


@pytest.mark.parametrize("error", [ValueError("ours"), cv2_error(cv2.Error.StsBadArg)])
def test_a_fault_of_our_own_is_not_dressed_up(trained, run, monkeypatch, error):
    monkeypatch.setattr(tasks, "info", raising(error))
    with pytest.raises(type(error)):
        run("info", trained)


# Stopping: a report that sends a signal stands for a user who does.


def stopping_at(stage, done, number):
    """A `Console.report` that sends this process a signal when a stage has come so far."""
    plain = Console.report

    def report(self, told):
        plain(self, told)
        if (told.stage, told.done) == (stage, done):
            os.kill(os.getpid(), number)
            time.sleep(0.5)  # the main thread takes the signal before this one goes on

    return report


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stopped_training_keeps_what_it_reached_and_goes_on(trained, tiny_shot, run, tmp_path, monkeypatch, number):
    unreel = tmp_path / "a.unreel"
    with monkeypatch.context() as patch:
        patch.setattr(Console, "report", stopping_at("sheets", 1, number))
        told = run("train", tiny_shot.plate, "-o", unreel, "--key", 1003)
    assert told.code == 130 and told.out == ""
    assert "of 5 frames are kept" in told.err
    assert not read_model(unreel / "checkpoint.safetensors").complete
    assert run("info", unreel).code == 4
    told = run("train", "-o", unreel, "--resume")
    assert told.code == 0 and "going on from" in told.err
    assert not (unreel / "checkpoint.safetensors").exists()
    assert maps_of(unreel) == maps_of(trained)


def maps_of(unreel):
    model = read_model(unreel / "model.safetensors")
    return {n: (m.homography.tobytes(), None if m.knots is None else m.knots.tobytes()) for n, m in model.maps.items()}


def test_a_training_stopped_before_its_first_frame_can_be_resumed(tiny_shot, run, tmp_path, monkeypatch):
    unreel = tmp_path / "a.unreel"
    with monkeypatch.context() as patch:
        patch.setattr(Console, "report", stopping_at("read", 1, signal.SIGTERM))
        assert run("train", tiny_shot.plate, "-o", unreel).code == 130
    assert run("train", "-o", unreel, "--resume").code == 0


def test_a_stopped_retraining_leaves_the_model_before_it(own, tiny_shot, run, tmp_path, monkeypatch):
    before = (own / "model.safetensors").read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(Console, "report", stopping_at("sheets", 1, signal.SIGTERM))
        assert run("train", tiny_shot.plate, "-o", own, "--key", 1001).code == 130
    assert (own / "model.safetensors").read_bytes() == before
    assert json.loads(run("info", own, "--json").out)["key"] == 1003
    assert run("propagate", own, "-o", tmp_path / "out.####.exr").code == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stopped_propagation_leaves_whole_frames(own, run, tmp_path, monkeypatch, number):
    with monkeypatch.context() as patch:
        patch.setattr(Console, "report", stopping_at("propagate", 1, number))
        told = run("propagate", own, "-o", tmp_path / "out.####.exr", "--set", "light.strength=1")
    written = sorted(tmp_path.glob("*.exr"))
    assert told.code == 130 or len(written) == 5
    assert 1 <= len(written)
    assert all(read_frame(path).planes for path in written)
    assert not list(tmp_path.glob(".*"))


@pytest.mark.parametrize("command", ["export", "sheet"])
def test_what_cannot_be_kept_ends_at_once_and_leaves_nothing(trained, run, tmp_path, monkeypatch, command):
    own = shutil.copytree(trained, tmp_path / "own.unreel")
    with monkeypatch.context() as patch:
        patch.setattr(Console, "report", stopping_at("canonical, pass 1", 1, signal.SIGTERM))
        told = run(command, own, "-o", tmp_path / "made.png")
    assert told.code in (0, 130)
    assert (told.code == 0) == (tmp_path / "made.png").exists()
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL


KILLED = """
import os, signal, sys
from unreel.core import cli, whole_file
from unreel.core.engines import solving
solving.CHECKPOINT_SECONDS, solving.CHECKPOINT_SHARE = float(os.environ["SECONDS_TO_CHECKPOINT"]), float("inf")
plain, calls = os.replace, []
def replace(source, target):
    calls.append(target)
    if len(calls) == int(sys.argv[1]):
        os.kill(os.getpid(), signal.SIGKILL)
    plain(source, target)
whole_file.os.replace = replace
sys.exit(cli.main(sys.argv[2:]))
"""


def killed_while_writing(at, *arguments, checkpoint=99):
    """`unreel ARGUMENTS` in a process that is killed just before its `at`th file gets its name."""
    command = [sys.executable, "-c", KILLED, str(at), *map(str, arguments)]
    environment = {**os.environ, "SECONDS_TO_CHECKPOINT": str(checkpoint)}
    return subprocess.run(command, capture_output=True, check=False, env=environment).returncode


def test_a_training_that_was_killed_is_run_again_to_the_same_end(trained, tiny_shot, run, tmp_path):
    unreel = tmp_path / "a.unreel"
    # files: 1 the note, 2 the model
    assert killed_while_writing(2, "train", tiny_shot.plate, "-o", unreel, "--key", 1003) == -signal.SIGKILL
    assert list(unreel.glob(".*.tmp.*")) and not (unreel / "model.safetensors").exists()
    assert run("info", unreel).code == 4
    assert run("train", tiny_shot.plate, "-o", unreel, "--key", 1003).code == 0
    assert not list(unreel.glob(".*"))
    assert (unreel / "model.safetensors").read_bytes() == (trained / "model.safetensors").read_bytes()


def test_a_training_that_was_killed_is_resumed_from_its_checkpoint_to_the_same_end(trained, tiny_shot, run, tmp_path):
    unreel = tmp_path / "a.unreel"
    # files: 1 the note, then a checkpoint for each frame
    arguments = ("train", tiny_shot.plate, "-o", unreel, "--key", 1003)
    assert killed_while_writing(4, *arguments, checkpoint=0) == -signal.SIGKILL
    assert len(read_model(unreel / "checkpoint.safetensors").maps) == 3
    told = run(*arguments, "--resume")
    assert told.code == 0 and "going on from 3 frames" in told.err
    assert maps_of(unreel) == maps_of(trained)


def test_a_propagation_that_was_killed_is_run_again_to_the_same_end(own, run, tmp_path):
    assert run("propagate", own, "-o", tmp_path / "a.####.exr").code == 0
    assert killed_while_writing(3, "propagate", own, "-o", tmp_path / "b.####.exr") == -signal.SIGKILL
    assert len(list(tmp_path.glob("b.*.exr"))) == 2 and list(tmp_path.glob(".b.*.tmp.exr"))
    assert run("propagate", own, "-o", tmp_path / "b.####.exr").code == 0
    assert same_pictures(tmp_path, "a", "b")
    assert not list(tmp_path.glob(".*"))
