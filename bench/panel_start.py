"""The panel's window: from its start to the first picture, playing, scrubbing, and memory with the plate in it.

python -m bench.panel_start [--frames 100] [--size 1920x1080] [--starts 3]
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench.clip import Clip, parse_size, write_clip
from bench.panel import Row, format_table
from bench.processes import describe_machine

RESULT = Path(__file__).parent / "panel_start.json"
RATE = 0.95
"""Of the plate's own frame rate that has to be reached from memory."""


def start(plate: str, config: Path) -> tuple[float, dict[str, Any]]:
    """Seconds from before there was a process to the first picture, and all that the window measured."""
    environment = {"QT_QPA_PLATFORM": "offscreen", **os.environ}
    command = [sys.executable, "-m", "bench.panel_window", plate, str(config)]
    began = time.time()
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    found = json.loads(done.stdout)
    return found["first_picture"] - began, found


def measure(clip: Clip, folder: Path, starts: int) -> list[Row]:
    plate = str(write_clip(clip, folder))
    runs = [start(plate, folder / f"config_{k}") for k in range(starts)]
    took = [seconds for seconds, _ in runs]
    found = runs[-1][1]
    if found["computing"]:
        raise RuntimeError(f"the window has loaded {', '.join(found['computing'])}")
    return [
        Row("start to first picture, median", statistics.median(took), "s", most=3),
        Row(f"start to first picture, largest of {starts}", max(took), "s", most=3),
        Row(f"plate playing at {found['rate']:g}", found["shown"], "frames/s", least=RATE * found["rate"]),
        Row("plate scrubbed and painted", found["scrubbed"], "frames/s", least=12),
        Row(f"memory of the window, {found['cached']} frames in it", found["memory"], "MiB", most=2048),
    ]


def main() -> int:
    """1 where a gate is missed."""
    parser = argparse.ArgumentParser(description="Start, playing and memory of the panel's window.")
    parser.add_argument("--size", type=parse_size, default=(1920, 1080), metavar="WxH", help="of the plate")
    parser.add_argument("--frames", type=int, default=100)
    parser.add_argument("--starts", type=int, default=3)
    options = parser.parse_args()
    clip = Clip(*options.size, options.frames)
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder:
        rows = measure(clip, Path(folder), options.starts)
    loads = f"load {load:.1f} before and {os.getloadavg()[0]:.1f} after"
    title = f"{describe_machine()}, {loads}; {clip.frame_count} frames of {clip.width}x{clip.height}"
    print(title, format_table(rows), sep="\n")
    if (clip.width, clip.height, clip.frame_count) == (1920, 1080, 100):
        table = {"machine": title, "rows": [asdict(row) for row in rows]}
        RESULT.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")
    return int(any(row.missed for row in rows))


if __name__ == "__main__":
    sys.exit(main())
