from __future__ import annotations

import json
import os
import re
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from unreel.core import batch
from unreel.core.batch_list import read_batch
from unreel.core.errors import InputError, UsageError
from unreel.core.exr_read import read_frame
from unreel.core.frame import Window
from unreel.core.report import silent
from unreel.core.unreel_folder import UnreelFolder

ROOT = Path(__file__).parents[2]
SIGN = {"edit": "sign.exr", "on": 1002, "mode": "replace"}


def write_list(folder: Path, table: Any) -> Path:
    path = folder / "list.yaml"
    path.write_text(table if isinstance(table, str) else yaml.safe_dump(table, sort_keys=False), encoding="utf-8")
    return path


@pytest.fixture
def takes(tmp_path: Path, make_shot: Any, make_paint: Callable[..., Path]) -> dict[str, Any]:
    """Two takes and what is to be done for both: one sign on a frame of each."""
    for name in ("a", "b"):
        make_shot(tmp_path / "plates" / name).write((1001, 1002, 1003))
    make_paint(tmp_path / "sign.exr", Window(30, 20, 20, 15))
    defaults = {
        "plate": "plates/{shot}/plate.####.exr",
        "settings": {"key": 1002, "preset": "draft", "solve": {"stiffness": "plane", "around": False}},
        "textures": {"sign": SIGN},
        "propagate": {"output": "out/{shot}.####.exr"},
    }
    return {"defaults": defaults, "shots": {"a": {}, "b": {}}}


def told_by(run: Callable[..., Any], path: Path, code: int = 0) -> dict[str, dict[str, Any]]:
    ran = run("batch", path, "--progress", "json")
    assert ran.code == code, ran.err
    return json.loads(ran.out)["shots"]


@pytest.mark.slow
def test_one_that_fails_does_not_stop_the_others_and_what_is_finished_is_not_made_again(takes, run, tmp_path):
    takes["shots"] = {"a": None, "gone": {"settings": {"frames": "1001-1005"}}, "b": {"sheet": {"output": "b.png"}}}
    plates = tmp_path / "plates"
    (plates / "gone").mkdir()
    for number in (1001, 1003):
        os.link(plates / "a" / f"plate.{number}.exr", plates / "gone" / f"plate.{number}.exr")
    path = write_list(tmp_path, takes)

    told = told_by(run, path, 1)
    assert {name: its["state"] for name, its in told.items()} == {"a": "done", "gone": "failed", "b": "done"}
    assert told["gone"]["steps"] == {"train": "failed"} and told["gone"]["exit_code"] == 3
    assert "1002, 1004-1005 are missing" in told["gone"]["error"]
    assert told["b"]["steps"] == dict.fromkeys(("train", "import sign", "propagate", "sheet"), "done")
    assert (tmp_path / "b.png").exists() and told["b"]["psnr"] > 40
    painted = read_frame(tmp_path / "out" / "a.1003.exr")
    assert (painted.planes["R"] != read_frame(plates / "a" / "plate.1003.exr").planes["R"]).sum() > 200

    written = {file: file.stat().st_mtime_ns for file in (tmp_path / "out").iterdir()}
    takes["shots"].pop("gone")
    takes["shots"]["b"]["textures"] = {"sign": {"opacity": 0.5}}
    write_list(tmp_path, takes)
    told = told_by(run, path)
    assert told["a"]["state"] == "unchanged" and set(told["a"]["steps"].values()) == {"unchanged"}
    assert told["b"]["steps"] == {"train": "unchanged", "import sign": "done", "propagate": "done", "sheet": "done"}
    again = {file: file.stat().st_mtime_ns for file in written}
    assert {file.name[0] for file in written if again[file] != written[file]} == {"b"}


