"""`unreel_installed.json`: what was laid in a folder. By it a second run and `uninstall` know what is ours."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from failure import InstallFailed

NAME = "unreel_installed.json"


@dataclass(frozen=True)
class Record:
    host: str
    version: str
    files: dict[str, str] = field(default_factory=dict)
    """Path below the folder: sha256 of what was written."""
    start: dict[str, bool] = field(default_factory=dict)
    """A start file that has our lines: whether we made the file."""
    made_folders: list[str] = field(default_factory=list)
    """Folders that were not there before, outermost first."""


def compute_sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def sum_files(files: Mapping[str, bytes]) -> dict[str, str]:
    return {name: compute_sha256(content) for name, content in sorted(files.items())}


def sha256_on_disk(path: Path) -> str | None:
    """None where there is no file. `InstallFailed` where it can't be read."""
    try:
        return compute_sha256(path.read_bytes())
    except FileNotFoundError:
        return None
    except OSError as error:
        raise InstallFailed(
            f"{path} can't be read.", f"{error.strerror}.", "Move it away, or choose another folder with --dir DIR."
        ) from None


def read_record(folder: Path) -> Record | None:
    """None where nothing was laid. `InstallFailed` where the record can't be used."""
    path = folder / NAME
    try:
        table = json.loads(path.read_text(encoding="utf-8"))
        record = Record(**table)
        if not all(isinstance(part, dict) for part in (record.files, record.start)):
            raise TypeError("its parts are of the wrong kind")
        return record
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError, TypeError) as error:
        raise InstallFailed(
            f"{path} can't be used: {error}.",
            "It says which files in that folder are Unreel's.",
            f"Look into {folder}, delete what is Unreel's by hand, and install again.",
        ) from None


def record_bytes(record: Record) -> bytes:
    return (json.dumps(asdict(record), indent=1, ensure_ascii=False) + "\n").encode()
