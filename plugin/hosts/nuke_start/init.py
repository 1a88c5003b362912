"""Read by Nuke when it starts, with and without a window: finds Unreel's host side. Whatever fails, Nuke goes on."""

import sys

try:
    import os

    import nuke

    _here = os.path.dirname(os.path.abspath(__file__))
    _packed = os.path.join(_here, "unreel_host.zip")
    if os.path.isfile(_packed) and _packed not in sys.path:
        sys.path.append(_packed)
    nuke.pluginAddPath(os.path.join(_here, "icons"))
except Exception as error:  # a start file must never stop its host
    print(f"Unreel was not found: {error}; run python3 install doctor --host nuke", file=sys.stderr)
