"""Wall time of flow, solve and propagate apart, with one and two threads: the bundled shot, tiled as in `scale.py`.

python -m bench.scale_stages [--size 960x540] [--frames 24]

A shot is trained twice: the second time its optical flow is there, and what that saves is what flow takes.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
import time
from pathlib import Path

from .clip import parse_size, write_exr
from .processes import CLI, describe_machine, make_environment
from .scale import THREADS
from .scale_shot import FIRST, write_tiled
from .scale_wanted import FASTER
from .sizes import draw_logo

RESULT = Path(__file__).parent / "scale_stages.json"


def stage_seconds(command: list[str | Path]) -> dict[str, float]:
    """Seconds of each stage that a command reports; `start` is what comes before the first, `end` after the last."""
    seconds: dict[str, float] = {}
    stage, began = "start", time.perf_counter()
    words = [*map(str, command), "--progress", "json"]
    with subprocess.Popen(
        words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=make_environment(None)
    ) as process:
        assert process.stderr is not None
        for line in process.stderr:
            now = time.perf_counter()
            said = json.loads(line)
            if "error" in said:
                raise RuntimeError(said["error"])
            seconds[stage] = seconds.get(stage, 0.0) + now - began
            stage, began = said.get("stage", stage), now
    seconds["end"] = time.perf_counter() - began
    return seconds


def measure(folder: Path, size: tuple[int, int], frames: int, threads: int) -> dict[str, float]:
    """Seconds of `read`, `flow`, `solve` and `propagate`."""
    plate, model, key = write_tiled(folder / "plate", size, frames), folder / "shot.unreel", FIRST + frames // 2
    write_exr(folder / "logo.exr", draw_logo(*size))
    set_ = ["--set", f"solve.threads={threads}", "--set", "solve.around=false"]
    train = [*CLI, "train", plate, "-o", model, "--key", str(key), *set_]
    cold, warm = stage_seconds(train), stage_seconds(train)
    stage_seconds([*CLI, "import", model, folder / "logo.exr", "--on", str(key)])
    propagate = stage_seconds([*CLI, "propagate", model, "-o", folder / "out" / "out.####.exr"])
    solve = {name for name in cold if name not in ("start", "read", "end")}
    with_flow, without = (sum(run.get(name, 0.0) for name in solve) for run in (cold, warm))
    return {"read": cold["read"], "flow": with_flow - without, "solve": without, "propagate": propagate["propagate"]}


def format_table(seconds: dict[int, dict[str, float]]) -> str:
    one, two = (seconds[threads] for threads in THREADS)
    lines = ["| stage | 1 thread, s | 2 threads, s | times faster | wanted |", "|---|---|---|---|---|"]
    for stage in one:
        wanted = "" if stage == "read" else f">= {FASTER}"
        lines.append(f"| {stage} | {one[stage]:.1f} | {two[stage]:.1f} | {one[stage] / two[stage]:.2f} | {wanted} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description="Wall time of flow, solve and propagate with one and two threads.")
    parser.add_argument("--size", type=parse_size, default=(960, 540), metavar="WxH")
    parser.add_argument("--frames", type=int, default=24)
    parser.add_argument("--write", action="store_true", help=f"the result to {RESULT.name}")
    options = parser.parse_args()
    seconds = {}
    for threads in THREADS:
        with tempfile.TemporaryDirectory() as folder:
            seconds[threads] = measure(Path(folder), options.size, options.frames, threads)
    print(describe_machine(), format_table(seconds), sep="\n")
    if options.write:
        what = {"size": options.size, "frames": options.frames, "seconds": seconds}
        RESULT.write_text(json.dumps({"machine": describe_machine(), **what}, indent=1) + "\n")


if __name__ == "__main__":
    main()
