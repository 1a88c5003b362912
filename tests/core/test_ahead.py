"""What is beside a chain is done once, by whoever is free, and never waited for in vain."""

from concurrent.futures import ThreadPoolExecutor
from threading import Lock

import pytest
from unreel.core.ahead import Ahead, Behind


class Made:
    """Counts what is made of each name."""

    def __init__(self) -> None:
        self.counts: dict[int, int] = {}
        self.lock = Lock()

    def __call__(self, name: int) -> int:
        with self.lock:
            self.counts[name] = self.counts.get(name, 0) + 1
        return name * name


@pytest.mark.parametrize("threads", [1, 2, 4])
def test_a_chain_that_takes_all_threads_gets_all_in_order(threads: int):
    made, names = Made(), list(range(20))

    def chain(pool: ThreadPoolExecutor) -> list[int]:
        ahead = Ahead(pool, made, names, 3)
        return [ahead.take(name) for name in names]

    with ThreadPoolExecutor(threads) as pool:
        assert pool.submit(chain, pool).result() == [name * name for name in names]
    assert made.counts == dict.fromkeys(names, 1)


def test_names_that_are_passed_over_are_not_waited_for():
    made = Made()
    with ThreadPoolExecutor(1) as pool:
        ahead = Ahead(pool, made, list(range(10)), 2)
        assert [pool.submit(ahead.take, name).result() for name in (0, 5, 9)] == [0, 25, 81]
        assert set(ahead.begun) <= set()


def test_an_error_comes_out_where_it_is_asked_for():
    def fail(name: int) -> int:
        raise ZeroDivisionError(name)

    with ThreadPoolExecutor(2) as pool:
        ahead = Ahead(pool, fail, [1, 2], 1)
        with pytest.raises(ZeroDivisionError):
            ahead.take(1)


@pytest.mark.parametrize("threads", [1, 3])
@pytest.mark.parametrize("most", [0, 2])
def test_what_is_handed_over_is_done_once_and_all_of_it_at_the_end(threads: int, most: int):
    made = Made()

    def chain(pool: ThreadPoolExecutor) -> None:
        behind = Behind(pool, most)
        for name in range(12):
            behind.hand(lambda name=name: made(name) and None)
            assert len(behind.jobs) <= most
        behind.settle()

    with ThreadPoolExecutor(threads) as pool:
        pool.submit(chain, pool).result()
    assert made.counts == dict.fromkeys(range(12), 1)


def test_an_error_of_what_was_handed_over_ends_the_chain():
    def fail() -> None:
        raise ZeroDivisionError

    with ThreadPoolExecutor(1) as pool:
        behind = Behind(pool, 3)
        behind.hand(fail)
        with pytest.raises(ZeroDivisionError):
            behind.settle()
