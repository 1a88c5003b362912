from __future__ import annotations

import os
import sys
import threading

import pytest
from unreel.qt_panel.app import LOG, make_app, tell_mistakes
from unreel.qt_panel.model.session import Session


@pytest.fixture
def hook(monkeypatch: pytest.MonkeyPatch) -> None:
    """The interpreter's own comes back after the test."""
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)


def test_our_own_mistake_becomes_a_notice_with_its_traceback_and_a_line_in_the_log(session: Session, hook, capsys):
    tell_mistakes(session)
    try:
        raise ZeroDivisionError("made for the test")
    except ZeroDivisionError as error:
        sys.excepthook(type(error), error, error.__traceback__)
    (notice,) = session.notices.shown
    assert notice.level == "wrong" and "ZeroDivisionError" in notice.text
    assert "test_app.py" in notice.details and "made for the test" in notice.details
    assert "made for the test" in (session.settings.folder / LOG).read_text(encoding="utf-8")
    assert "made for the test" in capsys.readouterr().err


def test_a_mistake_in_a_thread_is_told_in_the_loop(session: Session, hook, capsys):
    tell_mistakes(session)

    def fail() -> None:
        raise ZeroDivisionError("made in a thread")

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    assert not session.notices.shown
    assert session.loop.run(lambda: bool(session.notices.shown), 20)
    assert "made in a thread" in session.notices.shown[0].details


def test_the_worker_runs_in_the_panels_own_python_where_nothing_else_is_said(qtbot, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("UNREEL_PYTHON", "")
    monkeypatch.delenv("UNREEL_PYTHON")
    monkeypatch.delenv("UNREEL_HOME", raising=False)
    make_app("en")
    assert os.environ["UNREEL_PYTHON"] == sys.executable


def test_where_a_python_is_said_it_stays(qtbot, home, monkeypatch: pytest.MonkeyPatch):
    make_app("en")
    assert "UNREEL_PYTHON" not in os.environ
