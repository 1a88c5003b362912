"""Calls the tests' scripts in a Blender, as a Python with `bpy`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
SCRIPTS = ROOT / "tests" / "hosts" / "blender" / "scripts"


def call(python: str, place: Path, function: str, **job: Any) -> Any:
    """What `SCRIPTS/MODULE.py`'s FUNCTION gives for `job`. function: MODULE.FUNCTION. place: for files of its own."""
    package = place / "package"
    if not package.exists():
        (package / "unreel").mkdir(parents=True)
        for folder in ("core", "plugin"):
            (package / "unreel" / folder).symlink_to(ROOT / folder)
        (place / "runtime.json").write_text(json.dumps({"python": sys.executable, "path": [str(package)]}))
    table, result = place / "call.json", place / "result.json"
    table.write_text(json.dumps(job, default=str))
    paths = os.pathsep.join([str(SCRIPTS), str(package)])
    variables = {**os.environ, "PYTHONPATH": paths, "UNREEL_HOME": str(place)}
    subprocess.run([python, SCRIPTS / "run.py", function, table, result], env=variables, check=True)
    told = json.loads(result.read_text())
    if "error" in told:
        raise SystemExit(told["error"])
    return told["result"]
