"""The words of `python3 install`: what each one makes, runs and shows."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import blender_environment
import host_commands
import panel
from environment import Environment, prepare, run_program, say
from failure import InstallFailed
from hosts import HOSTS, Wish
from place import Machine

ROOT = Path(__file__).resolve().parents[1]
WORDS = ("demo", "panel", "test", "check", "doctor", "install", "plan", "uninstall")
RESULTS = "demo_out"
RESULTS_SHOWN = 12

EXPLANATION = """\
python3 install WORD [--host HOST]... [--dir DIR] [--shared] [--venv PATH] [--wheelhouse DIR] [-- MORE]

  demo       makes the environment, then paints the bundled sample shot: `unreel demo`
  panel      adds what the panel needs and opens it: `unreel panel`; after the word a plate or NAME.unreel may be named
  test       makes the environment and runs all the tests; MORE goes to pytest
             with --host blender: makes environments with Blender, and runs the tests that need one
  check      what a change must pass: format, lint, types, tests
  doctor     shows versions, the compute device, writes and reads an EXR, and opens the panel's window without a screen
             with --host: looks at what was installed for the host, and trains three tiny frames as the host would
  install    lays the nodes where a host finds them; the word may be left out: python3 install --host nuke
  plan       says what install would do, and changes nothing; plan panel says it of the panel
  uninstall  takes back what install did, for the hosts named or for all

HOST is nuke, natron or blender, and may be given several times. Without --dir the nodes are laid where the host looks
in the user's own folder, and ~/.nuke/init.py gets lines between two marks. With --dir DIR they are laid there, and
nothing else is touched: DIR is for NUKE_PATH or NATRON_PLUGIN_PATH, and for Blender a zip is made in it; several hosts
get DIR/nuke and so on. --shared is for a studio: DIR gets an environment of its own, and files for rez and modules.
More is in docs/install.md.

The environment is the folder .venv of this checkout (--venv puts it elsewhere). The words demo, panel, test, check and
doctor install nothing else on the machine, and deleting that folder removes it all. A second run downloads nothing.
Versions are pinned in install/constraints.txt. pip's own settings hold: a studio's package index, or another build of
PyTorch, is set there.

Without a network: on a machine that has one, with the same system and Python,
  pip download --dest DIR --constraint install/constraints.txt setuptools '.[panel,test,dev]'
then here: python3 install demo --wheelhouse DIR

Exit codes: 0 done, 2 not understood, 3 it can't be installed, else the code of what was run.
"""


def main(arguments: Sequence[str]) -> int:
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        print(EXPLANATION, end="")
        return 0
    options, more = parse(arguments)
    place, wish = read_place(options), read_wish(options)
    words: dict[str, Callable[[], int]] = {
        "demo": lambda: run_demo(place, more),
        "panel": lambda: panel.run_panel(place, [str(absolute(path)) for path in options.paths]),
        "test": lambda: run_blender_tests(place, more) if wish.hosts else run_tests(place, more),
        "check": lambda: run_checks(place, more),
        "doctor": lambda: host_commands.run_host_doctor(wish) if wish.hosts else run_doctor(place, more),
        "install": lambda: host_commands.run_install(place, wish),
        "plan": lambda: host_commands.run_plan(place, wish) if wish.hosts else panel.run_plan(place),
        "uninstall": lambda: host_commands.run_uninstall(wish),
    }
    try:
        return words[options.word]()
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
    parser.add_argument("word", choices=WORDS, nargs="?")
    parser.add_argument("paths", nargs="*")
    parser.add_argument("--host", choices=HOSTS, action="append", default=[])
    parser.add_argument("--dir", type=absolute)
    parser.add_argument("--shared", action="store_true")
    parser.add_argument("--venv", type=absolute)
    parser.add_argument("--wheelhouse", type=read_folder)
    options = parser.parse_intermixed_args(own)
    complete(parser, options)
    return options, more


def complete(parser: argparse.ArgumentParser, options: argparse.Namespace) -> None:
    """The word that may be left out; and what does not go together is an error."""
    if options.word is None:
        if not options.host:
            parser.error(f"say what to do: {', '.join(WORDS)}, or --host HOST")
        options.word = "install"
    of_panel = options.word == "panel" or (options.word, options.paths) == ("plan", ["panel"])
    if options.paths and not of_panel:
        parser.error(f"{options.word} takes no {' '.join(options.paths)}")
    if options.word in ("install", "plan") and not options.host and not of_panel:
        parser.error(f"{options.word} needs --host: {', '.join(HOSTS)}")
    if of_panel and options.host:
        parser.error("the panel takes no --host")
    if options.word in ("demo", "check") and (options.host or options.dir):
        parser.error(f"{options.word} takes no --host and no --dir")
    if options.word == "test" and options.host not in ([], ["blender"]):
        parser.error("test takes --host blender alone: it is the host that runs here")
    if options.shared and options.dir is None:
        parser.error("--shared needs --dir DIR, the folder for all")


def absolute(text: str) -> Path:
    """Also where the shell did not replace the ~, as in --dir=~/x."""
    return Path(os.path.abspath(os.path.expanduser(text)))


def read_place(options: argparse.Namespace) -> Environment:
    """A shared installation has its own environment, which does not need this checkout."""
    folder = options.venv or (options.dir / "env" if options.shared else ROOT / ".venv")
    return Environment(folder, ROOT, options.wheelhouse, is_copy=options.shared)


def read_wish(options: argparse.Namespace) -> Wish:
    named = tuple(dict.fromkeys(options.host))
    hosts = HOSTS if options.word == "uninstall" and not named else named
    return Wish(ROOT, read_place(options).python, hosts, Machine.this(), options.dir, options.shared)


def read_folder(text: str) -> Path:
    folder = absolute(text)
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


def run_blender_tests(place: Environment, more: list[str]) -> int:
    """In each Blender, from the outside: the tests start its Python, which has an environment of its own."""
    tests = ROOT / "tests" / "hosts" / "blender"
    if not tests.is_dir():
        raise InstallFailed("This checkout has no tests in Blender yet.", f"There is no folder {tests}.", "Update it.")
    prepare(place, ["test"])
    interpreters = blender_environment.prepare_all(place)
    os.environ.update({name: str(python) for name, python in interpreters.items()})
    return pytest(place, [*more, str(tests)])


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
