"""An edit carried through rendered shots, by us and by rivals, against the same shots rendered with it.

    python -m bench.edit FOLDER_OF_SHOTS -o OUT [--shots A,B] [--methods A,B] [--matte | --no-matte] [--budget S]
        [--set K=V]

OUT gets table.md, table.json, a sheet SHOT.png for each shot, and each method's frames and unreel folders.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path

from unreel.core.errors import UnreelError

from bench.clip import write_exr
from bench.comparison_sheet import write_sheet
from bench.ours_edit import Way, carry_edit, installed_ways, read_tracks
from bench.processes import describe_machine
from bench.rivals import RIVALS, FlowSearch, Rival, track
from bench.rivals import carry_edit as carry_by_flow
from bench.score import FIGURES, Figure, score_shot, summarise
from bench.shots import Picture, Shot, find_shots, read_picture
from bench.tracks import THRESHOLDS, TrackFigures, Tracks, TrueTracks, compare_tracks, true_tracks

BUDGET = 600.0
"""Core-seconds a preset other than ours may train for: ten to forty times what ours takes in all."""


@dataclass(frozen=True)
class Result:
    """One method on one shot."""

    shot: str
    method: str
    title: str
    core_seconds: float = 0.0
    figures: dict[str, Figure] = field(default_factory=dict)
    tracks: TrackFigures | None = None
    """Of points all over the target."""
    tracks_under_edit: TrackFigures | None = None
    frames: dict[int, dict[str, float]] = field(default_factory=dict)
    failed: str = ""


# --- running -------------------------------------------------------------------------------------------------------


def run_rival(shot: Shot, rival: Rival, truth: TrueTracks, frames: Path) -> tuple[float, Tracks]:
    """Writes the frames; what they cost, flow included, and the rival's tracks."""
    flows, start = FlowSearch(shot), time.process_time()
    pictures = dict(carry_by_flow(rival, flows))
    seconds = time.process_time() - start
    for number, picture in pictures.items():
        write_exr(frames / f"frame.{number:04d}.exr", picture)
    return seconds, track(rival, flows, truth.points, truth.frame_numbers)


def run_ours(shot: Shot, way: Way, truth: TrueTracks, frames: Path, budget: float) -> tuple[float, Tracks]:
    model = frames.with_name(f"{way.name}.unreel")
    seconds = carry_edit(shot, way, model, frames, budget)
    return seconds, read_tracks(model, truth.points, truth.frame_numbers)


def run_method(shot: Shot, method: Rival | Way, truth: TrueTracks, out: Path, budget: float) -> Result:
    """A failure is told in the result; the others go on."""
    frames = frames_folder(out, shot, method)
    frames.mkdir(parents=True, exist_ok=True)
    title = method.title if isinstance(method, Rival) else method.title(budget)
    try:
        if isinstance(method, Rival):
            seconds, tracks = run_rival(shot, method, truth, frames)
        else:
            seconds, tracks = run_ours(shot, method, truth, frames, budget)
        scores = score_shot(shot, reader(shot, frames))
    except (RuntimeError, OSError, UnreelError) as error:
        return Result(shot.name, method.name, title, failed=str(error).strip().splitlines()[-1])
    return Result(
        shot.name,
        method.name,
        title,
        seconds,
        summarise(scores, shot.reference),
        compare_tracks(truth, tracks),
        compare_tracks(truth, tracks, truth.under_edit),
        scores,
    )


def frames_folder(out: Path, shot: Shot, method: Rival | Way) -> Path:
    return out / shot.name / method.name


def reader(shot: Shot, frames: Path) -> Callable[[int], Picture]:
    return lambda number: read_picture(frames / f"frame.{number:04d}.exr", shot.window)


def run_shot(shot: Shot, methods: list[Rival | Way], out: Path, budget: float) -> list[Result]:
    """All methods, and the sheet of those that came to an end."""
    truth = true_tracks(shot)
    results = []
    for method in methods:
        results.append(run_method(shot, method, truth, out, budget))
        print(edit_row(results[-1]), flush=True)
    done = [method for method, result in zip(methods, results, strict=True) if not result.failed]
    readers = {method.name: reader(shot, frames_folder(out, shot, method)) for method in done}
    write_sheet(out / f"{shot.name}.png", shot, readers)
    return results


