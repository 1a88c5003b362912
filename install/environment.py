"""Unreel's own Python environment: made once, finished where it was left, and not touched when it is up to date."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from failure import InstallFailed, explain_missing_venv, explain_pip

STAMP = "unreel-install.json"
SOURCES = ("core", "plugin", "qt_panel")
"""The folders that hold Unreel, as pyproject.toml lists their packages."""
CONSTRAINTS = "constraints.txt"
TAIL_LINES = 20
_PIP_NEWS = ("Collecting", "Downloading", "Building", "Installing", "Successfully")
# Settings of the caller that would leak other packages into the environment, or install past it.
_FOREIGN = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_REQUIRE_VIRTUALENV")


@dataclass(frozen=True)
class Environment:
    folder: Path
    """Where the environment lies."""
    root: Path
    """The checkout that it serves."""
    wheelhouse: Path | None = None
    """Folder of wheels to install from without a network."""
    is_copy: bool = False
    """Unreel itself is copied into it, so that it works without the checkout; else it runs from the checkout."""

    @property
    def python(self) -> Path:
        return self.program("python")

    def program(self, name: str) -> Path:
        return self.folder / ("Scripts" if os.name == "nt" else "bin") / (name + (".exe" if os.name == "nt" else ""))

    @property
    def stamp(self) -> Path:
        return self.folder / STAMP


def say(text: str) -> None:
    print(f"install: {text}", flush=True)


def clean_variables(variables: Mapping[str, str]) -> dict[str, str]:
    """The caller's environment variables without those that reach into a Python."""
    return {name: value for name, value in variables.items() if name not in _FOREIGN}


def run_program(command: Sequence[object], cwd: Path) -> int:
    return subprocess.run([str(part) for part in command], cwd=cwd, env=clean_variables(os.environ)).returncode


def compute_digest(root: Path) -> str:
    """What decides whether an environment is up to date: the wanted packages and their pins."""
    digest = hashlib.sha256()
    for name in ("pyproject.toml", f"install/{CONSTRAINTS}"):
        digest.update((root / name).read_bytes() + b"\0")
    return digest.hexdigest()


