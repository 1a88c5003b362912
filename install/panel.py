"""`python3 install panel [PATH]...` and `plan panel`."""

from __future__ import annotations

from collections.abc import Sequence

from environment import Environment, is_ready, prepare, run_program, say

EXTRA = "panel"
"""As pyproject.toml calls what the panel needs."""
PROGRAM = "unreel.qt_panel"


def run_panel(place: Environment, paths: Sequence[str]) -> int:
    """Until the window is closed."""
    prepare(place, [EXTRA])
    code = run_program([place.python, "-m", PROGRAM, *paths], cwd=place.root)
    if code != 0:
        say(f"the panel ended with code {code}; `python3 install doctor` looks at what it needs")
    return code


def run_plan(place: Environment) -> int:
    """What `panel` would do, and nothing of it."""
    if is_ready(place, [EXTRA]):
        print(f"keep    the environment {place.folder}")
    elif is_ready(place, []):
        print(f"add     to the environment {place.folder}: PySide6, pyqtgraph and PyAV, which the panel needs")
    else:
        print(f"make    the environment {place.folder}, with what the panel needs")
    print(f"then    the panel opens; later: {place.program('unreel')} panel [PATH]")
    return 0
