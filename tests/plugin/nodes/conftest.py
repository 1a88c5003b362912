"""Where the nodes' workers find us."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest


@pytest.fixture
def runtime(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The Python that runs the tests, as the installer would note it."""
    home = tmp_path / "home"
    home.mkdir()
    paths = [path for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path]
    (home / "runtime.json").write_text(json.dumps({"python": sys.executable, "path": paths}), encoding="utf-8")
    monkeypatch.delenv("UNREEL_PYTHON", raising=False)
    monkeypatch.setenv("UNREEL_HOME", str(home))
