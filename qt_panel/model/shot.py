"""The shot that is open: its plate as it was found on disk, and what its files say of themselves."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from unreel.core.color import default_space
from unreel.core.errors import InputError, UnreelError
from unreel.core.exr_read import Header, read_header
from unreel.core.frame import Window
from unreel.core.sequence import Sequence, pattern_of
from unreel.plugin.stale import made_file

SAY_NOTHING = ("", "frame", "frames", "image", "img", "render")
"""Names of files that many shots have."""
TRIED = 8
"""Frames whose headers are looked at before a plate counts as unreadable."""


@dataclass(frozen=True)
class Shot:
    plate: Sequence
    header: Header
    """Of the first frame that can be read."""
    space: str
    """Colour space or role of the files."""
    unreel: Path | None = None
    """The unreel folder it was opened by."""

    @property
    def name(self) -> str:
        """For the window's title: the unreel folder's, else the plate's, else that of the folder it lies in."""
        if self.unreel is not None:
            return self.unreel.stem
        return name_of_pattern(self.plate.pattern)

    @property
    def frames(self) -> tuple[int, ...]:
        """All of the shot, also those that are missing."""
        return self.plate.frames

    @property
    def missing(self) -> tuple[int, ...]:
        return self.plate.missing

    @property
    def display(self) -> Window:
        """The format, in full-size pixels."""
        return self.header.display

    @property
    def pixel_aspect(self) -> float:
        return aspect_of(self.header)

    @property
    def fps(self) -> float | None:
        """Frames a second, None where the files don't say."""
        return float(self.header.frame_rate) if self.header.frame_rate else None


def aspect_of(header: Header) -> float:
    """Width of a pixel over its height; 1 where a file is off by less than a hundredth, as many a JPEG is."""
    aspect = header.pixel_aspect
    return aspect if aspect > 0 and abs(aspect - 1) > 0.01 else 1.0


def name_of_pattern(pattern: str) -> str:
    """What stands before the frame number; the folder's name where that says nothing."""
    path = Path(pattern)
    name = re.split(r"#|%0?\d*d|\$F", path.stem)[0].rstrip("._- ")
    return path.parent.name if name.lower() in SAY_NOTHING and path.parent.name else name


def find_shot(paths: Iterable[str | Path], frames: str | None = None, space: str | None = None) -> Shot:
    """What was named or dropped: one pattern, folder or unreel folder, or files of one sequence.

    One file of a sequence stands for all of it. `frames` None: all there are, or those that were trained. Looks at
    the disk: not for the window's thread. InputError, MissingFrames, UnreadableFile, UsageError.
    """
    named = [str(path).rstrip("/\\") if len(str(path)) > 1 else str(path) for path in paths]
    folder = unreel_folder_of(named)
    if folder is not None:
        trained = read_trained(folder)
        plate = Sequence.find(trained_pattern(trained, folder), frames or trained["settings"].get("frames"))
        space = space or trained["settings"].get("space")
    else:
        plate = Sequence.find(common_pattern(named), frames)
    header, path = first_header(plate)
    kind = next(iter(header.channels.values()), None)
    return Shot(plate, header, space or default_space(path, kind), folder)


def common_pattern(paths: Iterable[str]) -> str:
    """The one sequence that all of these are of; a numbered file stands for its sequence. InputError: of several."""
    found = {path if Path(path).is_dir() else pattern_of(path): None for path in paths}
    if not found:
        raise InputError("there is nothing to open: drop the files of a plate, their folder, or a NAME.unreel")
    if len(found) > 1:
        names = ", ".join(Path(pattern).name for pattern in found)
        raise InputError(f"these are {len(found)} sequences: {names}; drop the files of one")
    return next(iter(found))


def unreel_folder_of(paths: list[str]) -> Path | None:
    """The unreel folder that is meant, by its own name or by its `shot.yaml`."""
    if len(paths) != 1:
        return None
    path = Path(paths[0])
    path = path.parent if path.name == "shot.yaml" else path
    marks = ("shot.yaml", "training.yaml")
    is_one = path.is_dir() and (path.suffix == ".unreel" or any((path / name).is_file() for name in marks))
    return path if is_one else None


def read_trained(folder: Path) -> Mapping[str, Any]:
    """The training's note. InputError where there is none that can be read."""
    table: Any = None
    with suppress(OSError, ValueError):
        table = json.loads(made_file(folder, "train").read_text(encoding="utf-8"))
    if not isinstance(table, dict) or not isinstance(table.get("settings"), dict):
        raise InputError(
            f"{folder} does not say which plate it was trained from: it is not trained to its end, or by an older "
            "Unreel; open the plate itself"
        )
    return table


def trained_pattern(trained: Mapping[str, Any], folder: Path) -> str:
    """The plate's pattern, by the full names of the files that were read."""
    files = trained.get("files", {}).get("plate") or ()
    if not files:
        raise InputError(f"{folder} does not say which plate it was trained from; open the plate itself")
    number, path = files[0][:2]
    return str(path) if number is None else pattern_of(str(path))


def first_header(plate: Sequence) -> tuple[Header, Path]:
    """Of the first frame that can be read, and where it lies. The first's error where none of those tried can."""
    numbers = [n for n in plate.frames if n not in plate.missing][:TRIED]
    errors: list[UnreelError] = []
    for number in numbers:
        path = plate.path(number)
        try:
            return read_header(path), path
        except UnreelError as error:
            errors.append(error)
    raise errors[0]
