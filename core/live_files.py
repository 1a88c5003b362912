"""Live maps on disk: three RGBA sequences, the canonical they lead to, and what a host must know to read them."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from .color import SHAPER_KNEE
from .coordinates import shifted, st_from_index
from .errors import UsageError
from .exr_write import make_frame, write_frame
from .frame import Frame, Window
from .keys import solved_at
from .light import LightSettings
from .live import LiveGround, compute_live, make_live_ground
from .made import stamped
from .output_plate import OutputPlate
from .report import OnReport
from .sequence import format_range, path_beside, pattern_with
from .settings import MatchSettings
from .solved import Solved
from .source import canonical_picture
from .texture import Texture
from .unreel_folder import UnreelFolder
from .whole_file import replaced_whole

log = logging.getLogger(__name__)

SEQUENCES = ("live_st", "live_gain", "live_hold")
SCHEMA = 1


@dataclass(frozen=True)
class LivePaths:
    """Where the files go that there are once."""

    canonical: Path
    told: Path


def live_paths(pattern: str) -> LivePaths:
    """`OUT_live_canonical.exr` and `OUT_live.json` of `OUT.####.exr`."""
    return LivePaths(path_beside(pattern, "live_canonical.exr"), path_beside(pattern, "live.json"))


def live_key(solved: Solved, textures: Iterable[Texture]) -> int:
    """Of the canonical that live maps lead to: the one that is painted on, else the first. UsageError for several."""
    painted = [each.key for each in textures if each.on == "canonical" and not each.empty]
    keys = sorted({solved.model.key if key is None else key for key in painted}) or [solved.model.key]
    if len(keys) > 1:
        raise UsageError(
            f"live: the textures are on the canonicals of keys {', '.join(map(str, keys))}, and live maps lead to one; "
            "name the textures of one with --texture"
        )
    return keys[0]


def make_ground(folder: UnreelFolder, solved: Solved, textures: Iterable[Texture], report: OnReport) -> LiveGround:
    """The canonical that live maps lead to, made if it is not there."""
    solved = solved_at(folder, solved, live_key(solved, textures))
    return make_live_ground(solved, canonical_picture(folder, solved, report))


def live_frames(
    ground: LiveGround, number: int, under: OutputPlate, light: LightSettings
) -> Iterable[tuple[str, Frame]]:
    """The three files of one frame, float32, each with its name of `SEQUENCES`; the ST map last.

    A host shows no paint where that is missing, and wrong paint where only another is.
    """
    shot, maps = ground.solved.shot, compute_live(ground, number, under, light)
    xy = shifted(maps.xy_canonical, shot.raster, ground.picture.window)
    st = st_from_index(xy, shot.raster, shot.display)
    whole = np.concatenate([st, np.ones_like(st)], 2)  # hosts multiply by the third or the fourth
    for name, rgba in zip(reversed(SEQUENCES), (maps.hold, maps.gain, whole), strict=True):
        yield name, rgba_frame(rgba, shot.raster, under.frame, shot.display, {"unreel/live": name})


def write_canonical(paths: LivePaths, ground: LiveGround, content: str) -> None:
    """Before the frames, so that who shows them one by one has what they lead to."""
    picture, shot = ground.picture, ground.solved.shot
    like = shot.read_plate(ground.solved.model.key)
    rgba = np.concatenate([picture.rgb, picture.coverage[..., None]], 2)
    about = {"unreel/live": "live_canonical", "unreel/key": ground.solved.model.key}
    write_frame(paths.canonical, stamped(rgba_frame(rgba, picture.window, like, shot.display, about), content))


def write_told(
    paths: LivePaths,
    pattern: str,
    ground: LiveGround,
    frames: tuple[int, ...],
    light: LightSettings,
    match: MatchSettings,
) -> None:
    """Last: where it is, all is there. match: what rendered frames would have besides."""
    picture, shot = ground.picture, ground.solved.shot
    like = shot.read_plate(ground.solved.model.key)
    notes = notes_on(ground.solved, match)
    for note in notes:
        log.warning("%s", note)
    told = {
        "schema": SCHEMA,
        "frames": format_range(frames),
        "key": ground.solved.model.key,
        "canonical": paths.canonical.name,
        **{name.removeprefix("live_"): Path(pattern_with(pattern, name)).name for name in SEQUENCES},
        "display": corners(shot.display),
        "window": corners(shot.raster),
        "canonical_window": corners(picture.window),
        "pixel_aspect": like.pixel_aspect,
        "knee": SHAPER_KNEE,
        "light": {"strength": light.strength, "sigma": light.sigma},
        "notes": notes,
    }
    with replaced_whole(paths.told) as temporary:
        temporary.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


def notes_on(solved: Solved, match: MatchSettings) -> list[str]:
    """How rendered frames will differ from live ones, a sentence each."""
    asked = [f"match.{name}" for name, value in match.model_dump().items() if value]
    notes = [f"live maps are without {', '.join(asked)}; render the frames for that"] if asked else []
    if not solved.shot.cut:
        notes.append(
            "without a matte rendered frames may follow the surface under each paint alone; live maps follow the whole "
            "picture. Train with a matte for both to be the same"
        )
    return notes


def rgba_frame(rgba: np.ndarray, data: Window, like: Frame, display: Window, about: Mapping[str, Any]) -> Frame:
    """[h, w, 4] as float32 data."""
    planes = dict(zip("RGBA", np.moveaxis(rgba, 2, 0), strict=True))
    return make_frame(planes, data, display, like=like, metadata=about, kind="data")


def corners(window: Window) -> list[int]:
    """x, y of the first pixel, width, height."""
    return [window.x, window.y, window.width, window.height]
