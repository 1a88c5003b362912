"""Can the panel's window be opened here? Run with the environment's own Python, in a process of its own.

Qt ends its process where it lacks something, so it is asked in another one than the doctor's. Packages are imported by
name, as in doctor.py.
"""

from __future__ import annotations

import ctypes
import importlib
import importlib.util
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libglib-2.0.so.0": "libglib2.0-0",
}
"""What Qt asks of the system: file, and the package that has it in Debian and Ubuntu."""
OF_A_SCREEN = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
"""And what it asks besides on a screen of X."""
SECONDS = 120
LACKING = re.compile(r"(lib\S+\.so[.\d]*): cannot open shared object file")


def is_installed() -> bool:
    return importlib.util.find_spec("PySide6") is not None


def check_qt() -> str:
    """Its version. OSError names the libraries of the system that it lacks, and how to get them."""
    try:
        load("PySide6.QtWidgets")
    except ImportError as error:
        lacking = missing(LIBRARIES)
        if LACKING.search(str(error)) or lacking:
            raise OSError(explain(str(error), lacking)) from None
        raise
    return str(load("PySide6").__version__)


def missing(libraries: Mapping[str, str], load: Callable[[str], Any] = ctypes.CDLL) -> list[str]:
    """Those that this system does not have; none where it is not Linux."""
    return [name for name in libraries if sys.platform == "linux" and not loads(name, load)]


def loads(name: str, load: Callable[[str], Any]) -> bool:
    try:
        load(name)
    except OSError:
        return False
    return True


def explain(error: str, lacking: list[str]) -> str:
    """With what Qt itself named first, which may be in no list of ours."""
    named = LACKING.search(error)
    names = list(dict.fromkeys([*([named.group(1)] if named else []), *lacking]))
    known = [package for name, package in {**LIBRARIES, **OF_A_SCREEN}.items() if name in names]
    remedy = f"on Debian and Ubuntu: apt install {' '.join(known)}" if known else "install the packages that have them"
    return f"Qt lacks libraries of this system, {', '.join(names)}; {remedy}"


def check_window() -> str:
    """A window without a screen, and what a screen would need. OSError where it does not come up."""
    with tempfile.TemporaryDirectory() as folder:
        variables = {"QT_QPA_PLATFORM": "offscreen", "UNREEL_CONFIG": folder}
        done = subprocess.run(
            [sys.executable, __file__],
            env={**os.environ, **variables},
            capture_output=True,
            text=True,
            errors="replace",
            timeout=SECONDS,
        )
    if done.returncode != 0:
        lines = (done.stderr + done.stdout).strip().splitlines() or [f"it ended with code {done.returncode}"]
        raise OSError(f"the window does not open: {lines[-1]}")
    return done.stdout.strip().splitlines()[-1]


def check_screen(variables: Mapping[str, str] = os.environ) -> str:
    """Whether a window could be shown. OSError where there is a screen, and something is lacking for it."""
    lacking = missing(OF_A_SCREEN)
    if lacking and variables.get("DISPLAY") and not variables.get("WAYLAND_DISPLAY"):
        raise OSError(explain("", lacking))
    if lacking and not variables.get("WAYLAND_DISPLAY"):
        return f"none here; for one of X {explain('', lacking)}"
    if sys.platform == "linux" and not (variables.get("DISPLAY") or variables.get("WAYLAND_DISPLAY")):
        return "none here; its libraries are all there"
    return "all that a window needs is there"


def open_window() -> str:
    """The panel's own, with nothing open, drawn into a picture."""
    began = time.monotonic()
    settings = ours("model.user_settings").read_settings(Path(os.environ["UNREEL_CONFIG"]))
    app = ours("app").make_app("en")
    session = ours("model.session").Session(ours("views.qt_loop").QtLoop(app), settings)
    window = ours("views.main_window").MainWindow(session)
    window.show()
    app.processEvents()
    picture = window.grab()
    seconds = time.monotonic() - began
    if picture.isNull():
        raise OSError("the window is empty")
    if "torch" in sys.modules:
        raise OSError("the window loads torch, which it must do without")
    window.close()
    return f"a window of {picture.width()} x {picture.height()} opened in {seconds:.1f} s, without torch"


def ours(name: str) -> Any:
    return load(f"unreel.qt_panel.{name}")


def load(name: str) -> Any:
    return importlib.import_module(name)


def main() -> int:
    try:
        print(open_window())
    except Exception as error:  # whatever it is, the doctor tells it
        print(f"{type(error).__name__}: {error}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
