"""Our side of the edit bench: the command line solves a rendered shot, takes the edit in and carries it on."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import numpy as np

from bench.processes import CLI, run_measured
from bench.score import sample_bilinear
from bench.shots import Shot
from bench.tracks import Tracks

PRESETS = ("codef", "codef-mlp", "codef-experiments")
"""Ways to solve that others published; each is run where the installed Unreel has it, cut to a budget."""
TEXTURE = "edit"


@dataclass(frozen=True)
class Way:
    """A kind of solve, given the matte or not."""

    preset: str | None
    """None for the default."""
    matte: bool
    assignments: tuple[str, ...] = ()
    """Settings of its training, such as `solve.segment=8`."""

    @property
    def name(self) -> str:
        return f"{self.preset or 'unreel'}{'-matte' if self.matte else ''}"

    def title(self, budget: float) -> str:
        what = f"{self.preset}, {budget:g} core-s" if self.preset else "unreel"
        return f"{what}, {'with' if self.matte else 'without'} matte"


def installed_ways() -> list[Way]:
    """The default and those of `PRESETS` that there are, each with a matte and without."""
    presets = [path.name.removesuffix(".yaml") for path in (files("unreel.core") / "presets").iterdir()]
    return [Way(preset, matte) for preset in (None, *PRESETS) if preset in (None, *presets) for matte in (True, False)]


def train_options(shot: Shot, way: Way, budget: float) -> Iterator[str]:
    for assignment in way.assignments:
        yield from ("--set", assignment)
    if way.matte:
        yield from ("--matte", str(shot.folder / "matte.####.exr"))
    if way.preset:
        yield from ("--preset", way.preset, "--set", f"fields.core_seconds={budget:g}")
        yield from ("--key", str(shot.reference))  # else paint on the reference is carried by a solve of ours


def carry_edit(shot: Shot, way: Way, model: Path, frames: Path, budget: float) -> float:
    """`unreel train`, `import` and `propagate`; core-seconds of all three. RuntimeError where one of them fails."""
    shutil.rmtree(model, ignore_errors=True)
    plate, edit = shot.folder / "beauty.####.exr", shot.folder / "edit_ref.exr"
    on_reference = ("--on", str(shot.reference), "--name", TEXTURE)
    commands = (
        ("train", plate, "-o", model, *train_options(shot, way, budget)),
        ("import", model, edit, *on_reference),
        ("propagate", model, "-o", frames / "frame.####.exr"),
    )
    return sum(run_measured([*CLI, *command, "--progress", "none"]).core_seconds for command in commands)


def read_tracks(model: Path, points: np.ndarray, frame_numbers: list[int]) -> Tracks:
    """The seam to the core: where the map that carries the edit puts points [n, 2] of the painted frame.

    A point is said to be visible where the inverse of the map finds it and the surface shows there: the matte, or
    without one what matches.
    """
    from unreel.core.keys import solved_for
    from unreel.core.report import never, silent
    from unreel.core.solved import open_solved
    from unreel.core.unreel_folder import UnreelFolder

    folder = UnreelFolder(model)
    solved = solved_for(folder, open_solved(folder), folder.read_texture(TEXTURE), silent, never)
    x, y = points.astype(int).T
    places, shown = [], []
    for number in frame_numbers:
        xy, found = solved.inverse(number, solved.shot.raster)
        at = xy[y, x]
        surface = solved.surface(number, solved.plate(number))
        places.append(at)
        shown.append(found[y, x] & (sample_bilinear(surface, at[:, 0], at[:, 1]) > 0.5))
    return Tracks(np.stack(places).astype(np.float64), np.stack(shown))
