"""What a verdict advises, as something to press."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["keys", "matte", "look", "paint", "next"]
"""Train again with more keys; go to the matte; look at a frame; paint on a frame; go on."""
MEANS = {
    "good": "Good",
    "patch these frames": "Good, but for some frames",
    "add a key": "One key frame is not enough",
    "split": "More than one surface",
}


ADD_KEY, ADD_KEYS, LOOK, PAINT = "Add key {}", "Add keys {}", "Look at {}", "Paint on {} instead"
FIX, MAKE, GO_ON = "Fix the matte", "Make a matte", "Go on to the canonical"
LABELS = (ADD_KEY, ADD_KEYS, LOOK, PAINT, FIX, MAKE, GO_ON)


@dataclass(frozen=True)
class Advice:
    kind: Kind
    label: str
    """One of `LABELS`, for its button."""
    about: str = ""
    """Frames or keys that stand in the label."""
    frames: tuple[int, ...] = ()
    keys: tuple[int, ...] = ()
    """For `keys`: all that the training is to have, its own first."""


def title_of(told: Mapping[str, Any]) -> str:
    """The verdict in a few plain words."""
    word = word_of(told)
    return MEANS.get(word, word.capitalize())


def word_of(told: Mapping[str, Any]) -> str:
    return str(told.get("verdict", "")).partition(":")[0]


def reason_of(told: Mapping[str, Any]) -> str:
    """A sentence; options of the command line are none here."""
    reason = str(told.get("verdict", "")).partition(":")[2].strip()
    for marked in (": train again with --key", "; if they show what key frame"):
        reason = reason.partition(marked)[0]
    return f"{reason[:1].upper()}{reason[1:]}." if reason else ""


def advice_of(told: Mapping[str, Any], has_matte: bool) -> tuple[Advice, ...]:
    """What helps most comes first."""
    word = word_of(told)
    frames, more = tuple(told.get("frames") or ()), tuple(told.get("keys") or ())
    key = told.get("key")
    found: list[Advice] = []
    if more and key is not None:
        label = ADD_KEY if len(more) == 1 else ADD_KEYS
        found.append(Advice("keys", label, ", ".join(map(str, more)), frames, (int(key), *more)))
    if word == "split":
        found.append(Advice("matte", FIX if has_matte else MAKE))
    if word == "patch these frames" and has_matte:
        found.append(Advice("matte", FIX, frames=frames))
    if frames:
        at = 0 if word == "patch these frames" else len(found)
        found.insert(at, Advice("look", LOOK, str(frames[0]), frames))
    if word == "add a key" and more:
        found.append(Advice("paint", PAINT, str(more[0]), (more[0],)))
    if word in ("good", "patch these frames"):
        found.append(Advice("next", GO_ON))
    return tuple(found)
