"""Fields trained on a CUDA device: seconds to a quality, and milliseconds a step against the least a card can need.

    python -m bench.gpu [--size 1920x1080] [--frames 100] [--steps 2000] [--only picture|codef]

The floor of a step is what its bytes and its operations take on this card, by the counts below and by the card's own
speed in one large copy and one large product, measured at the start. `codef` goes without its flow loss, whose flow the
processor searches, and with its grid open from the start. Without a CUDA device nothing is measured, and that is said.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch

from bench.clip import Clip, parse_size, write_clip
from bench.processes import make_environment

QUALITIES = (24, 30, 35, 40)
"""dB, of the layer's encoded colour, the median of twenty steps."""
WARM = 50
"""Steps before the clock of a step starts: compiling, recording."""


@dataclass(frozen=True)
class Work:
    """What one step can't do without."""

    bytes_a_point: float
    operations_a_point: float
    parameters: float

    def bytes(self, points: int) -> float:
        """Adam reads and writes 28 bytes a parameter."""
        return points * self.bytes_a_point + 28 * self.parameters


# Counted from the formulas, forward and back. A row of a grid's table is 8 bytes, read in both ways and written in one;
# a network's values stay in the card's registers. 12 bytes of colour and 8 of place come with each point.
GRID_2D = Work(3 * 64 * 8 + 2 * 128, 1.5e3, 6.70e6)
GRID_3D = Work(3 * 128 * 8 + 2 * 128, 3.5e3, 12.2e6)
CODEF = Work(GRID_2D.bytes_a_point + GRID_3D.bytes_a_point + 20, 5e3 + 38e3 + 185e3, 18.9e6)
"""Its 2D and 3D grids, 16 levels of 8 or 4 corners; networks of 2 x 64 and 8 x 64."""


def picture_work(width: int, height: int, margin: float = 0.3) -> Work:
    """A picture with a margin, read at four pixels of 12 bytes and written back to; lattices stay in the cache."""
    return Work(3 * 48 + 20 + 20, 120 + 3 * 200, 3 * width * height * (1 + 2 * margin) ** 2)


@dataclass(frozen=True)
class Card:
    name: str
    bytes_a_second: float
    operations_a_second: float

    def floor_seconds(self, work: Work, points: int) -> float:
        """Moving and computing go on at once: the slower one counts."""
        return max(
            work.bytes(points) / self.bytes_a_second, points * work.operations_a_point / self.operations_a_second
        )


def measure_card() -> Card:
    """Of the current device: a copy of 1 GiB, and a product of 8192 a side in bfloat16."""
    source = torch.empty(1 << 28, dtype=torch.float32, device="cuda")
    target = torch.empty_like(source)
    side = 8192
    a, b = (torch.randn(side, side, dtype=torch.bfloat16, device="cuda") for _ in range(2))
    copied = best_seconds(lambda: target.copy_(source))
    multiplied = best_seconds(lambda: a @ b)
    return Card(torch.cuda.get_device_name(), 2 * source.nbytes / copied, 2 * side**3 / multiplied)


def best_seconds(do: Callable[[], object], turns: int = 10) -> float:
    best = float("inf")
    for _ in range(turns):
        torch.cuda.synchronize()
        begun = time.perf_counter()
        do()
        torch.cuda.synchronize()
        best = min(best, time.perf_counter() - begun)
    return best


@dataclass(frozen=True)
class Trace:
    """When each step was told, in seconds from the start of the process, and its PSNR."""

    seconds: Sequence[float]
    psnr: Sequence[float]

    def step_seconds(self) -> float:
        return (self.seconds[-1] - self.seconds[WARM]) / (len(self.seconds) - 1 - WARM)

    def seconds_to(self, quality: float, window: int = 20) -> float | None:
        """None where it was not reached."""
        for at in range(window, len(self.psnr) + 1):
            if statistics.median(self.psnr[at - window : at]) >= quality:
                return self.seconds[at - 1]
        return None


def trace(plate: str, folder: Path, settings: dict[str, object], preset: str) -> Trace:
    """A training from its start; a failure raises with the end of what it said."""
    sets = [part for name, value in settings.items() for part in ("--set", f"{name}={value}")]
    command = [sys.executable, "-m", "unreel.core.start", "train", plate, "-o", str(folder), "--preset", preset]
    begun, seconds, psnr, said = time.monotonic(), list[float](), list[float](), list[str]()
    with subprocess.Popen(
        [*command, "--device", "cuda", "--progress", "json", *sets],
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
        env=make_environment(None),
    ) as process:
        assert process.stderr is not None
        for line in process.stderr:
            told = json.loads(line) if line.startswith('{"stage": "fields"') else {}
            if told and "preview" not in told:
                seconds.append(time.monotonic() - begun)
                psnr.append(told["psnr"])
            elif not line.startswith('{"stage"'):
                said.append(line)
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}:\n{''.join(said[-20:])}")
    return Trace(seconds, psnr)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=parse_size, default=(1920, 1080), metavar="WxH")
    parser.add_argument("--frames", type=int, default=100)
    parser.add_argument("--steps", type=int, default=2000)
    parser.add_argument("--only", choices=("picture", "codef"))
    given = parser.parse_args()
    if not torch.cuda.is_available():
        print(f"torch {torch.__version__} sees no CUDA device here: nothing has been measured")
        return 1
    width, height = given.size
    ways = {
        "picture": ("standard", {"solve.engine": "fields"}, picture_work(width, height)),
        "codef": ("codef", {"fields.losses.flow.weight": 0, "fields.annealing_length": 0}, CODEF),
    }
    card, points = measure_card(), width * height
    speeds = f"{card.bytes_a_second / 1e9:.0f} GB/s, {card.operations_a_second / 1e12:.0f} TFLOP/s in bfloat16"
    print(f"{card.name}, {speeds}; {width}x{height}, {given.frames} frames, a frame a step\n")
    print("| fields | ms a step | floor | times the floor | " + " | ".join(f"s to {q} dB" for q in QUALITIES) + " |")
    print("|---" * (4 + len(QUALITIES)) + "|")
    with tempfile.TemporaryDirectory() as at:
        plate = write_clip(Clip(width, height, given.frames), Path(at) / "plate")
        for name, (preset, more, work) in ways.items():
            if given.only in (None, name):
                settings = {"solve.proxy": width, "fields.steps": given.steps, **more}
                seen = trace(plate, Path(at) / f"{name}.unreel", settings, preset)
                step, floor = seen.step_seconds(), card.floor_seconds(work, points)
                reached = [seen.seconds_to(quality) for quality in QUALITIES]
                cells = ["not reached" if each is None else f"{each:.0f}" for each in reached]
                row = [name, f"{1e3 * step:.2f}", f"{1e3 * floor:.2f}", f"{step / floor:.1f}", *cells]
                print(f"| {' | '.join(row)} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
