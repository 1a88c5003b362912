"""What a movie is made of: the flags of its job."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from fractions import Fraction
from typing import Any

from unreel.core.errors import UsageError
from unreel.plugin.job import Job, make_id, user_name

from .burn_in import BurnIn

WHOLE = (24, 30, 48, 60, 120)
"""Rates of which television has the thousandth part less."""
ROUNDED = Fraction(1, 150)
"""So far may a rounded rate be from the exact one: 23.98 from 24000/1001."""


@dataclass(frozen=True)
class Order:
    folder: str
    """The unreel folder: one job at a time there."""
    input: str
    """A sequence."""
    output: str
    frames: str | None = None
    """None: all there are."""
    fps: str = "24"
    """A fraction, such as `24000/1001`."""
    codec: str = "h264"
    longest: int | None = None
    """Pixels of the longer side at most; None: as the frames are."""
    space: str = "scene_linear"
    """Colour space or role of the frames."""
    config: str = ""
    display: str = ""
    view: str = ""
    """Empty: the display's own, or, for frames that were made for a screen, one that shows them as they are."""
    is_graded: bool = False
    """They were made for a screen."""
    exposure: float = 0.0
    gamma: float = 1.0
    words: Mapping[str, Any] | None = field(default_factory=dict)
    """Of `BurnIn`; None: nothing is burnt in."""

    @property
    def rate(self) -> Fraction:
        """Exact, also where it is written as 23.976. UsageError for what is none."""
        try:
            rate = Fraction(self.fps)
        except (ValueError, ZeroDivisionError):
            rate = Fraction(0)
        if not 0 < rate <= 1000:
            raise UsageError(f"{self.fps} is no frame rate; write it like 24 or 24000/1001")
        television = (Fraction(1000 * whole, 1001) for whole in WHOLE)
        return next((exact for exact in television if abs(exact - rate) < ROUNDED), rate)

    @property
    def burn_in(self) -> BurnIn | None:
        return None if self.words is None else BurnIn(**self.words)


def movie_job(order: Order, made_by: Mapping[str, str]) -> Job:
    who = {"user": user_name(), **made_by}
    return Job("movie", flags=asdict(order), made_by=who, id=make_id("movie"))


def read_order(job: Job) -> Order:
    """UsageError naming what a movie's job has not."""
    known = {each.name for each in fields(Order)}
    wrong = [name for name in job.flags if name not in known]
    lacks = [name for name in ("folder", "input", "output") if not job.flags.get(name)]
    if wrong or lacks:
        raise UsageError(f"a movie's job has no option {wrong[0]}" if wrong else f"{lacks[0]} is missing")
    return Order(**job.flags)
