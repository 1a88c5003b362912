"""Makes a movie: a process of its own, in the form of a job folder, as the core's worker is.

`python -I -m unreel.qt_panel.movie.worker JOB_FOLDER [--detached]`
"""

from __future__ import annotations

import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from unreel.core.color import Color
from unreel.core.exr_read import read_header
from unreel.core.frame import on_window
from unreel.core.sequence import Sequence
from unreel.plugin import protocol
from unreel.plugin.job import read_job
from unreel.plugin.stopping import Stopping
from unreel.plugin.telling import Telling
from unreel.plugin.working import do

from ..model.display import DisplayTransform, Look, default_view
from ..model.plate import read_picture
from ..model.shot import aspect_of
from .burn_in import burn_in
from .encode import movie_file, usable
from .order import Order, read_order

MODULE = "unreel.qt_panel.movie.worker"


def main(arguments: list[str]) -> int:
    """The exit code; all else is in the job folder."""
    return do(arguments, MODULE, work)


def work(folder: Path, telling: Telling, stopping: Stopping) -> dict[str, Any]:
    """Read the job and do it; where the movie lies. KeyboardInterrupt where it was stopped: nothing is left of it."""
    order = read_order(read_job(folder))
    telling.state(protocol.RUNNING)
    codec, path, note = usable(order.codec, Path(order.output))
    if note:
        telling.event("log", level="warning", message=note)
    sequence = Sequence.find(order.input, order.frames)
    sequence.require_all()
    color = Color(order.config or None)
    transform = transform_for(order, color.name)
    first = shown(order, sequence, sequence.frames[0], color, transform)
    height, width = first.shape[:2]
    aspect = Fraction(aspect_of(read_header(sequence.path(sequence.frames[0])))).limit_denominator(1000)
    began = stopping.clock()
    total = len(sequence.frames)
    with movie_file(path, codec, order.rate, (width, height), aspect) as movie:
        for done, number in enumerate(sequence.frames, 1):
            if stopping.should_stop():
                raise KeyboardInterrupt
            movie.add(first if done == 1 else shown(order, sequence, number, color, transform, (width, height)))
            left = (stopping.clock() - began) / done * (total - done)
            telling.progress("movie", done, total, frame=number, eta_seconds=round(left, 1))
    told = {"file": str(path), "codec": codec.label, "frames": total, "rate": str(order.rate)}
    return {**told, "note": note} if note else told


def transform_for(order: Order, config: str) -> DisplayTransform:
    """The view that was asked for; UsageError for one there is not."""
    own = DisplayTransform(config, order.display)
    return DisplayTransform(config, own.display, order.view or default_view(config, own.display, order.is_graded))


def shown(
    order: Order,
    sequence: Sequence,
    number: int,
    color: Color,
    transform: DisplayTransform,
    size: tuple[int, int] | None = None,
) -> np.ndarray:
    """A frame as the display shows it, uint8 [h, w, 4] BGRA, even in both sides, with what is burnt in."""
    picture = read_picture(sequence, number, color, order.space)
    rgba = on_window(picture.rgba, picture.window, picture.display)
    width, height = size or even_size(rgba.shape[1], rgba.shape[0], order.longest)
    if abs(width - rgba.shape[1]) <= 1 and abs(height - rgba.shape[0]) <= 1:
        rows, columns = max(0, height - rgba.shape[0]), max(0, width - rgba.shape[1])
        rgba = np.pad(rgba, ((0, rows), (0, columns), (0, 0)), mode="edge")[:height, :width]
    else:
        reduced = cv2.resize(rgba.astype(np.float32), (width, height), interpolation=cv2.INTER_AREA)
        rgba = reduced.astype(np.float16)
    bgra = transform.exact(rgba, Look(order.exposure, order.gamma))
    words = order.burn_in
    return bgra if words is None else burn_in(bgra, words, number)


def even_size(width: int, height: int, longest: int | None) -> tuple[int, int]:
    """As large as it is, or reduced; codecs keep colour for two pixels together."""
    scale = min(1.0, longest / max(width, height)) if longest else 1.0
    if scale == 1.0:
        return width + width % 2, height + height % 2
    return max(2, 2 * round(width * scale / 2)), max(2, 2 * round(height * scale / 2))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
