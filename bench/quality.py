"""Core-seconds to a picture quality: CoDeF as published in plain torch against Unreel, one thread each.

    python -m bench.quality [--baseline-only]

The baseline's PSNR by step is recorded in baseline.json (hours); here a few of its steps are timed on this machine.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import numpy as np
import torch

from bench import ours
from bench.clip import Clip, write_clip
from bench.codef_torch import Settings, Trainer, compute_level_weights
from bench.processes import describe_machine

BASELINE = Path(__file__).parent / "baseline.json"
THRESHOLDS = (24.0, 35.0, 40.0)
TARGETS = {24.0: 300.0}
"""How many times less than the baseline we want to spend, by threshold in dB."""


@dataclass(frozen=True)
class Recording:
    """A baseline's PSNR by step on the bench's clip."""

    name: str
    settings: Settings
    steps: list[int]
    psnr: list[float]

    def steps_to(self, threshold: float) -> float | None:
        """Steps to a PSNR, interpolated between the measured points; None if it was not reached."""
        last_step, last = self.steps[0], self.psnr[0]
        for step, psnr in zip(self.steps, self.psnr, strict=True):
            if psnr >= threshold:
                return step - (step - last_step) * (psnr - threshold) / max(psnr - last, 1e-9)
            last_step, last = step, psnr
        return None


@dataclass(frozen=True)
class StepCost:
    """Core-seconds of a step without and with the deformation's grid (which annealing opens late)."""

    closed: float
    opened: float

    def of_steps(self, steps: float, settings: Settings) -> float:
        """Core-seconds of the first `steps` steps."""
        if not settings.anneal:
            return steps * self.opened
        each = (compute_level_weights(s, 16, settings.anneal_begin, settings.anneal_length) for s in range(int(steps)))
        opened = sum(sum(weight > 0 for weight in weights) / 16 for weights in each)
        return steps * self.closed + opened * (self.opened - self.closed)


def read_recordings(path: Path = BASELINE) -> list[Recording]:
    recordings = []
    for name, entry in json.loads(path.read_text())["recordings"].items():
        settings = Settings(**entry["settings"] | {"halve_at": tuple(entry["settings"]["halve_at"])})
        steps, _, psnr = zip(*entry["points"], strict=True)
        recordings.append(Recording(name, settings, list(steps), list(psnr)))
    return recordings


def time_step(frames: np.ndarray, anneal: bool, steps: int, warm_up: int = 2) -> float:
    """Median core-seconds of one step."""
    trainer, seconds = Trainer(frames, Settings(anneal=anneal)), []
    for _ in range(warm_up + steps):
        before = trainer.core_seconds
        trainer.step()
        seconds.append(trainer.core_seconds - before)
    return median(seconds[warm_up:])


def solve_with_unreel(clip: Clip) -> list[ours.Point]:
    """What our presets cost on the clip, as whole processes: start-up and reading included."""
    with tempfile.TemporaryDirectory() as folder:
        write_clip(clip, Path(folder))
        return [point for way in ours.WAYS for point in ours.solve_clip(Path(folder), way)]


def first_reaching(points: Sequence[tuple[float, float]], threshold: float) -> float | None:
    """Core-seconds of the cheapest point at or above a PSNR."""
    return min((seconds for seconds, psnr in points if psnr >= threshold), default=None)


def format_seconds(seconds: float | None) -> str:
    return "not reached" if seconds is None else f"{seconds:.1f}"


def print_baseline(recordings: list[Recording], cost: StepCost) -> None:
    print(f"CoDeF, plain torch: {cost.closed * 1e3:.0f} ms a step, {cost.opened * 1e3:.0f} with the deformation's grid")
    for recording in recordings:
        print(f"  {recording.name}: recorded for {recording.steps[-1]} steps, best {max(recording.psnr):.2f} dB")
        for threshold in THRESHOLDS:
            steps = recording.steps_to(threshold)
            if steps is None:
                print(f"    {threshold:.0f} dB: not reached in {recording.steps[-1]} steps")
            else:
                print(
                    f"    {threshold:.0f} dB: {steps:.0f} steps, {cost.of_steps(steps, recording.settings):.0f} core-s"
                )


def compute_baseline_seconds(recordings: list[Recording], cost: StepCost, threshold: float) -> tuple[float, bool]:
    """Core-seconds of the recording that gets there first, and True; or what the longest spent in vain, and False."""
    reached = [(r.steps_to(threshold), r.settings) for r in recordings]
    seconds = [cost.of_steps(steps, settings) for steps, settings in reached if steps is not None]
    if seconds:
        return min(seconds), True
    return max(cost.of_steps(r.steps[-1], r.settings) for r in recordings), False


def print_comparison(recordings: list[Recording], cost: StepCost, solved: list[ours.Point]) -> bool:
    """The table; False if a target is missed."""
    for point in sorted(solved, key=lambda point: point.core_seconds):
        words = " ".join(["unreel train", point.options]).strip() + f", export --kind {point.kind}"
        print(f"{words}: {point.psnr:.2f} dB after {point.core_seconds:.1f} core-s")
    points = [(point.core_seconds, point.psnr) for point in solved]
    print("  dB" + "".join(f"{title:>14}" for title in ("baseline", "unreel", "ratio", "target")))
    met = True
    for threshold in THRESHOLDS:
        baseline, reached = compute_baseline_seconds(recordings, cost, threshold)
        spent, target = first_reaching(points, threshold), TARGETS.get(threshold)
        ratio = None if spent is None else baseline / spent
        met = met and (target is None or (ratio is not None and ratio >= target))
        sign = "" if reached else ">"
        ratio_text = "-" if ratio is None else f"{sign}{ratio:.0f}"
        columns = (
            f"{sign}{baseline:.0f}",
            format_seconds(spent),
            ratio_text,
            "" if target is None else f"{target:.0f}",
        )
        print(f"{threshold:4.0f}" + "".join(f"{column:>14}" for column in columns))
    return met


def main() -> int:
    parser = argparse.ArgumentParser(description="Core-seconds to a PSNR, baseline against ours, one thread each.")
    parser.add_argument("--steps", type=int, default=5, help="steps of the baseline that are timed")
    parser.add_argument("--baseline-only", action="store_true")
    options = parser.parse_args()
    torch.set_num_threads(1)
    print(describe_machine())
    clip = Clip()
    points = [] if options.baseline_only else solve_with_unreel(clip)
    frames, recordings = clip.frames(), read_recordings()
    cost = StepCost(time_step(frames, True, options.steps), time_step(frames, False, options.steps))
    print_baseline(recordings, cost)
    return 0 if options.baseline_only or print_comparison(recordings, cost, points) else 1


if __name__ == "__main__":
    raise SystemExit(main())
