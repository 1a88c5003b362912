"""Work over frames in threads."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from .errors import Cancelled
from .report import OnReport, Report, ShouldStop

T = TypeVar("T")


@dataclass(frozen=True)
class Work:
    """Does a stage for every item: in threads, reported, and stopped when asked."""

    pool: ThreadPoolExecutor
    report: OnReport
    should_stop: ShouldStop

    def stop_if_asked(self) -> None:
        if self.should_stop():
            raise Cancelled("stopped; the frames written so far are whole")

    def each(self, stage: str, items: Iterable[int], do: Callable[[int], T], frames: tuple[int, ...] = ()) -> list[T]:
        """What `do` makes of each item, in their order; the first error ends all. frames: of the items, to be told."""

        def unless_stopped(item: int) -> T:
            self.stop_if_asked()
            return do(item)

        items = list(items)
        jobs = [self.pool.submit(unless_stopped, item) for item in items]
        try:
            for done, (item, job) in enumerate(zip(items, jobs, strict=True)):
                job.result()
                self.report(Report(stage, done + 1, len(items), frame=frames[item] if frames else None))
        except BaseException:
            for job in jobs:
                job.cancel()
            raise
        return [job.result() for job in jobs]
