"""Three tiny frames whose motion is known, and what maps of them must say. Run with the environment's own Python.

`doctor_frames.py make FOLDER`, then `check FOLDER`. Packages are imported by name, as in doctor.py.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any

WIDTH, HEIGHT = 96, 64
FRAMES = (1, 2, 3)
KEY = 2
SLIDE = 2.0
"""Pixels to the right, a frame."""
EXACT = 1e-6
FOUND = 0.25
"""Pixels by which a tiny solve may be off."""


def load(name: str) -> Any:
    return importlib.import_module(name)


def plate_path(folder: Path, number: int) -> Path:
    return folder / f"plate.{number:04d}.exr"


def map_path(folder: Path, kind: str, number: int) -> Path:
    """As `propagate` names a data output written to `maps.####.exr`."""
    return folder / f"maps_{kind}.{number:04d}.exr"


def make_frames(folder: Path) -> None:
    """A smooth random picture that slides to the right."""
    numpy = load("numpy")
    random = numpy.random.default_rng(3)
    y, x = numpy.mgrid[0:HEIGHT, 0:WIDTH].astype(numpy.float64)
    waves = random.uniform(0.05, 0.8, (24, 3)) * random.choice([-1, 1], (24, 3))
    for number in FRAMES:
        shifted = x - SLIDE * (number - KEY)
        total = sum(numpy.sin(a * shifted + b * y + 9 * c) for a, b, c in waves)
        pixels = (0.3 + 0.03 * total)[..., None] * numpy.array([1.0, 0.9, 0.7])
        write(plate_path(folder, number), pixels)


def write(path: Path, pixels: Any) -> None:
    oiio, numpy = load("OpenImageIO"), load("numpy")
    pixels = numpy.ascontiguousarray(pixels, numpy.float32)
    spec = oiio.ImageSpec(pixels.shape[1], pixels.shape[0], pixels.shape[2], "float")
    output = oiio.ImageOutput.create(str(path))
    if not (output and output.open(str(path), spec) and output.write_image(pixels) and output.close()):
        raise OSError(f"{path} can't be written: {output.geterror() if output else oiio.geterror()}")


def read(path: Path) -> tuple[Any, tuple[int, int]]:
    """The pixels, and where the first of them lies in the picture."""
    oiio, numpy = load("OpenImageIO"), load("numpy")
    source = oiio.ImageInput.open(str(path))
    if source is None:
        raise OSError(f"{path} can't be read: {oiio.geterror()}")
    pixels = numpy.asarray(source.read_image("float"))
    corner = (source.spec().x, source.spec().y)
    source.close()
    return pixels, corner


def make_identity(width: int = WIDTH, height: int = HEIGHT, corner: tuple[int, int] = (0, 0)) -> Any:
    """Each pixel's own place: u and v of its centre, v from the bottom, and 1 and 1 for valid."""
    numpy = load("numpy")
    x, y = numpy.arange(width) + corner[0] + 0.5, numpy.arange(height) + corner[1] + 0.5
    u, v = numpy.meshgrid(x / WIDTH, 1 - y / HEIGHT)
    return numpy.stack([u, v, numpy.ones_like(u), numpy.ones_like(u)], -1).astype(numpy.float32)


def check_identity_on_disk(folder: Path) -> str:
    """A map written, read back and followed by OpenImageIO gives the picture again."""
    oiio, numpy = load("OpenImageIO"), load("numpy")
    path = folder / "identity.exr"
    write(path, make_identity())
    if read(path)[0].tobytes() != make_identity().tobytes():
        raise OSError("an ST map comes back with other values than were written")
    picture, st_map = oiio.ImageBuf(str(plate_path(folder, KEY))), oiio.ImageBuf(str(path))
    warped = oiio.ImageBufAlgo.st_warp(picture, st_map, filtername="triangle", flip_t=True)
    if warped.has_error:
        raise OSError(f"an ST map can't be followed: {warped.geterror()}")
    error = float(numpy.abs(numpy.asarray(warped.get_pixels("float")) - read(plate_path(folder, KEY))[0]).max())
    if error > 1e-5:
        raise OSError(f"an ST map that says of each pixel its own place changes the picture by {error:.2g}")
    return "written, read and followed, the picture stays"


def check_maps(folder: Path) -> str:
    """The trained maps, both ways: the key frame's leave it as it is, the others' say how it slid."""
    numpy = load("numpy")
    worst = 0.0
    for kind, sign in (("stmap", -1.0), ("inverse", 1.0)):
        for number in FRAMES:
            found, corner = read(map_path(folder, kind, number))
            own_place = make_identity(found.shape[1], found.shape[0], corner)
            pixels = ((found - own_place) * [WIDTH, HEIGHT, 1, 1])[found[..., 3] > 0.5]
            if len(pixels) < WIDTH * HEIGHT / 2:
                raise OSError(f"{kind} of frame {number} is valid at {len(pixels)} of {WIDTH * HEIGHT} pixels only")
            told = numpy.median(pixels[:, :2], 0)
            off = (pixels[:, :2] if number == KEY else told) - [sign * SLIDE * (number - KEY), 0.0]
            error = float(numpy.abs(off).max())
            if error > (EXACT * WIDTH if number == KEY else FOUND):
                raise OSError(
                    f"{kind} of frame {number} says a motion of {told[0]:.3f}, {told[1]:.3f} pixels, "
                    f"and it is {sign * SLIDE * (number - KEY):.0f}, 0"
                )
            worst = max(worst, error)
    return f"the key frame's say nothing moved, the others' find {SLIDE:.0f} pixels to {worst:.2g}"


def main(arguments: list[str]) -> int:
    word, folder = arguments[0], Path(arguments[1])
    try:
        if word == "make":
            make_frames(folder)
        else:
            print(check_identity_on_disk(folder) if word == "identity" else check_maps(folder))
    except Exception as error:  # whatever it is, the doctor goes on and tells it
        print(f"{type(error).__name__}: {error}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
