"""A node's steps without its knobs: each switch is what it chooses now, and what is not chosen goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from .graph import Step
from .node_in_host import NodeInHost


def resolved(node: NodeInHost, steps: Sequence[Step]) -> tuple[Step, ...]:
    """The steps that lead to what the node shows; the last is its output. Reads keep the names of their knobs."""
    stands_for: dict[str, str] = {}
    kept: dict[str, Step] = {}
    for step in steps:
        inputs = tuple(stands_for.get(name, name) for name in step.inputs)
        if step.op == "switch":
            knob = str(step.params["knob"])
            choices = node.face.knob(knob).choices
            assert choices is not None
            stands_for[step.name] = inputs[choices.index(node.text(knob))]
        else:
            kept[step.name] = replace(step, inputs=inputs)
    last = steps[-1].name
    return reached(kept, stands_for.get(last, last))


def reached(steps: dict[str, Step], last: str) -> tuple[Step, ...]:
    """Those that `last` is made of, in their order."""
    wanted, open_ends = set(), [last]
    while open_ends:
        name = open_ends.pop()
        if name not in wanted:
            wanted.add(name)
            open_ends.extend(steps[name].inputs)
    return tuple(step for step in steps.values() if step.name in wanted)
