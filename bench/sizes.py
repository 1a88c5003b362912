"""Seconds a frame and peak memory of `unreel train`, `export` and `propagate`, as processes, at three sizes.

python -m bench.sizes [--long] [--size 480x270]
"""

from __future__ import annotations

import argparse
import json
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

import cv2
import numpy as np

from bench.clip import FIRST_FRAME, SIZES, Clip, Planes, parse_size, write_clip, write_exr
from bench.processes import CLI, describe_machine, run_measured

RESULT = Path(__file__).parent / "sizes.json"
LONG = Clip(1920, 1080, 100)


@dataclass(frozen=True)
class Row:
    command: str
    width: int
    height: int
    frames: int
    seconds_per_frame: float
    core_seconds_per_frame: float
    peak_mib: float


def draw_logo(width: int, height: int) -> Planes:
    """A ring, a bar and a wedge with soft edges in the middle of a clear frame; colour premultiplied as EXR has it."""
    n = 4
    ink = np.zeros((height * n, width * n), np.uint8)
    x, y, radius = width * n // 2, height * n // 2, height * n // 6
    cv2.circle(ink, (x, y), radius, 255, radius // 5)
    cv2.line(ink, (x - radius * 2, y), (x + radius * 2, y), 255, radius // 4)
    wedge = np.array([[x - radius, y + radius * 2], [x + radius, y + radius * 2], [x, y + radius]], np.int32)
    cv2.fillPoly(ink, [wedge], 255)
    alpha = cv2.resize(ink.astype(np.float32) / 255, (width, height), interpolation=cv2.INTER_AREA)[..., None]
    return np.concatenate([alpha * np.array([0.9, 0.55, 0.1], np.float32), alpha], -1)


def measure_clip(clip: Clip, folder: Path) -> list[Row]:
    """Train, export, paint on the key frame, propagate; a row for each that takes time."""
    plate, model, key = write_clip(clip, folder), folder / "shot.unreel", FIRST_FRAME + clip.frame_count // 2
    write_exr(folder / "logo.exr", draw_logo(clip.width, clip.height))
    train = run_measured([*CLI, "train", plate, "-o", model, "--key", str(key)])
    export = run_measured([*CLI, "export", model, "-o", folder / "canonical.exr"])
    run_measured([*CLI, "import", model, folder / "logo.exr", "--on", str(key), "--name", "logo"])
    out = folder / "out" / "out.####.exr"
    out.parent.mkdir()
    propagate = run_measured([*CLI, "propagate", model, "-o", out, "--texture", "logo"])
    written = len(list(out.parent.glob("*.exr")))
    if written != clip.frame_count:
        raise RuntimeError(f"unreel propagate wrote {written} frames of {clip.frame_count}")
    n = clip.frame_count
    return [
        Row(name, clip.width, clip.height, n, cost.seconds / n, cost.core_seconds / n, cost.peak_mib)
        for name, cost in (("train", train), ("export", export), ("propagate", propagate))
    ]


def format_table(rows: list[Row]) -> str:
    lines = ["| command | size | frames | s a frame | core-s a frame | peak MiB |", "|---|---|---|---|---|---|"]
    for row in rows:
        figures = f"{row.seconds_per_frame:.2f} | {row.core_seconds_per_frame:.2f} | {row.peak_mib:.0f}"
        lines.append(f"| {row.command} | {row.width}x{row.height} | {row.frames} | {figures} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description="Seconds a frame and peak memory of train, export and propagate.")
    parser.add_argument(
        "--size", type=parse_size, action="append", metavar="WxH", help="only these; not written to the file"
    )
    parser.add_argument("--frames", type=int, default=24)
    parser.add_argument("--long", action="store_true", help="100 frames of 1920x1080 too")
    options = parser.parse_args()
    clips = [Clip(width, height, options.frames) for width, height in options.size or SIZES]
    rows: list[Row] = []
    for clip in [*clips, *([LONG] if options.long else [])]:
        with tempfile.TemporaryDirectory() as folder:
            rows += measure_clip(clip, Path(folder))
    machine = describe_machine()
    print(machine, format_table(rows), sep="\n")
    if not options.size:
        RESULT.write_text(json.dumps({"machine": machine, "rows": [asdict(row) for row in rows]}, indent=1) + "\n")


if __name__ == "__main__":
    main()
