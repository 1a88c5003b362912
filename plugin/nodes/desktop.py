"""Opens a file or folder as the desktop does."""

from __future__ import annotations

import os
import subprocess
import sys

from ..runtime import clean_environment, is_windows
from .started import reap
from .tell import Refused


def open_path(path: str) -> None:
    """With the program that the system has for it; it is not waited for. Refused where there is no such file."""
    if not os.path.exists(path):
        raise Refused(f"{path} is not there yet")
    if is_windows():
        os.startfile(path)  # type: ignore[attr-defined]
        return
    program = "open" if sys.platform == "darwin" else "xdg-open"
    try:
        process = subprocess.Popen(
            [program, path],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=clean_environment(os.environ),
            start_new_session=True,
        )
    except OSError:
        raise Refused(f"{program} is not installed; open {path} yourself") from None
    reap(process)
