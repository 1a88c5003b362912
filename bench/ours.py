"""Our side of the quality bench: the command line solves the clip, and canonical and maps alone rebuild the frames."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from bench.clip import Map, Picture, read_exr, sample_picture
from bench.codef_torch import compute_psnr
from bench.processes import CLI, run_measured

Kind = Literal["plate", "solved"]


@dataclass(frozen=True)
class Way:
    """A training, and the canonicals that are exported from it."""

    options: tuple[str, ...]
    kinds: tuple[Kind, ...]


WAYS = (
    Way(("--preset", "draft", "--set", "solve.proxy=220"), ("plate",)),
    Way(("--preset", "draft"), ("plate",)),
    Way((), ("plate", "solved")),
)
"""What is measured: the quickest way a user has to a quality, and the default."""


@dataclass(frozen=True)
class Solution:
    """What a solved unreel folder says about a shot."""

    canonical: Picture
    """The picture on its canvas, [H, W, 3], values as in the plate, not premultiplied; 0 where nothing was seen."""
    canonical_from_frame: Callable[[int], Map]
    """Of a frame number: where each pixel of the frame lies on that canvas, [h, w, 2] in pixels, centres at + 0.5."""


@dataclass(frozen=True)
class Point:
    """One solve and one canonical: what their processes cost from start to end, and how well they rebuild the clip."""

    options: str
    kind: Kind
    core_seconds: float
    psnr: float


def read_solution(model: Path, kind: Kind) -> Solution:
    """The seam to the core: a solved unreel folder whose canonical of that kind was exported before."""
    from unreel.core.coordinates import shifted
    from unreel.core.export import canonical_frame
    from unreel.core.frame import alpha, rgb
    from unreel.core.report import silent
    from unreel.core.solved import open_solved
    from unreel.core.unreel_folder import UnreelFolder

    folder = UnreelFolder(model)
    solved = open_solved(folder)
    canonical = canonical_frame(folder, solved, kind, silent)
    covered = alpha(canonical)
    straight = rgb(canonical) if covered is None else rgb(canonical) / np.maximum(covered, 1e-3)[..., None]

    def canonical_from_frame(frame_number: int) -> Map:
        return shifted(solved.xy_key(frame_number), canonical.data, solved.shot.raster) + 0.5

    return Solution(straight.astype(np.float32), canonical_from_frame)


def rebuild_frame(solution: Solution, frame_number: int) -> Picture:
    """The frame as canonical and map give it, bicubic; what lies off the canvas is black: an error."""
    return sample_picture(solution.canonical, solution.canonical_from_frame(frame_number))


def measure_psnr(solution: Solution, plates: Iterable[tuple[int, Path]]) -> float:
    """Of the squared error's mean over all pixels and channels of all frames, as the baseline's."""
    errors = [float(((rebuild_frame(solution, number) - read_exr(path)) ** 2).mean()) for number, path in plates]
    return compute_psnr(sum(errors) / len(errors))


def list_plates(folder: Path, name: str = "plate") -> list[tuple[int, Path]]:
    """Frame numbers and files of a clip that `write_clip` wrote."""
    return [(int(path.name.split(".")[-2]), path) for path in sorted(folder.glob(f"{name}.*.exr"))]


def solve_clip(folder: Path, way: Way) -> list[Point]:
    """`unreel train`, then `unreel export`, on a written clip, on one core; a point for each kind of canonical."""
    options = " ".join(way.options)
    model = folder / f"{WAYS.index(way)}.unreel"
    train = run_measured([*CLI, "train", folder / "plate.####.exr", "-o", model, *way.options], threads=1)
    points = []
    for kind in way.kinds:
        out = folder / f"{model.stem}_{kind}.exr"
        made = run_measured([*CLI, "export", model, "-o", out, "--kind", kind], threads=1)
        psnr = measure_psnr(read_solution(model, kind), list_plates(folder))
        points.append(Point(options, kind, train.core_seconds + made.core_seconds, psnr))
    return points
