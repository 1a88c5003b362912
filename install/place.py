"""One folder that a host loads Unreel from: what is to lie in it, and what the artist does then."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from failure import InstallFailed


@dataclass(frozen=True)
class Start:
    """A file of the user's in which a few lines tell the host of the folder."""

    path: Path
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Place:
    host: str
    folder: Path
    files: Mapping[str, bytes]
    """By path below the folder."""
    next: str
    """What is left to do, in a sentence."""
    start: Start | None = None


@dataclass(frozen=True)
class Machine:
    """Where a user's files lie."""

    home: Path
    variables: Mapping[str, str]
    platform: str = sys.platform

    @classmethod
    def this(cls) -> Machine:
        return cls(Path.home(), dict(os.environ))


def refuse_separator(folder: Path, variable: str, platform: str = sys.platform) -> None:
    """`InstallFailed` where the folder can't stand in a path variable: the host would read it as two."""
    separator = ";" if platform == "win32" else ":"
    if separator in (str(folder)[2:] if platform == "win32" else str(folder)):
        raise InstallFailed(
            f"Unreel can't be laid in {folder}.",
            f"{variable} separates folders by '{separator}', so the host would read two folders.",
            f"Choose a folder without '{separator}' with --dir DIR.",
        )
