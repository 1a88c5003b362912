"""What the doctor says of the panel: which libraries of the system are lacking, and whether a window opens."""

from __future__ import annotations

import subprocess
import sys

import doctor
import doctor_panel
import pytest

EGL = "libEGL.so.1: cannot open shared object file: No such file or directory"


@pytest.fixture
def lacks(monkeypatch):
    """Libraries that this system is said not to have."""
    names: set[str] = set()

    def load(name):
        if name in names:
            raise OSError(f"{name}: cannot open shared object file")

    monkeypatch.setattr(doctor_panel.missing, "__defaults__", (load,))
    monkeypatch.setattr(sys, "platform", "linux")
    return names


def test_qt_is_there_where_these_tests_run():
    assert int(doctor_panel.check_qt().split(".")[0]) == 6


def test_all_libraries_that_qt_lacks_are_named_at_once_with_their_packages(lacks, monkeypatch):
    def fails(name):
        raise ImportError(EGL)

    lacks |= {"libEGL.so.1", "libdbus-1.so.3"}
    monkeypatch.setattr(doctor_panel, "load", fails)
    with pytest.raises(OSError) as told:
        doctor_panel.check_qt()
    assert str(told.value) == (
        "Qt lacks libraries of this system, libEGL.so.1, libdbus-1.so.3; "
        "on Debian and Ubuntu: apt install libegl1 libdbus-1-3"
    )


def test_one_that_is_in_no_list_is_named_as_qt_does():
    text = doctor_panel.explain("libnew.so.7: cannot open shared object file", [])
    assert text == "Qt lacks libraries of this system, libnew.so.7; install the packages that have them"


def test_another_error_of_qts_is_told_as_it_is(lacks, monkeypatch):
    def fails(name):
        raise ImportError("DLL load failed")

    monkeypatch.setattr(doctor_panel, "load", fails)
    with pytest.raises(ImportError, match="DLL load failed"):
        doctor_panel.check_qt()


def test_a_screen_of_x_needs_more(lacks):
    assert doctor_panel.check_screen({"DISPLAY": ":0"}) == "all that a window needs is there"
    assert doctor_panel.check_screen({}) == "none here; its libraries are all there"
    lacks.add("libxcb-cursor.so.0")
    with pytest.raises(OSError, match="libxcb-cursor.so.0; .* apt install libxcb-cursor0"):
        doctor_panel.check_screen({"DISPLAY": ":0"})
    assert "apt install libxcb-cursor0" in doctor_panel.check_screen({})
    assert doctor_panel.check_screen({"WAYLAND_DISPLAY": "wayland-0"}) == "all that a window needs is there"


def test_the_libraries_of_this_system_are_asked_for():
    assert doctor_panel.missing({"libno_such_thing.so.9": "none"}) == (
        ["libno_such_thing.so.9"] if sys.platform == "linux" else []
    )


@pytest.mark.slow
def test_a_window_opens_here():
    assert "without torch" in doctor_panel.check_window()


def test_why_a_window_does_not_open_is_its_last_word(monkeypatch):
    done = subprocess.CompletedProcess([], 1, stdout="", stderr="Traceback\nqt.qpa: no platform\n")
    monkeypatch.setattr(subprocess, "run", lambda *args, **more: done)
    with pytest.raises(OSError, match="the window does not open: qt.qpa: no platform"):
        doctor_panel.check_window()


def test_without_the_panel_nothing_is_wrong(monkeypatch, capsys):
    monkeypatch.setattr(doctor_panel, "is_installed", lambda: False)
    assert doctor.check_panel() == []
    assert "not installed; python3 install panel adds it" in capsys.readouterr().out


def test_without_qt_the_rest_is_not_asked(monkeypatch, capsys):
    def fails():
        raise OSError(EGL)

    monkeypatch.setattr(doctor_panel, "check_qt", fails)
    assert doctor.check_panel() == [False]
    assert "FAIL PySide6" in capsys.readouterr().out
