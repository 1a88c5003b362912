from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from unreel.core.errors import UnreelError, UsageError
from unreel.qt_panel.movie import encode
from unreel.qt_panel.movie.codecs import CODECS, Codec
from unreel.qt_panel.movie.encode import movie_file, usable

COLOURS = ((235, 20, 20), (20, 200, 40), (30, 60, 220), (128, 128, 128))
"""Red, green, blue of four frames."""


def write(path: Path, codec: str, fps: Fraction) -> None:
    with movie_file(path, CODECS[codec], fps, (64, 48)) as movie:
        for red, green, blue in COLOURS:
            picture = np.empty((48, 64, 4), np.uint8)
            picture[:] = blue, green, red, 255
            movie.add(picture)


@pytest.mark.parametrize("codec", CODECS)
@pytest.mark.parametrize("fps", [Fraction(24), Fraction(24000, 1001), Fraction(25, 2)])
def test_a_movie_has_all_frames_in_their_colours_at_the_exact_rate(tmp_path: Path, codec: str, fps: Fraction):
    path = tmp_path / f"movie{CODECS[codec].suffixes[0]}"
    write(path, codec, fps)
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        assert stream.average_rate == fps
        frames = list(container.decode(stream))
        assert [frame.pts * frame.time_base for frame in frames] == [at / fps for at in range(4)]
        for frame, colour in zip(frames, COLOURS, strict=True):
            seen = frame.to_ndarray(format="rgb24", src_colorspace="ITU709")[8:-8, 8:-8].reshape(-1, 3)
            assert np.abs(seen.astype(int) - colour).max() <= 6


def test_where_libx264_is_missing_another_codec_stands_in_and_says_so(monkeypatch: pytest.MonkeyPatch):
    there = encode.is_there
    assert usable("h264", Path("a.mp4")) == (CODECS["h264"], Path("a.mp4"), "")
    monkeypatch.setattr(encode, "is_there", lambda codec: codec.name not in ("libx264", "prores_ks") and there(codec))
    codec, path, note = usable("h264", Path("a.mp4"))
    assert (codec, path) == (CODECS["mjpeg"], Path("a.mov"))
    assert note == "H.264 cannot be written here: FFmpeg has no libx264; the movie is Motion JPEG, a.mov"
    monkeypatch.setattr(encode, "is_there", lambda codec: False)
    with pytest.raises(UsageError, match="FFmpeg has none of libx264, prores_ks, mjpeg"):
        usable("h264", Path("a.mp4"))


def test_an_encoder_there_is_not_is_missing():
    assert not encode.is_there(Codec("nobody_has_this", "", "", ()))
    with pytest.raises(UsageError, match="there is no codec 'gif'; there are h264"):
        usable("gif", Path("a.gif"))


def test_a_movie_that_was_broken_off_leaves_nothing(tmp_path: Path):
    path = tmp_path / "movie.mp4"
    with pytest.raises(KeyboardInterrupt), movie_file(path, CODECS["h264"], Fraction(24), (64, 48)) as movie:
        movie.add(np.zeros((48, 64, 4), np.uint8))
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path):
    (tmp_path / "file").touch()
    with pytest.raises(UnreelError, match="file is a file, and a folder is needed there"):
        write(tmp_path / "file" / "movie.mp4", "h264", Fraction(24))
