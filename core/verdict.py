"""What a solve's figures mean, in words an artist can act on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from .sequence import format_range

Word = Literal["good", "patch these frames", "add a key", "split"]

POOR = 0.5
"""Misfit above which a frame does not match; 0.15 to 0.35 is usual for a match, 0.6 for chance."""
UNSEEN = 0.45
"""Share of a frame's layer in the key below which the key is not enough for it."""
HIDDEN = 1e-3
"""Share of the picture under which a layer is hidden, not unseen by the key; older folders don't say, and count so."""
SLIDES = 1 / 240
"""Of the plate's width: disagreement of neighbouring maps, where 1/2000 is usual and 1/100 is a wrong place."""
LEAST_RUN = 3
"""Frames in a row that are worth a key of their own."""
GAP = 2
"""Good frames between bad ones that part no run."""
MOST_KEYS = 2
WORTH = 1 / 3
"""Need of a run, against the worst one's, for which a further key is proposed."""


@dataclass(frozen=True)
class Verdict:
    word: Word
    reason: str
    frames: tuple[int, ...] = ()
    keys: tuple[int, ...] = ()
    """Where further key frames would help most, in order of frames."""


def judge(figures: dict[str, Any], key: int, width: int) -> Verdict:
    """From `Model.figures`, of a plate as wide as `width` pixels."""
    frames = {int(n): f for n, f in figures["frames"].items() if int(n) != key}
    hidden = {n for n, f in frames.items() if f["covered"] == 0.0 and f.get("layer", 0.0) < HIDDEN}
    shown = {n: f for n, f in frames.items() if n not in hidden}
    if all(f["covered"] == 0.0 for f in shown.values()):
        return Verdict("split", "no frame shows the layer of the key frame; check the matte and the key")
    unseen = tuple(n for n, f in shown.items() if f["covered"] < UNSEEN)
    poor = tuple(n for n, f in shown.items() if f["misfit"] > POOR and f["covered"] > 0)
    if len(poor) > 0.5 * len(shown):
        return Verdict(
            "split",
            "most frames do not match the key frame: one sheet cannot stand for what is seen. Give a matte of one "
            "surface, or split the shot where it changes",
            poor,
        )
    need = {n: need_of(f) if n in shown else 0.0 for n, f in frames.items()}
    keys = propose_keys(need)
    if len(unseen) > 0.25 * len(shown):
        keys = keys or propose_keys(need, 1)
        return Verdict(
            "add a key",
            f"frames {format_range(unseen)} show mostly what key frame {key} does not: train again with "
            f"{key_options(key, keys)}, or paint them on a frame of their own (import --on {keys[0]})",
            unseen,
            keys,
        )
    sliding = tuple(n for n, f in shown.items() if f.get("agreement", 0.0) > SLIDES * width)
    bad = tuple(sorted({*poor, *unseen}))
    if sliding and not bad:
        return Verdict(
            "patch these frames",
            f"frames {format_range(sliding)} look alike but slide against their neighbours: look at paint there first. "
            "A key frame that is sharp and shows more of the surface, or a closer matte, may hold them",
            sliding,
        )
    if bad:
        reason = f"frames {format_range(bad)} match poorly; look at them first"
        if keys:
            reason += f"; if they show what key frame {key} does not, train again with {key_options(key, keys)}"
        return Verdict("patch these frames", reason, bad, keys)
    return Verdict("good", "all frames match the key frame")


def need_of(figures: Mapping[str, float]) -> float:
    """0 where a frame is served by the key, up to 1 where it shows nothing of it, or matches nothing."""
    unseen = max(0.0, 1 - figures["covered"] / UNSEEN)
    poor = min(max(0.0, (figures["misfit"] - POOR) / (1 - POOR)), 1.0)
    return max(unseen, poor)


def propose_keys(need: Mapping[int, float], least_run: int = LEAST_RUN) -> tuple[int, ...]:
    """The frame in the middle, weighted by need, of each run of frames that need a key; the worst runs, `MOST_KEYS`.

    A key sees to both sides of itself: the middle of a run covers most of it. Hidden frames have no need.
    """
    runs = [run for run in runs_of(need) if len(run) >= least_run]
    weight = {run: sum(need[n] for n in run) for run in runs}
    worst = sorted(runs, key=lambda run: -weight[run])[:MOST_KEYS]
    return tuple(sorted(middle_of(run, need) for run in worst if weight[run] >= WORTH * weight[worst[0]]))


def runs_of(need: Mapping[int, float]) -> list[tuple[int, ...]]:
    """Frames with need, in runs that end where more than `GAP` frames have none."""
    order = sorted(need)
    runs: list[list[int]] = []
    last = -GAP - 2
    for at, number in enumerate(order):
        if need[number] > 0:
            if at - last > GAP + 1:
                runs.append([])
            runs[-1].append(number)
            last = at
    return [tuple(run) for run in runs]


def middle_of(run: tuple[int, ...], need: Mapping[int, float]) -> int:
    """The frame up to which half of a run's need lies."""
    half, total = sum(need[n] for n in run) / 2, 0.0
    for number in run:
        total += need[number]
        if total >= half:
            return number
    return run[-1]


def key_options(key: int, keys: Iterable[int]) -> str:
    """Keys as `train` takes them."""
    return " ".join(f"--key {n}" for n in sorted({key, *keys}))
