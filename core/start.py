"""What the program `unreel` runs: the panel without loading the command line, or the command line."""

from __future__ import annotations

import os
import subprocess
import sys

PANEL = "panel"
STOPPED = 130


def main(arguments: list[str] | None = None) -> int:
    """The exit code, as `cli.main` gives it."""
    given = sys.argv[1:] if arguments is None else arguments
    if given[:1] == [PANEL]:
        return open_panel(given[1:])
    try:
        from .cli import main as command_line  # a second that the panel does without
    except KeyboardInterrupt:
        return STOPPED
    return command_line(given)


def open_panel(arguments: list[str]) -> int:
    """Another program takes the place of this one; where the system has no such thing, it is waited for."""
    command = [sys.executable, "-m", "unreel.qt_panel", *arguments]
    if sys.platform == "win32":
        return subprocess.call(command)
    os.execv(command[0], command)


if __name__ == "__main__":
    sys.exit(main())
