"""The stages that every solve is made of."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from unreel.core.engines.solving import finish


def test_an_error_comes_out_while_others_still_work() -> None:
    told = Event()

    def work() -> None:
        assert told.wait(60)

    def fail() -> None:
        raise ValueError("the second fails")

    with ThreadPoolExecutor(2) as pool:
        jobs = [pool.submit(work), pool.submit(fail), *(pool.submit(work) for _ in range(3))]
        with pytest.raises(ValueError, match="the second fails"):
            finish(pool, jobs)
        told.set()
    assert [job.cancelled() for job in jobs[-2:]] == [True, True]


def test_all_is_done_where_nothing_fails() -> None:
    done: list[int] = []
    with ThreadPoolExecutor(2) as pool:
        finish(pool, [pool.submit(done.append, number) for number in range(9)])
        assert sorted(done) == [*range(9)]
