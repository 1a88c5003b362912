"""Pictures on disk: EXR in and out without losing a bit; PNG, TIFF and JPEG in; PNG and TIFF out."""

from __future__ import annotations

import errno
import os
import shutil
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

import numpy as np
import OpenImageIO as oiio

from .errors import InputError, UnreadableFile, UnreelError
from .exr_mixed import write_uncompressed
from .frame import Attribute, Frame, Window

OURS = "unreel/"
_FROM_LIKE = ("smpte:TimeCode", "FramesPerSecond", "PixelAspectRatio")
# What the reader adds about the file it met; none of it is in the header, and a writer makes its own.
_READER_ONLY = ("oiio:subimages", "oiio:RowsPerChunk", "oiio:UnassociatedAlpha", "openexr:chunkCount")
# What all parts of an EXR must have in common, or it is not one.
_SHARED = ("PixelAspectRatio", "smpte:TimeCode", "chromaticities")
_FULL = "the disk is full; free some space and run again"
_LOSSY = ("b44", "b44a", "dwaa", "dwab", "pxr24")
_LOSSLESS = ("none", "rle", "zip", "zips", "piz")


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


def make_frame(
    planes: Mapping[str, np.ndarray],
    data: Window,
    display: Window | None = None,
    like: Frame | None = None,
    metadata: Mapping[str, Any] | None = None,
    kind: Literal["picture", "data"] = "picture",
) -> Frame:
    """A new frame of `planes` (h, w): half for pictures, float32 for data; integer planes keep their type.

    `like` gives timecode, frame rate, pixel aspect and, unless `display` is given, the display window; a picture also
    takes its compression. `metadata` takes str, int, float, tuples of floats (16 are a matrix) or `Attribute`.
    ValueError if a plane is not as large as `data`.
    """
    wrong = [f"{name} is {plane.shape}" for name, plane in planes.items() if plane.shape != data.shape]
    if wrong:
        raise ValueError(f"{', '.join(wrong)}; the data window is {data.shape}")
    header = {name: like.metadata[name] for name in _FROM_LIKE if like and name in like.metadata}
    if kind == "picture" and like:
        kept = ("compression", "openexr:dwaCompressionLevel", "chromaticities")
        header.update({name: like.metadata[name] for name in kept if name in like.metadata})
    header.update({name: _attribute(value) for name, value in (metadata or {}).items()})
    wanted = np.float32 if kind == "data" else np.float16
    return Frame(
        {name: _of_kind(plane, np.dtype(wanted)) for name, plane in planes.items()},
        data,
        display or (like.display if like else data),
        header,
    )


def is_lossy(frame: Frame) -> bool:
    """True where writing the frame with its own compression changes samples (B44, DWA, PXR24), in any part."""
    return any(_compression(part) in _LOSSY for part in (frame, *frame.others))


def write_frame(path: str | Path, frame: Frame, compression: str | None = None) -> None:
    """Write an EXR, whole or not at all: a temporary file beside it takes the name at the end.

    Folders are made. `compression` (`zips`, `dwaa:45`) is for all parts; None keeps each part's own, ZIPS where it has
    none. UnreelError: disk full, no permission. ValueError: 8 or 16 bit integer planes, which EXR doesn't hold.
    """
    parts = (frame, *frame.others)
    specs = [_spec(part, frame, compression) for part in parts]
    with replaced_whole(path) as temporary, _writer("openexr") as out:
        _check(out.open(str(temporary), specs[0] if len(specs) == 1 else specs), out)
        for at, part in enumerate(parts):
            if at:
                _check(out.open(str(temporary), specs[at], "AppendSubimage"), out)
            _write_part(out, part, temporary)


def write_picture(path: str | Path, pixels: np.ndarray, metadata: Mapping[str, Any] | None = None) -> None:
    """Write uint8 or uint16 `pixels` (h, w, 1, 3 or 4) as PNG or TIFF by the name's end, alpha straight.

    Whole or not at all, like `write_frame`. ValueError for other types and names.
    """
    suffix = Path(path).suffix.lower()
    if pixels.dtype not in (np.uint8, np.uint16) or suffix not in (".png", ".tif", ".tiff"):
        raise ValueError(f"{Path(path).name}: {pixels.dtype} pixels; PNG and TIFF take uint8 and uint16")
    height, width, channels = pixels.shape
    spec = oiio.ImageSpec(width, height, channels, oiio.TypeDesc(str(pixels.dtype)))
    spec.attribute("oiio:UnassociatedAlpha", 1)
    if suffix != ".png":
        spec.attribute("compression", "zip")
    _put(spec, {name: _attribute(value) for name, value in (metadata or {}).items()})
    with replaced_whole(path) as temporary, _writer("png" if suffix == ".png" else "tiff") as out:
        _check(out.open(str(temporary), spec), out)
        _check(out.write_image(np.ascontiguousarray(pixels)), out)


