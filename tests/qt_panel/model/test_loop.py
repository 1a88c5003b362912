from __future__ import annotations

import threading

from unreel.qt_panel.model.loop import InTurn


def test_a_function_of_another_thread_runs_in_the_loops_own():
    loop = InTurn()
    ran_in: list[int] = []
    thread = threading.Thread(target=lambda: loop.soon(lambda: ran_in.append(threading.get_ident())))
    thread.start()
    thread.join()
    assert loop.run(lambda: bool(ran_in), 5)
    assert ran_in == [threading.get_ident()]


def test_later_goes_on_as_long_as_it_is_told_to():
    loop = InTurn()
    calls: list[int] = []

    def again() -> bool:
        calls.append(1)
        return len(calls) < 3

    loop.later(again, 0.001)
    assert loop.run(lambda: len(calls) == 3, 5)
    assert not loop.run(lambda: len(calls) > 3, 0.05)
