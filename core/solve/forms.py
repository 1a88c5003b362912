"""Which form of the solve's loops runs: the compiled one where there is one and it is faster, else the plain one."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from importlib import import_module
from threading import Lock
from time import thread_time
from types import ModuleType
from typing import Literal

import numpy as np

log = logging.getLogger(__name__)

Form = Literal["plain", "compiled"]
TRIALS = 3
"""Of each form; the fastest counts, so that a busy machine does not choose."""
TRIAL_SIZE = 96
"""Pixels a side of what is tried: 1 ms of the compiled step, 5 of the plain one."""

_forced: ContextVar[Form | None] = ContextVar("form", default=None)
_choosing = Lock()


def compiled_form(name: Literal["comparison", "lattice", "sheet"]) -> ModuleType | None:
    """The module of compiled loops that takes the place of the plain ones of `name`; None where those are to serve."""
    form = _forced.get()
    if form is None:
        with _choosing:
            form = chosen_form()
    return import_module(f".{name}_compiled", __package__) if form == "compiled" else None


@contextmanager
def using(form: Form) -> Iterator[None]:
    """One form in this thread, whatever would be chosen: for trials, tests and benchmarks."""
    before = _forced.set(form)
    try:
        yield
    finally:
        _forced.reset(before)


@cache
def chosen_form() -> Form:
    """By a trial of a few milliseconds, once in a process. What does not compile is told, and is not used."""
    step = make_trial()
    try:
        compiled = fastest("compiled", step)
    except Exception as error:  # of numba, LLVM, LAPACK or the folder that keeps what was compiled
        log.warning("the solve's loops can't be compiled, and it takes twice as long: %s", str(error).split("\n")[0])
        return "plain"
    return "compiled" if compiled <= fastest("plain", step) else "plain"  # a coarse clock gives 0 for both


def fastest(form: Form, step: Callable[[], object]) -> float:
    """Seconds of the fastest of some trials, after one that may compile."""
    with using(form):
        step()
        times = []
        for _ in range(TRIALS):
            start = thread_time()
            step()
            times.append(thread_time() - start)
    return min(times)


def make_trial() -> Callable[[], object]:
    """A Gauss-Newton step of a small sheet."""
    from .pyramid import make_pyramid  # these ask for a form themselves
    from .sheet import Base, Expectation, SheetSettings, Stage

    size = (TRIAL_SIZE, TRIAL_SIZE)
    x, y = np.meshgrid(*(np.arange(n, dtype=np.float32) for n in size))
    picture = make_pyramid(np.sin(x * 0.7) * np.cos(y * 0.5 + x * 0.1), np.ones(size))
    expected = Expectation(np.stack([x, y], -1), np.full(size, 0.1, np.float32))
    stage = Stage(picture, picture, 0, 8, Base(np.eye(3), (0, 0)), SheetSettings(), expected)
    knots = np.random.default_rng(0).normal(size=(TRIAL_SIZE // 8 + 3, TRIAL_SIZE // 8 + 3, 2)) * 0.3
    return lambda: stage.step(knots, 2.0, 0.1)
