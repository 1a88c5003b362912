"""Every page as it is in use, looked over at the smallest size that the panel is made for."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest
from unreel.qt_panel.model.session import Session
from unreel.qt_panel.views.main_window import MainWindow
from unreel.qt_panel.views.pages import PAGES

from ..live.conftest import made, solved_once, unreel  # noqa: F401 - fixtures
from .looked_at import clipped, missed_by_tab, nameless

SMALLEST = (1280, 720)
LARGE = (1920, 1080)

pytestmark = pytest.mark.slow


@pytest.fixture
def real_window(qtbot, shown: Session) -> Iterator[MainWindow]:
    made_window = MainWindow(shown)
    qtbot.addWidget(made_window)
    made_window.resize(*SMALLEST)
    made_window.show()
    yield made_window
    shown.close()


def open_made(qtbot, window: MainWindow, folder: Path) -> None:
    window.session.open(str(folder))
    qtbot.waitUntil(lambda: window.session.shot is not None and bool(window.session.live.frames), timeout=20000)


def bring(qtbot, window: MainWindow, page: str) -> None:
    window.go_to(page)
    qtbot.wait(50)
    assert window.page(page) is not None


@pytest.mark.parametrize("size", [SMALLEST, LARGE])
def test_nothing_is_cut_off_on_any_page(qtbot, real_window: MainWindow, made: Path, size):  # noqa: F811
    open_made(qtbot, real_window, made)
    real_window.resize(*size)
    found = {}
    for spec in PAGES:
        bring(qtbot, real_window, spec.id)
        found[spec.id] = clipped(real_window)
    assert found == {spec.id: [] for spec in PAGES}


def test_the_keyboard_reaches_every_control_and_each_has_a_name(qtbot, real_window: MainWindow, made: Path):  # noqa: F811
    open_made(qtbot, real_window, made)
    found = {}
    for spec in PAGES:
        bring(qtbot, real_window, spec.id)
        found[spec.id] = missed_by_tab(real_window) + nameless(real_window)
    assert found == {spec.id: [] for spec in PAGES}


def test_the_windows_process_never_loads_what_computes(made: Path, tmp_path: Path):  # noqa: F811
    code = """
        import sys, time
        from pathlib import Path
        from unreel.qt_panel.app import make_app
        from unreel.qt_panel.model.session import Session
        from unreel.qt_panel.model.user_settings import read_settings
        from unreel.qt_panel.views.main_window import MainWindow
        from unreel.qt_panel.views.pages import PAGES
        from unreel.qt_panel.views.qt_loop import QtLoop

        app = make_app("en")
        session = Session(QtLoop(app), read_settings(Path(sys.argv[2])))
        window = MainWindow(session)
        window.show()
        session.open(sys.argv[1])
        end = time.monotonic() + 20
        while not session.live.frames and time.monotonic() < end:
            app.processEvents()
        for page in PAGES:
            window.go_to(page.id)
            app.processEvents()
            assert window.page(page.id) is not None, page.id
        session.close()
        heavy = {"torch", "scipy", "numba", "pydantic", "typer", "unreel.core.fields", "unreel.core.tasks"}
        print(sorted(heavy & sys.modules.keys()))
    """
    command = [sys.executable, "-c", textwrap.dedent(code), str(made), str(tmp_path / "config")]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, done.stdout.strip()) == (0, "[]"), done.stderr
