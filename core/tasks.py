"""The main job, one function a step: what the command line, the panel and the nodes ask for."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
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
from .finished import RETIMED, frame_ids
from .folder_lock import locked
from .foreground import PROXY, write_foreground
from .frame import alpha, on_window, rgb
from .history import versions
from .keys import solved_at, solved_for
from .made import (
    add_made,
    content_id,
    files_of_all,
    forget,
    forget_others,
    resting_on,
    stage_of,
    stamped,
    state_of,
    states_of,
    write_made,
    write_made_if_possible,
)
from .output_plate import Retime
from .path_map import here, remembered
from .propagate import Layer, files_of
from .propagate import propagate as propagate_frames
from .proxy_folder import at_proxy_size, check_proxy, make_place, proxy_of, proxy_path
from .report import OnReport, ShouldStop
from .request import settings_for
from .retime import parse_times, times_file
from .sequence import Sequence, format_range, output_path, parse_range, pattern_with
from .settings import LightSettings, make_settings, merged
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


def told_frames(written: list[Path]) -> str:
    return f"{written[0]} .. {written[-1].name}" if len(written) > 1 else str(written[0])


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


def painted_layers(path: Path, names: list[str]) -> list[Layer]:
    """All layers of a shot, back to front, each with its textures: those of `names`, or all it has."""
    whole = UnreelFolder(path)
    if not whole.layer_names:
        return [Layer(whole, open_solved(whole), tuple(map(whole.read_texture, names or whole.textures)))]
    folders = [whole.layer(name) for name in reversed(whole.layer_names)]
    unknown = [name for name in names if not any(name in folder.textures for folder in folders)]
    if unknown:
        raise UsageError(f"no layer of {path} has a texture {unknown[0]!r}")
    return [
        Layer(
            folder,
            open_solved(folder),
            tuple(folder.read_texture(name) for name in (names or folder.textures) if name in folder.textures),
        )
        for folder in folders
    ]


def propagate(
    path: Path,
    output: str,
    frames: str | None,
    textures: list[str],
    outputs: tuple[str, ...],
    changes: dict[str, Any],
    report: OnReport,
    should_stop: ShouldStop,
    times: str | None = None,
    onto: str | None = None,
    proxy: int | None = None,
    chunk: str | None = None,
    resume: bool = False,
) -> dict[str, Any]:
    """Write the frames. times: a span or a file of moments instead, see `parse_times`; onto: the plate retimed so.

    proxy: live maps of the shot reduced to so many pixels, as the panel shows them. chunk: the part of the frames that
    this one writes, and others the rest. resume: those that are finished are not written again.
    """
    with locked(path, "propagated", exclusive=False):
        if onto is not None and times is None:
            raise UsageError(f"--onto {onto} is a retimed plate; say with --times which moments it shows")
        layers = painted_layers(path, textures)
        shot = layers[0].solved.shot
        others = sorted(set(changes) - {"light", "match"})
        if others:
            raise UsageError(f"only light.* and match.* can be set here, not {', '.join(others)}; train sets the rest")
        settings = make_settings(merged(shot.settings.model_dump(), changes), "--set")
        if proxy is not None:
            check_proxy(outputs, times, len(layers))
        at = None if times is None else parse_times(here(times))
        wanted = parse_range(frames) if frames is not None else shot.frames if at is None else tuple(sorted(at))
        retimed = Sequence.find(here(onto), format_range(wanted)) if onto is not None else None
        part = wanted if chunk is None else part_of(wanted, chunk, output)
        if not any(its.textures for its in layers) and {"comp", "layer"} & set(outputs):
            raise UsageError(f"{path} has no texture yet; bring one in with: unreel import {path} EDIT")
        root, stage = UnreelFolder(path), stage_of("propagate", output)
        files = files_of_all((its.solved.shot for its in layers), part if at is None else None)
        if retimed is not None:
            files[RETIMED] = states_of(retimed, part)
        if times is not None and (moments := times_file(here(times))) is not None:
            files["times"] = state_of(moments)
        chosen: dict[str, Any] = {"output": remembered(output, Path.cwd()), "frames": frames, "textures": textures}
        chosen |= {"outputs": outputs, "times": times, "onto": onto and remembered(onto), "proxy": proxy}
        told = {**chosen, **settings.model_dump(mode="json", include={"light", "match"})}
        rests = built_on(root, layers, outputs)
        content = content_id(told, rests)
        shared = {texture.on for its in layers for texture in its.textures if isinstance(texture.on, int)}
        shared |= {number for its in layers for number in its.solved.shot.stand_ins}
        read = files if at is not None else files_of_all((its.solved.shot for its in layers), {*part, *shared})
        ids = frame_ids(part, content, read, None if at is not None else shared)
        if chunk is None:
            forget(root, stage)
        else:
            forget_others(root, stage, told, rests)
        if proxy is not None:  # the proxy's own files are looked at where the frames are written
            names = [output, *(pattern_with(output, name) for name in files_of(outputs))]
            shot.require_outputs(output_path(name, n, len(wanted)) for name in names for n in wanted)
        with at_size(layers, settings.light, proxy, bool(textures), report, should_stop) as (drawn, light):
            written = propagate_frames(
                drawn,
                output,
                part,
                tuple(dict.fromkeys(outputs)),
                light,
                settings.match,
                report,
                should_stop,
                content,
                ids,
                None if at is None else Retime(at, retimed),
                resume and None not in rests.values(),
            )
        if chunk is None:
            write_made_if_possible(root, stage, files, told, rests)
        else:
            add_made(root, stage, files, told, rests)
        return {"frames": told_frames(written), "count": len(written)}


def part_of(wanted: tuple[int, ...], chunk: str, output: str) -> tuple[int, ...]:
    """The frames of a chunk. UsageError for those that are not among the wanted, and an output of one file for all."""
    part = parse_range(chunk)
    output_path(output, part[0], len(wanted))
    others = sorted(set(part) - set(wanted))
    if others:
        raise UsageError(f"--chunk {chunk}: {format_range(others)} is not among the frames {format_range(wanted)}")
    return part


@contextmanager
def at_size(
    layers: list[Layer],
    light: LightSettings,
    proxy: int | None,
    named: bool,
    report: OnReport,
    should_stop: ShouldStop,
) -> Iterator[tuple[list[Layer], LightSettings]]:
    """The layers, or the only one reduced, and light as fine there; held, so that one at a time reduces it.

    named: its canonical is that of its textures, else the first key's.
    """
    if proxy is None:
        yield layers, light
        return
    [whole] = layers
    place = proxy_path(whole.folder)
    make_place(place)
    with locked(place, "made", exclusive=True):
        folder = proxy_of(whole.folder, whole.solved, proxy, report, should_stop)
        solved = open_solved(folder)
        its = Layer(folder, solved, whole.textures if named else ())
        yield [its], at_proxy_size(light, whole.solved, solved)


def built_on(root: UnreelFolder, layers: list[Layer], outputs: tuple[str, ...]) -> dict[str, str | None]:
    """The solves and textures that frames are made of; live maps are made before anything is painted."""
    rests: dict[str, str | None] = {}
    for its in layers:
        textures = () if set(outputs) == {"live"} else its.textures
        rests |= resting_on(root, its.folder, ["train", *(f"import/{texture.name}" for texture in textures)])
    return rests


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
