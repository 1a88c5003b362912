"""Nodes that go. With a window Natron takes them away when it comes to it; the renderer never does by itself.

There they would be saved with the project, and at the end of a script it would wait for a writer for ever.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from ..nodes.host import HostFailed

TRIES, SECONDS = 500, 0.01


def take_away(group: Any, effects: Sequence[Any]) -> None:
    """Nodes of one group. HostFailed where they do not go."""
    from NatronEngine import natron

    left = {str(effect.getScriptName()): effect for effect in effects}
    for effect in effects:
        effect.destroy(False)  # once: what the node computes is asked to end
    for _ in range(TRIES if natron.isBackground() else 0):
        left = {name: effect for name, effect in left.items() if group.getNode(name) is not None}
        if not left:
            return
        time.sleep(SECONDS)
        for effect in left.values():
            effect.destroy(False)  # again: it goes, if that has ended
    if natron.isBackground():
        raise HostFailed(f"Natron does not let go of {', '.join(left)} in {group.getScriptName()}")
