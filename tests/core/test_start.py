from __future__ import annotations

import subprocess
import sys

import pytest
from unreel.core import start

pytestmark = pytest.mark.slow  # each starts a Python


def run(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True)


def test_the_panel_opens_without_the_command_line():
    code = (
        "import os, sys\n"
        "from unreel.core import start\n"
        "os.execv = lambda program, command: print(command[1:], {'typer', 'cv2', 'numpy'} & sys.modules.keys())\n"
        "start.main()"
    )
    done = run(code, "panel", "plate.####.exr")
    assert done.stdout.strip() == "['-m', 'unreel.qt_panel', 'plate.####.exr'] set()", done.stderr


def test_the_panel_says_what_it_takes():
    done = run("import sys; from unreel.core.start import main; sys.exit(main())", "panel", "--help")
    assert done.returncode == 0 and "usage: unreel panel" in done.stdout


def test_all_else_is_the_command_lines(capsys):
    assert start.main(["traim"]) == 2
    assert "No such command 'traim'" in capsys.readouterr().err


def test_without_qt_the_panel_says_what_to_install():
    code = "import sys; sys.modules['PySide6'] = None\nfrom unreel.qt_panel.__main__ import main\nsys.exit(main([]))"
    done = run(code)
    assert done.returncode == 1 and "python3 install panel" in done.stderr and "Traceback" not in done.stderr


def test_without_a_screen_the_panel_says_so_and_qt_does_not_end_it(monkeypatch: pytest.MonkeyPatch):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    code = "import sys; sys.platform = 'linux'\nfrom unreel.qt_panel.__main__ import main\nsys.exit(main([]))"
    done = run(code)
    assert done.returncode == 1
    assert done.stderr == "unreel panel: there is no screen here; start it on a desktop, or set DISPLAY\n"


def test_a_stop_while_it_loads_is_an_end_like_any_other():
    code = (
        "import sys\n"
        "class Stop:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'cv2':\n"
        "            raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Stop())\n"
        "from unreel.core.start import main\n"
        "sys.exit(main(['info', 'a.unreel']))"
    )
    done = run(code)
    assert (done.returncode, done.stderr) == (130, "")