@pytest.mark.slow
def test_a_step_is_done_again_for_another_file_setting_or_a_frame_that_is_gone(
    takes, run, tmp_path, make_paint, monkeypatch
):
    takes["shots"].pop("b")
    takes["defaults"]["export"] = {"output": "{shot}.exr"}
    monkeypatch.setenv("UNREEL_PATH_MAP", f"/farm=>{tmp_path}")  # noted by the names of another machine
    path = write_list(tmp_path, takes)
    assert told_by(run, path)["a"]["state"] == "done"
    assert told_by(run, path)["a"]["state"] == "unchanged"

    def done() -> list[str]:
        return [step for step, state in told_by(run, path)["a"]["steps"].items() if state == "done"]

    other = (tmp_path / "out" / "a.1003.exr").stat().st_mtime_ns
    (tmp_path / "out" / "a.1002.exr").unlink()
    assert done() == ["propagate"]
    assert (tmp_path / "out" / "a.1002.exr").exists() and (tmp_path / "out" / "a.1003.exr").stat().st_mtime_ns == other
    for file in (*(tmp_path / "out").iterdir(), *(tmp_path / "a.unreel").glob("made/propagate/*")):
        file.unlink()
    words = ("propagate", tmp_path / "a.unreel", "-o", tmp_path / "out" / "a.####.exr", "--texture", "sign")
    assert run(*words, "--chunk", "1001", "--progress", "none").code == 0
    assert done() == ["propagate"], "one chunk is not all of it"
    make_paint(tmp_path / "sign.exr", Window(30, 20, 22, 15))
    assert done() == ["import sign", "propagate"]
    takes["defaults"]["settings"]["light"] = {"strength": 0.0}
    write_list(tmp_path, takes)
    assert done() == ["propagate"]
    (tmp_path / "a.exr").unlink()
    assert done() == ["export"]
    takes["defaults"]["settings"]["frames"] = "1001-1002"
    write_list(tmp_path, takes)
    assert done() == ["train", "export", "import sign", "propagate"]
    assert done() == []


@pytest.mark.slow
def test_a_stopped_list_goes_on_from_its_checkpoint(takes, run, tmp_path, monkeypatch):
    takes["defaults"]["settings"]["solve"]["stiffness"] = "soft"
    path = write_list(tmp_path, takes)
    ours, asked = batch.under, []

    def stopping(name, report):
        def said(its):
            if its.stage == "a: sheets" and not asked:
                asked.append(its)
                os.kill(os.getpid(), signal.SIGTERM)
            report(its)

        return ours(name, said)

    with monkeypatch.context() as patched:
        patched.setattr(batch, "under", stopping)
        told = told_by(run, path, 130)
    assert told["a"]["state"] == "stopped" and told["b"]["state"] == "not begun"
    assert UnreelFolder(tmp_path / "a.unreel").checkpoint_file.exists()
    ran = run("batch", path)
    assert ran.code == 0 and "starts anew" not in ran.err
    assert [name for name in ("a", "b") if re.search(rf"^│ {name} +│ done +│ train", ran.out, re.M)] == ["a", "b"]
    assert told_by(run, path)["b"]["state"] == "unchanged"


@pytest.mark.slow
def test_a_fault_of_ours_in_one_shot_leaves_the_others_alone(takes, tmp_path, monkeypatch, capsys):
    real = batch.run_job

    def broken(job, *rest):
        if "a.unreel" in str(job.flags):
            raise ZeroDivisionError("by zero")
        return real(job, *rest)

    monkeypatch.setattr(batch, "run_job", broken)
    told = batch.run_batch(write_list(tmp_path, takes), silent, lambda: False)["shots"]
    assert told["a"]["state"] == "failed" and "a fault of its own, ZeroDivisionError" in told["a"]["error"]
    assert told["b"]["state"] == "done" and "Traceback" in capsys.readouterr().err


def test_names_paths_and_defaults_are_filled_in(takes, tmp_path):
    takes["shots"]["b"] = {
        "folder": "elsewhere/b",
        "textures": {"sign": {"on": "canonical"}, "dirt": {"edit": "d.exr"}},
    }
    takes["defaults"]["propagate"] |= {"times": "1001-1002x0.5", "outputs": "layer,stmap"}
    first, second = read_batch(write_list(tmp_path, takes))
    assert first.folder == tmp_path / "a.unreel" and second.folder == tmp_path / "elsewhere" / "b"
    assert first.jobs["train"].values["plate"] == str(tmp_path / "plates" / "a" / "plate.####.exr")
    assert list(second.jobs) == ["train", "import sign", "import dirt", "propagate"]
    sign = second.jobs["import sign"].flags
    assert sign == {
        "edit": str(tmp_path / "sign.exr"),
        "on": "canonical",
        "mode": "replace",
        "name": "sign",
        "folder": str(second.folder),
    }
    frames = second.jobs["propagate"].flags
    assert frames["texture"] == ["sign", "dirt"] and frames["output"] == str(tmp_path / "out" / "b.####.exr")
    assert frames["times"] == "1001-1002x0.5"
    takes["defaults"]["propagate"]["times"] = "curve.txt"
    assert read_batch(write_list(tmp_path, takes))[0].jobs["propagate"].flags["times"] == str(tmp_path / "curve.txt")