@contextmanager
def replaced_whole(path: str | Path) -> Iterator[Path]:
    """A temporary name in the folder of `path` to write to; it replaces `path` at the end, or goes on any failure.

    Folders are made. UnreelError saying what the disk says (full, read-only, no permission).
    """
    path = Path(path)
    temporary = path.with_name(f".{path.stem}.{uuid.uuid4().hex[:12]}.tmp{path.suffix}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield temporary
        with open(temporary, "rb+") as file:
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except OSError as error:
        raise UnreelError(f"{path} was not written: {disk_reason(error, path)}") from error
    except _WriteFailed as error:
        # OpenImageIO passes on no error number: a disk with nothing left says it as well.
        full = shutil.disk_usage(path.parent).free < 1 << 20
        raise UnreelError(f"{path} was not written: {_FULL if full else error}") from None
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def disk_reason(error: OSError, path: Path) -> str:
    """Why `path` could not be written, and what to do about it where that is known."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return _FULL
    if path.is_dir():
        return "a folder of that name is there; write to another name"
    for folder in path.parents:
        if folder.exists() and not folder.is_dir():
            return f"{folder} is a file, and a folder is needed there; move it away or write to another folder"
    return error.strerror or str(error)


@contextmanager
def _writer(format_name: str) -> Iterator[oiio.ImageOutput]:
    """Closed in any case, since an open file can't be removed on Windows; a close that fails is an error too."""
    out = oiio.ImageOutput.create(format_name)
    assert out is not None, f"OpenImageIO was built without {format_name}"
    try:
        yield out
    except BaseException:
        out.close()
        raise
    _check(out.close(), out)


class _WriteFailed(Exception):
    """What OpenImageIO said; `replaced_whole` adds the file's name."""


def _check(done: bool, out: oiio.ImageOutput) -> None:
    if not done:
        raise _WriteFailed(out.geterror() or "the writer gave no reason")


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


def _compression(frame: Frame) -> str:
    own = frame.metadata.get("compression")
    return own.value if own and own.value in _LOSSY + _LOSSLESS else "zips"


def _spec(frame: Frame, first: Frame, compression: str | None) -> oiio.ImageSpec:
    spec = oiio.ImageSpec(frame.data.width, frame.data.height, len(frame.planes), oiio.TypeHalf)
    spec.x, spec.y = frame.data.x, frame.data.y
    spec.full_x, spec.full_y = first.display.x, first.display.y
    spec.full_width, spec.full_height = first.display.width, first.display.height
    spec.channelnames = tuple(frame.planes)
    kinds = [_oiio_type(plane.dtype) for plane in frame.planes.values()]
    spec.format = kinds[0]
    if len(set(map(str, kinds))) > 1:
        spec.channelformats = tuple(kinds)
    _put(spec, frame.metadata)
    _put(spec, {name: first.metadata[name] for name in _SHARED if name in first.metadata})
    spec.attribute("compression", compression or _compression(frame))
    return spec


def _put(spec: oiio.ImageSpec, metadata: Mapping[str, Attribute]) -> None:
    for name, attribute in metadata.items():
        spec.attribute(name, oiio.TypeDesc(attribute.type), attribute.value)


def _oiio_type(dtype: np.dtype) -> oiio.TypeDesc:
    names = {"float16": "half", "float32": "float", "uint32": "uint"}
    if dtype.name not in names:
        raise ValueError(f"EXR holds float16, float32 and uint32, not {dtype}")
    return oiio.TypeDesc(names[dtype.name])


def _write_part(out: oiio.ImageOutput, frame: Frame, temporary: Path) -> None:
    planes = list(frame.planes.values())
    if len({plane.dtype for plane in planes}) == 1:
        _check(out.write_image(np.stack(planes, axis=-1)), out)
        return
    mixed = temporary.with_name(f"{temporary.name}.mixed")
    try:
        write_uncompressed(mixed, planes)
        source = oiio.ImageInput.open(str(mixed))
        _check(source is not None and out.copy_image(source), out)
        if source is not None:
            source.close()
    finally:
        mixed.unlink(missing_ok=True)


def _of_kind(plane: np.ndarray, dtype: np.dtype) -> np.ndarray:
    if plane.dtype == np.uint32 or plane.dtype == dtype:
        return plane
    return plane.astype(dtype)


def _attribute(value: Any) -> Attribute:
    if isinstance(value, Attribute):
        return value
    if isinstance(value, (bool, int, np.integer)):
        return Attribute("int", int(value))
    if isinstance(value, (float, np.floating)):
        return Attribute("float", float(value))
    if isinstance(value, str):
        return Attribute("string", value)
    numbers = tuple(float(number) for number in value)
    return Attribute("matrix" if len(numbers) == 16 else f"float[{len(numbers)}]", numbers)


def _first_line(text: str) -> str:
    return text.strip().partition("\n")[0] or "no reason given"
