"""Pictures to disk: EXR without losing a bit, and PNG and TIFF."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import numpy as np
import OpenImageIO as oiio

from .exr_mixed import write_uncompressed
from .frame import Attribute, Frame, Window
from .whole_file import WriteFailed, replaced_whole

_FROM_LIKE = ("smpte:TimeCode", "FramesPerSecond", "PixelAspectRatio")
# What all parts of an EXR must have in common, or it is not one.
_SHARED = ("PixelAspectRatio", "smpte:TimeCode", "chromaticities")
_LOSSY = ("b44", "b44a", "dwaa", "dwab", "pxr24")
_LOSSLESS = ("none", "rle", "zip", "zips", "piz")


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


def write_frame(path: str | Path, frame: Frame, compression: str | None = None, make_folders: bool = True) -> None:
    """Write an EXR, whole or not at all: a temporary file beside it takes the name at the end.

    Folders are made, unless they have to be there. `compression` (`zips`, `dwaa:45`) is for all parts; None keeps each
    part's own, ZIPS where it has none. UnreelError: disk full, no permission. ValueError: 8 or 16 bit integer planes,
    which EXR doesn't hold.
    """
    parts = (frame, *frame.others)
    specs = [_spec(part, frame, compression) for part in parts]
    with replaced_whole(path, make_folders) as temporary, _read_back(temporary), _writer("openexr") as out:
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
    with (
        replaced_whole(path) as temporary,
        _read_back(temporary),
        _writer("png" if suffix == ".png" else "tiff") as out,
    ):
        _check(out.open(str(temporary), spec), out)
        _check(out.write_image(np.ascontiguousarray(pixels)), out)


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


@contextmanager
def _read_back(path: Path) -> Iterator[None]:
    """The last row of what was written inside is read: OpenEXR keeps silent when the disk fills up as it closes a file.

    What is lost then is the end, which is the last row; a write that fails before is told.
    """
    yield
    source = oiio.ImageInput.open(str(path))
    if source is None:
        raise WriteFailed(oiio.geterror() or "it can't be read back")
    part = 0
    while source.seek_subimage(part, 0):
        spec = source.spec()
        end = spec.y + spec.height
        if source.read_scanlines(part, 0, end - 1, end, 0, 0, spec.nchannels, oiio.UNKNOWN) is None:
            raise WriteFailed(source.geterror() or "it can't be read back")
        part += 1
    source.geterror()  # that there are no more parts
    source.close()


def _check(done: bool, out: oiio.ImageOutput) -> None:
    if not done:
        raise WriteFailed(out.geterror() or "the writer gave no reason")


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
    if not spec.get_string_attribute("DateTime"):
        spec.attribute("DateTime", "")  # or the moment of writing would be said to be that of capture
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
