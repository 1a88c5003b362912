"""A folder on Natron's path as the installer lays it: the PyPlugs, the host side as one zip, runtime.json."""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def lay(folder: Path, python: str) -> Path:
    """By the installer's own parts, which import each other as plain names."""
    if str(ROOT / "install") not in sys.path:
        sys.path.append(str(ROOT / "install"))
    host_zip = importlib.import_module("host_zip")
    folder.mkdir(parents=True)
    for name, content in host_zip.read_start_files(ROOT, "natron").items():
        (folder / name).write_bytes(content)
    (folder / host_zip.NAME).write_bytes(host_zip.make_host_zip(ROOT))
    (folder / "runtime.json").write_text(json.dumps({"python": python}), encoding="utf-8")
    return folder
