"""`python3 install` as it is started: with any Python, with and without words."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import commands
import pytest

ROOT = Path(__file__).resolve().parents[2]
ENTRY = ROOT / "install" / "__main__.py"


def start(*words: object, **variables: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "install"), *map(str, words)]
    return subprocess.run(command, env=os.environ | variables, capture_output=True, text=True)


def load_entry() -> dict:
    entry = {"__name__": "entry"}
    exec(ENTRY.read_text(encoding="utf-8"), entry)
    return entry


@pytest.mark.parametrize("version", [(2, 7, 18), (3, 6, 15), (3, 9, 18)])
def test_a_python_that_is_too_old_is_told_so(version):
    text = load_entry()["explain_unsupported"](version)
    assert f"This is Python {version[0]}.{version[1]}, which is too old for Unreel." in text
    assert "Python 3.10 to 3.13" in text
    assert "python3.11 install demo" in text


def test_a_python_that_is_too_new_is_told_so():
    assert "Python 3.14, which is too new" in load_entry()["explain_unsupported"]((3, 14, 0))


@pytest.mark.parametrize("minor", [10, 11, 12, 13])
def test_the_supported_pythons_pass(minor):
    assert load_entry()["explain_unsupported"]((3, minor, 1)) is None


def test_an_old_python_stops_before_it_meets_newer_grammar(capsys, monkeypatch):
    entry = load_entry()
    monkeypatch.setattr(entry["sys"], "version_info", (3, 6, 15))
    assert entry["main"]() == 3
    assert "too old" in capsys.readouterr().err


def test_the_entry_parses_on_old_pythons():
    """`ast` knows old grammars only in part, so the things that it lets through are looked for by hand."""
    tree = ast.parse(ENTRY.read_text(encoding="utf-8"), feature_version=(3, 4))
    newer = (ast.JoinedStr, ast.AnnAssign, ast.NamedExpr, ast.AsyncFunctionDef, ast.Match, ast.Starred)
    assert [node for node in ast.walk(tree) if isinstance(node, newer)] == []
    arguments = [node for node in ast.walk(tree) if isinstance(node, ast.arg)]
    assert all(argument.annotation is None for argument in arguments)
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)], "sys alone, before the check"


def test_without_a_word_it_explains_itself():
    done = start()
    assert done.returncode == 0
    assert all(f"\n  {word} " in done.stdout for word in commands.WORDS)


@pytest.mark.parametrize("words", [["paint"], ["demo", "--venf", "x"], ["demo", "--wheelhouse", "no/such/folder"]])
def test_a_word_it_does_not_know_is_a_usage_error(words):
    done = start(*words)
    assert done.returncode == 2
    assert words[-1] in done.stderr or words[1] in done.stderr


def test_a_folder_with_other_files_is_never_cleared(tmp_path):
    (tmp_path / "plate.0001.exr").write_bytes(b"precious")
    done = start("demo", "--venv", tmp_path)
    assert done.returncode == 3
    assert "is not a Python environment" in done.stderr
    assert (tmp_path / "plate.0001.exr").read_bytes() == b"precious"


@pytest.mark.slow
def test_an_empty_wheelhouse_names_what_is_missing_and_where(tmp_path):
    wheelhouse = tmp_path / "wheel house"
    wheelhouse.mkdir()
    done = start("demo", "--venv", tmp_path / "venv", "--wheelhouse", wheelhouse, PIP_CONFIG_FILE=os.devnull)
    assert done.returncode == 3, done.stdout + done.stderr
    assert f"The folder {wheelhouse} has no wheel of setuptools" in done.stderr
    assert "What to do: Add it: pip download" in done.stderr
    assert "The last lines of pip:" in done.stderr
    assert (tmp_path / "venv" / "pyvenv.cfg").exists()
    assert not (tmp_path / "venv" / "unreel-install.json").exists()
