"""Blender: an extension, unpacked where each Blender of the user's looks for them, or as a zip to install by hand."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from archive import pack
from failure import InstallFailed
from place import Machine, Place
from product import Product

ID = "unreel"
TICK = "start Blender, and tick Unreel in Preferences, Add-ons"


def user_places(machine: Machine, files: Mapping[str, bytes], product: Product) -> list[Place]:
    """One for each Blender that is new enough and was started once. `InstallFailed` where there is none."""
    folders = find_extension_folders(machine, product.least["blender"])
    if not folders:
        raise InstallFailed(
            f"No Blender {product.least['blender']} or later was found.",
            f"There is no folder of its settings in {user_folder(machine)}.",
            "Start Blender once, or have the extension as a zip with --dir DIR.",
        )
    return [user_place(folder, files) for folder in folders]


def user_place(extensions: Path, files: Mapping[str, bytes]) -> Place:
    """In the repository for what is installed from disk."""
    return Place("blender", extensions / "user_default" / ID, files, TICK)


def chosen_place(folder: Path, files: Mapping[str, bytes], product: Product) -> Place:
    name = f"{ID}-{product.version}.zip"
    next = f"in Blender: Preferences, Get Extensions, Install from Disk, {folder / name}"
    return Place("blender", folder, {name: pack(files)}, next)


def shared_place(folder: Path, files: Mapping[str, bytes]) -> Place:
    """As Blender's system extensions are laid, which may be read-only."""
    next = f"start Blender with BLENDER_SYSTEM_EXTENSIONS={folder}, and tick Unreel in Preferences, Add-ons"
    return Place("blender", folder / "system" / ID, files, next)


def find_extension_folders(machine: Machine, least: str) -> list[Path]:
    """`extensions` of each Blender of this user's, as Blender's own variables say, else by version."""
    variables = machine.variables
    if variables.get("BLENDER_USER_EXTENSIONS"):
        return [Path(variables["BLENDER_USER_EXTENSIONS"])]
    if variables.get("BLENDER_USER_RESOURCES"):
        return [Path(variables["BLENDER_USER_RESOURCES"]) / "extensions"]
    folder = user_folder(machine)
    named = [path for path in folder.glob("*.*") if path.is_dir() and re.fullmatch(r"\d+\.\d+", path.name)]
    new_enough = [path for path in named if as_numbers(path.name) >= as_numbers(least)]
    return [path / "extensions" for path in sorted(new_enough, key=lambda path: as_numbers(path.name))]


def as_numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def user_folder(machine: Machine) -> Path:
    """Where Blender keeps a folder a version."""
    if machine.platform == "win32":
        return Path(machine.variables["APPDATA"]) / "Blender Foundation" / "Blender"
    if machine.platform == "darwin":
        return machine.home / "Library" / "Application Support" / "Blender"
    return Path(machine.variables.get("XDG_CONFIG_HOME") or machine.home / ".config") / "blender"
