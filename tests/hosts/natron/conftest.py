"""Natron itself, as its renderer; each call is a process with a time limit, a home of its own and one plug-in path."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ...plugin.natron_folder import ROOT, lay
from ..session import told

SCRIPTS = Path(__file__).parent / "scripts"
RENDERER = "UNREEL_NATRON"
"""The variable that names NatronRenderer, of Natron 2.5, with its plug-ins openfx-misc and openfx-io."""
SECONDS = 600


@dataclass(frozen=True)
class Natron:
    renderer: str
    place: Path
    """For files of its own."""
    plugins: Path
    """What the installer lays, and nothing else."""

    def call(self, function: str, with_unreel: bool = True, **values: Any) -> Any:
        """What `SCRIPTS/MODULE.py`'s function gives for `values`, in a Natron of its own."""
        job, result = self.place / "call.json", self.place / "result.json"
        table = {"scripts": str(SCRIPTS), "function": function, "values": values, "result": str(result)}
        job.write_text(json.dumps(table, default=str))
        environment = {**self.environment(with_unreel), "UNREEL_TEST_JOB": str(job)}
        return told("Natron", [self.renderer, str(SCRIPTS / "run.py")], environment, result, SECONDS)

    def environment(self, with_unreel: bool) -> dict[str, str]:
        """Nothing of the user's own Natron."""
        mine = ("NATRON_", "UNREEL_", "PYTHON", "XDG_")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(mine)}
        path = {"NATRON_PLUGIN_PATH": str(self.plugins)} if with_unreel else {}
        return {**kept, **path, "HOME": str(self.place / "home")}


@pytest.fixture
def natron(tmp_path: Path) -> Natron:
    renderer = os.environ.get(RENDERER)
    if not renderer:
        pytest.skip(f"{RENDERER} names no NatronRenderer of Natron 2.5; set it to its path")
    package = tmp_path / "package"
    (package / "unreel").mkdir(parents=True)
    for folder in ("core", "plugin"):
        (package / "unreel" / folder).symlink_to(ROOT / folder)
    (tmp_path / "home").mkdir()
    plugins = lay(tmp_path / "plug-ins ü", sys.executable)
    runtime = {"python": sys.executable, "path": [str(package)]}
    (plugins / "runtime.json").write_text(json.dumps(runtime))
    return Natron(renderer, tmp_path, plugins)
