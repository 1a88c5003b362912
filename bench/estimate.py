"""What `unreel estimate` says against what `unreel train` then takes, in core-seconds and memory.

python -m bench.estimate [FOLDER_OF_SHOTS] [--shots A,B]     the bundled sample, and shots as `bench/shots.py` has them
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from .processes import CLI, describe_machine, make_environment, run_measured

SAMPLE = Path(__file__).parents[1] / "core" / "sample"
HEAD = "| shot | matte | told, core-s | took | told / took | told, MiB | took |\n|---|---|---|---|---|---|---|"


def arguments_of(shots: list[Path]) -> Iterator[tuple[str, str, list[str]]]:
    """Name, with or without its matte, and the words that are the same for both commands."""
    for shot in shots:
        plate, matte = str(shot / "beauty.####.exr"), str(shot / "matte.####.exr")
        yield shot.name, "yes", [plate, "--matte", matte]
        yield shot.name, "no", [plate]


def measure(words: list[str]) -> tuple[float, float, float, float]:
    """Core-seconds and MiB: told, and taken by the whole process."""
    command = [*CLI, "estimate", *words, "--progress", "json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=make_environment(None))
    told = json.loads(done.stdout)
    with tempfile.TemporaryDirectory() as folder:
        cost = run_measured([*CLI, "train", *words, "-o", Path(folder) / "a.unreel", "--progress", "none"])
    return told["core_seconds"][1], cost.core_seconds, told["bytes"][0] / 2**20, cost.peak_mib


def main() -> None:
    parser = argparse.ArgumentParser(description="Estimates against trainings.")
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--shots", help="names, commas between; all by default")
    options = parser.parse_args()
    there = [path.parent for path in sorted(options.folder.glob("*/shot.json"))] if options.folder else []
    wanted = options.shots.split(",") if options.shots else [path.name for path in there]
    print(describe_machine(), HEAD, sep="\n", flush=True)
    for name, matte, words in arguments_of([SAMPLE, *(path for path in there if path.name in wanted)]):
        told, took, told_mib, took_mib = measure(words)
        figures = f"{told:.0f} | {took:.0f} | {told / took:.2f} | {told_mib:.0f} | {took_mib:.0f}"
        print(f"| {name} | {matte} | {figures} |", flush=True)


if __name__ == "__main__":
    main()
