"""Whether what was made is still what would be made now: settings, files and what it rests on, against `made/`."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from . import protocol

MADE = "made"
NAMED = 6
"""Frames that a sentence names."""
MICROSECOND = 1000
"""In ns: finer times of the same file are not the same on all systems."""


def stage_of(command: str, output: str) -> str:
    """The note of what `export` or `propagate` wrote to `output`; `train` and `import/NAME` are their own."""
    return f"{command}/{hashlib.sha256(os.path.abspath(output).encode()).hexdigest()[:12]}"


def check(
    folder: Path, stage: str, wanted: Mapping[str, Any] | None = None, unasked: Collection[str] = ()
) -> list[str]:
    """Why it is stale, the most telling first; empty where it is up to date.

    wanted: settings by their dotted names, as they would be asked for now; unasked: those that are left to the preset
    or, of frames, to the shot. Looks at every file that was read: not for a host's interface, never while rendering.
    """
    made = protocol.read_json(made_file(folder, stage))
    command = stage.partition("/")[0]
    if made is None:
        return ["the unreel folder is gone: it was deleted or moved"] if not folder.is_dir() else [NOT_MADE[command]]
    now = {**inherited(folder, made, unasked), **(wanted or {})}
    settings = [*changed_settings(made, now), *no_longer_asked(made, unasked)]
    found = [*changed_files(made, command), *settings, *rests(folder, made)]
    return list(dict.fromkeys(found))


NOT_MADE = {
    "train": "nothing tells what it was made of: it is not trained to the end, or by an older Unreel",
    "export": "this canonical was not exported to its end",
    "import": "this texture was not imported",
    "propagate": "these frames were not rendered to their end",
}
AGAIN = {"train": "train", "export": "export", "import": "import", "propagate": "render"}
SINCE = {
    "train": "the solve",
    "export": "the export",
    "import": "the import",
    "propagate": "the frames were rendered",
}


def made_file(folder: Path, stage: str) -> Path:
    return folder / MADE / (stage + ".json")


def changed_files(made: Mapping[str, Any], command: str) -> Iterator[str]:
    """What is gone, then what is another file now."""
    for what, files in made.get("files", {}).items():
        gone, changed, last = [], [], 0.0
        for number, path, size, mtime_ns in files:
            try:
                state = os.stat(path)
            except OSError:
                gone.append(number)
                continue
            if state.st_size != size or state.st_mtime_ns // MICROSECOND != mtime_ns // MICROSECOND:
                changed.append(number)
                last = max(last, state.st_mtime)
        if gone:
            yield f"{named(what, gone)} {'is' if len(gone) == 1 else 'are'} gone"
        if changed:
            yield f"{named(what, changed)} changed since {SINCE[command]} ({moment(last)})"


def named(what: str, numbers: list[int | None]) -> str:
    """`plate frames 1003, 1007`; the file itself where it has no number."""
    known = sorted(number for number in numbers if number is not None)
    if not known:
        return f"the {what}"
    more = f" and {len(known) - NAMED} more" if len(known) > NAMED else ""
    return f"{what} frame{'s' if len(known) > 1 else ''} {', '.join(map(str, known[:NAMED]))}{more}"


def moment(seconds: float) -> str:
    """Today's without the day."""
    then = time.localtime(seconds)
    return time.strftime("%H:%M" if then[:3] == time.localtime()[:3] else "%Y-%m-%d %H:%M", then)


def remade_by(made: Mapping[str, Any]) -> str:
    """What is to be done again, in the words of the nodes' buttons."""
    if list(made.get("settings", {}).get("outputs") or ()) == ["live"]:
        return "make live"
    return AGAIN[str(made.get("stage", "")).partition("/")[0]]


def changed_settings(made: Mapping[str, Any], wanted: Mapping[str, Any]) -> Iterator[str]:
    """Those asked for now that are not what was used."""
    used = flat(made.get("settings", {}))
    for name, value in flat(wanted).items():
        before = used.get(name)
        if not same(name, before, value):
            yield f"{name} was {spoken(before)}, now {spoken(value)}: {remade_by(made)} again"


def no_longer_asked(made: Mapping[str, Any], unasked: Collection[str]) -> Iterator[str]:
    """Of a solve: what was given by itself, and is not any more."""
    used = flat(made.get("settings", {}))
    for name in made.get("asked", ()):
        if name in unasked:
            yield f"{name} was {spoken(used.get(name))}, now not set: {remade_by(made)} again"


def inherited(folder: Path, made: Mapping[str, Any], unasked: Collection[str]) -> dict[str, Any]:
    """Of frames: what the shot gives now where they ask nothing; its first layer speaks for all."""
    solves = [place for place in made.get("built_on", {}) if Path(place).name == "train.json"]
    now = protocol.read_json(folder / solves[0]) if solves else None
    given = flat((now or {}).get("inherited", {}))
    return {name: given[name] for name in unasked if name in given}


def flat(table: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """{"solve": {"proxy": 640}} as {"solve.proxy": 640}."""
    found: dict[str, Any] = {}
    for name, value in table.items():
        if isinstance(value, Mapping):
            found.update(flat(value, f"{prefix}{name}."))
        else:
            found[prefix + name] = value
    return found


PATHS = ("plate", "matte.path", "vectors.forward", "vectors.backward", "ocio", "output", "edit", "onto")


def same(name: str, before: Any, now: Any) -> bool:
    """A path by any of its names; a list and a tuple; nothing, and what is as good: an empty list, False, 0.0."""
    if name in PATHS and isinstance(before, str) and isinstance(now, str):
        return os.path.abspath(before) == os.path.abspath(now)
    if isinstance(before, (list, tuple)) or isinstance(now, (list, tuple)):
        return list(before or ()) == list(now or ())
    if before is None and isinstance(now, (bool, float)):
        return not now
    return bool(before == now)


def spoken(value: Any) -> str:
    return "not set" if value is None else str(value)


def rests(folder: Path, made: Mapping[str, Any]) -> Iterator[str]:
    """Solves and textures that are others now; of a shot with layers, each layer's own solve."""
    command = str(made.get("stage", "")).partition("/")[0]
    for place, made_id in made.get("built_on", {}).items():
        layer = place.split("/")[1] + ": " if place.startswith("layers/") else ""
        now = protocol.read_json(folder / place)
        if now is None:
            if made_id is not None:
                yield f"{layer}{what_of(place)} is gone"
            continue
        if command == "train":
            yield from (layer + reason for reason in changed_files(now, "train"))
        if now.get("id") != made_id:
            yield f"{layer}{what_of(place)} was {verb_of(place)} again since: {remade_by(made)} again"


def what_of(place: str) -> str:
    return f"the texture {Path(place).stem}" if "/import/" in place else "the shot"


def verb_of(place: str) -> str:
    return "imported" if "/import/" in place else "trained"
