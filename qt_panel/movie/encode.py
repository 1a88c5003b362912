"""A movie file, frame by frame, at the exact rate, and whole or not there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.video.reformatter import ColorRange, Colorspace
from unreel.core.errors import UsageError
from unreel.core.whole_file import replaced_whole

from .codecs import CODECS, Codec

BT709 = 1
"""Of `AVCOL_PRI`, `AVCOL_TRC` and `AVCOL_SPC`: what players take for granted in HD."""
SQUARE = Fraction(1)


def is_there(codec: Codec) -> bool:
    """Whether this build of FFmpeg can write it."""
    try:
        return bool(av.Codec(codec.name, "w").is_encoder)
    except ValueError:  # UnknownCodecError is one
        return False


def usable(wanted: str, output: Path) -> tuple[Codec, Path, str]:
    """The codec, or the one that stands in for it; where it goes, and what is to be told: empty where all is as wanted.

    UsageError for a codec there is not, and where none can be written.
    """
    if wanted not in CODECS:
        raise UsageError(f"there is no codec {wanted!r}; there are {', '.join(CODECS)}")
    for codec in (CODECS[wanted], *CODECS.values()):
        if is_there(codec):
            path = output if output.suffix.lower() in codec.suffixes else output.with_suffix(codec.suffixes[0])
            if codec is CODECS[wanted]:
                return codec, path, ""
            lacks = f"{CODECS[wanted].label} cannot be written here: FFmpeg has no {CODECS[wanted].name}"
            return codec, path, f"{lacks}; the movie is {codec.label}, {path.name}"
    raise UsageError("no movie can be written: FFmpeg has none of " + ", ".join(each.name for each in CODECS.values()))


class Encoder:
    """Takes pictures of one size."""

    def __init__(self, container: Any, codec: Codec, fps: Fraction, size: tuple[int, int], aspect: Fraction) -> None:
        self._container, self._codec = container, codec
        self._stream = container.add_stream(codec.name, rate=fps, options=dict(codec.options))
        self._stream.width, self._stream.height = size
        self._stream.pix_fmt = codec.pixels
        context = self._stream.codec_context
        context.sample_aspect_ratio = aspect
        context.color_primaries = context.color_trc = context.colorspace = BT709
        context.color_range = ColorRange.JPEG if codec.full_range else ColorRange.MPEG
        self._count = 0

    def add(self, bgra: np.ndarray) -> None:
        """uint8 [h, w, 4], as the display shows it."""
        picture = av.VideoFrame.from_ndarray(np.ascontiguousarray(bgra), format="bgra")
        # Without naming the matrix, swscale takes that of standard definition, and colours shift.
        frame = picture.reformat(
            format=self._codec.pixels,
            dst_colorspace=Colorspace.ITU709,
            src_color_range=ColorRange.JPEG,
            dst_color_range=ColorRange.JPEG if self._codec.full_range else ColorRange.MPEG,
        )
        frame.pts = self._count
        frame.time_base = 1 / Fraction(self._stream.codec_context.framerate)
        self._count += 1
        self._container.mux(self._stream.encode(frame))

    def finish(self) -> None:
        self._container.mux(self._stream.encode())


@contextmanager
def movie_file(
    path: Path, codec: Codec, fps: Fraction, size: tuple[int, int], aspect: Fraction = SQUARE
) -> Iterator[Encoder]:
    """Into `path` when all is written. size: width and height, even. aspect: of a pixel, its width over its height, by
    which players draw it wider. UnreelError: what the disk says."""
    kind = "mov" if path.suffix.lower() == ".mov" else "mp4"
    with replaced_whole(path) as temporary:
        # `faststart`: it plays while it is still being copied.
        with av.open(str(temporary), "w", format=kind, options={"movflags": "+faststart"}) as container:
            encoder = Encoder(container, codec, fps, size, aspect)
            yield encoder
            encoder.finish()
