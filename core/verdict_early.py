"""What can be told of a shot once its planes are found, before the long part of the solve."""

from __future__ import annotations

from dataclasses import dataclass

from .sequence import format_range
from .verdict import UNSEEN, Verdict, propose_keys

LOST = 0.55
"""Misfit of a plane, a quarter of the size, above which nothing matches. Measured: up to 0.46 on shots that solve well,
sheets that bend and heads that turn included."""
MANY = 0.25
"""Share of the frames from which it is told as more than a few."""


@dataclass(frozen=True)
class Look:
    """A frame under its plane."""

    covered: float
    """Share of the frame's layer that the key frame shows."""
    misfit: float


def judge_early(looks: dict[int, Look | None], key: int) -> Verdict:
    """From every frame but the key; None where it shows no layer.

    A plane is not the last word: frames are named only where no sheet could help them.
    """
    shown = {n: look for n, look in looks.items() if look is not None}
    empty = tuple(n for n in looks if n not in shown)
    if len(empty) > 0.5 * len(looks):
        return Verdict(
            "patch these frames",
            f"the matte is empty in frames {format_range(empty)}: nothing is painted there; check it, or train the "
            "others alone with --frames",
            empty,
        )
    lost = tuple(n for n, look in shown.items() if look.misfit > LOST)
    if len(lost) > 0.5 * len(shown):
        return Verdict(
            "split",
            f"frames {format_range(lost)} match nothing of key frame {key}: give a matte of one surface, or split the "
            "shot where it changes (--frames)",
            lost,
        )
    unseen = tuple(n for n, look in shown.items() if look.covered < UNSEEN and n not in lost)
    need = {n: 0.0 if look is None else need_of(look) for n, look in looks.items()}
    what = []
    if unseen:
        what.append(f"frames {format_range(unseen)} show mostly what key frame {key} does not")
    if lost:
        what.append(f"frames {format_range(lost)} match nothing of key frame {key}")
    if not what:
        return Verdict("good", f"nothing speaks against key frame {key}{of_empty(empty)}")
    many = len(unseen) + len(lost) > MANY * len(shown)
    keys = propose_keys(need, 1 if many else 3)
    advice = f"; add {' '.join(f'--key {n}' for n in keys)}" if keys else "; look at them first when it is done"
    bad = tuple(sorted({*unseen, *lost}))
    return Verdict("add a key" if many else "patch these frames", " and ".join(what) + advice, bad, keys)


def need_of(look: Look) -> float:
    """0 where the key serves the frame, 1 where it shows nothing of it, or matches nothing."""
    return max(0.0, 1 - look.covered / UNSEEN, 1.0 if look.misfit > LOST else 0.0)


def of_empty(frames: tuple[int, ...]) -> str:
    return f"; the matte is empty in frames {format_range(frames)}, nothing is painted there" if frames else ""
