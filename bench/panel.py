"""Live paint in the panel, as the window has it from its helper: how soon a stroke shows, frames a second, memory.

python -m bench.panel [--folder KEPT] [--frames 24] [--size 960x540]
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from unreel.plugin import client
from unreel.plugin.job import Job, write_job
from unreel.plugin.runtime import Runtime
from unreel.qt_panel.live.client import LiveClient, Trouble
from unreel.qt_panel.model.loop import InTurn
from unreel.qt_panel.model.signal import Signal

from bench.clip import FIRST_FRAME, Clip, parse_size, write_clip
from bench.processes import CLI, describe_machine, run_measured

RESULT = Path(__file__).parent / "panel.json"
RUNTIME = Runtime(sys.executable, tuple(filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))))
STROKES = 60
PAINT = (0.3, 0.02, 0.02, 0.8)


@dataclass(frozen=True)
class Row:
    what: str
    value: float
    unit: str
    most: float | None = None
    """The gate; None: no more than told."""
    least: float | None = None
    load: float = field(default_factory=lambda: round(os.getloadavg()[0], 1))
    """Of the machine, over the minute before it was measured: processes that want to run."""

    @property
    def missed(self) -> bool:
        return (self.most is not None and self.value > self.most) or (
            self.least is not None and self.value < self.least
        )


class Direct:
    """A queue that starts every job at once."""

    items = ()

    def __init__(self, loop: InTurn) -> None:
        self.ended: Signal[Any] = Signal()
        self._loop = loop

    def add(self, job: Job, title: str, then: Callable[..., None] | None = None, first: bool = False) -> client.Running:
        running = client.start(write_job(job), RUNTIME)

        def look() -> bool:
            status = running.poll()
            if status.ended:
                running.wait(10)
                self.ended.emit(running)
                if status.state != "done":
                    raise RuntimeError(f"{title}: {status.message}")
            return not status.ended

        self._loop.later(look, 0.2)
        return running


class Window:
    """What a window does with live paint, without showing it."""

    def __init__(self) -> None:
        self.loop = InTurn()
        self.live = LiveClient(self.loop, lambda: RUNTIME, Direct(self.loop))
        self.last: tuple[int, tuple[int, int, int, int]] | None = None
        self.live.shown.connect(self.take)
        self.live.failed.connect(self.refuse)

    def take(self, shown: tuple[int, tuple[int, int, int, int]]) -> None:
        self.last = shown

    def refuse(self, trouble: Trouble) -> None:
        raise RuntimeError(f"{trouble.text}\n{trouble.details}")

    def until_shown(self, ask: Callable[[], None], seconds: float = 60, frame: int | None = None) -> float:
        """Seconds from asking until `picture` is there, of a frame if one is named."""
        self.last, began = None, time.perf_counter()
        ask()
        if not self.loop.run(lambda: self.last is not None and frame in (None, self.last[0]), seconds):
            raise RuntimeError("nothing was shown")
        return time.perf_counter() - began

    def show(self, frame: int, moving: bool = True) -> float:
        return self.until_shown(lambda: self.live.show(frame, moving), frame=frame)

    def paint(self, box: tuple[int, int, int, int]) -> float:
        x, y, width, height = max(box[0], 0), max(box[1], 0), *box[2:]

        def stroke() -> None:
            self.live.canvas[y : y + height, x : x + width] = PAINT
            self.live.painted((x, y, width, height), "over")

        return self.until_shown(stroke)

    def settle(self) -> None:
        """Until it has had its rest."""
        with contextlib.suppress(RuntimeError):
            self.until_shown(lambda: None, 0.5)


def measure_making(window: Window, folder: Path, frames: list[int]) -> list[Row]:
    """The proxy job, from pressing the button on."""
    middle = frames[len(frames) // 2]
    window.live.open(folder)
    window.live.show(middle, False)
    began = time.perf_counter()
    window.live.make(middle)
    first = window.until_shown(lambda: None, 3600)
    if not window.loop.run(lambda: window.live.state == "ready", 3600):
        raise RuntimeError(f"the maps were not made: {window.live.state}")
    each = (time.perf_counter() - began - first) / max(1, len(frames) - 1)
    return [Row("maps, first frame shown after", first, "s"), Row("maps, each further frame", each, "s")]


def measure_strokes(window: Window, frame: int, size: int) -> list[Row]:
    """A stroke of many small steps over a frame that rests."""
    window.show(frame, False)
    height, width = window.live.canvas.shape[:2]
    rng = np.random.default_rng(1)
    middle = np.array([width, height]) * (0.3 + 0.4 * rng.random((STROKES, 2)))
    took = sorted(window.paint((int(x) - size // 2, int(y) - size // 2, size, size)) for x, y in middle)
    name = f"stroke of {size} px"
    return [
        Row(f"{name}, median", 1e3 * statistics.median(took), "ms"),
        Row(f"{name}, largest of {STROKES}", 1e3 * took[-1], "ms", most=100),
    ]


def measure_scrubbing(window: Window, frames: list[int], name: str, least: float | None) -> Row:
    """Frame after frame, as soon as the last is there; all of the picture is painted."""
    canvas = window.live.canvas
    canvas[:] = PAINT
    window.live.painted((0, 0, canvas.shape[1], canvas.shape[0]), "over")
    window.show(frames[0])
    began = time.perf_counter()
    for frame in frames[1:]:
        window.show(frame)
    return Row(name, (len(frames) - 1) / (time.perf_counter() - began), "frames/s", least=least)


def memory_mib(process: int | str) -> float:
    """Of a process; what it shares counts in part, so that sums are right."""
    lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    return float(next(line for line in lines if line.startswith("Pss:")).split()[1]) / 1024


def helper_of(process: int) -> int:
    """The process that it started and that still runs."""
    return int(Path(f"/proc/{process}/task/{process}/children").read_text().split()[-1])


def make_shot(clip: Clip, folder: Path, with_maps: bool) -> Path:
    """Trained; as it is there, where a folder is kept from run to run."""
    unreel = folder / "shot.unreel"
    if not (unreel / "model.safetensors").exists():
        plate, key = write_clip(clip, folder), FIRST_FRAME + clip.frame_count // 2
        run_measured([*CLI, "train", plate, "-o", unreel, "--key", str(key), "--preset", "draft"])
    if not with_maps:
        shutil.rmtree(unreel / "live", ignore_errors=True)
    return unreel


def measure(clip: Clip, folder: Path, with_maps: bool = False) -> list[Row]:
    """with_maps: of an earlier run; making them is not measured."""
    window = Window()
    frames = [FIRST_FRAME + k for k in range(clip.frame_count)]
    unreel = make_shot(clip, folder, with_maps)
    rows = [] if with_maps else measure_making(window, unreel, frames)
    window.live.close()
    window.live.open(unreel)
    rows.append(Row("maps there, first picture shown after", window.show(frames[0], False), "s"))
    for frame in frames:  # each once: its maps are read, and written as records
        window.show(frame)
    window.settle()
    for size in (60, 240):
        rows += measure_strokes(window, frames[len(frames) // 3], size)
    few = (frames[:24] + frames[22::-1])[:47]
    measure_scrubbing(window, few, "warm", None)
    rows.append(measure_scrubbing(window, few, "scrubbing 24 frames there and back", 12))
    rows.append(measure_scrubbing(window, frames, f"scrubbing all {len(frames)} frames, from records", 12))
    helper = memory_mib(helper_of(os.getpid()))
    rows.append(Row("memory of the helper", helper, "MiB"))
    rows.append(Row("memory of the window's end and the helper", helper + memory_mib("self"), "MiB", most=2048))
    shown = window.live.picture(frames[-1])
    assert shown is not None
    rows.append(Row("width of the picture", shown.rgba.shape[1], "px"))
    window.live.close()
    return rows


def format_table(rows: list[Row]) -> str:
    lines = ["| | | gate | load |", "|---|---|---|---|"]
    for row in rows:
        gate = f"at most {row.most:g}" if row.most else f"at least {row.least:g}" if row.least else ""
        lines.append(
            f"| {row.what} | {row.value:.3g} {row.unit} | {gate}{' MISSED' if row.missed else ''} | {row.load:g} |"
        )
    return "\n".join(lines)


def keep(rows: list[Row], title: str) -> None:
    """In the file, in the place of the same rows of earlier runs."""
    with contextlib.suppress(OSError):
        before = [Row(**row) for row in json.loads(RESULT.read_text(encoding="utf-8"))["rows"]]
        new = {row.what for row in rows}
        rows = [*(row for row in before if row.what not in new), *rows]
    table = {"machine": title, "rows": [asdict(row) for row in rows]}
    RESULT.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")


def main() -> int:
    """1 where a gate is missed."""
    parser = argparse.ArgumentParser(description="Latencies, frame rates and memory of live paint in the panel.")
    parser.add_argument("--size", type=parse_size, default=(1920, 1080), metavar="WxH", help="of the plate")
    parser.add_argument("--frames", type=int, default=100)
    parser.add_argument("--folder", type=Path, help="keep the shot there for the next run")
    parser.add_argument("--with-maps", action="store_true", help="those of the last run in the folder")
    options = parser.parse_args()
    clip = Clip(*options.size, options.frames)
    with tempfile.TemporaryDirectory() as folder:
        rows = measure(clip, options.folder or Path(folder), options.with_maps)
    title = f"{describe_machine()}; {clip.frame_count} frames of {clip.width}x{clip.height}"
    print(title, format_table(rows), sep="\n")
    if (clip.width, clip.height, clip.frame_count) == (1920, 1080, 100):
        keep(rows, title)
    return int(any(row.missed for row in rows))


if __name__ == "__main__":
    sys.exit(main())
