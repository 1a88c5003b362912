"""The window computes nothing: what does is not even loaded."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from unreel.qt_panel.views.pages import PAGES

pytestmark = pytest.mark.slow

HEAVY = (
    "torch",
    "scipy",
    "numba",
    "pydantic",
    "typer",
    "unreel.core.cli",
    "unreel.core.fields",
    "unreel.plugin.worker",
)

WINDOW = """
import json, os, sys
from pathlib import Path
{before}
from unreel.qt_panel.app import make_app
from unreel.qt_panel.model.session import Session
from unreel.qt_panel.model.user_settings import read_settings
from unreel.qt_panel.views.main_window import MainWindow
from unreel.qt_panel.views.pages import PAGES
from unreel.qt_panel.views.qt_loop import QtLoop
from PySide6.QtTest import QTest

app = make_app("en")
window = MainWindow(Session(QtLoop(app), read_settings(Path(os.environ["UNREEL_CONFIG"]))))
window.show()
window.session.open(sys.argv[1])
while window.session.shot is None:
    QTest.qWait(10)
shown = []
for spec in PAGES:
    window.go_to(spec.id)
    QTest.qWait(50)
    shown += [spec.id] if window.page(spec.id) is not None else []
loaded = [name for name in {heavy!r} if name in sys.modules]
window.close()
print(json.dumps([shown, loaded]))
"""


def looked(folder: Path, before: str = "") -> tuple[list[str], list[str]]:
    """The pages that were shown, and what of the heavy was loaded then."""
    code = WINDOW.format(before=before, heavy=HEAVY)
    done = subprocess.run([sys.executable, "-c", code, str(folder)], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    shown, loaded = json.loads(done.stdout.splitlines()[-1])
    return shown, loaded


def test_all_pages_are_shown_and_nothing_that_computes_is_loaded(trained: Path, runtime: None):
    shown, loaded = looked(trained)
    assert shown == [spec.id for spec in PAGES]
    assert loaded == []


def test_a_planted_import_is_found(trained: Path, runtime: None):
    assert looked(trained, "import pydantic")[1] == ["pydantic"]
