"""The windows of an EXR, read without a library, against what a library wrote."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import OpenImageIO as oiio
import pytest
from unreel.plugin.exr_header import Box, Header, NoHeader, read_header


def written(path: Path) -> Path:
    spec = oiio.ImageSpec(20, 10, 3, "half")
    spec.x, spec.y = -5, 7
    spec.full_x, spec.full_y, spec.full_width, spec.full_height = 0, 0, 64, 36
    spec.attribute("PixelAspectRatio", 2.0)
    spec.attribute("unreel/note", "x" * 3000)
    out = oiio.ImageOutput.create(str(path))
    assert out.open(str(path), spec) and out.write_image(np.zeros((10, 20, 3), np.float32))
    out.close()
    return path


def test_both_windows_and_the_aspect_are_read(tmp_path: Path):
    assert read_header(written(tmp_path / "a.exr")) == Header(Box(-5, 7, 20, 10), Box(0, 0, 64, 36), 2.0)


def test_the_aspect_is_1_where_nothing_is_said(tmp_path: Path):
    path = written(tmp_path / "a.exr")
    path.write_bytes(path.read_bytes().replace(b"pixelAspectRatio", b"pixelAspectNoted"))
    assert read_header(path).pixel_aspect == 1


@pytest.mark.parametrize("length", [0, 3, 8, 30, 200])
def test_a_file_that_is_cut_off_is_named(tmp_path: Path, length: int):
    path = written(tmp_path / "cut.exr")
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(NoHeader, match="cut.exr"):
        read_header(path)


def test_a_header_without_windows_or_end_is_named(tmp_path: Path):
    path = written(tmp_path / "bad.exr")
    whole = path.read_bytes()
    path.write_bytes(whole.replace(b"dataWindow", b"dataWindov"))
    with pytest.raises(NoHeader, match="which pixels"):
        read_header(path)
    path.write_bytes(whole[:8] + b"a" * 300)
    with pytest.raises(NoHeader, match="without end"):
        read_header(path)
