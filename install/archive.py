"""Zips that are the same bit for bit whenever they are made of the same files."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import PurePosixPath

DATE = (1980, 1, 1, 0, 0, 0)
"""The oldest that a zip can say."""


def pack(files: Mapping[str, bytes]) -> bytes:
    """A zip of files by their names in it. Folders are entries too: without them Python finds no namespace package."""
    folders = {f"{folder}/" for name in files for folder in PurePosixPath(name).parents if str(folder) != "."}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(folders | set(files)):
            entry = zipfile.ZipInfo(name, DATE)
            entry.create_system = 3  # as on Unix, on every system
            is_folder = name in folders
            entry.external_attr = (0o40755 << 16 | 0x10) if is_folder else (0o100644 << 16)
            entry.compress_type = zipfile.ZIP_STORED if is_folder else zipfile.ZIP_DEFLATED
            archive.writestr(entry, b"" if is_folder else files[name])
    return buffer.getvalue()
