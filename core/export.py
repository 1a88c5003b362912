"""Canonical Export: from a solved shot to the picture the artist paints on, as a frame ready to be written."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, get_args

import cv2
import numpy as np

from .canonical import CanonicalPicture, KeyPicture, View, canvas_for
from .canonical_average import average_canonical
from .canonical_fill import fill_canonical
from .canonical_sharpness import gradient_energy, measure_sharpness
from .errors import InputError, UnreadableFile, UsageError
from .exr_read import read_frame, read_header
from .exr_write import make_frame, write_frame, write_picture
from .folder_lock import made_once
from .frame import Attribute, Frame, Window, alpha, colour_names, on_window, rgb
from .guides import confidence_guide, coverage_guide, grid_guide, guide_planes, over
from .made import ATTRIBUTE
from .report import OnReport, Report
from .solved import Seen, Solved
from .unreel_folder import UnreelFolder

log = logging.getLogger(__name__)

Kind = Literal["plate", "solved", "field"]
Space = Literal["scene_linear", "texture_paint"]
EDGE_POINTS = 24
"""How densely a frame's outline is followed when the canvas is measured, points a side."""
SHARPNESS = "unreel/sharpness"


def canonical_frame(folder: UnreelFolder, solved: Solved, kind: Kind, report: OnReport) -> Frame:
    """The canonical, premultiplied RGBA on its canvas: read from the folder where it is there, else made and kept."""
    path = folder.canonical_file(kind, solved.model.key)

    def read() -> Frame | None:
        with suppress(UnreadableFile):  # damaged: it is made again
            return read_frame(path) if path.exists() else None
        return None

    def make() -> Frame:
        picture = field_canonical(folder, solved) if kind == "field" else make_canonical(solved, kind, report)
        frame = frame_of(solved, picture, kind)
        write_frame(path, frame)
        return frame

    return made_once(folder.path, path.name, read, make)


def make_canonical(solved: Solved, kind: Kind, report: OnReport) -> CanonicalPicture:
    """`plate`: the key frame, filled from single other frames. `solved`: the robust average of all."""
    key = key_picture(solved)
    canvas = canvas_for(solved.shot.raster, footprints(solved), pad_pixel=2)
    if canvas.limited:
        log.warning("%s", canvas.message())
    kept: dict[int, Seen] = {}
    passes = 0

    def views(wanted: Collection[int] | None) -> Iterable[View]:
        nonlocal passes
        passes += 1
        total = len(solved.model.maps) - 1 if wanted is None else len(wanted)
        for done, view in enumerate(solved.views(canvas.window, wanted, kept)):
            report(Report(f"canonical, pass {passes}", done + 1, total, frame=view.frame_number))
            yield view

    make = fill_canonical if kind == "plate" else average_canonical
    return make(key, canvas.window, views, solved.linear)


def field_canonical(folder: UnreelFolder, solved: Solved) -> CanonicalPicture:
    """The trained field's own picture at the plate's size. To look at: it lies as the field has it, not as the key
    frame does. IncompatibleModel where the shot was not trained with fields."""
    from .engines.neural_picture import render_field  # only here: torch takes a second to import

    return render_field(folder.fields_file, solved)


def sharpness_of(solved: Solved, picture: CanonicalPicture, kind: Kind) -> float | None:
    """Of the filled part where the rest is the key frame itself; a field's against the key frame, over its pixels."""
    if kind == "field":
        key = gradient_energy(solved.linear(solved.model.key))
        picture = replace(picture, detail=on_window(key, solved.shot.raster, picture.window, np.nan))
    return measure_sharpness(picture, solved.model.key, filled_only=kind == "plate")


def told_sharpness(metadata: Mapping[str, Attribute]) -> float | None:
    """What a canonical's file says; None where it was made before that was measured."""
    told = metadata.get(SHARPNESS)
    return None if told is None else round(float(told.value), 3)


def sharpness_kept(folder: UnreelFolder, key: int) -> dict[str, float]:
    """Of a key's canonicals that were made already, by kind; from the files' headers alone."""
    found = {}
    for kind in get_args(Kind):
        with suppress(UnreadableFile, InputError):
            told = told_sharpness(read_header(folder.canonical_file(kind, key)).metadata)
            if told is not None:
                found[kind] = told
    return found


def key_picture(solved: Solved) -> KeyPicture:
    shot, number = solved.shot, solved.model.key
    frame = shot.read_plate(number)
    linear = shot.linear(frame)
    return KeyPicture(
        number, np.nan_to_num(linear), shot.raster, np.isfinite(linear).all(-1), shot.surface(number, frame)
    )


def footprints(solved: Solved) -> list[np.ndarray]:
    """For each frame, canonical plate pixels [n, 2] along the outline of what it shows of the layer."""
    raster = solved.shot.raster
    found = []
    for number in solved.model.maps:
        height, width = raster.shape
        rows = np.linspace(0, height - 1, EDGE_POINTS).round().astype(int)
        columns = np.linspace(0, width - 1, EDGE_POINTS).round().astype(int)
        xy = solved.xy_key_at(number, columns, rows)
        shown = solved.shot.read_cut(number)
        if shown is not None:
            xy = xy[shown[np.ix_(rows, columns)] > 0.02]
        found.append(xy.reshape(-1, 2) + np.array([raster.x, raster.y], np.float32))
    return found


