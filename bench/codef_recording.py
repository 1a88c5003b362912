"""How good CoDeF is after so many steps: its PSNR on the bench's clip, recorded over hours that may be interrupted."""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import torch

from bench.clip import Clip
from bench.codef_torch import Settings, Trainer

STATEFUL = ("canonical", "deformation", "optimizer", "schedule")
"""Parts of a trainer that a checkpoint keeps."""


@dataclass(frozen=True)
class Point:
    """One point of a trajectory."""

    step: int
    core_seconds: float
    """Of all steps so far, on one core; start-up and measuring are not in it."""
    psnr: float


def measure_point(trainer: Trainer) -> Point:
    return Point(trainer.steps, trainer.core_seconds, trainer.measure_psnr())


def train(
    trainer: Trainer,
    trajectory: list[Point],
    max_steps: int = 10000,
    max_core_seconds: float = math.inf,
    measure_every: int = 50,
    on_point: Callable[[Point], None] = lambda point: None,
) -> None:
    """Train until a budget is used up; the PSNR every so many steps, put on `trajectory` and told to `on_point`."""
    while True:
        done = trainer.steps >= max_steps or trainer.core_seconds >= max_core_seconds
        due = done or trainer.steps % measure_every == 0
        if due and (not trajectory or trajectory[-1].step < trainer.steps):
            trajectory.append(measure_point(trainer))
            on_point(trajectory[-1])
        if done:
            return
        trainer.step()


def write_checkpoint(path: Path, trainer: Trainer, trajectory: list[Point]) -> None:
    parts = {name: getattr(trainer, name).state_dict() for name in STATEFUL}
    counters = {"steps": trainer.steps, "core_seconds": trainer.core_seconds, "order": trainer.order}
    temporary = path.with_suffix(".part")
    points = [asdict(point) for point in trajectory]
    torch.save(parts | counters | {"generator": trainer.generator.get_state(), "trajectory": points}, temporary)
    temporary.replace(path)


def read_checkpoint(path: Path, trainer: Trainer) -> list[Point]:
    """Bring a new trainer to where a checkpoint was written; the trajectory up to there."""
    saved = torch.load(path, weights_only=True)
    for name in STATEFUL:
        getattr(trainer, name).load_state_dict(saved[name])
    trainer.steps, trainer.core_seconds, trainer.order = saved["steps"], saved["core_seconds"], saved["order"]
    trainer.generator.set_state(saved["generator"])
    return [Point(**point) for point in saved["trajectory"]]


def write_recording(path: Path, name: str, settings: Settings, trajectory: list[Point]) -> None:
    """Put a trajectory on the bench's clip into a file of recordings, one line a point; the file's others stay."""
    recordings = json.loads(path.read_text())["recordings"] if path.exists() else {}
    points = [[p.step, round(p.core_seconds, 2), round(p.psnr, 3)] for p in trajectory]
    recordings[name] = {"settings": asdict(settings), "columns": ["step", "core_seconds", "psnr"], "points": points}
    blocks = []
    for key, entry in recordings.items():
        head = [f"   {json.dumps(k)}: {json.dumps(v)}" for k, v in entry.items() if k != "points"]
        rows = ",\n".join(f"    {json.dumps(row)}" for row in entry["points"])
        blocks.append(f"  {json.dumps(key)}: {{\n" + ",\n".join([*head, f'   "points": [\n{rows}\n   ]']) + "\n  }")
    path.write_text('{\n "recordings": {\n' + ",\n".join(blocks) + "\n }\n}\n")


def main() -> None:
    """Record a trajectory on the bench's clip, rewritten at each point, so that it can be read while it grows."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("json", type=Path)
    parser.add_argument("--steps", type=int, default=10000)
    parser.add_argument("--measure-every", type=int, default=50)
    parser.add_argument("--no-anneal", action="store_true", help="the deformation's grid from the first step on")
    parser.add_argument("--checkpoint", type=Path, help="saved at each point; gone on from where it exists")
    options = parser.parse_args()
    torch.set_num_threads(1)
    settings = Settings(anneal=not options.no_anneal)
    name = "published" if settings.anneal else "grid from the start"
    trainer = Trainer(Clip().frames(), settings)
    resumed = options.checkpoint and options.checkpoint.exists()
    trajectory = read_checkpoint(options.checkpoint, trainer) if resumed else []

    def on_point(_: Point) -> None:
        write_recording(options.json, name, settings, trajectory)
        if options.checkpoint:
            write_checkpoint(options.checkpoint, trainer, trajectory)

    train(trainer, trajectory, options.steps, measure_every=options.measure_every, on_point=on_point)


if __name__ == "__main__":
    main()
