"""The host side as one file: `unreel_host.zip`, which hosts import from.

One zip, because hosts look into folders: Natron reads every .py below its path and puts every folder on `sys.path`.
"""

from __future__ import annotations

from pathlib import Path

from archive import pack
from failure import InstallFailed

NAME = "unreel_host.zip"
TWIN = "core/nodes.json"


def read_start_files(root: Path, host: str) -> dict[str, bytes]:
    """What a host itself loads, by path below `plugin/hosts/HOST_start`. `InstallFailed` where there is none.

    An empty `__init__.py` is left out: it makes the folder a package of the checkout, and a host has no use for it.
    """
    folder = root / "plugin" / "hosts" / f"{host}_start"
    files = {name: content for name, content in read_files(folder).items() if content or name != "__init__.py"}
    if not any(name.endswith(".py") for name in files):
        raise InstallFailed(
            f"This checkout has no part for {host.capitalize()} yet.",
            f"There are no start files in {folder}.",
            "Bring the checkout up to date, or install for another host.",
        )
    return files


def read_files(folder: Path) -> dict[str, bytes]:
    """All files below a folder, without what Python, editors and file browsers leave there."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts and not path.name.startswith(".")
    }


def make_host_zip(root: Path) -> bytes:
    """`unreel.plugin` with the nodes' face as JSON. A start file is left out: it is the host's, not ours to import."""
    twin = root / TWIN
    if not twin.is_file():
        raise InstallFailed(
            f"{twin} is missing.", "The hosts read the nodes' face from it.", "Make it: python -m unreel.core.face"
        )
    sources = {
        f"unreel/plugin/{name}": content
        for name, content in read_files(root / "plugin").items()
        if not any(part.endswith("_start") for part in name.split("/")[:-1])
    }
    return pack({**sources, "unreel/plugin/plugin.json": twin.read_bytes()})
