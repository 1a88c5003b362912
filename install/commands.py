"""The words of `python3 install`: what each one makes, runs and shows."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from environment import Environment, prepare, run_program, say
from failure import InstallFailed

ROOT = Path(__file__).resolve().parents[1]
RESULTS = "demo_out"
RESULTS_SHOWN = 12

EXPLANATION = """\
python3 install WORD [--venv PATH] [--wheelhouse DIR] [-- MORE]

  demo     makes the environment, then paints the bundled sample shot: `unreel demo`
  test     makes the environment and runs all the tests; MORE goes to pytest
  check    what a change must pass: format, lint, types, tests
  doctor   shows versions, the compute device, and writes and reads an EXR

Everything is installed in the folder .venv of this checkout (--venv puts it elsewhere); nothing else on the machine
changes, and deleting that folder removes it all. A second run downloads nothing. Versions are pinned in
install/constraints.txt. pip's own settings hold: a studio's package index, or another build of PyTorch, is set there.

Without a network: on a machine that has one, with the same system and Python,
  pip download --dest DIR --constraint install/constraints.txt setuptools '.[test,dev]'
then here: python3 install demo --wheelhouse DIR

Exit codes: 0 done, 2 not understood, 3 the environment can't be made, else the code of what was run.
"""


def main(arguments: Sequence[str]) -> int:
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        print(EXPLANATION, end="")
        return 0
    options, more = parse(arguments)
    wheelhouse = options.wheelhouse.resolve() if options.wheelhouse else None
    place = Environment(Path(os.path.abspath(options.venv)), ROOT, wheelhouse)
    words: dict[str, Callable[[Environment, list[str]], int]] = {
        "demo": run_demo,
        "test": run_tests,
        "check": run_checks,
        "doctor": run_doctor,
    }
    try:
        return words[options.word](place, more)
    except InstallFailed as failure:
        print(f"\n{failure}", file=sys.stderr)
        return 3
    except KeyboardInterrupt:
        print("\ninstall: stopped; the same command goes on from here", file=sys.stderr)
        return 130


def parse(arguments: Sequence[str]) -> tuple[argparse.Namespace, list[str]]:
    """Our own options, and what stands after `--` for the program that is run."""
    own = list(arguments)
    more: list[str] = []
    if "--" in own:
        cut = own.index("--")
        own, more = own[:cut], own[cut + 1 :]
    parser = argparse.ArgumentParser(prog="python3 install", usage=EXPLANATION.rstrip(), add_help=False)
    parser.add_argument("word", choices=("demo", "test", "check", "doctor"))
    parser.add_argument("--venv", type=Path, default=ROOT / ".venv")
    parser.add_argument("--wheelhouse", type=read_folder)
    return parser.parse_args(own), more


def read_folder(text: str) -> Path:
    folder = Path(text)
    if not folder.is_dir():
        raise argparse.ArgumentTypeError(f"the folder {folder} does not exist")
    return folder


def run_demo(place: Environment, more: list[str]) -> int:
    prepare(place)
    say("run: unreel demo")
    code = run_program([place.python, "-m", "unreel.core.cli", "demo", *more], cwd=ROOT)
    if code != 0:
        say(f"the demo failed with code {code}; `python3 install doctor` looks at the environment")
        return code
    show_results(ROOT / RESULTS)
    say(f"next, your own shot: {place.program('unreel')} --help")
    return 0


def show_results(folder: Path) -> None:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    if not files:
        return
    say(f"{len(files)} files are in {folder}")
    for path in sorted(files, key=lambda path: (len(path.parts), path))[:RESULTS_SHOWN]:
        print(f"    {path.relative_to(folder)}")


def run_tests(place: Environment, more: list[str]) -> int:
    prepare(place, ["test"])
    return pytest(place, more)


def pytest(place: Environment, more: list[str]) -> int:
    say("run the tests")
    # Idle OpenMP threads that spin take a core from the ones that work. The program rather than `-m pytest`: that
    # would put this folder on the path, where a bare `core` can be imported.
    os.environ["OMP_WAIT_POLICY"] = "PASSIVE"
    return run_program([place.program("pytest"), *more], cwd=ROOT)


def run_checks(place: Environment, more: list[str]) -> int:
    """All of them, also after one has failed; the first failure's code."""
    prepare(place, ["test", "dev"])
    ruff = place.program("ruff")
    steps: dict[str, Callable[[], int]] = {
        "format": lambda: run_program([ruff, "format", "--check", "."], cwd=ROOT),
        "lint": lambda: run_program([ruff, "check", "."], cwd=ROOT),
        "types": lambda: run_program([place.python, "-m", "mypy"], cwd=ROOT),
        "tests": lambda: pytest(place, more),
    }
    codes: dict[str, int] = {}
    for name, step in steps.items():
        say(f"check: {name}")
        codes[name] = step()
    say("; ".join(f"{name} {'ok' if code == 0 else 'FAILED'}" for name, code in codes.items()))
    return next((code for code in codes.values() if code != 0), 0)


def run_doctor(place: Environment, more: list[str]) -> int:
    prepare(place)
    return run_program([place.python, ROOT / "install" / "doctor.py", *more], cwd=ROOT)
