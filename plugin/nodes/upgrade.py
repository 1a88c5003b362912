"""Brings a node that an older Unreel made to the face it has now; what it holds and what it is connected to stays."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from .graph import Step
from .host import VERSION_KNOB, HostFailed
from .node_in_host import NodeInHost

RENAMED: Mapping[tuple[str, int], Mapping[str, str]] = {}
"""Node and version -> its knobs that have other names from the next version on, old to new."""
Inside = Callable[[NodeInHost], tuple[tuple[Step, ...], dict[str, str]]]


def upgrade(node: NodeInHost, inside: Inside) -> str:
    """What was done, in a sentence. HostFailed for a node of a newer Unreel, which is left alone."""
    version, newest = version_of(node), node.face.version
    if version > newest:
        raise HostFailed(
            f"{node.name()} was made by a newer Unreel ({node.face.label} {version}, this has {newest}); it is left as "
            "it is: bring this Unreel up to date"
        )
    if version == newest:
        return f"{node.name()} is up to date"
    host, renamed = node.host, renamed_since(node.face.id, version, newest)
    with host.undo_step(f"Upgrade {node.name()}"):
        held = {new: host.get_renamed(node.handle, old, new) for old, new in renamed.items()}
        host.renew(node.handle)
        for knob, value in held.items():
            if value is not None:
                node.set(knob, value)
        host.build(node.handle, *inside(node))
        host.set(node.handle, VERSION_KNOB, newest)
    return f"{node.name()} is upgraded to {node.face.label} {newest}"


def version_of(node: NodeInHost) -> int:
    """HostFailed for one that is no whole number."""
    value = node.host.get(node.handle, VERSION_KNOB)
    if not isinstance(value, int):
        raise HostFailed(f"{node.name()} does not say which version it has ({VERSION_KNOB} is {value!r}); make it anew")
    return value


def renamed_since(node_id: str, version: int, newest: int) -> dict[str, str]:
    """A knob's name in `version` -> its name in `newest`, through all between."""
    names: dict[str, str] = {}
    for each in range(version, newest):
        step = RENAMED.get((node_id, each), {})
        names = {old: step.get(now, now) for old, now in names.items()}
        known = set(names.values())
        names.update({old: new for old, new in step.items() if old not in names and new not in known})
    return names
