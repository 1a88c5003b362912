"""Blender itself, as a Python module in environments of its own; each call is a process with a time limit.

`python3 install test --host blender` makes the environments and names their interpreters in the variables below.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ..session import told

ROOT = Path(__file__).resolve().parents[3]
SCRIPTS = Path(__file__).parent / "scripts"
PYTHONS = {"4.5": "UNREEL_BLENDER_4_5", "5.0": "UNREEL_BLENDER_5_0"}
SECONDS = 300


@dataclass(frozen=True)
class Blender:
    version: str
    python: str
    place: Path
    """For files of its own."""
    package: Path
    """Holds `unreel`, as an installed host side would."""

    def call(self, function: str, with_unreel: bool = True, **job: Any) -> Any:
        """What `SCRIPTS/MODULE.py`'s function gives for `job`, in a Blender of its own."""
        table, result = self.place / "call.json", self.place / "result.json"
        table.write_text(json.dumps(job, default=str))
        paths = [str(SCRIPTS), *([str(self.package)] if with_unreel else [])]
        command = [self.python, str(SCRIPTS / "run.py"), function, str(table), str(result)]
        environment = {**self.environment(), "PYTHONPATH": os.pathsep.join(paths)}
        return told(f"Blender {self.version}", command, environment, result, SECONDS)

    def environment(self) -> dict[str, str]:
        """Nothing of the user's own Blender, and a runtime that is this very Python."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("BLENDER_", "UNREEL_"))}
        return {**kept, "BLENDER_USER_RESOURCES": str(self.place / "user"), "UNREEL_HOME": str(self.place)}


@pytest.fixture(params=PYTHONS)
def blender(request: pytest.FixtureRequest, tmp_path: Path) -> Blender:
    python = os.environ.get(PYTHONS[request.param])
    if not python:
        pytest.skip(f"{PYTHONS[request.param]} names no Python with bpy; run python3 install test --host blender")
    package = tmp_path / "package"
    (package / "unreel").mkdir(parents=True)
    for folder in ("core", "plugin"):
        (package / "unreel" / folder).symlink_to(ROOT / folder)
    runtime = {"python": sys.executable, "path": [str(package)]}
    (tmp_path / "runtime.json").write_text(json.dumps(runtime))
    return Blender(request.param, python, tmp_path, package)
