from __future__ import annotations

import threading

import pytest
from unreel.qt_panel.views.qt_loop import QtLoop


def test_soon_calls_in_the_loops_own_thread_and_in_order(qtbot):
    loop, called = QtLoop(), []
    thread = threading.Thread(
        target=lambda: [loop.soon(lambda n=n: called.append((n, threading.current_thread()))) for n in range(3)]
    )
    thread.start()
    thread.join()
    assert called == []
    qtbot.waitUntil(lambda: len(called) == 3)
    assert called == [(n, threading.main_thread()) for n in range(3)]


def test_later_calls_again_while_it_is_told_to(qtbot):
    loop, called = QtLoop(), []
    loop.later(lambda: called.append(None) or len(called) < 3, 0.005)
    qtbot.waitUntil(lambda: len(called) == 3)
    qtbot.wait(30)
    assert len(called) == 3


def test_what_fails_is_not_called_again(qtbot):
    loop, called = QtLoop(), []

    def fails() -> bool:
        called.append(None)
        raise ValueError("made for the test")

    with qtbot.captureExceptions() as caught:
        loop.later(fails, 0.005)
        qtbot.waitUntil(lambda: bool(called))
        qtbot.wait(30)
    assert len(called) == len(caught) == 1
    assert isinstance(caught[0][1], ValueError)


def test_a_thread_that_ends_after_the_window_does_no_harm(qtbot):
    import shiboken6

    loop = QtLoop()
    shiboken6.delete(loop)
    loop.soon(pytest.fail)
