"""Start file of Blender's extension: the nodes are in `unreel_host.zip` beside it."""

import importlib
import sys
from pathlib import Path

HOST_SIDE = str(Path(__file__).with_name("unreel_host.zip"))
NODES = "unreel.plugin.hosts.blender_nodes"


def register() -> None:
    """Blender shows what goes wrong here beside the extension, and goes on."""
    if not Path(HOST_SIDE).is_file():
        raise RuntimeError(f"Unreel: {HOST_SIDE} is missing; install the extension again")
    if HOST_SIDE not in sys.path:
        sys.path.insert(0, HOST_SIDE)
    importlib.import_module(NODES).register()


def unregister() -> None:
    """Nothing stays loaded, so that a newer one can take its place."""
    importlib.import_module(NODES).unregister()
    for name in [name for name in sys.modules if name == "unreel" or name.startswith("unreel.")]:
        del sys.modules[name]
    if HOST_SIDE in sys.path:
        sys.path.remove(HOST_SIDE)
