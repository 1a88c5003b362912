"""The main job, one function a step: what the command line, the panel and the nodes ask for."""

from __future__ import annotations

import logging
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, Literal

import numpy as np

from .engines import codef
from .errors import UsageError
from .exr import replaced_whole
from .export import Kind, canonical_frame, make_guides, write_export
from .frame import alpha, rgb
from .keys import solved_on
from .paint import Mode
from .propagate import make_source
from .propagate import propagate as propagate_frames
from .report import OnReport, ShouldStop, never
from .sequence import format_range, parse_range
from .settings import make_settings, merged, read_settings_file
from .sheet import write_sheet
from .shot import open_shot
from .solved import Solved, open_solved
from .texture import load_texture
from .texture_ground import ground_of
from .unreel_folder import UnreelFolder, make_folder, same_solve
from .verdict import judge

log = logging.getLogger(__name__)

PATHS = (("plate",), ("matte", "path"), ("vectors", "forward"), ("vectors", "backward"))


def train(
    plate: str | None,
    output: Path,
    values: dict[str, Any],
    resume: bool,
    report: OnReport,
    should_stop: ShouldStop,
) -> dict[str, Any]:
    """Solve a shot into `output`. `plate` is a sequence or a `shot.yaml`; with `resume` it may be left out."""
    where = "the command line"
    folder = UnreelFolder(output)
    if plate is None:
        if not (resume and folder.shot_file.exists()):
            raise UsageError("name the plate, such as plate.####.exr")
        plate = str(folder.shot_file)
    if plate.endswith((".yaml", ".yml")):
        where = plate
        table = read_settings_file(Path(plate))
        values = merged(absolute(table, Path(plate).parent), absolute(values, Path.cwd()))
    else:
        values = absolute(merged({"plate": plate}, values), Path.cwd())
    settings = make_settings(values, where)
    shot = open_shot(settings)
    folder = make_folder(output)
    start = None
    if resume and folder.shot_file.exists():
        before = folder.read_settings()
        if same_solve(before.model_dump(), settings.model_dump()):
            start = folder.read_checkpoint()
        else:
            log.warning("the settings have changed since; nothing can be resumed, training starts anew")
    folder.write_settings(settings)
    add_log(folder.path / "log.txt")
    model = codef.fit(shot, report, should_stop, folder.write_checkpoint, start)
    folder.finish(model)
    verdict = judge(model.figures, model.key)
    mean = model.figures["mean"]
    return {
        "unreel": str(output),
        "key": model.key,
        "surface": model.stiffness,
        "psnr": mean["psnr"],
        "verdict": f"{verdict.word}: {verdict.reason}",
    }


def absolute(values: dict[str, Any], base: Path) -> dict[str, Any]:
    """Paths made absolute, so that an unreel folder can be used from anywhere."""
    out = values
    for place in PATHS:
        at: Any = values
        for name in place:
            at = at.get(name) if isinstance(at, dict) else None
        if isinstance(at, str):
            change: dict[str, Any] = {place[-1]: str(base / at)}
            for name in reversed(place[:-1]):
                change = {name: change}
            out = merged(out, change)
    return out


