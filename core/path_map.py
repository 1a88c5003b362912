"""Files between machines: where one that an unreel folder remembers lies on this one, and whether it is the same."""

from __future__ import annotations

import os
from pathlib import Path, PurePath, PurePosixPath, PureWindowsPath

from .errors import UsageError

VARIABLE = "UNREEL_PATH_MAP"
"""`FROM=>TO`, several with `;` between: folders as they are remembered, and as they are named here."""
Pair = tuple[PurePath, PurePath]


def path_map() -> list[Pair]:
    """What `$UNREEL_PATH_MAP` says, from remembered folders to those here; nothing where it is not set. UsageError."""
    pairs = []
    for text in filter(None, map(str.strip, os.environ.get(VARIABLE, "").split(";"))):
        there, arrow, here = (part.strip() for part in text.partition("=>"))
        if not (there and arrow and here):
            raise UsageError(f"${VARIABLE}: {text!r} is no pair of folders; write it as /mnt/shots=>P:/shots")
        pairs.append((pure(there), pure(here)))
    return pairs


def here(path: str) -> str:
    """A remembered path as it is on this machine; one that is in no mapped folder as it is."""
    return moved(path, path_map())


def remembered(path: str | Path, base: Path | None = None) -> str:
    """The inverse of `here`, for what goes into an unreel folder: the same on all machines.

    base: what a relative path starts from; without it the path is whole already.
    """
    text, pairs = str(path), path_map()
    if moved(text, pairs) != text:
        return text  # it is in the words of the other machine already
    whole = text if base is None else os.path.abspath(base / text)
    return moved(whole, [(local, there) for there, local in pairs])


def moved(path: str, pairs: list[Pair]) -> str:
    """`path` with the deepest folder of `pairs` that it lies in replaced by the other."""
    for folder, other in sorted(pairs, key=lambda pair: -len(pair[0].parts)):
        its = type(folder)(path)
        if its.is_relative_to(folder):
            return str(other.joinpath(*its.relative_to(folder).parts))
    return path


def pure(text: str) -> PurePath:
    """A path of the system that writes it so."""
    windows = PureWindowsPath(text)
    return windows if windows.drive or "\\" in text else PurePosixPath(text)


def shared_time(time_ns: int) -> int:
    """A time of change in microseconds: what is finer not every system tells of the same file."""
    return time_ns // 1000