def digest_of(place: Environment) -> str:
    """`compute_digest`; where Unreel is copied, its sources count too."""
    if not place.is_copy:
        return compute_digest(place.root)
    digest = hashlib.sha256(compute_digest(place.root).encode())
    for path in read_sources(place.root):
        digest.update(path.relative_to(place.root).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def read_sources(root: Path) -> list[Path]:
    """All files that make up Unreel."""
    files = [path for name in SOURCES for path in (root / name).rglob("*") if path.is_file()]
    return sorted(path for path in files if "__pycache__" not in path.parts)


def read_stamp(place: Environment) -> dict[str, object] | None:
    """What was installed; None where nothing was, or not to the end."""
    try:
        stamp = json.loads(place.stamp.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return stamp if isinstance(stamp, dict) else None


def write_stamp(place: Environment, extras: Iterable[str]) -> None:
    stamp = {"digest": digest_of(place), "root": str(place.root), "extras": sorted(extras)}
    temporary = place.stamp.with_suffix(".tmp")
    temporary.write_text(json.dumps(stamp | {"folder": str(place.folder)}, indent=1) + "\n", encoding="utf-8")
    os.replace(temporary, place.stamp)


def installed_extras(place: Environment) -> set[str]:
    extras = (read_stamp(place) or {}).get("extras", [])
    return set(extras) if isinstance(extras, list) else set()


def is_ready(place: Environment, extras: Iterable[str]) -> bool:
    """Whether everything wanted is there: same pins, same checkout, not moved, its Python still on this machine."""
    stamp = read_stamp(place)
    return (
        stamp is not None
        and stamp.get("digest") == digest_of(place)
        and stamp.get("root") == str(place.root)
        and stamp.get("folder") == str(place.folder)
        and set(extras) <= installed_extras(place)
        and place.python.exists()
    )


def is_usable(place: Environment) -> bool:
    """Whether a folder without a stamp can be finished: Python and pip run, no package was cut off half-way."""
    if not place.python.exists():
        return False
    whole = "import pip, pathlib; s = pathlib.Path(pip.__file__).parents[1]; r = [d for d in s.glob('*.dist-info')"
    whole += " if not (d / 'RECORD').exists()]; raise SystemExit(bool(r))"
    try:
        return subprocess.run([place.python, "-c", whole], capture_output=True, cwd=place.folder).returncode == 0
    except OSError:
        return False


def has_copy(place: Environment) -> bool:
    """Whether Unreel was copied into it. What numba leaves there would hide the checkout, also after pip removed it."""
    folders = ("lib/python*/site-packages/unreel", "Lib/site-packages/unreel")
    return any(path for pattern in folders for path in place.folder.glob(pattern))


def make_venv(place: Environment, python: str = sys.executable) -> None:
    for name in ("venv", "ensurepip"):
        if importlib.util.find_spec(name) is None:
            raise explain_missing_venv(name)
    command = [python, "-m", "venv", "--clear", str(place.folder)]
    done = subprocess.run(command, capture_output=True, text=True, env=clean_variables(os.environ))
    if done.returncode != 0:
        raise InstallFailed(
            f"The environment {place.folder} can't be made.",
            " ".join((done.stdout + done.stderr).split()) or f"venv ended with code {done.returncode}.",
            "Free or repair that folder, or choose another with --venv PATH.",
        )


def run_pip(place: Environment, arguments: Sequence[str], constraints: str = CONSTRAINTS) -> None:
    """Install, showing pip's news as it comes; on failure, its last lines and what they mean."""
    source = ["--no-index", "--find-links", str(place.wheelhouse)] if place.wheelhouse else []
    options = ["--constraint", str(place.root / "install" / constraints), "--disable-pip-version-check"]
    command = [str(place.python), "-m", "pip", "install", *options, *source, *arguments]
    tail: deque[str] = deque(maxlen=TAIL_LINES)
    with subprocess.Popen(
        command,
        cwd=place.root,
        env=clean_variables(os.environ),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            tail.append(line.rstrip())
            if line.lstrip().startswith(_PIP_NEWS):
                print(f"    {line.strip()[:160]}", flush=True)
    if process.returncode != 0:
        raise explain_pip(tail, place.wheelhouse, constraints)


def prepare(
    place: Environment,
    extras: Iterable[str] = (),
    make: Callable[[Environment], None] = make_venv,
    pip: Callable[[Environment, Sequence[str]], None] = run_pip,
) -> None:
    """Bring the environment up to date. Raises `InstallFailed`; running it again goes on from there."""
    if is_ready(place, extras):
        say(f"the environment {place.folder} is up to date; nothing to install")
        return
    refuse_foreign_folder(place.folder)
    wanted = sorted(set(extras) | installed_extras(place))
    unfinished = place.python.exists() and not place.stamp.exists()
    place.stamp.unlink(missing_ok=True)
    if not is_usable(place) or (has_copy(place) and not place.is_copy):
        say(f"1/3 make the environment {place.folder} with Python {sys.version.split()[0]}")
        make(place)
    else:
        say(f"1/3 {'finish the half-made' if unfinished else 'keep the'} environment {place.folder}")
    source = f"the folder {place.wheelhouse}" if place.wheelhouse else "the package index pip is set to"
    say(f"2/3 the build tool, from {source}")
    pip(place, ["setuptools"])
    # Built with the pinned setuptools above: an isolated build would fetch another one, and could not offline.
    say("3/3 Unreel and the packages it needs (the first time this downloads PyTorch: minutes)")
    extra = f"[{','.join(wanted)}]" if wanted else ""
    if place.is_copy:
        # From a copy: setuptools would leave a folder build/ in the checkout, and what is old there would be installed.
        with tempfile.TemporaryDirectory(prefix="unreel-install-") as folder:
            copy_sources(place.root, Path(folder))
            pip(place, ["--no-build-isolation", folder + extra])
    else:
        pip(place, ["--no-build-isolation", "--editable", f".{extra}"])
    write_stamp(place, wanted)
    say("done")


def copy_sources(root: Path, folder: Path) -> None:
    """What an installable tree needs of the checkout."""
    for path in [*read_sources(root), *(root / name for name in ("pyproject.toml", "LICENSE"))]:
        target = folder / path.relative_to(root)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)


def refuse_foreign_folder(folder: Path) -> None:
    """Never clear what is not an environment."""
    if folder.is_dir() and any(folder.iterdir()) and not (folder / "pyvenv.cfg").exists():
        raise InstallFailed(
            f"{folder} holds other files and is not a Python environment.",
            "Making the environment there would delete them.",
            "Choose an empty or new folder with --venv PATH.",
        )
