"""The clip that all figures are measured on: a detailed drawn picture under a known motion, the same each time.

Every size shows the same content; the larger ones have finer detail. Lengths are in pixels of the 480 x 270 size:
up to 38 px of translation, 4 % of zoom and waves of 6 to 8 px that drift with time.

    python -m bench.clip FOLDER --size 480x270 --frames 24
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import cv2
import numpy as np
import OpenImageIO as oiio
from jaxtyping import Float

REFERENCE_WIDTH = 480
MARGIN = 0.2
"""How much more than the frame is drawn on each side, as a share of the frame's."""
LENS_PIXELS = 0.6
"""Deviation of the lens's blur; without it no filter carries one frame's pixels onto another to better than 35 dB."""
FIRST_FRAME = 1001
SIZES = ((480, 270), (960, 540), (1920, 1080))

Picture = Float[np.ndarray, "h w 3"]
Map = Float[np.ndarray, "h w 2"]
Pictures = Float[np.ndarray, "t h w 3"]
Planes = Float[np.ndarray, "h w c"]

# --- the motion ----------------------------------------------------------------------------------------------------


def compute_displacement(xy: Map, frame: float) -> Map:
    """How far right and down of point `xy` its place on the drawn picture is in `frame`; all in reference pixels."""
    x, y = xy[..., 0] - 240, xy[..., 1] - 135
    turn = 2 * np.pi * frame
    zoom = 0.04 * np.sin(turn / 60 + 0.5)
    waves_x = 7 * np.sin(2 * np.pi * (y / 240 + x / 900) + turn / 21) + 6 * np.sin(2 * np.pi * x / 330 - turn / 34)
    waves_y = 8 * np.sin(2 * np.pi * (x / 300 - y / 700) - turn / 27) + 6 * np.sin(2 * np.pi * y / 260 + turn / 38)
    shift_x, shift_y = 38 * np.cos(turn / 48), 22 * np.sin(turn / 33)
    return np.stack([shift_x + zoom * x + waves_x, shift_y + zoom * y + waves_y], -1)


# --- the picture ---------------------------------------------------------------------------------------------------


def draw_noise(size: tuple[int, int], rng: np.random.Generator) -> Picture:
    """Smooth noise of all scales from a sixth of the picture to two pixels, about 0 with deviation 1; [h, w, 3]."""
    width, height = size
    total = np.zeros((height, width, 3), np.float32)
    cells = 6
    for _ in range(10):
        lattice = rng.standard_normal((round(cells * 9 / 16) + 3, cells + 3, 3)).astype(np.float32)
        lattice = 0.6 * lattice + 0.8 * lattice.mean(-1, keepdims=True)
        if cells * 2 <= width:
            total += cv2.resize(lattice, size, interpolation=cv2.INTER_CUBIC) * (6 / cells) ** 0.55
        cells *= 2
    return total / 1.5


def draw_shapes(picture: Picture, rng: np.random.Generator) -> None:
    """Discs, polygons and rings of all sizes, with hard edges."""
    height, width = picture.shape[:2]
    for _ in range(160):
        centre, radius = rng.random(2) * (width, height), width * 0.06 * rng.random() ** 2 + width * 0.004
        colour, kind, turn = rng.random(3).tolist(), int(rng.integers(3)), rng.random() * 360
        centre_cv = tuple(int(v * 16) for v in centre)
        if kind == 0:
            axes = (int(radius * 16), int(radius * 10))
            cv2.ellipse(picture, centre_cv, axes, turn, 0, 360, colour, -1, cv2.LINE_8, 4)
        elif kind == 1:
            angles = np.deg2rad(turn) + np.sort(rng.random(6)) * 2 * np.pi
            corners = centre + radius * np.stack([np.cos(angles), np.sin(angles)], -1)
            cv2.fillPoly(picture, [(corners * 16).astype(np.int32)], colour, cv2.LINE_8, 4)
        else:
            thickness = max(1, round(radius / 5))
            cv2.circle(picture, centre_cv, int(radius * 16), colour, thickness, cv2.LINE_8, 4)


def draw_strokes(picture: Picture, rng: np.random.Generator) -> None:
    """Lines of small strokes that look like writing, in blocks."""
    height, width = picture.shape[:2]
    for _ in range(9):
        left, top = rng.random(2) * (width * 0.8, height * 0.85)
        letter = width * (0.006 + 0.012 * rng.random())
        ink = (np.full(3, rng.integers(2)) * 0.9 + 0.05).tolist()
        for line in range(int(rng.integers(2, 6))):
            for column in range(int(rng.integers(8, 22))):
                corner = np.array([left + column * letter * 0.9, top + line * letter * 1.7])
                points = corner + rng.random((int(rng.integers(2, 5)), 2)) * (letter * 0.7, letter * 1.1)
                thickness = max(1, round(letter * 0.14))
                cv2.polylines(picture, [(points * 16).astype(np.int32)], False, ink, thickness, cv2.LINE_8, 4)


def draw_picture(size: tuple[int, int], seed: int = 7) -> Picture:
    """The picture behind the clip, 0..1, [h, w, 3]: the same content at any size, drawn as finely as that allows."""
    width, height = size
    rng = np.random.default_rng(seed)
    picture = 0.45 + 0.16 * draw_noise(size, rng)
    draw_shapes(picture, rng)
    draw_strokes(picture, rng)
    x, y = np.arange(width, dtype=np.float32) / width, np.arange(height, dtype=np.float32)[:, None] / width
    weave = np.sin(2 * np.pi * 150 * (x + 0.3 * y)) * np.sin(2 * np.pi * 130 * (y - 0.2 * x))
    patch = np.clip(4 * np.sin(2 * np.pi * 2.3 * x + 1) * np.sin(2 * np.pi * 2.9 * y), 0, 1)
    picture += (0.09 * weave * patch)[..., None]
    picture += 0.07 * draw_noise(size, rng)  # over shapes too: no area is flat
    return np.clip(picture, 0.0, 1.0).astype(np.float32)


