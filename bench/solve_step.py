"""What the solve's compiled loops are worth: a step of a sheet in both forms in one run, on one thread and two.

The plain form is numpy and OpenCV. It is taken as it runs without numba, and with two loops of `core/fields` compiled,
those that sample the key and evaluate the sheet, which do not depend on the choice of form.
"""

from __future__ import annotations

import argparse
import itertools
import os
import statistics
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # before any library starts its threads
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import cv2
import numpy as np
from unreel.core.fields import sampling, spline
from unreel.core.solve.forms import Form, using
from unreel.core.solve.pyramid import Pyramid, make_pyramid
from unreel.core.solve.sheet import Base, Expectation, SheetSettings, Stage

from bench.clip import Clip, parse_size
from bench.processes import describe_machine

CELL, ROBUSTNESS, BENDING = 8, 2.0, 0.1
FORMS: tuple[Form, Form] = ("plain", "compiled")
FIELDS = (sampling, spline)


@dataclass(frozen=True)
class Problem:
    """A frame of the drawn clip against its key frame, at one level, from a sheet that is a pixel off."""

    stage: Stage
    knots: np.ndarray

    @classmethod
    def make(cls, frame: Pyramid, key: Pyramid, xy_key: np.ndarray, level: int) -> Problem:
        height, width = frame.size
        expected = Expectation(xy_key, np.full((height, width), 0.1, np.float32))
        x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
        base = Base(np.eye(3), (0, 0), (xy_key - np.stack([x, y], -1)).astype(np.float32))
        knots = np.random.default_rng(0).normal(size=(height // CELL + 3, width // CELL + 3, 2))
        return cls(Stage(frame, key, level, CELL, base, SheetSettings(), expected), knots)

    def ask(self) -> None:
        """Sample, residual, slopes, and their products gathered to the knots' equations."""
        self.stage.asked(self.knots, ROBUSTNESS)

    def step(self) -> None:
        """All of it: the equations are solved too."""
        self.stage.step(self.knots, ROBUSTNESS, BENDING)


def make_problems(size: tuple[int, int]) -> list[Problem]:
    """At full and at half size, as a sheet is solved."""
    clip = Clip(*size)
    key, frame = (cv2.cvtColor(clip.frame(n), cv2.COLOR_RGB2GRAY) for n in (12, 8))
    whole = [make_pyramid(luma, np.ones_like(luma)) for luma in (frame, key)]
    height, width = whole[0].size
    xy_key = np.pad(clip.map_between(8, 12) - 0.5, ((0, height - size[1]), (0, width - size[0]), (0, 0)), mode="edge")
    return [Problem.make(*whole, xy_key.astype(np.float32), level) for level in (0, 1)]


def measure(works: Sequence[Callable[[], None]], repeats: int, clock: Callable[[], float]) -> list[float]:
    """Each one's median seconds over some rounds, after one that is not counted."""
    rounds = []
    for _ in range(repeats + 1):
        marks = [clock()]
        for work in works:
            work()
            marks.append(clock())
        rounds.append([b - a for a, b in itertools.pairwise(marks)])
    return [statistics.median(times) for times in zip(*rounds[1:], strict=True)]


def in_form(form: Form, work: Callable[[], None], times: int = 1) -> Callable[[], None]:
    def run() -> None:
        with using(form):
            for _ in range(times):
                work()

    return run


def without_numba(work: Callable[[], None]) -> Callable[[], None]:
    """In the plain form, and that of `core/fields` too."""
    kept = [module.compiled for module in FIELDS]

    def run() -> None:
        for module in FIELDS:
            module.compiled = None
        try:
            in_form("plain", work)()
        finally:
            for module, compiled in zip(FIELDS, kept, strict=True):
                module.compiled = compiled

    return run


def by_threads(pool: ThreadPoolExecutor, work: Callable[[], None], count: int) -> Callable[[], None]:
    def run() -> None:
        for job in [pool.submit(work) for _ in range(count)]:
            job.result()

    return run


def row(*cells: str) -> None:
    print("| " + " | ".join(cells) + " |", flush=True)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--size", type=parse_size, default=(960, 540), metavar="WxH")
    parser.add_argument("--repeats", type=int, default=9)
    options = parser.parse_args(arguments)
    cv2.setNumThreads(1)
    print(f"{describe_machine()}, numpy {np.__version__}, {options.size[0]}x{options.size[1]}\n")
    problems = make_problems(options.size)
    row("core-ms", "numpy alone", "plain", "compiled", "numpy : compiled", "plain : compiled")
    row(*["---"] * 6)
    for name, problem in zip(("full size", "half size"), problems, strict=True):
        for part, work in (("to the equations", problem.ask), ("whole step", problem.step)):
            works = [without_numba(work), *(in_form(form, work) for form in FORMS)]
            *costs, fast = measure(works, options.repeats, time.thread_time)
            cells = [f"{1e3 * cost:.1f}" for cost in (*costs, fast)] + [f"{cost / fast:.2f}" for cost in costs]
            row(f"{name}, {part}", *cells)
    print()
    row("wall, four steps at full size", "1 thread, ms", "2 threads, ms", "1 : 2")
    row(*["---"] * 4)
    with ThreadPoolExecutor(1) as one, ThreadPoolExecutor(2) as two:
        for form in FORMS:
            twice = in_form(form, problems[0].step, 2)
            works = [by_threads(one, twice, 2), by_threads(two, twice, 2)]
            alone, together = measure(works, options.repeats, time.perf_counter)
            row(form, f"{1e3 * alone:.0f}", f"{1e3 * together:.0f}", f"{alone / together:.2f}")


if __name__ == "__main__":
    main()
