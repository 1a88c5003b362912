"""The windows of an EXR, from its header: what a host that knows no data window must be told."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

MAGIC = b"\x76\x2f\x31\x01"
LONGEST = 255
"""Bytes of an attribute's name."""


class NoHeader(ValueError):
    """The file has no EXR header that can be read; the text names it."""


@dataclass(frozen=True)
class Box:
    """Pixels, y down."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True)
class Header:
    data: Box
    display: Box
    pixel_aspect: float


def read_header(path: Path) -> Header:
    """Of the file's first part. NoHeader; OSError where it can't be opened."""
    with open(path, "rb") as file:
        if file.read(4) != MAGIC:
            raise NoHeader(f"{path} is not an EXR")
        file.read(4)
        found = {}
        while True:
            name = word(file, path)
            if not name:
                break
            word(file, path)
            value = exactly(file, struct.unpack("<i", exactly(file, 4, path))[0], path)
            found[name] = value
    try:
        (aspect,) = struct.unpack("<f", found.get("pixelAspectRatio", struct.pack("<f", 1)))
        return Header(box(found["dataWindow"]), box(found["displayWindow"]), aspect)
    except (KeyError, struct.error):
        raise NoHeader(f"{path} does not say which pixels it holds; write it again") from None


def box(corners: bytes) -> Box:
    left, top, right, bottom = struct.unpack("<4i", corners)
    return Box(left, top, right - left + 1, bottom - top + 1)


def word(file: BinaryIO, path: Path) -> str:
    """Up to the next zero byte."""
    letters = b""
    while len(letters) <= LONGEST:
        letter = exactly(file, 1, path)
        if letter == b"\0":
            return letters.decode("utf-8", "replace")
        letters += letter
    raise NoHeader(f"{path} is damaged: its header has a name without end")


def exactly(file: BinaryIO, count: int, path: Path) -> bytes:
    got = file.read(count) if count >= 0 else b""
    if len(got) != count or count < 0:
        raise NoHeader(f"{path} is damaged: its header ends too early")
    return got
