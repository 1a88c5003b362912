"""A host as a process of its own, with a time limit, which writes what it found into a JSON file."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any


def told(program: str, command: Sequence[str], environment: Mapping[str, str], result: Path, seconds: float) -> Any:
    """What the process wrote as `result`; its file's folder is where it works."""
    result.unlink(missing_ok=True)
    ran = subprocess.run(
        command,
        env=dict(environment),
        cwd=result.parent,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=seconds,
        text=True,
        errors="replace",
    )
    assert result.is_file(), f"{program} ended without a result:\n{ran.stdout[-4000:]}"
    written = json.loads(result.read_text())
    assert "error" not in written, f"{written['error']}\n{ran.stdout[-2000:]}"
    return written["result"]
