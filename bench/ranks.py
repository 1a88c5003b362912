"""One training by one process and by two under `torchrun`: the same result, and what the second one is worth.

    python -m bench.ranks [--size 480x270] [--frames 12] [--steps 40]

The preset `codef`, float32, on the processor, without its flow loss and with its grid open from the start; each process
on one thread. Steps alone are timed, from the second to the last: starting, reading and the maps at the end are the
same for both.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file
from unreel.core.fields.frame_map import evaluate_map
from unreel.core.model import read_model

from bench.clip import Clip, parse_size, write_clip
from bench.processes import describe_machine, make_environment

ALONE = (sys.executable, "-m")
TOGETHER = (sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2", "-m")


@dataclass(frozen=True)
class Ran:
    seconds: float
    """Wall time of the steps."""
    core_seconds: float
    """Of the first process, in its steps: what they would take where each process has a core."""
    psnr: float
    """Of the whole shot at the end."""


def train(launcher: tuple[str, ...], plate: str, folder: Path, steps: int) -> Ran:
    settings = {
        "fields.steps": steps,
        "fields.precision": "float32",
        "fields.device": "cpu",
        "fields.losses.flow.weight": 0,
        "fields.annealing_begin": 0,
        "fields.annealing_length": 0,
        "solve.threads": 1,
    }
    sets = [part for name, value in settings.items() for part in ("--set", f"{name}={value}")]
    command = [*launcher, "unreel.core.start", "train", plate, "-o", str(folder), "--preset", "codef", *sets]
    times, said = list[float](), list[str]()
    with subprocess.Popen(
        [*command, "--progress", "json"],
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
        env=make_environment(1),
    ) as process:
        assert process.stderr is not None
        for line in process.stderr:
            said.append(line)
            if line.startswith('{"stage": "fields"') and '"preview"' not in line:
                times.append(time.monotonic())
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}:\n{''.join(said[-20:])}")
    told = re.search(r"reach ([0-9.]+) dB after \d+ steps, (\d+) core-seconds", "".join(said))
    assert told is not None, said[-20:]
    return Ran(times[-1] - times[0], float(told[2]), float(told[1]))


def compare(one: Path, two: Path) -> tuple[float, float, float]:
    """Numbers of the fields: largest and mean difference; positions of the maps: largest one, in pixels."""
    fields = [load_file(folder / "fields.safetensors") for folder in (one, two)]
    apart = torch.cat([(fields[0][name] - fields[1][name]).abs().flatten() for name in fields[0]])
    models = [read_model(folder / "model.safetensors") for folder in (one, two)]
    x, y = (np.arange(float(side)) for side in models[0].solve_size)
    maps = [[evaluate_map(model.maps[number], x, y) for number in models[0].maps] for model in models]
    pixels = max(float(np.abs(a - b).max()) for a, b in zip(*maps, strict=True))
    return apart.max().item(), apart.mean().item(), pixels


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=parse_size, default=(480, 270), metavar="WxH")
    parser.add_argument("--frames", type=int, default=12)
    parser.add_argument("--steps", type=int, default=40)
    given = parser.parse_args()
    width, height = given.size
    with tempfile.TemporaryDirectory() as at:
        plate = write_clip(Clip(width, height, given.frames), Path(at) / "plate")
        one = train(ALONE, plate, Path(at) / "one.unreel", given.steps)
        two = train(TOGETHER, plate, Path(at) / "two.unreel", given.steps)
        largest, mean, pixels = compare(Path(at) / "one.unreel", Path(at) / "two.unreel")
    print(f"{describe_machine()}; codef, {width}x{height}, {given.frames} frames, {given.steps} steps\n")
    print("| processes | core-s of the steps, in one | wall s | PSNR at the end |\n|---|---|---|---|")
    for count, ran in ((1, one), (2, two)):
        print(f"| {count} | {ran.core_seconds:.0f} | {ran.seconds:.0f} | {ran.psnr:.2f} |")
    print(f"\nratio of core-seconds {one.core_seconds / two.core_seconds:.2f}, of wall {one.seconds / two.seconds:.2f}")
    print(f"fields differ by {largest:.1e} at most, {mean:.1e} in the mean; maps by {pixels:.3f} px at most")


if __name__ == "__main__":
    main()
