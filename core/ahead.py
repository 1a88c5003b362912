"""Work beside a chain of frames, each of which needs the one before: done by threads that are free.

The chains' own threads and what is beside them share one pool. What no thread has begun when it is wanted, the one that
wants it does itself; so a single thread does all in order, and nobody waits for what nobody does.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Generic, TypeVar

N = TypeVar("N")
T = TypeVar("T")


class Ahead(Generic[N, T]):
    """What a chain will ask for, made before it does."""

    def __init__(self, pool: ThreadPoolExecutor, make: Callable[[N], T], names: Sequence[N], reach: int) -> None:
        """names: in the order in which they are asked for, some perhaps never. reach: how many wait at most."""
        self.pool, self.make, self.names, self.reach = pool, make, names, reach
        self.begun: dict[N, Future[T]] = {}
        self.asked = 0

    def take(self, name: N) -> T:
        at = self.names.index(name)
        end = at + 1 + self.reach
        for passed in self.names[:at]:
            if passed in self.begun:
                self.begun.pop(passed).cancel()
        for coming in self.names[max(self.asked, at) : end]:
            self.begun[coming] = self.pool.submit(self.make, coming)
        self.asked = max(self.asked, end)
        job = self.begun.pop(name)
        return self.make(name) if job.cancel() else job.result()


class Behind:
    """What a chain hands over and goes on; no more than `most` wait."""

    def __init__(self, pool: ThreadPoolExecutor, most: int) -> None:
        self.pool, self.most = pool, most
        self.jobs: deque[tuple[Callable[[], None], Future[None]]] = deque()

    def hand(self, do: Callable[[], None]) -> None:
        """The error of an earlier one comes out here, or in `settle`."""
        self.jobs.append((do, self.pool.submit(do)))
        self.settle(self.most)

    def settle(self, most: int = 0) -> None:
        while len(self.jobs) > most:
            do, job = self.jobs.popleft()
            if job.cancel():
                do()
            else:
                job.result()