def add_log(path: Path) -> None:
    """The log goes into the folder too."""
    root = logging.getLogger(__package__)
    for handler in [h for h in root.handlers if isinstance(h, logging.FileHandler)]:
        root.removeHandler(handler)
        handler.close()
    handler = logging.FileHandler(path, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    root.addHandler(handler)
    root.setLevel(logging.INFO)


def export(path: Path, output: Path, guides: bool, space: str, kind: Kind, report: OnReport) -> dict[str, Any]:
    """Write the canonical for the artist."""
    folder = UnreelFolder(path)
    solved = open_solved(folder)
    canonical = canonical_frame(folder, solved, kind, report)
    layers = make_guides(solved, canonical) if guides else {}
    written = write_export(output, canonical, layers, space, solved)
    covered = alpha(canonical)
    assert covered is not None
    return {
        "canonical": ", ".join(map(str, written)),
        "size": f"{canonical.data.width}x{canonical.data.height} at {canonical.data.x}, {canonical.data.y}",
        "coverage": f"{float((covered > 0.5).mean()):.3f}",
    }


def import_texture(
    path: Path,
    edit: Path,
    on: str,
    mode: Mode,
    name: str | None,
    opacity: float,
    space: str | None,
    report: OnReport,
) -> dict[str, Any]:
    """Keep what was painted in the unreel folder."""
    folder = UnreelFolder(path)
    solved = open_solved(folder)
    place: Literal["canonical"] | int = "canonical"
    if on != "canonical":
        try:
            place = int(on)
        except ValueError:
            raise UsageError(f"--on {on}: give canonical, or the number of the frame that was painted") from None
        if place not in solved.model.maps:
            raise UsageError(f"--on {place}: the shot has frames {format_range(solved.model.maps)}")
    if place == "canonical":
        ground = ground_of(canonical_frame(folder, solved, "plate", report), "the canonical")
    else:
        ground = plate_ground(solved, place)
        solved_on(folder, solved, place, report, never)
    texture = load_texture(edit, ground, place, solved.shot.color, space, mode, opacity, name)
    for note in texture.notes:
        log.warning("%s", note)
    folder.write_texture(texture)
    window = texture.window
    return {
        "texture": texture.name,
        "on": texture.on,
        "painted": "nothing" if texture.empty else f"{window.width}x{window.height} at {window.x}, {window.y}",
    }


def plate_ground(solved: Solved, number: int):  # type: ignore[no-untyped-def]
    """Frame `number` of the plate as the ground of a texture, scene-linear."""
    from dataclasses import replace

    frame = solved.shot.read_plate(number)
    if solved.shot.space != "scene_linear":
        linear = solved.shot.color.to_linear(rgb(frame), solved.shot.space)
        planes = dict(zip("RGB", np.moveaxis(linear.astype(np.float32), 2, 0), strict=True))
        frame = replace(frame, planes=planes)
    return ground_of(frame, f"frame {number}")


def propagate(
    path: Path,
    output: str,
    frames: str | None,
    textures: list[str],
    outputs: tuple[str, ...],
    changes: dict[str, Any],
    report: OnReport,
    should_stop: ShouldStop,
) -> dict[str, Any]:
    """Write the frames."""
    folder = UnreelFolder(path)
    solved = open_solved(folder)
    if set(changes) - {"light"}:
        raise UsageError(f"only light.* can be set here, not {', '.join(sorted(set(changes) - {'light'}))}; train sets the rest")
    settings = make_settings(merged(solved.shot.settings.model_dump(), changes), "--set")
    wanted = solved.shot.frames if frames is None else parse_range(frames)
    names = textures or folder.textures
    if not names and {"comp", "layer"} & set(outputs):
        raise UsageError(f"{path} has no texture yet; bring one in with: unreel import {path} EDIT")
    written = propagate_frames(
        folder,
        solved,
        [folder.read_texture(name) for name in names],
        output,
        wanted,
        outputs,
        settings.light,
        report,
        should_stop,
    )
    return {"frames": f"{written[0]} .. {written[-1].name}" if len(written) > 1 else str(written[0]), "count": len(written)}


def info(path: Path) -> dict[str, Any]:
    """What an unreel folder holds."""
    folder = UnreelFolder(path)
    settings, model = folder.read_settings(), folder.read_model()
    verdict = judge(model.figures, model.key)
    textures = []
    for name in folder.textures:
        texture = folder.read_texture(name)
        textures.append(f"{name} (on {texture.on}, {texture.mode}, {texture.opacity:g})")
    return {
        "unreel": str(path),
        "plate": settings.plate,
        "matte": settings.matte.path if settings.matte else "none",
        "frames": format_range(model.maps),
        "key": model.key,
        "size": f"{model.raster.width}x{model.raster.height}, solved at {model.solve_size[0]}x{model.solve_size[1]}",
        "surface": model.stiffness,
        **{name: model.figures["mean"][name] for name in ("psnr", "misfit", "covered", "folded")},
        "textures": ", ".join(textures) or "none",
        "verdict": f"{verdict.word}: {verdict.reason}",
        "frames_solved": model.figures["frames"],
    }


def sheet(path: Path, output: Path, frames: str | None, textures: list[str], report: OnReport) -> dict[str, Any]:
    """Write a contact sheet."""
    folder = UnreelFolder(path)
    solved = open_solved(folder)
    numbers = list(parse_range(frames)) if frames else spread(solved.shot.frames, 5)
    missing = [n for n in numbers if n not in solved.model.maps]
    if missing:
        raise UsageError(f"frame {missing[0]} is not in the shot; it has {format_range(solved.model.maps)}")
    found = [make_source(folder.read_texture(n), folder, solved, report) for n in textures or folder.textures]
    canonical = canonical_frame(folder, solved, "plate", report)
    covered = alpha(canonical)
    assert covered is not None
    rgba = np.concatenate([rgb(canonical), covered.astype(np.float32)[..., None]], 2)
    write_sheet(output, solved, [s for s in found if s is not None], numbers, rgba)
    return {"sheet": str(output)}


def spread(frames: tuple[int, ...], count: int) -> list[int]:
    return [frames[round(k * (len(frames) - 1) / (count - 1))] for k in range(count)]


def demo(output: Path, report: OnReport, should_stop: ShouldStop) -> dict[str, Any]:
    """The main job on the bundled sample."""
    with as_file(files(__package__) / "sample") as sample:
        folder = output / "pillar.unreel"
        plate = str((sample / "beauty.####.exr").resolve())
        matte = str((sample / "matte.####.exr").resolve())
        output.mkdir(parents=True, exist_ok=True)
        trained = train(plate, folder, {"matte": {"path": matte}, "key": 1}, False, report, should_stop)
        exported = export(folder, output / "canonical.exr", True, "scene_linear", "plate", report)
        import_texture(folder, sample / "edit.exr", "canonical", "over", "edit", 1.0, None, report)
        pattern = str(output / "result.####.exr")
        frames = propagate(folder, pattern, None, ["edit"], ("comp",), {}, report, should_stop)
        made = sheet(folder, output / "sheet.png", None, ["edit"], report)
    return {
        "unreel": str(folder),
        "verdict": trained["verdict"],
        "canonical": exported["canonical"],
        "frames": frames["frames"],
        "sheet": made["sheet"],
    }


__all__ = ["demo", "export", "import_texture", "info", "propagate", "replaced_whole", "sheet", "train"]
