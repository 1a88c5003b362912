"""What goes wrong with the files of a job of `soak.py`: frames, mattes, paint, the unreel folder, the disk."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from unreel.core.exr_read import read_frame
from unreel.core.exr_write import write_frame
from unreel.core.frame import Frame, Window

from .soak_shots import Place

DISK = 64 << 20


def damage(place: Place, hurt: str, rng: np.random.Generator) -> tuple[Path, str]:
    """Damage one file; which, and how."""
    if hurt == "unreel folder":
        files = [path for path in sorted(place.unreel.rglob("*")) if path.is_file() and path.name != "log.txt"]
    elif hurt == "paint":
        files = [place.shot / "paint.exr"]
    else:
        files = sorted((place.shot / hurt).glob("*.exr"))
    path = files[int(rng.integers(len(files)))]
    ways = ["missing", "cut off", "empty", "overwritten"]
    if hurt != "unreel folder":
        ways += ["of another size", "NaN", "infinite", "without colour", "a folder"]
    way = ways[int(rng.integers(len(ways)))]
    hurt_file(path, way, rng)
    return path, way


def hurt_file(path: Path, way: str, rng: np.random.Generator) -> None:
    content = path.read_bytes()
    if way == "missing":
        path.unlink()
    elif way == "cut off":
        path.write_bytes(content[: int(rng.integers(1, len(content)))])
    elif way == "empty":
        path.write_bytes(b"")
    elif way == "overwritten":
        at = int(rng.integers(len(content)))
        path.write_bytes((content[:at] + rng.bytes(64) + content[at + 64 :])[: len(content)])
    elif way == "a folder":
        path.unlink()
        path.mkdir()
    else:
        hurt_picture(path, way, rng)


def hurt_picture(path: Path, way: str, rng: np.random.Generator) -> None:
    frame = read_frame(path)
    planes = {name: plane.copy() for name, plane in frame.planes.items()}
    data, display = frame.data, frame.display
    if way == "of another size":
        planes = {name: plane[:-4, :-6] for name, plane in planes.items()}
        data = display = Window(0, 0, data.width - 6, data.height - 4)
    elif way == "without colour":
        planes = {"depth.Z": next(iter(planes.values()))}
    else:
        value = np.nan if way == "NaN" else np.inf
        some = rng.random(data.shape) < rng.choice([0.01, 0.5, 1.0])
        for plane in planes.values():
            plane[some] = value
    write_frame(path, Frame(planes, data, display, frame.metadata))


def repair(place: Place, number: int, path: Path) -> None:
    """A file of the shot as it was, with its time."""
    if path.is_dir():
        path.rmdir()
    shutil.copy2(place.base(number) / path.relative_to(place.shot), path)


def can_mount() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("mount") is not None


@contextmanager
def small_disk(place: Place) -> Iterator[None]:
    """A disk of its own at `place.full`."""
    place.full.mkdir(exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", place.full], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", place.full], check=True)


def filler(place: Place) -> Path:
    return place.full / "filler"


def fill(place: Place, free: int) -> None:
    """All of the small disk but `free` bytes, which come in pages."""
    there = shutil.disk_usage(place.full).free
    with open(filler(place), "wb") as file:
        os.posix_fallocate(file.fileno(), 0, max(1, there - free))
