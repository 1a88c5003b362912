"""A folder on Natron's path as the installer lays it: the PyPlugs, the host side as one zip, runtime.json."""

from __future__ import annotations

import json
import os
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def lay(folder: Path, python: str) -> Path:
    folder.mkdir(parents=True)
    for file in (ROOT / "plugin" / "hosts" / "natron_start").glob("*.py"):
        (folder / file.name).write_bytes(file.read_bytes())
    (folder / "runtime.json").write_text(json.dumps({"python": python}), encoding="utf-8")
    pack(folder / "unreel_host.zip")
    return folder


def pack(target: Path) -> None:
    """With entries for directories: without them a package that has no `__init__.py` is not found in a zip."""
    with zipfile.ZipFile(target, "w") as packed:
        packed.writestr("unreel/", "")
        for folder, _, names in sorted(os.walk(ROOT / "plugin")):
            place = Path(folder).relative_to(ROOT)
            if any(part.endswith("_start") or part == "__pycache__" for part in place.parts):
                continue
            packed.writestr(f"unreel/{place.as_posix()}/", "")
            for name in sorted(names):
                if name.endswith(".py"):
                    packed.write(Path(folder) / name, f"unreel/{place.as_posix()}/{name}")
        packed.write(ROOT / "core" / "nodes.json", "unreel/plugin/plugin.json")
