"""A worker that only says what it is told to say."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Says = Callable[..., None]
SCRIPT = """#!{python} -I
import json, pathlib, sys, time
folder = pathlib.Path([one for one in sys.argv[1:] if not one.startswith("-")][-1])
job = json.loads((folder / "job.json").read_text())
said = {said}[job["command"]]
while not said.get("at_once") and not (folder / "cancel").exists():
    time.sleep(0.01)
told = json.dumps({{"event": "result", "result": said["result"]}})
(folder / "events.jsonl").write_text(told + chr(10))
(folder / "new").write_text(json.dumps(said["status"]))
(folder / "new").rename(folder / "status.json")
"""


@pytest.fixture
def worker_says(home: Path) -> Says:
    """Have a worker's result and state ready for each command; it does nothing else. at_once: else when cancelled."""
    said: dict[str, Any] = {}

    def says(command: str, result: dict[str, Any] | None = None, at_once: bool = True, **status: Any) -> None:
        said[command] = {"result": result or {}, "status": {"state": "done", **status}, "at_once": at_once}
        script = home / "worker"
        script.write_text(SCRIPT.format(python=sys.executable, said=said), encoding="utf-8")
        script.chmod(0o755)
        (home / "runtime.json").write_text(json.dumps({"python": str(script)}), encoding="utf-8")

    return says
