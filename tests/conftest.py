"""What holds for every test: quiet threads, no studio's settings, and shapes that are checked."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

# Before torch or numba start their threads: idle ones that spin take a core from the ones that work.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
# A studio's colour config would change what the known answers are.
os.environ.pop("OCIO", None)

import jaxtyping
import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parents[1]

# Compiling takes longer than hypothesis' patience the first time; CI sees the same examples every time.
settings.register_profile("unreel", deadline=None, database=None, derandomize="CI" in os.environ)
settings.load_profile("unreel")


def modules_with_shapes() -> list[str]:
    """The field modules that write shapes in their signatures. Compiled ones can't: numba does not take the wrapper."""
    folder = ROOT / "core" / "fields"
    texts = {path: path.read_text(encoding="utf-8") for path in folder.rglob("*.py")}
    return [
        ".".join(("unreel", *path.relative_to(ROOT).with_suffix("").parts))
        for path, text in sorted(texts.items())
        if "from jaxtyping import" in text and path.name != "__init__.py"
    ]


if modules_with_shapes():
    jaxtyping.install_import_hook(modules_with_shapes(), "beartype.beartype")


QT_LIBRARIES = "libegl1 libgl1 libxkbcommon0 libdbus-1-3 libfontconfig1"


def pytest_configure(config: pytest.Config) -> None:
    """Called before pytest-qt's own, which breaks off everything with no more than the name of a library."""
    try:
        import PySide6.QtWidgets  # noqa: F401
    except ImportError as error:
        raise pytest.UsageError(
            f"the panel's Qt cannot be loaded ({error}); where a library of the system is missing, on Debian and "
            f"Ubuntu: apt install {QT_LIBRARIES}; where PySide6 is: python3 install test"
        ) from None


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the installer would note what Python to run."""
    monkeypatch.delenv("UNREEL_PYTHON", raising=False)
    monkeypatch.setenv("UNREEL_HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


@pytest.fixture
def runtime(home: Path) -> None:
    """The Python that runs the tests."""
    paths = [path for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path]
    (home / "runtime.json").write_text(json.dumps({"python": sys.executable, "path": paths}), encoding="utf-8")
