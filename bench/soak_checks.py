"""What must be true after a job of `soak.py`, however it ended."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import OpenImageIO as oiio
import yaml
from safetensors import safe_open

CODES = (0, 1, 2, 3, 4, 5, 130)
MARK = "UNREEL_SOAK"
"""A variable of all that a job starts: what still has it later was left behind."""


def faults_told(text: str) -> Iterator[str]:
    """Of a log: what no user should see."""
    if "Traceback (most recent call last)" in text:
        yield "a traceback: " + text.strip().splitlines()[-1][:200]
    elif "a fault of its own" in text:
        yield "a fault of its own is told"


def broken_files(folder: Path, hurt: Path | None) -> Iterator[str]:
    """Files under their final names that are not whole, but for the one that was damaged, and copies of it."""
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or is_temporary(path) or (hurt is not None and path.name == hurt.name):
            continue
        why = why_broken(path)
        if why:
            yield f"{path.relative_to(folder)} is not whole: {why}"


def why_broken(path: Path) -> str:
    try:
        if path.suffix in (".exr", ".png", ".tif"):
            return why_no_picture(path)
        if path.suffix == ".json":
            json.loads(path.read_text(encoding="utf-8"))
        elif path.suffix == ".yaml":
            yaml.safe_load(path.read_text(encoding="utf-8"))
        elif path.suffix == ".safetensors":
            with safe_open(str(path), "numpy") as file:
                for name in file.keys():
                    file.get_tensor(name)
    except Exception as error:  # whatever a reader says of it
        return f"{type(error).__name__}: {error}"
    return ""


def why_no_picture(path: Path) -> str:
    source = oiio.ImageInput.open(str(path))
    if source is None:
        return oiio.geterror()
    pixels = source.read_image(oiio.FLOAT)
    source.close()
    return "" if pixels is not None else source.geterror()


def is_temporary(path: Path) -> bool:
    return path.name.startswith(".") and ".tmp" in path.name


def leftovers(folders: list[Path]) -> Iterator[str]:
    """Temporaries and locks that nobody holds any more."""
    for folder in folders:
        for path in sorted(folder.rglob(".*")):
            if is_temporary(path) or path.name == ".lock" or path.name.startswith(".held-"):
                yield f"{path.relative_to(folder.parent)} is left behind"


def strays(mark: str) -> list[int]:
    """Processes that jobs have started, and that still run."""
    wanted, found = f"{MARK}={mark}".encode(), []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if wanted in (entry / "environ").read_bytes().split(b"\0") and int(entry.name) != os.getpid():
                found.append(int(entry.name))
        except OSError:
            continue
    return found


def resident_mib() -> float:
    """Of this process."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20
