"""Environments with Blender as a Python module, one a version, for the tests that run in a real Blender."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from environment import Environment, clean_variables, is_usable, make_venv, refuse_foreign_folder, run_pip, say
from failure import InstallFailed

VERSIONS = {"4.5": "4.5.15", "5.0": "5.0.1"}
"""Blender: the release that is tested."""
CONSTRAINTS = "constraints-blender.txt"
PYTHON = (3, 11)
"""The one Python that these releases have wheels for."""
IMPORT_SECONDS = 120
# A Blender that has failed may not end by itself, and its exit status says nothing: hence os._exit and a word printed.
LOADS = "import os, bpy; print('loads', bpy.app.version_string, flush=True); os._exit(0)"

Make = Callable[[Environment, str], None]
Pip = Callable[[Environment, Sequence[str]], None]


def variable(version: str) -> str:
    """What tells the tests of the interpreter: UNREEL_BLENDER_4_5."""
    return "UNREEL_BLENDER_" + version.replace(".", "_")


def prepare_all(place: Environment) -> dict[str, Path]:
    """The interpreter of each version, by its variable. Raises `InstallFailed`; running it again goes on from there."""
    return {variable(version): prepare_one(place, version) for version in VERSIONS}


def place_of(place: Environment, version: str) -> Environment:
    """Beside Unreel's own environment: .venv-blender-4.5."""
    return replace(place, folder=place.folder.with_name(f"{place.folder.name}-blender-{version}"))


def prepare_one(
    place: Environment,
    version: str,
    make: Make | None = None,
    pip: Pip | None = None,
    check: Callable[[Environment], None] | None = None,
) -> Path:
    own = place_of(place, version)
    wanted = {"digest": compute_digest(own, version), "folder": str(own.folder)}
    if own.python.exists() and read_stamp(own) == wanted:
        say(f"Blender {version} is up to date in {own.folder}")
        return own.python
    refuse_foreign_folder(own.folder)
    own.stamp.unlink(missing_ok=True)
    python = find_python()
    if not is_usable(own):
        say(f"Blender {version}: make the environment {own.folder} with {python}")
        (make or make_venv)(own, python)
    say(f"Blender {version}: install it (the first time this downloads 400 MB)")
    (pip or install)(own, [f"bpy=={VERSIONS[version]}"])
    (check or check_import)(own)
    own.stamp.write_text(json.dumps(wanted) + "\n", encoding="utf-8")
    return own.python


def install(place: Environment, arguments: Sequence[str]) -> None:
    run_pip(place, arguments, CONSTRAINTS)


def compute_digest(place: Environment, version: str) -> str:
    pins = (place.root / "install" / CONSTRAINTS).read_bytes()
    return hashlib.sha256(pins + VERSIONS[version].encode()).hexdigest()


def read_stamp(place: Environment) -> object:
    try:
        return json.loads(place.stamp.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def find_python(candidates: Iterable[str] | None = None) -> str:
    """A Python 3.11 that can make environments: this one, the one on the path, or one of pyenv's."""
    for candidate in name_pythons() if candidates is None else candidates:
        if is_python(candidate):
            return candidate
    wanted = ".".join(map(str, PYTHON))
    raise InstallFailed(
        f"No Python {wanted} with venv was found.",
        f"Blender {' and '.join(VERSIONS)} as a module come for Python {wanted} alone.",
        f"Install Python {wanted} (pyenv install {wanted}, or apt install python{wanted}-venv), "
        f"or start this program with it: python{wanted} install test --host blender",
    )


def name_pythons() -> list[str]:
    wanted = ".".join(map(str, PYTHON))
    own = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    kept = sorted(own.glob(f"{wanted}.*/bin/python{wanted}"), reverse=True)
    return [sys.executable, *filter(None, [shutil.which(f"python{wanted}")]), *map(str, kept)]


def is_python(path: str) -> bool:
    """Asked itself: a shim may stand for no Python at all."""
    ask = f"import sys, venv, ensurepip; raise SystemExit(sys.version_info[:2] != {PYTHON})"
    try:
        asked = subprocess.run([path, "-c", ask], capture_output=True, env=clean_variables(os.environ))
    except OSError:
        return False
    return asked.returncode == 0


def check_import(place: Environment) -> None:
    """`InstallFailed` naming the system libraries that lack, where Blender does not load."""
    try:
        command = [str(place.python), "-I", "-c", LOADS]
        tried = subprocess.run(
            command, capture_output=True, text=True, timeout=IMPORT_SECONDS, env=clean_variables(os.environ)
        )
        said = tried.stdout + tried.stderr
    except subprocess.TimeoutExpired:
        said = f"it did not load within {IMPORT_SECONDS} seconds"
    if "loads " in said:
        return
    missing = find_missing_libraries(place)
    raise InstallFailed(
        f"Blender in {place.folder} does not load.",
        f"The system lacks {', '.join(missing)}." if missing else " ".join(said.split())[-300:] or "It says nothing.",
        "Install them with the system's package manager (Debian: libx11-6 libxrender1 libxfixes3 libxi6 libxkbcommon0 "
        "libsm6 libice6), then run this again.",
    )


def find_missing_libraries(place: Environment) -> list[str]:
    """Asked of the system's loader; nothing where it has no `ldd`."""
    (library, *_) = [*place.folder.glob("lib/python*/site-packages/bpy/__init__.so"), None]
    if library is None or shutil.which("ldd") is None:
        return []
    told = subprocess.run(["ldd", str(library)], capture_output=True, text=True).stdout
    return sorted({line.split()[0] for line in told.splitlines() if "not found" in line})
