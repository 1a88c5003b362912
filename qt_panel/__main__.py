"""`unreel panel [PATH ...]`: opens the panel."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser
from collections.abc import Mapping

REMEDY = (
    "What the panel needs is not there: run python3 install panel, or pip install 'unreel[panel]'. "
    "Where a library of the system is missing, on Debian and Ubuntu: apt install libegl1 libgl1 libxkbcommon0 "
    "libdbus-1-3 libfontconfig1 libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1"
)


SCREENS = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
"""Where there is none of them on Linux, Qt would end the process, with a dump of its memory."""


def main(arguments: list[str] | None = None) -> int:
    """Until the window is closed."""
    parser = ArgumentParser(prog="unreel panel", description="A whole shot in one window.")
    parser.add_argument(
        "path", nargs="*", help="a plate (file, folder, or pattern such as plate.####.exr) or a NAME.unreel"
    )
    parser.add_argument("--language", default="", help="such as de; else the system's")
    parser.add_argument("--new-window-state", action="store_true", help="size and place as for the first time")
    given = parser.parse_args(arguments)
    try:
        from .app import run  # Qt is not needed to say what the arguments are
    except ImportError as error:
        print(f"unreel panel: {error}. {REMEDY}", file=sys.stderr)
        return 1
    if not has_screen(os.environ):
        print("unreel panel: there is no screen here; start it on a desktop, or set DISPLAY", file=sys.stderr)
        return 1
    return run(given)


def has_screen(variables: Mapping[str, str]) -> bool:
    return sys.platform != "linux" or any(variables.get(name) for name in SCREENS)


if __name__ == "__main__":
    sys.exit(main())
