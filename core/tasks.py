"""The main job but train and propagate, one function a step: what command line, panel and nodes ask for."""

from __future__ import annotations

import logging
from dataclasses import replace
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, Literal

import numpy as np

from .errors import UsageError
from .export import (
    Kind,
    Space,
    canonical_frame,
    check_export,
    make_guides,
    sharpness_kept,
    told_sharpness,
    write_export,
)
from .folder_lock import locked
from .foreground import PROXY, write_foreground
from .frame import alpha, on_window, rgb
from .history import versions
from .keys import solved_at, solved_for
from .made import (
    content_id,
    forget,
    resting_on,
    stage_of,
    stamped,
    state_of,
    write_made,
    write_made_if_possible,
)
from .path_map import remembered
from .rendering import propagate, told_frames
from .report import OnReport, ShouldStop
from .request import settings_for
from .sequence import format_range, parse_range
from .settings import merged
from .sheet import check_sheet, write_sheet
from .shot import open_shot
from .solved import Solved, open_solved
from .source import make_source
from .texture import ImportMode, load_texture
from .texture_ground import Ground, ground_of
from .training import summary_of, train
from .unreel_folder import UnreelFolder
from .verdict import judge

log = logging.getLogger(__name__)


SHOWN = ("psnr", "misfit", "covered", "folded", "confidence", "inverse", "inverse_95", "agreement", "spread")
"""Figures of a shot; a folder of an older version has fewer."""


def matte(plate: str, output: str, values: dict[str, Any], report: OnReport, should_stop: ShouldStop) -> dict[str, Any]:
    """Propose a matte: what moves on its own. Mattes and layers that a `shot.yaml` names are not looked at."""
    if {"matte", "front", "layers"} & values.keys():
        raise UsageError("the matte is what this makes; leave out matte.*, front and layers")
    values = merged({"solve": {"proxy": PROXY}}, values)
    settings = settings_for(plate, UnreelFolder(Path()), values, False)
    bare = settings.model_copy(update={"matte": None, "front": (), "layers": (), "key": None, "further_keys": ()})
    written, covered = write_foreground(open_shot(bare), output, report, should_stop)
    return {"matte": told_frames(written), "count": len(written), "covered": f"{covered:.3f}"}


def export(
    path: Path, output: Path, guides: bool, space: Space, kind: Kind, key: int | None, report: OnReport
) -> dict[str, Any]:
    """Write the canonical for the artist: the shot's, or that of a further key."""
    check_export(output, space)
    if guides and kind == "field":
        raise UsageError("the guides belong to the canonical that is the key frame; leave out --guides or --kind field")
    with locked(path, "read for an export", exclusive=False):
        folder = UnreelFolder(path)
        solved = solved_at(folder, open_solved(folder), key)
        solved.shot.require_outputs([output])
        canonical = canonical_frame(folder, solved, kind, report)
        layers = make_guides(solved, canonical) if guides else {}
        chosen = {"output": remembered(output, Path.cwd()), "guides": guides, "space": space, "kind": kind, "key": key}
        rests = resting_on(folder, folder, ["train"])
        written = write_export(output, stamped(canonical, content_id(chosen, rests)), layers, space, solved)
        write_made_if_possible(folder, stage_of("export", output), {}, chosen, rests)
    covered = alpha(canonical)
    assert covered is not None
    return {
        "canonical": ", ".join(map(str, written)),
        "size": f"{canonical.data.width}x{canonical.data.height} at {canonical.data.x}, {canonical.data.y}",
        "coverage": f"{float((covered > 0.5).mean()):.3f}",
        "sharpness": told_sharpness(canonical.metadata),
    }


def import_texture(
    path: Path,
    edit: Path,
    on: str,
    key: int | None,
    mode: ImportMode,
    name: str | None,
    opacity: float,
    space: str | None,
    report: OnReport,
    should_stop: ShouldStop,
) -> dict[str, Any]:
    """Keep what was painted in the unreel folder. key: of the canonical, where that is a further key frame's."""
    with locked(path, "given a texture", exclusive=True):
        folder, files = UnreelFolder(path), {"paint": state_of(edit)}
        solved = open_solved(folder)
        place: Literal["canonical"] | int = "canonical"
        if on != "canonical":
            try:
                place = int(on)
            except ValueError:
                raise UsageError(f"--on {on}: give canonical, or the number of the frame that was painted") from None
            if place not in solved.model.maps:
                raise UsageError(f"--on {place}: the shot has frames {format_range(solved.model.maps)}")
            if key is not None:
                raise UsageError(f"--key {key} names a canonical; leave it out with --on {place}")
        if place == "canonical":
            at_key = solved_at(folder, solved, key)
            ground = ground_of(canonical_frame(folder, at_key, "plate", report), "the canonical")
        else:
            ground = plate_ground(solved, place)
        texture = load_texture(edit, ground, place, solved.shot.color, space, mode, opacity, name)
        texture = replace(texture, key=key)
        folder.check_name(texture)
        if not texture.empty:
            solved_for(folder, at_key if place == "canonical" else solved, texture, report, should_stop)
        for note in texture.notes:
            log.warning("%s", note)
        stage = f"import/{texture.name}"
        chosen = {
            "edit": remembered(edit.absolute()),
            "on": on,
            "key": key,
            "mode": mode,
            "opacity": opacity,
            "space": space,
        }
        forget(folder, stage)
        folder.write_texture(texture)
        write_made(folder, stage, files, chosen, resting_on(folder, folder, ["train"]))
        window = texture.window
        told = {
            "texture": texture.name,
            "on": texture.on,
            "painted": "nothing" if texture.empty else f"{window.width}x{window.height} at {window.x}, {window.y}",
        }
        return {**told, "darkest": texture.darkest} if texture.darkest < 0 else told


