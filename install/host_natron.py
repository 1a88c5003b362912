"""Natron: one flat folder of PyPlugs on its path. Natron reads every .py in it, so nothing else is laid there."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from failure import InstallFailed
from place import Machine, Place, refuse_separator

VARIABLE = "NATRON_PLUGIN_PATH"


def user_place(machine: Machine, files: Mapping[str, bytes]) -> Place:
    """Below `~/.Natron`, which Natron searches with all folders in it."""
    folder = machine.home / ".Natron" / "Unreel"
    return make_place(folder, files, "start Natron; its node menu has Unreel")


def chosen_place(folder: Path, files: Mapping[str, bytes]) -> Place:
    return make_place(folder, files, f"start Natron with {VARIABLE}={folder}")


def make_place(folder: Path, files: Mapping[str, bytes], next: str) -> Place:
    refuse_separator(folder, VARIABLE)
    refuse_what_natron_would_run(files)
    return Place("natron", folder, files, next)


def refuse_what_natron_would_run(files: Mapping[str, bytes]) -> None:
    """Natron knows a PyPlug by a line of its text, drops another without a word, and runs each init.py in __main__."""
    for name, content in files.items():
        marked = any(line.startswith(b"def createInstance(") for line in content.splitlines())
        if name.endswith(".py") and ("/" in name or name in ("init.py", "initGui.py") or not marked):
            raise InstallFailed(
                f"plugin/hosts/natron_start/{name} is no PyPlug.",
                "Natron runs it, or drops it without a word: a PyPlug has a line that starts with def createInstance(.",
                "This is a fault in the checkout: bring it up to date.",
            )