# --- tables --------------------------------------------------------------------------------------------------------


def edit_row(result: Result) -> str:
    if result.failed:
        return f"| {result.shot} | {result.title} | failed: {result.failed} |" + " |" * len(FIGURES)
    cells = [format_figure(result.figures.get(name)) for name in FIGURES]
    return f"| {result.shot} | {result.title} | {' | '.join(cells)} | {result.core_seconds:.0f} |"


def format_figure(figure: Figure | None) -> str:
    return "-" if figure is None else f"{figure.mean:.2f} ({figure.worst:.2f})"


def track_row(result: Result) -> str:
    whole, edit = result.tracks, result.tracks_under_edit
    cells = ["-"] * (4 + len(THRESHOLDS))
    if whole is not None:
        shares = [f"{share:.3f}" for share in whole.within]
        lengths = [f"{whole.median:.2f}", f"{whole.p95:.2f}"]
        cells = [*lengths, *shares, f"{whole.average_jaccard:.3f}", f"{whole.occlusion_accuracy:.3f}"]
    under = ["-"] * 3
    if edit is not None:
        under = [f"{edit.median:.2f}", f"{edit.p95:.2f}", f"{edit.average_jaccard:.3f}"]
    return f"| {result.shot} | {result.title} | {' | '.join([*cells, *under])} |"


def format_tables(results: list[Result]) -> str:
    """Markdown: the edit's figures, mean and worst frame, and the tracks'."""
    edit = ["shot", "method", *FIGURES, "core-s"]
    within = [f"< {threshold} px" for threshold in THRESHOLDS]
    under = [f"edit: {name}" for name in ("median", "95 %", "AJ")]
    tracks = ["shot", "method", "median px", "95 %", *within, "AJ", "visibility", *under]
    lines = [*heading(edit), *map(edit_row, results), ""]
    lines += [*heading(tracks), *(track_row(result) for result in results if not result.failed)]
    return "\n".join(lines)


def heading(names: list[str]) -> list[str]:
    return [f"| {' | '.join(names)} |", "|" + "---|" * len(names)]


def write_tables(out: Path, results: list[Result]) -> None:
    machine = describe_machine()
    (out / "table.md").write_text(f"{machine}\n\n{format_tables(results)}\n")
    table = {"machine": machine, "results": [asdict(result) for result in results]}
    (out / "table.json").write_text(json.dumps(table, indent=1) + "\n")


# --- the command ---------------------------------------------------------------------------------------------------


def choose_methods(names: list[str] | None, matte: bool | None, assignments: Sequence[str] = ()) -> list[Rival | Way]:
    """Those that are named, or all; of ours with `matte` only those that are given it, or only those that are not."""
    ways = [replace(w, assignments=tuple(assignments)) for w in installed_ways() if matte is None or w.matte == matte]
    known = {method.name: method for method in (*RIVALS, *ways)}
    unknown = [name for name in names or [] if name not in known]
    if unknown:
        raise SystemExit(f"there is no method {', '.join(unknown)}; there are {', '.join(known)}")
    return [known[name] for name in names or known]


def main() -> None:
    names = partial(str.split, sep=",")
    parser = argparse.ArgumentParser(description="An edit carried through rendered shots, ours and rivals.")
    parser.add_argument("folder", type=Path, help="of shots: see bench/shots.py")
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--shots", type=names, metavar="A,B")
    parser.add_argument("--methods", type=names, metavar="A,B", help="such as unreel,unreel-matte,codef,dis-chain")
    parser.add_argument("--matte", action=argparse.BooleanOptionalAction, help="ours only with, or only without")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="a setting of ours")
    parser.add_argument("--budget", type=float, default=BUDGET, help="core-seconds of a preset other than ours")
    options = parser.parse_args()
    methods, out = choose_methods(options.methods, options.matte, options.set), options.output.resolve()
    results: list[Result] = []
    for shot in find_shots(options.folder.resolve(), options.shots):
        results += run_shot(shot, methods, out, options.budget)
        write_tables(out, results)
    print(format_tables(results))


if __name__ == "__main__":
    main()
