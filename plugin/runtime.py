"""Where Unreel's own Python is, and the environment a worker gets: without the host's variables."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FILE = "runtime.json"
DROPPED = ("PYTHON", "VIRTUAL_ENV", "CONDA_", "QT_", "QML", "NUKE_", "NATRON_", "OFX_", "BLENDER_", "SSL_CERT")
LIBRARY_PATHS = ("LD_LIBRARY_PATH", "LD_PRELOAD", "DYLD_")
"""A host points these at libraries of its own; `UNREEL_KEEP_LIBRARY_PATH` keeps them."""
WORKER = "unreel.plugin.worker"
"""Does a job of the core."""


class RuntimeMissing(Exception):
    """Unreel's Python is not to be found; says what to do."""


@dataclass(frozen=True)
class Runtime:
    python: str
    """The interpreter of Unreel's environment."""
    path: tuple[str, ...] = ()
    """Folders that hold the package `unreel`, where it is not installed into that environment."""


def find_runtime(places: tuple[Path, ...] = (), environ: Mapping[str, str] | None = None) -> Runtime:
    """From `UNREEL_PYTHON`, or `runtime.json` in `UNREEL_HOME`, in one of `places` or beside the host's own files."""
    variables = os.environ if environ is None else environ
    named = variables.get("UNREEL_PYTHON")
    if named:
        return checked(Runtime(named), "UNREEL_PYTHON")
    home = variables.get("UNREEL_HOME")
    looked = [Path(home)] if home else []
    looked += [*places, *beside_ourselves()]
    for folder in looked:
        file = folder / FILE
        if file.is_file():
            return checked(read_runtime(file), str(file))
    raise RuntimeMissing(
        f"Unreel's own Python is not known: there is no {FILE} in {', '.join(map(str, looked))}; "
        "run python3 install for this host again, or set UNREEL_PYTHON"
    )


def beside_ourselves() -> list[Path]:
    """The folder that the host loaded us from, also out of a zip."""
    package = Path(os.path.abspath(__file__)).parent
    return [package.parents[1], package.parents[2]]


def read_runtime(file: Path) -> Runtime:
    """RuntimeMissing where the file can't be read."""
    try:
        table: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        return Runtime(str(table["python"]), tuple(map(str, table.get("path", ()))))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RuntimeMissing(f"{file} cannot be used ({error}); run python3 install for this host again") from None


def checked(runtime: Runtime, where: str) -> Runtime:
    """RuntimeMissing where there is no such program."""
    if os.path.isfile(runtime.python) and os.access(runtime.python, os.X_OK):
        return runtime
    raise RuntimeMissing(
        f"{where} names {runtime.python}, and there is no such program; run python3 install again, or set it right"
    )


def clean_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """Without what the host set for itself: its Python, its Qt, its libraries."""
    keep = environ.get("UNREEL_KEEP_LIBRARY_PATH")
    dropped = DROPPED if keep else DROPPED + LIBRARY_PATHS
    return {name: value for name, value in environ.items() if not name.upper().startswith(dropped)}


def worker_command(runtime: Runtime, job_folder: Path, detached: bool, module: str = WORKER) -> list[str]:
    """What is run for a job folder."""
    return module_command(runtime, module, str(job_folder), *(["--detached"] if detached else []))


def module_command(runtime: Runtime, module: str, *arguments: str) -> list[str]:
    """A module's `main`, whose return is the exit code.

    `-I`: no variable, user folder or working folder changes what it imports.
    """
    start = ["-m", module]
    if runtime.path:
        first = f"import sys; sys.path[:0] = {list(runtime.path)!r}; "
        start = ["-c", first + f"from {module} import main; sys.exit(main(sys.argv[1:]))"]
    return [runtime.python, "-I", *start, *arguments]


def is_windows() -> bool:
    return sys.platform == "win32"
