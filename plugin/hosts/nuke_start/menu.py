"""Read by Nuke when it starts with a window: adds Unreel's menus. Whatever fails, Nuke goes on."""

import sys

try:
    import importlib

    importlib.import_module("unreel.plugin.hosts.nuke").add_menu()
except Exception as error:  # a start file must never stop its host
    print(f"Unreel has no menu: {error}; run python3 install doctor --host nuke", file=sys.stderr)