def test_the_list_of_the_docs_is_one(tmp_path):
    [text] = re.findall(r"```yaml\n(.*?)```", (ROOT / "docs" / "batch.md").read_text(encoding="utf-8"), re.DOTALL)
    first, second = read_batch(write_list(tmp_path, text))
    assert list(first.jobs) == ["train", "export", "import sign", "propagate", "sheet"]
    assert first.jobs["import sign"].flags["on"] == 1040 and second.jobs["import sign"].flags["opacity"] == 0.8


def test_keys_are_names_as_they_are_written(tmp_path):
    merged = "{plate: p.####.exr, textures: {s: {<<: {edit: s.exr, on: 3}, on: 4}}}"
    [shot] = read_batch(write_list(tmp_path, f"shots:\n  010: {merged}\n"))
    assert shot.name == "010" and shot.jobs["import s"].flags["on"] == 4


WRONG = [
    ({"shot": {}}, "the list has no 'shot'; did you mean shots?"),
    ({"shots": {}}, "shots: "),
    ({"shots": {"a": {"plate": "p.####.exr", "texture": {}}}}, "shots.a has no 'texture'; did you mean textures?"),
    ({"shots": {"a": {}}}, "a: plate is missing"),
    ({"shots": {"a": {"plate": "p", "settings": {"solve": {"porxy": 9}}}}}, "a: settings: there is no setting "),
    ({"shots": {"a": {"plate": "p", "settings": {"prest": "draft"}}}}, "did you mean preset?"),
    ({"shots": {"a": {"plate": "p", "settings": {"plate": "q"}}}}, "a: settings.plate: plate stands beside settings"),
    (
        {"shots": {"a": {"plate": "p", "textures": {"s": {"edit": "s.exr", "moed": "add"}}}}},
        "a: textures.s: import has no option 'moed'; did you mean mode?",
    ),
    ({"shots": {"a": {"plate": "p", "textures": {"s": {"mode": "add"}}}}}, "a: textures.s: edit is missing"),
    ({"shots": {"a": {"plate": "p", "propagate": {}}}}, "a: propagate: output is missing"),
    ({"shots": {"a": {"plate": "p", "sheet": {"output": "a.png", "folder": "b"}}}}, "a: sheet.folder is "),
    (
        {"defaults": {"plate": "p", "export": {"output": "c.exr"}}, "shots": {"a": None, "b": None}},
        "b, export and a, export both write ",
    ),
    ("shots: {a: {plate: p}, a: {plate: q}}", "line 1: 'a' is there twice"),
    ("shots: [", "line 1: "),
]


@pytest.mark.parametrize(("table", "told"), WRONG, ids=[told for _, told in WRONG])
def test_what_is_wrong_in_a_list_is_told_with_shot_and_key(tmp_path, table, told):
    path = write_list(tmp_path, table)
    with pytest.raises((UsageError, InputError)) as caught:
        read_batch(path)
    assert told in str(caught.value) and str(path) in str(caught.value)


def test_all_shots_with_a_mistake_are_told_before_anything_runs(takes, tmp_path, run):
    takes["shots"] = {"a": {"settings": {"key": "no"}}, "b": {"propagate": {"frame": "1001"}}, "c": {}}
    ran = run("batch", write_list(tmp_path, takes))
    assert ran.code == 2 and "a: settings: key: " in ran.err and "b: propagate: " in ran.err
    assert not list(tmp_path.glob("*.unreel"))
    assert run("batch", tmp_path / "none.yaml").code == 3