def frame_of(solved: Solved, picture: CanonicalPicture, kind: Kind) -> Frame:
    """Premultiplied RGBA, half where the plate is half; the display window is the plate's."""
    plate = solved.shot.read_plate(solved.model.key)
    planes = dict(zip("RGBA", np.moveaxis(picture.premultiplied(), 2, 0), strict=True))
    metadata: dict[str, Any] = {
        "unreel/canonical": kind,
        "unreel/key": solved.model.key,
        "compression": "zips",
    }
    sharpness = sharpness_of(solved, picture, kind)
    if sharpness is not None:
        metadata[SHARPNESS] = round(sharpness, 3)
    half = all(plate.planes[name].dtype != np.float32 for name in colour_names(plate))
    return make_frame(
        planes, picture.window, display=plate.display, like=plate, metadata=metadata, kind="picture" if half else "data"
    )


def make_guides(solved: Solved, canonical: Frame) -> dict[str, np.ndarray]:
    """Grid, coverage and confidence as layers [H, W, 4] of the canonical's canvas, premultiplied."""
    covered = alpha(canonical)
    assert covered is not None
    window = canonical.data
    raster = solved.shot.raster
    source = np.full(window.shape, -1, np.int32)
    key = raster.slices_in(window)
    source[key] = solved.model.key
    relative = Window(window.x - raster.x, window.y - raster.y, window.width, window.height)
    return {
        "grid": grid_guide(relative),
        "coverage": coverage_guide(covered.astype(np.float32), source, solved.model.key),
        "confidence": confidence_guide(mean_confidence(solved, window)),
    }


def mean_confidence(solved: Solved, window: Window, frames: int = 8) -> np.ndarray:
    """How well the canonical's pixels match the frames that see them [H, W] 0..1, over a few frames of the shot."""
    numbers = [n for n in solved.model.maps if n != solved.model.key]
    total, count = np.zeros(window.shape, np.float32), np.full(window.shape, 1e-3, np.float32)
    for number in numbers[:: max(1, len(numbers) // frames)]:
        confidence = solved.confidence(number, solved.plate(number))
        view = next(iter(solved.views(window, [number])))
        total += view.visible * cv2.remap(confidence, view.xy_frame, None, cv2.INTER_LINEAR)
        count += view.visible
    return total / count


def space_for(output: Path) -> Space:
    """The colour space that a file has by its type."""
    return "scene_linear" if output.suffix.lower() == ".exr" else "texture_paint"


def check_export(path: Path, space: Space) -> None:
    """UsageError if a canonical can't be written under that name in that space."""
    suffix = path.suffix.lower()
    if suffix not in (".exr", ".png", ".tif", ".tiff"):
        raise UsageError(f"{path.name}: a canonical is written as .exr, .png or .tif")
    if suffix == ".exr" and space != "scene_linear":
        raise UsageError(f"{path.name}: an EXR is scene_linear; for {space} name a .png or .tif")
    if suffix != ".exr" and space == "scene_linear":
        raise UsageError(f"{path.name}: 16-bit pictures hold texture_paint, not scene_linear; write an .exr instead")


def write_export(
    path: Path, canonical: Frame, guides: dict[str, np.ndarray], space: Space, solved: Solved
) -> list[Path]:
    """EXR with the guides as layers, or a 16-bit PNG or TIFF with each guide over the picture beside it."""
    if path.suffix.lower() == ".exr":
        planes = dict(canonical.planes)
        for name, layer in guides.items():
            planes |= {k: v.astype(np.float16) for k, v in guide_planes(name, layer).items()}
        write_frame(path, Frame(planes, canonical.data, canonical.display, canonical.metadata))
        return [path]
    covered = alpha(canonical)
    assert covered is not None
    covered = covered.astype(np.float32)
    straight = rgb(canonical) / np.maximum(covered, 1e-6)[..., None]
    metadata = {name: canonical.metadata[name] for name in ("unreel/key", ATTRIBUTE) if name in canonical.metadata}
    written = [path]
    write_picture(path, sixteen_bit(solved, straight, covered, space), metadata)
    for name, layer in guides.items():
        beside = path.with_name(f"{path.stem}_{name}{path.suffix}")
        write_picture(beside, sixteen_bit(solved, over(layer, straight), covered, space), metadata)
        written.append(beside)
    return written


def sixteen_bit(solved: Solved, straight: np.ndarray, covered: np.ndarray, space: Space) -> np.ndarray:
    """Scene-linear colour [h, w, 3], not premultiplied, and its coverage [h, w] as [h, w, 4] uint16 in `space`."""
    coded = solved.shot.color.from_linear(straight.astype(np.float32), space)
    whole = np.concatenate([coded, covered[..., None]], -1)
    return (np.clip(np.nan_to_num(whole), 0, 1) * 65535 + 0.5).astype(np.uint16)
