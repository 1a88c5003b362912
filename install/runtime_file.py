"""`runtime.json`: by it the host side finds Unreel's own Python."""

from __future__ import annotations

import json
from pathlib import Path

NAME = "runtime.json"


def make_runtime(python: Path, version: str) -> bytes:
    """The interpreter has the package `unreel` installed, so no folder is put on its path."""
    return (json.dumps({"python": str(python), "path": [], "unreel": version}, indent=1) + "\n").encode()
