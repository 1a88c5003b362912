"""What `unreel train` and `propagate` cost by size, length and threads: the bundled shot, tiled, forth and back.

python -m bench.scale [--size 960x540] [--frames 24] [--threads 1]      again for more of each; by default all
python -m bench.scale --matte ...                                       the same with the shot's matte
python -m bench.scale --table                                           what is there, against what is wanted

Each row is written as soon as it is measured, and one that is there is not measured again.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from itertools import product
from pathlib import Path

from .clip import parse_size, write_exr
from .processes import CLI, Cost, describe_machine, run_measured
from .scale_plot import draw_curves
from .scale_shot import FIRST, write_tiled
from .scale_wanted import format_wanted
from .sizes import draw_logo

RESULT = Path(__file__).parent / "scale.json"
SIZES = ((480, 270), (960, 540), (1920, 1080), (3840, 2160))
FRAMES = (24, 100, 300)
THREADS = (1, 2)


@dataclass(frozen=True)
class Row:
    command: str
    width: int
    height: int
    frames: int
    threads: int
    seconds: float
    core_seconds: float
    peak_mib: float
    major_faults: int
    swapped_pages: int

    @property
    def what(self) -> tuple[str, int, int, int, int]:
        return self.command, self.width, self.height, self.frames, self.threads

    @property
    def core_seconds_per_megapixel(self) -> float:
        """Of all frames together."""
        return self.core_seconds / (self.width * self.height * self.frames / 1e6)


def make_row(command: str, size: tuple[int, int], frames: int, threads: int, cost: Cost) -> Row:
    return Row(command, *size, frames, threads, **asdict(cost))


def measure(folder: Path, size: tuple[int, int], frames: int, threads: int, matte: bool) -> Iterator[Row]:
    """A row for train and one for propagate: without a matte, the whole picture is one layer, painted in its middle."""
    plate, model, key = write_tiled(folder / "plate", size, frames), folder / "shot.unreel", FIRST + frames // 2
    write_exr(folder / "logo.exr", draw_logo(*size))
    train = [*CLI, "train", plate, "-o", model, "--key", str(key), "--set", f"solve.threads={threads}"]
    quiet, kind = ["--progress", "none"], ", matte" if matte else ""
    if matte:
        train += ["--matte", write_tiled(folder / "matte", size, frames, "matte")]
    yield make_row(f"train{kind}", size, frames, threads, run_measured([*train, "--set", "solve.around=false", *quiet]))
    run_measured([*CLI, "import", model, folder / "logo.exr", "--on", str(key), "--name", "logo", *quiet])
    out = folder / "out" / "out.####.exr"
    with swept(out.parent) as written:
        cost = run_measured([*CLI, "propagate", model, "-o", out, *quiet])
    if len(written) != frames:
        raise RuntimeError(f"unreel propagate wrote {len(written)} frames of {frames}")
    yield make_row(f"propagate{kind}", size, frames, threads, cost)


@contextmanager
def swept(folder: Path) -> Iterator[set[str]]:
    """Frames that come there are counted and taken away, so that a long shot needs no disk; their names."""
    folder.mkdir()
    names: set[str] = set()
    over = threading.Event()

    def sweep() -> None:
        last = False
        while not last:
            last = over.wait(0.5)
            for path in folder.glob("[!.]*.exr"):
                names.add(path.name)
                path.unlink()

    sweeper = threading.Thread(target=sweep)
    sweeper.start()
    try:
        yield names
    finally:
        over.set()
        sweeper.join()


def read_rows(path: Path) -> dict[tuple[str, int, int, int, int], Row]:
    if not path.exists():
        return {}
    rows = [Row(**row) for row in json.loads(path.read_text())["rows"]]
    return {row.what: row for row in rows}


def write_rows(path: Path, rows: dict[tuple[str, int, int, int, int], Row]) -> None:
    table = {"machine": describe_machine(), "rows": [asdict(rows[what]) for what in sorted(rows)]}
    path.write_text(json.dumps(table, indent=1) + "\n")


def format_table(rows: list[Row]) -> str:
    head = (
        "command | size | frames | threads | s | core-s | core-s a frame | core-s a megapixel | peak MiB | major faults"
    )
    lines = [f"| {head} |", "|---|---|---|---|---|---|---|---|---|---|"]
    for row in rows:
        what = f"{row.command} | {row.width}x{row.height} | {row.frames} | {row.threads}"
        cost = f"{row.seconds:.0f} | {row.core_seconds:.0f} | {row.core_seconds / row.frames:.2f}"
        per = f"{row.core_seconds_per_megapixel:.2f} | {row.peak_mib:.0f} | {row.major_faults}"
        lines.append(f"| {what} | {cost} | {per} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description="Cost of train and propagate by size, length and threads.")
    parser.add_argument("--size", type=parse_size, action="append", metavar="WxH")
    parser.add_argument("--frames", type=int, action="append")
    parser.add_argument("--threads", type=int, action="append")
    parser.add_argument("--matte", action="store_true", help="with the shot's, tiled too")
    parser.add_argument("--result", type=Path, default=RESULT, help="by default the committed one")
    parser.add_argument("--folder", type=Path, help="for the files, which go; by default the system's for such")
    parser.add_argument("--table", action="store_true", help="measure nothing")
    options = parser.parse_args()
    rows = read_rows(options.result)
    wanted = product(options.size or SIZES, options.frames or FRAMES, options.threads or THREADS)
    for size, frames, threads in [] if options.table else wanted:
        if (f"propagate{', matte' if options.matte else ''}", *size, frames, threads) in rows:
            continue
        folder = Path(tempfile.mkdtemp(prefix="scale-", dir=options.folder))
        try:
            for row in measure(folder, size, frames, threads, options.matte):
                rows[row.what] = row
                write_rows(options.result, rows)
                print(format_table([row]).splitlines()[-1], flush=True)
        finally:
            shutil.rmtree(folder)
    print(describe_machine(), format_table(list(rows.values())), format_wanted(list(rows.values())), sep="\n\n")
    draw_curves(options.result.with_suffix(".png"), list(rows.values()))


if __name__ == "__main__":
    main()
