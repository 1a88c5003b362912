"""What each word of `python3 install` prepares and runs."""

from __future__ import annotations

from pathlib import Path

import commands
import panel
import pytest


@pytest.fixture
def log(monkeypatch):
    """Nothing is installed; programs that would run are noted, and end with the code set under their name."""
    log = {"extras": [], "ran": [], "codes": {}}

    def run_program(command, cwd):
        assert cwd == commands.ROOT
        words = [str(part) for part in command]
        log["ran"].append(" ".join([Path(words[0]).stem, *words[1:]]))
        return next((code for name, code in log["codes"].items() if name in " ".join(words)), 0)

    for module in (commands, panel):
        monkeypatch.setattr(module, "prepare", lambda place, extras=(): log["extras"].append(list(extras)))
        monkeypatch.setattr(module, "run_program", run_program)
    monkeypatch.setenv("OMP_WAIT_POLICY", "ACTIVE")
    return log


def test_the_tests_are_run_with_quiet_threads_and_what_stands_after_the_dashes(log):
    assert commands.main(["test", "--", "-k", "frame"]) == 0
    assert log["extras"] == [["test"]]
    assert log["ran"] == ["pytest -k frame"]
    assert commands.os.environ["OMP_WAIT_POLICY"] == "PASSIVE"


def test_the_code_of_the_tests_is_passed_on(log):
    log["codes"] = {"pytest": 5}
    assert commands.main(["test"]) == 5


def test_check_runs_all_four_and_fails_with_the_first_failure(log, capsys):
    log["codes"] = {"format": 1, "mypy": 2}
    assert commands.main(["check"]) == 1
    assert len(log["ran"]) == 4
    assert capsys.readouterr().out.endswith("format FAILED; lint ok; types FAILED; tests ok\n")


def test_the_demo_ends_by_showing_its_results(log, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(commands, "RESULTS", str(tmp_path))
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "painted.0001.exr").touch()
    (tmp_path / "sheet.png").touch()
    assert commands.main(["demo"]) == 0
    assert log["ran"] == ["python -m unreel.core.cli demo"]
    shown = capsys.readouterr().out
    assert f"2 files are in {tmp_path}" in shown
    assert shown.index("sheet.png") < shown.index("painted.0001.exr")


def test_a_failed_demo_passes_its_code_on(log):
    log["codes"] = {"demo": 4}
    assert commands.main(["demo"]) == 4


def test_an_environment_that_cannot_be_made_is_code_3(log, monkeypatch, capsys):
    def prepare(place, extras=()):
        raise commands.InstallFailed("what", "why", "do")

    monkeypatch.setattr(commands, "prepare", prepare)
    assert commands.main(["demo"]) == 3
    assert "what\nWhy:        why\nWhat to do: do" in capsys.readouterr().err


def test_the_panel_gets_what_it_needs_and_opens_what_is_named_from_here(log, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert commands.main(["panel", "--venv", str(tmp_path / "venv"), "a shot.unreel", "/p/plate.####.exr"]) == 0
    assert log["extras"] == [["panel"]]
    assert log["ran"] == [f"python -m unreel.qt_panel {tmp_path}/a shot.unreel /p/plate.####.exr"]


def test_a_panel_that_does_not_come_up_passes_its_code_on(log, capsys):
    log["codes"] = {"qt_panel": 1}
    assert commands.main(["panel"]) == 1
    assert "the panel ended with code 1; `python3 install doctor` looks at what it needs" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("ready", "line"),
    [
        ((), "make    the environment"),
        (("test",), "add     to the environment"),
        (("panel",), "keep    the environment"),
    ],
)
def test_the_panels_plan_says_what_is_lacking_and_does_nothing(log, tmp_path, monkeypatch, capsys, ready, line):
    monkeypatch.setattr(panel, "is_ready", lambda place, extras: bool(ready) and set(extras) <= set(ready))
    assert commands.main(["plan", "panel", "--venv", str(tmp_path / "venv")]) == 0
    said = capsys.readouterr().out
    assert said.startswith(f"{line} {tmp_path / 'venv'}") and "panel [PATH]" in said
    assert (log["extras"], log["ran"]) == ([], [])


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["demo", "plate.exr"], "demo takes no plate.exr"),
        (["plan"], "plan needs --host"),
        (["plan", "doctor"], "plan takes no doctor"),
        (["panel", "--host", "nuke"], "the panel takes no --host"),
        (["plan", "panel", "--host", "nuke"], "the panel takes no --host"),
    ],
)
def test_words_that_do_not_go_together_are_a_usage_error(log, capsys, words, why):
    with pytest.raises(SystemExit) as left:
        commands.main(words)
    assert left.value.code == 2 and why in capsys.readouterr().err
    assert log["ran"] == []
