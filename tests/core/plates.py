"""Plates with every kind of channel, sample and attribute, to be written and read back."""

import numpy as np
import OpenImageIO as oiio
from unreel.core.frame import Attribute, Frame, Window

DATA, DISPLAY = Window(-3, 5, 50, 37), Window(0, 0, 60, 70)
TYPES = {"R": "f2", "G": "f2", "B": "f2", "A": "f2", "depth.Z": "f4", "id": "u4"}
HEADER = {
    "compression": Attribute("string", "zips"),
    "PixelAspectRatio": Attribute("float", 2.0),
    "smpte:TimeCode": Attribute("timecode", (0x01020304, 7)),
    "FramesPerSecond": Attribute("rational", (24000, 1001)),
    "worldToCamera": Attribute("matrix", tuple(float(i) for i in range(16))),
    "chromaticities": Attribute("float[8]", (0.713, 0.293, 0.165, 0.83, 0.128, 0.044, 0.32168, 0.33767)),
    "nuke/node_hash": Attribute("string", "ab12é"),
    "unreel/version": Attribute("int", 3),
}


def random_bits(dtype, shape=DATA.shape, seed=0):
    """Every kind of sample: NaN with payloads, infinities, denormals."""
    size = np.dtype(dtype).itemsize
    rng = np.random.default_rng(seed)
    return rng.integers(0, 1 << 8 * size, shape, dtype=f"u{size}").view(dtype)


def make_plate(types=TYPES, **header):
    planes = {name: random_bits(dtype, seed=at) for at, (name, dtype) in enumerate(types.items())}
    changed = {name: Attribute("string", value) for name, value in header.items()}
    return Frame(planes, DATA, DISPLAY, {**HEADER, **changed})


def assert_same_bits(read, written):
    assert sorted(read.planes) == sorted(written.planes)
    for name, plane in written.planes.items():
        assert read.planes[name].dtype == plane.dtype, name
        assert read.planes[name].tobytes() == plane.tobytes(), name
    assert (read.data, read.display) == (written.data, written.display)


def write_with_oiio(path, spec, pixels):
    out = oiio.ImageOutput.create(str(path))
    assert out.open(str(path), spec) and out.write_image(pixels)
    out.close()
