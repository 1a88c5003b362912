"""Makes docs/pictures/blender.png: `python docs/make_blender.py PYTHON_WITH_BPY`, run where `unreel` is installed.

Blender goes the whole way on the bundled sample by the nodes' buttons, as the tests have it; shown is what it rendered.
"""

from __future__ import annotations

import json
import sys
import tempfile
from importlib.resources import files
from pathlib import Path

import cv2
import numpy as np
from in_blender import call
from make_pictures import FRAMES, SHOWN, column, framed, named, painted, shown
from unreel.core.exr_read import read_frame

PICTURE = Path(__file__).parent / "pictures" / "blender.png"


def rendered_in_blender(python: str, place: Path) -> Path:
    """A folder with what Blender rendered: `live.####.exr`, `rendered.####.exr`."""
    sample = files("unreel.core") / "sample"
    size = read_frame(Path(str(sample)) / "beauty.0001.exr").display
    job = {"sample": sample, "folder": place / "pillar.unreel", "out": place, "frames": list(range(1, 21))}
    print(json.dumps(call(python, place, "loop.work", size=[size.width, size.height], **job), indent=1))
    return place


def make_picture(place: Path) -> np.ndarray:
    """uint8 [h, w, 3]."""
    sample = Path(str(files("unreel.core"))) / "sample"
    edit = read_frame(sample / "edit.exr")
    canonical = next(place.glob("pillar_canonical*.exr"))
    plates, live, rendered = (
        [shown(read_frame(folder / f"{name}.{n:04d}.exr"), SHOWN) for n in FRAMES]
        for folder, name in ((sample, "beauty"), (place, "live"), (place, "rendered"))
    )
    plates[0] = shown(painted(read_frame(canonical), edit), SHOWN)
    titles = ("Painted once, and the plate", "Propagate, live: native nodes", "Propagate, rendered")
    first = ("the canonical", *(f"frame {n}" for n in FRAMES[1:]))
    names = (first, *([f"frame {n}" for n in FRAMES],) * 2)
    columns = [
        column(title, [named(picture, name) for picture, name in zip(pictures, labels, strict=True)])
        for title, pictures, labels in zip(titles, (plates, live, rendered), names, strict=True)
    ]
    return framed(columns)


def main(python: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        picture = make_picture(rendered_in_blender(python, Path(folder)))
    cv2.imwrite(str(PICTURE), picture[..., ::-1], [cv2.IMWRITE_PNG_COMPRESSION, 9])


if __name__ == "__main__":
    main(*sys.argv[1:])
