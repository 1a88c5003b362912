"""Further solves: paint is carried by one map, from the frame it was painted on, and not by two."""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import cv2
import numpy as np

from .engines import around, codef
from .errors import IncompatibleModel, UsageError
from .folder_lock import made_once
from .frame import on_window
from .model import Model, read_model, write_model
from .report import OnReport, ShouldStop
from .solve.comparison import compare, misfit
from .solve.pyramid import Pyramid
from .solved import Solved
from .texture import Texture
from .unreel_folder import UnreelFolder
from .verdict import judge
from .visibility import FLAT

log = logging.getLogger(__name__)

LOCAL = 0.5
"""Share of the picture up to which a paint has a surface of its own; larger ones take the whole sheet."""

LEAST_GAIN = 0.01
"""Of the misfit, for which a surface is solved alone: measured 0.03 to 0.18 where it should be, elsewhere 0."""
WITNESSES = 8


def solved_for(
    folder: UnreelFolder, solved: Solved, texture: Texture, report: OnReport, should_stop: ShouldStop
) -> Solved:
    """The shot solved for a texture; made once and kept.

    With a matte, against the frame it was painted on. Without one, of the surface under the paint alone, where that
    fits better.
    """
    number = solved.model.key if texture.on == "canonical" else texture.on
    paint = paint_on_frame(solved, texture)
    place = "whole" if paint is None else hashlib.sha256(paint.tobytes()).hexdigest()[:12]
    path = folder.key_file(f"{number}.{texture.name}.{place}")
    remove_stale(path, texture.name)
    if paint is None:
        return solved_on(folder, solved, number, report, should_stop)

    def make() -> Model:
        alone = around.fit_around(
            solved.shot, number, paint.astype(np.float32), report, should_stop, folder.flow_folder
        )
        better = fits_better(solved, Solved(solved.shot, alone), number, paint)
        return alone if better else solved_on(folder, solved, number, report, should_stop).model

    return kept(folder, path, solved, make)


def solved_at(folder: UnreelFolder, solved: Solved, key: int | None) -> Solved:
    """The shot against one of its own key frames, None for the first. UsageError naming them if it is none."""
    further = solved.shot.settings.further_keys
    if key is None or key == solved.model.key:
        return solved
    if key not in further:
        there = ", ".join(map(str, (solved.model.key, *further)))
        raise UsageError(
            f"frame {key} is no key frame of the shot; it has {there}. Train with --key A --key B for more"
        )
    return Solved(solved.shot, read_model(folder.key_file(str(key))))


def remove_stale(path: Path, name: str) -> None:
    """Take away what was solved for older paints of a texture; `path` is what stays."""
    own = re.compile(rf"-?\d+\.{re.escape(name)}\.[0-9a-f]{{12}}\.safetensors")  # names may have dots in them
    for other in path.parent.glob("*.safetensors"):
        if other != path and own.fullmatch(other.name):
            with suppress(OSError):
                other.unlink()


def solved_on(folder: UnreelFolder, solved: Solved, number: int, report: OnReport, should_stop: ShouldStop) -> Solved:
    """The whole sheet against frame `number`: the folder's own where that is the key, else made once and kept."""
    if number == solved.model.key:
        return solved

    def make() -> Model:
        model = codef.add_key(
            solved.shot,
            solved.model,
            number,
            lambda n: solved.small_xy_frame(n, number),
            report,
            should_stop,
            folder.flow_folder,
        )
        warn_of(model, solved.model.key)
        return model

    return kept(folder, folder.key_file(str(number)), solved, make)


def warn_of(model: Model, key: int) -> None:
    """A line in the log where a further solve serves frames badly: it starts from maps onto `key`, errors too."""
    verdict = judge(model.figures, model.key, model.raster.width)
    if verdict.word != "good":
        log.warning(
            "paint on frame %d: %s. This solve started from key frame %d's; training with --key %d may do better",
            model.key,
            verdict.reason,
            key,
            model.key,
        )


def fits_better(whole: Solved, alone: Solved, number: int, paint: np.ndarray) -> bool:
    """Whether a surface solved alone matches its place on frame `number` clearly better than the whole sheet does.

    Skin and sky show too little in a small place: there the sheet, held by all around it, is right.
    """
    near = around.grown(paint, around.LEAST_REACH)
    key = whole.pyramid(number)
    masks = tuple(cv2.resize(near, m.shape[::-1], interpolation=cv2.INTER_AREA) * m for m in key.mask)
    place = Pyramid(key.luma, masks)
    others = [n for n in whole.model.maps if n != number]
    gains = []
    for other in others[:: max(1, len(others) // WITNESSES)]:
        frame = whole.pyramid(other)
        sheet = whole.small_xy_key(other) if number == whole.model.key else whole.small_xy_frame(other, number)[0]
        by_sheet, by_itself = (
            misfit(compare(frame, place, 0, x, y, FLAT))
            for x, y in (
                np.ascontiguousarray(np.moveaxis(xy, 2, 0), np.float32) for xy in (sheet, alone.small_xy_key(other))
            )
        )
        gains.append(by_sheet - by_itself)
    return bool(gains) and float(np.mean(gains)) > LEAST_GAIN


def paint_on_frame(solved: Solved, texture: Texture) -> np.ndarray | None:
    """[h, w] bool at the solve's size: what is painted on its frame; None where the whole sheet carries it."""
    shot = solved.shot
    if shot.matte is not None or not shot.settings.solve.around or texture.empty:
        return None
    if texture.on == "canonical" and shot.raster.union(texture.window) != shot.raster:
        return None  # the key frame does not show all of it
    marked = (texture.alpha > 0.02) | (texture.layer != 0).any(-1)
    plane = on_window(marked.astype(np.float32), texture.window, shot.raster)
    small = cv2.resize(plane, shot.proxy_size, interpolation=cv2.INTER_AREA) > 0.02
    return small if 0 < small.mean() < LOCAL else None


def kept(folder: UnreelFolder, path: Path, solved: Solved, make: Callable[[], Model]) -> Solved:
    def read() -> Model | None:
        with suppress(IncompatibleModel):  # damaged: it is made again
            return read_model(path) if path.exists() else None
        return None

    def write() -> Model:
        model = make()
        write_model(path, model)
        return model

    return Solved(solved.shot, made_once(folder.path, path.name, read, write))
