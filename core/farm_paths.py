"""Folders that a farm's job reads and writes: each is a parameter, so that a machine can say where it has it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from .errors import UsageError
from .path_map import VARIABLE, here, remembered
from .retime import times_file
from .shot import Shot

MOST_LETTERS = 2048
"""Of a variable, by Open Job Description."""


@dataclass(frozen=True)
class Place:
    name: str
    """Of the parameter."""
    label: str
    folder: Path
    """On this machine."""
    flow: Literal["IN", "OUT", "INOUT"]


def input_places(shots: list[Shot], onto: str | None, times: str | None) -> list[Place]:
    """What the layers of a shot are read from, each folder once."""
    found: dict[Path, Place] = {}

    def add(name: str, label: str, path: str | Path) -> None:
        folder = Path(path).absolute().parent
        count = sum(place.label.startswith(label) for place in found.values())
        number = "" if count == 0 else str(count + 1)
        found.setdefault(folder, Place(f"{name}Folder{number}", f"{label} {number}".strip(), folder, "IN"))

    for shot in shots:
        for what, sequences in shot.input_sequences().items():
            for sequence in sequences:
                add(what.title(), what.title(), sequence.pattern)
        config = shot.settings.ocio
        if config is not None and "://" not in config:
            add("Ocio", "OpenColorIO config", here(config))
    if onto is not None:
        add("Retimed", "Retimed plate", here(onto))
    if times is not None and times_file(times) is not None:
        add("Times", "Times", here(times))
    return list(found.values())


def map_of(places: Iterable[Place]) -> str:
    """`$UNREEL_PATH_MAP` of a job: from what the unreel folder remembers to the parameters' values.

    UsageError for a folder that it can't name.
    """
    pairs = []
    for place in places:
        there = remembered(place.folder)
        if ";" in there or "=>" in there or "{{" in there:
            raise UsageError(f"{there}: a farm can't be given a folder with ; => or {{{{ in its name (${VARIABLE})")
        pairs.append(f"{there}=>{{{{Param.{place.name}}}}}")
    text = ";".join(pairs)
    if len(text) > MOST_LETTERS:
        raise UsageError(f"the {len(pairs)} folders of the shot have names too long for one job; move them together")
    return text