def sample_picture(picture: Picture, xy_pixel: Map, filter_cv: int = cv2.INTER_CUBIC) -> Picture:
    """The picture at points in pixels, centres at + 0.5; black off it."""
    x, y = (np.ascontiguousarray(xy_pixel[..., axis], np.float32) - 0.5 for axis in range(2))
    return np.asarray(cv2.remap(picture, x, y, filter_cv, borderMode=cv2.BORDER_CONSTANT))


# --- the clip ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Clip:
    """Frames of the moving picture, each made when it is asked for, and the exact maps between them."""

    width: int = 480
    height: int = 270
    frame_count: int = 24

    @property
    def scale(self) -> float:
        """Pixels of this size in one reference pixel."""
        return self.width / REFERENCE_WIDTH

    @property
    def supersampling(self) -> int:
        """Samples a pixel and axis; fewer where the pixels are already fine."""
        return 4 if self.width < 1920 else 2

    @cached_property
    def picture(self) -> Picture:
        """The picture behind the frames, `supersampling` times as fine as them."""
        span = self.supersampling * (1 + 2 * MARGIN)
        return draw_picture((round(self.width * span), round(self.height * span)))

    def picture_from_frame(self, xy_pixel: Map, frame: float) -> Map:
        """Where a frame's point (pixel centres at + 0.5) lies on the drawn picture, in pixels of the frame's size."""
        return xy_pixel + compute_displacement(xy_pixel / self.scale, frame) * self.scale

    def frame_from_picture(self, xy_picture: Map, frame: float) -> Map:
        """The inverse, to 1e-6 px: displacements change slowly, so the fixed point is soon reached."""
        xy_pixel = xy_picture
        for _ in range(60):
            xy_pixel = xy_picture - compute_displacement(xy_pixel / self.scale, frame) * self.scale
        return xy_pixel

    def map_between(self, frame: int, other: int) -> Map:
        """Where each pixel of `frame` lies in frame `other`, [h, w, 2] in pixels, centres at + 0.5. Exact."""
        return self.frame_from_picture(self.picture_from_frame(self.pixel_grid(), frame), other)

    def pixel_grid(self, per_pixel: int = 1) -> Map:
        """The samples' places in a frame, in pixels."""
        x = (np.arange(self.width * per_pixel) + 0.5) / per_pixel
        y = (np.arange(self.height * per_pixel) + 0.5) / per_pixel
        return np.stack(np.meshgrid(x, y), -1)

    def frame(self, index: int) -> Picture:
        """Frame `index` (from 0), values as half floats keep them."""
        n = self.supersampling
        margin = np.array([self.width, self.height]) * MARGIN
        xy = ((self.picture_from_frame(self.pixel_grid(n), index) + margin) * n).astype(np.float32)
        fine = sample_picture(self.picture, xy, cv2.INTER_LINEAR)
        fine = cv2.GaussianBlur(fine, (0, 0), LENS_PIXELS * n)
        frame = fine.reshape(self.height, n, self.width, n, 3).mean((1, 3))
        return frame.astype(np.float16).astype(np.float32)

    def frames(self) -> Pictures:
        return np.stack([self.frame(index) for index in range(self.frame_count)])


# --- files ---------------------------------------------------------------------------------------------------------


def write_exr(path: Path, pixels: Planes) -> None:
    """Half floats, channels RGB or RGBA."""
    height, width, channels = pixels.shape
    spec = oiio.ImageSpec(width, height, channels, oiio.HALF)
    spec.attribute("compression", "zip")
    out = oiio.ImageOutput.create(str(path))
    if out is None:
        raise OSError(f"{path}: {oiio.geterror()}")
    if not (out.open(str(path), spec) and out.write_image(np.ascontiguousarray(pixels, np.float32)) and out.close()):
        raise OSError(f"{path}: {out.geterror()}")


def read_exr(path: Path) -> Planes:
    source = oiio.ImageInput.open(str(path))
    if source is None:
        raise OSError(f"{path}: {oiio.geterror()}")
    pixels = source.read_image(oiio.FLOAT)
    if pixels is None:
        raise OSError(f"{path}: {source.geterror()}")
    return pixels


def write_clip(clip: Clip, folder: Path, name: str = "plate") -> str:
    """Write the frames from 1001 on; the sequence's pattern."""
    folder.mkdir(parents=True, exist_ok=True)
    for index in range(clip.frame_count):
        write_exr(folder / f"{name}.{FIRST_FRAME + index:04d}.exr", clip.frame(index))
    return str(folder / f"{name}.####.exr")


def parse_size(text: str) -> tuple[int, int]:
    width, height = text.split("x")
    return int(width), int(height)


def main() -> None:
    parser = argparse.ArgumentParser(description="Write the bench's clip as an EXR sequence.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--size", type=parse_size, default=(480, 270), metavar="WxH")
    parser.add_argument("--frames", type=int, default=24)
    options = parser.parse_args()
    width, height = options.size
    print(write_clip(Clip(width, height, options.frames), options.folder))


if __name__ == "__main__":
    main()
