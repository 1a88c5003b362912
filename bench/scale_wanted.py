"""What is wanted of the rows of `scale.py`, beside what is; a figure whose rows are not there is left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .scale import Row

HD, UHD = (1920, 1080), (3840, 2160)
WITHIN = 1.15
"""Of linear in pixels."""
FLAT = 1.1
"""Growth of a long training's memory by which it still is flat."""
FASTER = 1.7
"""By two threads."""
TRAIN_SECONDS, TRAIN_MIB, PROPAGATE_SECONDS = 250, 4096, 0.6
"""For 100 frames of 1920x1080, and a frame of it; core-seconds."""
FAULTS = 1000
"""Major faults of a process that does not swap: its code comes from disk too."""


@dataclass(frozen=True)
class Figure:
    what: str
    wanted: str
    value: float
    met: bool


def figures(rows: list[Row]) -> Iterator[Figure]:
    yield from linear(rows)
    yield from flat(rows)
    yield from faster(rows)
    for row in rows:
        size = (row.width, row.height)
        where = f"{row.command} of {row.frames} frames {row.width}x{row.height}, {row.threads} threads"
        if row.command.startswith("train") and size == HD and row.frames == 100:
            yield Figure(f"{where}, core-s", f"<= {TRAIN_SECONDS}", row.core_seconds, row.core_seconds <= TRAIN_SECONDS)
            yield Figure(f"{where}, peak MiB", f"<= {TRAIN_MIB}", row.peak_mib, row.peak_mib <= TRAIN_MIB)
        if row.command.startswith("propagate") and size == HD:
            each = row.core_seconds / row.frames
            yield Figure(f"{where}, core-s a frame", f"<= {PROPAGATE_SECONDS}", each, each <= PROPAGATE_SECONDS)
        if size == UHD and row.frames == 300:
            yield Figure(f"{where}, pages swapped", "0", row.swapped_pages, row.swapped_pages == 0)
            yield Figure(f"{where}, major faults", f"<= {FAULTS}", row.major_faults, row.major_faults <= FAULTS)


def alike(rows: Iterable[Row], *names: str) -> Iterator[list[Row]]:
    """Rows that differ in none of these, together."""
    groups: dict[tuple[object, ...], list[Row]] = {}
    for row in rows:
        groups.setdefault(tuple(getattr(row, name) for name in names), []).append(row)
    yield from groups.values()


def linear(rows: list[Row]) -> Iterator[Figure]:
    """Cost of a megapixel against that of the next smaller size."""
    for group in alike(rows, "command", "frames", "threads"):
        for small, large in pairwise(sorted(group, key=lambda row: row.width)):
            ratio = large.core_seconds_per_megapixel / small.core_seconds_per_megapixel
            sizes = f"{large.width}x{large.height} : {small.width}x{small.height}"
            what = f"{large.command}, {large.frames} frames, {large.threads} threads, a megapixel of {sizes}"
            yield Figure(what, f"<= {WITHIN}", ratio, ratio <= WITHIN)


def flat(rows: list[Row]) -> Iterator[Figure]:
    """Memory of the longest training against that of the one before."""
    trained = [row for row in rows if row.command.startswith("train")]
    for group in alike(trained, "command", "width", "height", "threads"):
        if len(group) > 2:
            *_, short, long = sorted(group, key=lambda row: row.frames)
            ratio = long.peak_mib / short.peak_mib
            what = f"{long.command} {long.width}x{long.height}, {long.threads} threads"
            yield Figure(f"{what}, memory of {long.frames} : {short.frames} frames", f"<= {FLAT}", ratio, ratio <= FLAT)


def faster(rows: list[Row]) -> Iterator[Figure]:
    for group in alike(rows, "command", "width", "height", "frames"):
        seconds = {row.threads: row.seconds for row in group}
        if {1, 2} <= seconds.keys():
            ratio, row = seconds[1] / seconds[2], group[0]
            what = f"{row.command} {row.width}x{row.height}, {row.frames} frames, two threads"
            yield Figure(what, f">= {FASTER}", ratio, ratio >= FASTER)


def format_wanted(rows: list[Row]) -> str:
    lines = ["| what | wanted | is | |", "|---|---|---|---|"]
    for each in figures(rows):
        lines.append(f"| {each.what} | {each.wanted} | {each.value:.2f} | {'met' if each.met else 'MISSED'} |")
    return "\n".join(lines)
