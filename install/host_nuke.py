"""Nuke: a plug-in folder, and a line in `~/.nuke/init.py` that names it. For a studio, `NUKE_PATH` names it instead."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from place import Machine, Place, Start, refuse_separator

VARIABLE = "NUKE_PATH"


def user_place(machine: Machine, files: Mapping[str, bytes]) -> Place:
    """Below `~/.nuke`, which is this on every system."""
    home = machine.home / ".nuke"
    # Not `unreel`: Nuke puts ~/.nuke on sys.path, where that would stand for our package.
    folder = home / "Unreel"
    # !a: the user's file may be in any encoding. menu.py needs no line: Nuke runs each one on its plug-in path.
    lines = ("import nuke", f"nuke.pluginAddPath({str(folder)!a})")
    return Place("nuke", folder, files, "start Nuke; its Nodes menu has Unreel", Start(home / "init.py", lines))


def chosen_place(folder: Path, files: Mapping[str, bytes]) -> Place:
    refuse_separator(folder, VARIABLE)
    return Place("nuke", folder, files, f"start Nuke with {VARIABLE}={folder}")
