"""The plainest EXR there is: channels of several types, one part, no compression.

OpenImageIO's Python writer takes arrays of one type only and would send ids through float32, which keeps 24 bits. Its
`copy_image` moves native samples untouched, so a picture of mixed types is written here first and copied from. It
matches channels by their place, and readers put channels in an order of their own that depends on names: here they
are called c0000, c0001, ..., which stay where they are.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from pathlib import Path

import numpy as np

_PIXEL_TYPES = {"uint32": 0, "float16": 1, "float32": 2}


def write_uncompressed(path: Path, planes: Sequence[np.ndarray]) -> None:
    """`planes`: (h, w) each, float16, float32 or uint32. OSError from the disk."""
    height, width = planes[0].shape
    header = _header(planes, width, height)
    types = [np.dtype((plane.dtype.newbyteorder("<"), width)) for plane in planes]
    row = np.dtype([("y", "<i4"), ("size", "<i4"), *((f"c{at}", kind) for at, kind in enumerate(types))])
    rows = np.empty(height, row)
    rows["y"] = np.arange(height)
    rows["size"] = row.itemsize - 8
    for at, plane in enumerate(planes):
        rows[f"c{at}"] = plane
    offsets = len(header) + 8 * height + row.itemsize * np.arange(height, dtype="<u8")
    with open(path, "wb") as file:
        file.write(header)
        file.write(offsets.tobytes())
        file.write(rows.view(np.uint8).data)


def _header(planes: Sequence[np.ndarray], width: int, height: int) -> bytes:
    channels = b"".join(
        f"c{at:04d}\0".encode() + struct.pack("<i4xii", _PIXEL_TYPES[plane.dtype.name], 1, 1)
        for at, plane in enumerate(planes)
    )
    window = struct.pack("<4i", 0, 0, width - 1, height - 1)
    attributes = (
        ("channels", "chlist", channels + b"\0"),
        ("compression", "compression", b"\0"),
        ("dataWindow", "box2i", window),
        ("displayWindow", "box2i", window),
        ("lineOrder", "lineOrder", b"\0"),
        ("pixelAspectRatio", "float", struct.pack("<f", 1)),
        ("screenWindowCenter", "v2f", struct.pack("<2f", 0, 0)),
        ("screenWindowWidth", "float", struct.pack("<f", 1)),
    )
    written = (f"{name}\0{kind}\0".encode() + struct.pack("<i", len(value)) + value for name, kind, value in attributes)
    return struct.pack("<2I", 20000630, 2) + b"".join(written) + b"\0"