def plate_ground(solved: Solved, number: int) -> Ground:
    """Frame `number` of the plate as the ground of a texture, scene-linear, premultiplied."""
    shot = solved.shot
    frame = shot.read_plate(number)
    linear = on_window(shot.linear(frame), shot.raster, frame.data)
    planes = dict(zip("RGB", np.moveaxis(linear, 2, 0), strict=True))
    element = shot.element(frame)
    if element is not None:
        planes["A"] = on_window(element, shot.raster, frame.data)
    return ground_of(replace(frame, planes=planes), f"frame {number}")


def info(path: Path) -> dict[str, Any]:
    """What an unreel folder holds; of a shot with layers, what each of them holds."""
    folder = UnreelFolder(path)
    if folder.layer_names:
        layers = {name: info(folder.layer(name).path) for name in folder.layer_names}
        return {"unreel": str(path), **summary_of(layers), "layers": layers}
    settings, model = folder.read_settings(), folder.read_model()
    verdict = judge(model.figures, model.key, model.raster.width)
    textures = []
    for name in folder.textures:
        texture = folder.read_texture(name)
        textures.append(f"{name} (on {texture.on}, {texture.mode}, {texture.opacity:g})")
    return {
        "unreel": str(path),
        "plate": settings.plate,
        "matte": settings.matte.path if settings.matte else "none",
        "behind": ", ".join(matte.path for matte in settings.front) or "nothing",
        "frames": format_range(model.maps),
        "key": model.key,
        "further_keys": ", ".join(map(str, settings.further_keys)) or "none",
        "size": f"{model.raster.width}x{model.raster.height}, solved at {model.solve_size[0]}x{model.solve_size[1]}",
        "surface": model.stiffness,
        **{name: model.figures["mean"][name] for name in SHOWN if name in model.figures["mean"]},
        "sharpness": sharpness_kept(folder, model.key),
        "textures": ", ".join(textures) or "none",
        "versions": ", ".join(map(str, versions(folder))) or "none",
        "verdict": f"{verdict.word}: {verdict.reason}",
        "frames_solved": model.figures["frames"],
    }


def sheet(
    path: Path,
    output: Path,
    frames: str | None,
    textures: list[str],
    report: OnReport,
    should_stop: ShouldStop,
) -> dict[str, Any]:
    """Write a contact sheet."""
    check_sheet(output)
    folder = UnreelFolder(path)
    with locked(path, "read for a contact sheet", exclusive=False):
        solved = open_solved(folder)
        solved.shot.require_outputs([output])
        numbers = list(parse_range(frames)) if frames else spread(solved.shot.frames, 5)
        missing = [n for n in numbers if n not in solved.model.maps]
        if missing:
            raise UsageError(f"frame {missing[0]} is not in the shot; it has {format_range(solved.model.maps)}")
        read = [folder.read_texture(name) for name in textures or folder.textures]
        found = [make_source(texture, folder, solved, report, should_stop) for texture in read]
        canonical = canonical_frame(folder, solved, "plate", report)
        covered = alpha(canonical)
        assert covered is not None
        rgba = np.concatenate([rgb(canonical), covered.astype(np.float32)[..., None]], 2)
        write_sheet(output, solved, [s for s in found if s is not None], numbers, rgba)
        chosen = {"output": remembered(output, Path.cwd()), "frames": frames, "textures": textures}
        rests = resting_on(folder, folder, ["train", *(f"import/{texture.name}" for texture in read)])
        write_made_if_possible(folder, stage_of("sheet", output), {}, chosen, rests)
    return {"sheet": str(output)}


def spread(frames: tuple[int, ...], count: int) -> list[int]:
    """First, last and what lies evenly between them; all where there are no more than `count`."""
    return list(dict.fromkeys(frames[round(k * (len(frames) - 1) / (count - 1))] for k in range(count)))


def demo(output: Path, report: OnReport, should_stop: ShouldStop) -> dict[str, Any]:
    """The main job on the bundled sample."""
    with as_file(files(__package__) / "sample") as sample:
        folder = output / "pillar.unreel"
        plate = str((sample / "beauty.####.exr").resolve())
        matte = str((sample / "matte.####.exr").resolve())
        trained = train(plate, folder, {"matte": {"path": matte}, "key": 1}, False, report, should_stop)
        exported = export(folder, output / "canonical.exr", True, "scene_linear", "plate", None, report)
        import_texture(folder, sample / "edit.exr", "canonical", None, "over", "edit", 1.0, None, report, should_stop)
        pattern = str(output / "result.####.exr")
        frames = propagate(folder, pattern, None, ["edit"], ("comp",), {}, report, should_stop)
        made = sheet(folder, output / "sheet.png", None, ["edit"], report, should_stop)
    return {
        "unreel": str(folder),
        "verdict": trained["verdict"],
        "canonical": exported["canonical"],
        "frames": frames["frames"],
        "sheet": made["sheet"],
    }
