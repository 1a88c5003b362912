"""Our side of the quality bench: the command line solves the clip, and its maps alone rebuild the frames."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from bench.clip import Map, Picture, read_exr, sample_picture
from bench.codef_torch import compute_psnr
from bench.processes import CLI, run_measured


@dataclass(frozen=True)
class Solution:
    """What a solved unreel folder says about a shot."""

    canonical: Picture
    """The key frame's picture on its canvas, [H, W, 3], values as in the plate."""
    canonical_from_frame: Callable[[int], Map]
    """Of a frame number: where each pixel of the frame lies on that canvas, [h, w, 2] in pixels, centres at + 0.5."""


@dataclass(frozen=True)
class Point:
    """One solve: what its process cost from start to end, and how well its maps rebuild the clip."""

    core_seconds: float
    psnr: float


def read_solution(model: Path) -> Solution:
    """The seam to the core: read an unreel folder."""
    raise NotImplementedError(f"{model}: bench.ours.read_solution is not connected to unreel.core.engines yet")


def rebuild_frame(solution: Solution, frame_number: int) -> Picture:
    """The frame as the canonical and the frame's map give it; what lies off the canvas is black: an error."""
    return sample_picture(solution.canonical, solution.canonical_from_frame(frame_number))


def measure_psnr(solution: Solution, plates: Iterable[tuple[int, Path]]) -> float:
    """Of the squared error's mean over all pixels and channels of all frames, as the baseline's."""
    errors = [float(((rebuild_frame(solution, number) - read_exr(path)) ** 2).mean()) for number, path in plates]
    return compute_psnr(sum(errors) / len(errors))


def list_plates(folder: Path, name: str = "plate") -> list[tuple[int, Path]]:
    """Frame numbers and files of a clip that `write_clip` wrote."""
    return [(int(path.name.split(".")[-2]), path) for path in sorted(folder.glob(f"{name}.*.exr"))]


def solve_clip(folder: Path, options: Iterable[tuple[str, ...]] = ((),)) -> list[Point]:
    """`unreel train` on a written clip, on one core: a point for each set of options (presets), cheapest first."""
    points = []
    for index, extra in enumerate(options):
        model = folder / f"quality_{index}.unreel"
        cost = run_measured([*CLI, "train", folder / "plate.####.exr", "-o", model, *extra], threads=1)
        points.append(Point(cost.core_seconds, measure_psnr(read_solution(model), list_plates(folder))))
    return sorted(points, key=lambda point: point.core_seconds)
