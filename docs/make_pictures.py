"""Makes docs/pictures/before_after.png: `python docs/make_pictures.py [DEMO_OUT]`, run where `unreel` is installed.

Without DEMO_OUT, the folder of a finished `unreel demo`, it runs the demo first.
"""

from __future__ import annotations

import sys
import tempfile
from importlib.resources import files
from pathlib import Path

import cv2
import numpy as np
from unreel.core import tasks
from unreel.core.color import Color
from unreel.core.exr_read import read_frame
from unreel.core.exr_write import write_picture
from unreel.core.frame import Frame, Window, alpha, on_window, rgb
from unreel.core.report import never, silent

PICTURE = Path(__file__).parent / "pictures" / "before_after.png"
FRAMES = (6, 12, 20)
SHOWN = Window(0, 60, 480, 178)
"""Part of a frame that is shown: the van's way."""
LAYER = Window(0, 68, 232, 134)
"""Part of the canonical that is shown: all of its coverage."""
WIDTH = 440
GAP = 14
CAPTION = 34
LABEL = 26
BACK, INK = 24, 235
STEP = 4
"""Grain costs most of a PNG: values are rounded to 64 steps, which it hides."""


def make_picture(demo: Path) -> np.ndarray:
    """Plates on the left, the canonical bare and painted in the middle, results on the right: uint8 [h, w, 3]."""
    sample = Path(str(files("unreel.core"))) / "sample"
    plates = [shown(read_frame(sample / f"beauty.{n:04d}.exr"), SHOWN) for n in FRAMES]
    results = [shown(read_frame(demo / f"result.{n:04d}.exr"), SHOWN) for n in FRAMES]
    canonical, edit = read_frame(demo / "canonical.exr"), read_frame(sample / "edit.exr")
    columns = [
        column("The plate", [named(p, f"frame {n}") for n, p in zip(FRAMES, plates, strict=True)]),
        column(
            "One still picture stands for all frames",
            [
                named(shown(canonical, LAYER), "canonical"),
                named(shown(painted(canonical, edit), LAYER), "painted once"),
            ],
        ),
        column(
            "The result: every frame follows", [named(r, f"frame {n}") for n, r in zip(FRAMES, results, strict=True)]
        ),
    ]
    height = max(c.shape[0] for c in columns)
    return framed([np.pad(c, ((0, height - c.shape[0]), (0, 0), (0, 0)), constant_values=BACK) for c in columns])


def painted(canonical: Frame, edit: Frame) -> Frame:
    """The edit over the canonical, both premultiplied."""
    layer, cover = (on_window(p, edit.data, canonical.data) for p in (rgb(edit), alpha_of(edit)))
    planes = np.moveaxis(layer + (1 - cover[..., None]) * rgb(canonical), 2, 0)
    return Frame(dict(zip("RGB", planes, strict=True)), canonical.data, canonical.display, {})


def alpha_of(frame: Frame) -> np.ndarray:
    plane = alpha(frame)
    assert plane is not None
    return plane.astype(np.float32)


def shown(frame: Frame, window: Window) -> np.ndarray:
    """A part of a frame as it looks, WIDTH wide, uint8 [h, w, 3]."""
    linear = np.clip(on_window(rgb(frame), frame.data, window), 0, 1)
    height = round(window.height * WIDTH / window.width)
    smaller = WIDTH < window.width
    size = cv2.resize(linear, (WIDTH, height), interpolation=cv2.INTER_AREA if smaller else cv2.INTER_CUBIC)
    look = Color().from_linear(np.clip(size, 0, 1), "texture_paint")
    return (np.rint(np.clip(look, 0, 1) * (255 / STEP)) * STEP).clip(0, 255).astype(np.uint8)


def named(picture: np.ndarray, text: str) -> np.ndarray:
    """The picture with its name in the lower left corner."""
    out = np.ascontiguousarray(picture)
    font = (cv2.FONT_HERSHEY_SIMPLEX, 0.55)
    width = cv2.getTextSize(text, *font, 1)[0][0]
    out[-LABEL:, : width + 16] = BACK
    cv2.putText(out, text, (7, out.shape[0] - 8), *font, (INK,) * 3, 1, cv2.LINE_AA)
    return out


def column(caption: str, pictures: list[np.ndarray]) -> np.ndarray:
    head = np.full((CAPTION, WIDTH, 3), BACK, np.uint8)
    cv2.putText(head, caption, (1, CAPTION - 12), cv2.FONT_HERSHEY_SIMPLEX, 0.6, (INK,) * 3, 1, cv2.LINE_AA)
    between = np.full((GAP, WIDTH, 3), BACK, np.uint8)
    parts = [head]
    for picture in pictures:
        parts += [picture, between]
    return np.concatenate(parts)


def framed(columns: list[np.ndarray]) -> np.ndarray:
    between = np.full((columns[0].shape[0], GAP, 3), BACK, np.uint8)
    parts = [between]
    for each in columns:
        parts += [each, between]
    return np.concatenate(parts, 1)


def main(arguments: list[str]) -> None:
    with tempfile.TemporaryDirectory() as temporary:
        demo = Path(arguments[0] if arguments else temporary)
        if not arguments:
            tasks.demo(demo, silent, never)
        picture = make_picture(demo)
    write_picture(PICTURE, picture, {"png:compressionLevel": 9})
    print(f"{PICTURE}: {picture.shape[1]}x{picture.shape[0]}, {PICTURE.stat().st_size // 1024} KB")


if __name__ == "__main__":
    main(sys.argv[1:])
