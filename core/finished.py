"""Which frames are finished: made of the same files, solve, textures and settings as they would be now."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from pathlib import Path, PureWindowsPath

from .errors import InputError
from .exr_read import read_header
from .made import FRAME, Files, digest
from .path_map import shared_time

RETIMED = "retimed plate"
"""What `Files` call the frames of `--onto`: they have the output's numbers."""


def frame_ids(numbers: Iterable[int], content: str, files: Files, shared: Collection[int] | None) -> dict[int, str]:
    """Of each output frame: what it is made of, and the names, sizes and times of the files it is read from.

    shared: frames of the shot that all of them are made of, besides their own; None: every one of them.
    """

    def reads(what: str, at: int | None, number: int) -> bool:
        if what == RETIMED or shared is not None:
            return at in (None, number) or (what != RETIMED and at in (shared or ()))
        return True

    def id_of(number: int) -> str:
        read = {
            what: [
                (at, PureWindowsPath(path).name, size, shared_time(time))
                for at, path, size, time in states
                if reads(what, at, number)
            ]
            for what, states in files.items()
        }
        return digest({"content": content, "files": read})

    return {number: id_of(number) for number in numbers}


def file_id(output: str, frame_id: str) -> str:
    """What a frame's file of an output says that it is: alone, each output takes the plain name."""
    return f"{output} {frame_id}"


def is_finished(paths: Mapping[str, Path], frame_id: str) -> bool:
    """Whether all files of a frame, by their outputs, are there and say that they are that. They are written whole or
    not at all."""
    for output, path in paths.items():
        told = None
        with suppress(InputError):
            told = read_header(path).metadata.get(FRAME)
        if told is None or told.value != file_id(output, frame_id):
            return False
    return True
