"""Pictures from disk: EXR without losing a bit, and PNG, TIFF and JPEG."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
import OpenImageIO as oiio

from .errors import InputError, UnreadableFile
from .frame import Attribute, Frame, Window

# What the reader adds about the file it met; none of it is in the header, and a writer makes its own.
_READER_ONLY = ("oiio:subimages", "oiio:RowsPerChunk", "oiio:UnassociatedAlpha", "openexr:chunkCount")


@dataclass(frozen=True)
class Header:
    """What a file says before its pixels; of a multi-part file, its first part."""

    data: Window
    display: Window
    channels: Mapping[str, np.dtype]
    """name -> type"""
    pixel_aspect: float
    frame_rate: Fraction | None
    timecode: str | None
    metadata: Mapping[str, Attribute]
    parts: int


def read_header(path: str | Path) -> Header:
    """Windows, channels and metadata, without reading pixels. InputError, UnreadableFile."""
    with _opened(path) as source:
        spec = source.spec()
        metadata = _metadata(spec)
        bare = Frame({}, _data(spec), _display(spec), metadata)
        parts = max(1, spec.get_int_attribute("oiio:subimages", 1))
        channels = {name: np.dtype(_dtype(path, kind)) for name, kind in _channels(spec)}
        return Header(
            bare.data, bare.display, channels, bare.pixel_aspect, bare.frame_rate, bare.timecode, metadata, parts
        )


def read_frame(path: str | Path) -> Frame:
    """Every sample of every part, in its own type.

    PNG and TIFF with straight alpha stay straight (`Frame.straight_alpha`) and integers stay integers.
    InputError: no such file. UnreadableFile: truncated, deep, or not a picture.
    """
    with _opened(path) as source:
        parts: list[Frame] = []
        while source.seek_subimage(len(parts), 0):
            parts.append(_read_part(path, source, len(parts)))
        source.geterror()  # seeking past the last part is how the loop ends, not a fault
        if source.format_name() == "jpeg":
            _check_jpeg_ends(path)
    first = parts[0]
    others = tuple(parts[1:]) if source.format_name() == "openexr" else ()
    return Frame(first.planes, first.data, first.display, first.metadata, others, first.straight_alpha)


@contextmanager
def _opened(path: str | Path) -> Iterator[oiio.ImageInput]:
    if not Path(path).exists():
        raise InputError(f"{path} does not exist")
    if Path(path).is_dir():
        raise InputError(f"{path} is a folder, not a picture")
    wanted = oiio.ImageSpec()
    wanted.attribute("oiio:UnassociatedAlpha", 1)
    oiio.geterror()
    source = oiio.ImageInput.open(str(path), wanted)
    if source is None:
        raise UnreadableFile(f"{path} cannot be read: {_first_line(oiio.geterror())}")
    try:
        yield source
    finally:
        source.close()


def _read_part(path: str | Path, source: oiio.ImageInput, at: int) -> Frame:
    spec = source.spec()
    if spec.deep:
        raise UnreadableFile(f"{path} is a deep EXR; flatten it (DeepToImage in Nuke) and use that")
    planes: dict[str, np.ndarray] = {}
    channels = _channels(spec)
    for begin, end in _runs([kind for _, kind in channels]):
        kind = channels[begin][1]
        _dtype(path, kind)
        pixels = source.read_image(at, 0, begin, end, oiio.TypeDesc(kind))
        if pixels is None:
            raise UnreadableFile(f"{path} is damaged or not whole: {_first_line(source.geterror())}")
        planes.update({channels[begin + c][0]: pixels[..., c] for c in range(end - begin)})
    straight = spec.alpha_channel >= 0 and spec.get_int_attribute("oiio:UnassociatedAlpha") != 0
    return Frame(planes, _data(spec), _display(spec), _metadata(spec), (), straight)


def _check_jpeg_ends(path: str | Path) -> None:
    """libjpeg paints what is missing grey and says nothing: the scan (FFDA) must be followed by the end (FFD9)."""
    content = Path(path).read_bytes()
    if content.rfind(b"\xff\xd9") < content.rfind(b"\xff\xda"):
        raise UnreadableFile(f"{path} is damaged or not whole: the JPEG has no end")


def _runs(kinds: list[str]) -> Iterator[tuple[int, int]]:
    """(begin, end) of neighbouring channels of one type: each is read in that type, so that no bit is converted."""
    begin = 0
    for at in range(1, len(kinds) + 1):
        if at == len(kinds) or kinds[at] != kinds[begin]:
            yield begin, at
            begin = at


def _channels(spec: oiio.ImageSpec) -> list[tuple[str, str]]:
    kinds = spec.channelformats or (spec.format,) * spec.nchannels
    return [(name, str(kind)) for name, kind in zip(spec.channelnames, kinds, strict=True)]


def _dtype(path: str | Path, kind: str) -> str:
    names = {"half": "float16", "float": "float32", "uint": "uint32", "uint8": "uint8", "uint16": "uint16"}
    if kind not in names:
        raise UnreadableFile(f"{path} has {kind} samples, which Unreel doesn't read")
    return names[kind]


def _metadata(spec: oiio.ImageSpec) -> dict[str, Attribute]:
    return {a.name: Attribute(str(a.type), a.value) for a in spec.extra_attribs if a.name not in _READER_ONLY}


def _data(spec: oiio.ImageSpec) -> Window:
    return Window(spec.x, spec.y, spec.width, spec.height)


def _display(spec: oiio.ImageSpec) -> Window:
    return Window(spec.full_x, spec.full_y, spec.full_width, spec.full_height)


def _first_line(text: str) -> str:
    return text.strip().partition("\n")[0] or "no reason given"
