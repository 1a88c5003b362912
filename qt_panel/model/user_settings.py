"""What the panel remembers of its user: in one JSON file of the user's own config folder."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from unreel.plugin import protocol

FILE = "panel.json"
RECENTS = 12


@dataclass
class UserSettings:
    folder: Path
    """The config folder; `save` makes it."""
    recents: list[str] = field(default_factory=list)
    """Plates and unreel folders, the newest first."""
    language: str = ""
    """Such as `de`; empty: the system's."""
    layout: dict[str, Any] = field(default_factory=dict)
    """Of the window: size, place, page, what is folded."""
    view: dict[str, Any] = field(default_factory=dict)
    """`ViewState.kept`."""
    brushes: dict[str, Any] = field(default_factory=dict)
    """The brush, the eraser and the colours as they were last."""
    work_folder: str = ""
    """Where unreel folders go whose plate lies in a folder that can't be written to; empty: `unreel` at home."""
    outside: str = ""
    """The artist's own painting program; empty: what the system has for the file."""
    frames_megabytes: int = 512
    """Pictures kept in memory by the window."""
    live_megabytes: int = 512
    """Maps kept in memory by the live helper."""
    damaged: str = field(default="", metadata={"kept": False})
    """What was wrong with the file where it could not be read; it has been set aside."""

    def opened(self, path: str) -> None:
        """Put a shot in front of the recent ones."""
        self.recents = [path, *(each for each in self.recents if each != path)][:RECENTS]

    def save(self) -> None:
        """OSError where the folder can't be written to."""
        self.folder.mkdir(parents=True, exist_ok=True)
        protocol.write_json(self.folder / FILE, {name: asdict(self)[name] for name in KEPT})


KEPT = tuple(each.name for each in fields(UserSettings) if each.name not in ("folder", "damaged"))


def read_settings(folder: Path) -> UserSettings:
    """Defaults where there is none yet, or where it is damaged; single values of a wrong type are left out."""
    settings, file = UserSettings(folder), folder / FILE
    table = protocol.read_json(file)
    if table is None and file.exists():
        settings.damaged = f"{file} could not be read, so the panel starts with its defaults"
        try:
            aside = file.with_suffix(".damaged.json")
            os.replace(file, aside)
            settings.damaged += f"; what was in it is kept as {aside.name}"
        except OSError:
            pass
    for name in KEPT:
        value = (table or {}).get(name)
        if type(value) is type(getattr(settings, name)):
            setattr(settings, name, value)
    settings.recents = [path for path in settings.recents if isinstance(path, str)][:RECENTS]
    return settings


def config_folder(environ: Mapping[str, str]) -> Path:
    """`UNREEL_CONFIG`, else where the system keeps a user's settings."""
    if environ.get("UNREEL_CONFIG"):
        return Path(environ["UNREEL_CONFIG"])
    if sys.platform == "win32":
        return Path(environ.get("APPDATA") or Path.home() / "AppData" / "Roaming") / "Unreel"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "Unreel"
    return Path(environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "unreel"
