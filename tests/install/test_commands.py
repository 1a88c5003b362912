"""What each word of `python3 install` prepares and runs."""

from __future__ import annotations

from pathlib import Path

import commands
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

    monkeypatch.setattr(commands, "prepare", lambda place, extras=(): log["extras"].append(list(extras)))
    monkeypatch.setattr(commands, "run_program", run_program)
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
