"""`made/STAGE.json`: what a result was made of, so that a host can tell whether it is still that."""

from __future__ import annotations

import hashlib
import json
import logging
import time
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager, suppress
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from .errors import UnreelError
from .folder_lock import alone_with
from .frame import Attribute, Frame
from .path_map import here, remembered, shared_time
from .sequence import Sequence
from .settings import ShotSettings, dotted_names
from .shot import Shot
from .unreel_folder import UnreelFolder
from .whole_file import replaced_whole

log = logging.getLogger(__name__)

MADE = "made"
SCHEMA = 1
ATTRIBUTE = "unreel/made"
"""In the header of a file that was written elsewhere: `content_id` of its note."""
FRAME = "unreel/frame"
"""Beside it in each frame that is propagated: what that one is made of, the files of the plate included."""
WHERE = {"output", "frames", "outputs", "textures"}
"""Settings of a note that change nothing of a file; which textures are on it, in which order, `built_on` says."""
OF_PROPAGATION: Any = {"light": True, "match": True, "solve": {"threads", "memory"}}
"""Settings that change nothing of a solve."""

Files = dict[str, list[tuple[int | None, str, int, int]]]
"""What a file is to the shot (`plate`, `matte`) -> frame number, path, size, time of change in ns."""


def made_file(folder: UnreelFolder, stage: str) -> Path:
    """stage: `train`, `import/NAME`, or `stage_of` what is written elsewhere."""
    return folder.path / MADE / f"{stage}.json"


def stage_of(command: str, output: str | Path) -> str:
    """`export` and `propagate` have a note for each output, which any program can find by its full name."""
    return f"{command}/{hashlib.sha256(remembered(output, Path.cwd()).encode()).hexdigest()[:12]}"


def files_read(shot: Shot, frames: Iterable[int] | None = None) -> Files:
    """What a shot, or these frames of it, is read from, as it is now."""
    wanted = None if frames is None else set(frames)
    found: Files = {}
    for what, sequences in shot.input_sequences().items():
        for sequence in sequences:
            numbers = shot.frames if wanted is None else [number for number in shot.frames if number in wanted]
            found.setdefault(what, []).extend(states_of(sequence, numbers))
    return found


def files_of_all(shots: Iterable[Shot], frames: Iterable[int] | None = None) -> Files:
    """What several layers are read from, each file once."""
    found: Files = {}
    for shot in shots:
        for what, states in files_read(shot, frames).items():
            found[what] = list(dict.fromkeys([*found.get(what, ()), *states]))
    return found


def states_of(sequence: Sequence, frames: Iterable[int]) -> list[tuple[int | None, str, int, int]]:
    """These frames of a sequence that there are, as they are now; a still has no number."""
    if sequence.still:
        return state_of(sequence.path(0))
    return [state for n in frames if n not in sequence.missing for state in state_of(sequence.path(n), n)]


def state_of(path: Path, number: int | None = None) -> list[tuple[int | None, str, int, int]]:
    """A file as it is now; none where it is not there."""
    try:
        state = path.stat()
    except OSError:
        return []
    return [(number, remembered(path.absolute()), state.st_size, state.st_mtime_ns)]


def solve_table(settings: ShotSettings) -> dict[str, Any]:
    """The settings that a solve is made with."""
    return settings.model_dump(mode="json", exclude_none=True, exclude=OF_PROPAGATION)


def beside_solve(settings: ShotSettings, values: Mapping[str, Any]) -> dict[str, Any]:
    """What the note of a solve says for those who ask later whether all is as it was.

    `asked`: names of the settings that were given by themselves, and not by a preset or a `shot.yaml`; `inherited`:
    what propagation takes where nothing else is asked of it.
    """
    return {
        "asked": sorted(dotted_names(values)),
        "inherited": settings.model_dump(mode="json", include={"light", "match"}),
    }


def write_made(
    folder: UnreelFolder,
    stage: str,
    files: Files,
    settings: Mapping[str, Any],
    built_on: Mapping[str, str | None],
    beside: Mapping[str, Any] = MappingProxyType({}),
) -> str:
    """Note what a stage was made of; its id, which is the same for the same.

    built_on: ids of the notes it rests on, by their path in the folder. beside: what is noted too, and not in the id.
    """
    table = {"schema": SCHEMA, "stage": stage, "files": files, "settings": settings, "built_on": built_on}
    made = digest(table)
    folder.require_there()
    with replaced_whole(made_file(folder, stage)) as temporary:
        content = content_id(settings, built_on)
        told = {"id": made, "content": content, **table, **beside, "time": round(time.time(), 3)}
        temporary.write_text(json.dumps(told, ensure_ascii=False, default=str), encoding="utf-8")
    return made


def digest(table: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(table, sort_keys=True, default=str).encode()).hexdigest()[:16]


def content_id(settings: Mapping[str, Any], built_on: Mapping[str, str | None]) -> str:
    """The same for the same solve, textures and settings, wherever the files go and whichever frames are asked for.

    built_on: in its order, for textures are laid in theirs.
    """
    chosen = {name: value for name, value in settings.items() if name not in WHERE}
    return digest({"settings": chosen, "built_on": list(built_on.items())})


def stamped(frame: Frame, content: str, frame_id: str | None = None) -> Frame:
    """The frame with its `content_id` in the header, and its own id where it is one of a shot's.

    One that was made by Unreel before loses what it had.
    """
    ids = {ATTRIBUTE: content} if frame_id is None else {ATTRIBUTE: content, FRAME: frame_id}
    kept = {name: value for name, value in frame.metadata.items() if name != FRAME}
    return replace(frame, metadata={**kept, **{name: Attribute("string", value) for name, value in ids.items()}})


def forget(folder: UnreelFolder, stage: str) -> None:
    """Before a stage is made anew: while it is half done, nobody can say what it was made of."""
    with suppress(OSError):
        made_file(folder, stage).unlink(missing_ok=True)


def forget_others(
    folder: UnreelFolder, stage: str, settings: Mapping[str, Any], built_on: Mapping[str, str | None]
) -> None:
    """Before a part of the frames is made: a note of other settings or solves goes, that of parts like it stays."""
    with alone_with_note(folder, stage):
        if noted(folder, stage, settings, built_on) is None:
            forget(folder, stage)


def alone_with_note(folder: UnreelFolder, stage: str) -> AbstractContextManager[None]:
    """One at a time of those that make parts of a stage."""
    return alone_with(folder.path, stage.replace("/", "."))


def write_made_if_possible(
    folder: UnreelFolder, stage: str, files: Files, settings: Mapping[str, Any], built_on: Mapping[str, str | None]
) -> None:
    """For what lies elsewhere: it is whole, though the unreel folder be read-only, or gone."""
    try:
        write_made(folder, stage, files, settings, built_on)
    except UnreelError as error:
        log.warning("%s; whether this result is up to date cannot be told later", error)


def add_made(
    folder: UnreelFolder, stage: str, files: Files, settings: Mapping[str, Any], built_on: Mapping[str, str | None]
) -> None:
    """As `write_made_if_possible`, of a part of the frames: what was noted of other parts of the same stays."""
    with alone_with_note(folder, stage):
        before = noted(folder, stage, settings, built_on)
        write_made_if_possible(folder, stage, added(before, files), settings, built_on)


def noted(
    folder: UnreelFolder, stage: str, settings: Mapping[str, Any], built_on: Mapping[str, str | None]
) -> dict[str, list[Any]] | None:
    """The files that a stage's note names; None where there is none, or it was made otherwise."""
    try:
        told = json.loads(made_file(folder, stage).read_text(encoding="utf-8"))
        same = digest({"settings": settings, "on": built_on}) == digest(
            {"settings": told["settings"], "on": told["built_on"]}
        )
        return dict(told["files"]) if same else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def added(before: Mapping[str, list[Any]] | None, now: Files) -> Files:
    """The files of several parts of a render, each once, and as it was read last."""
    found: Files = {}
    for what in dict.fromkeys([*(before or {}), *now]):
        states = {
            (at, path): (at, path, *state) for at, path, *state in [*(before or {}).get(what, ()), *now.get(what, ())]
        }
        found[what] = sorted(states.values(), key=lambda state: (state[0] or 0, state[1]))
    return found


def made_id(folder: UnreelFolder, stage: str) -> str | None:
    """The id of a stage; None where it was made by a version that noted nothing."""
    return (read_note(made_file(folder, stage)) or {}).get("id")


def read_note(path: Path) -> dict[str, Any] | None:
    """What a stage was made of; None where nothing tells."""
    try:
        table = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return table if isinstance(table, dict) else None


def is_made(folder: UnreelFolder, stage: str, wanted: Mapping[str, Any]) -> bool:
    """Whether a stage was made of these settings, files, solves and textures as they are now.

    wanted: as JSON has them; those of which a note says nothing change nothing.
    """
    made = read_note(made_file(folder, stage))
    if made is None or made.get("schema") != SCHEMA:
        return False
    same = all(wanted[name] == value for name, value in made["settings"].items() if name in wanted)
    same_files = all(is_same(*file) for states in made["files"].values() for file in states)
    rests = made["built_on"].items()
    return same and same_files and all((read_note(folder.path / at) or {}).get("id") == its for at, its in rests)


def is_same(number: int | None, path: str, size: int, time: int) -> bool:
    """Whether a file is there as it was noted."""
    states = [(now_size, shared_time(now)) for *_, now_size, now in state_of(Path(here(path)), number)]
    return states == [(size, shared_time(time))]


def resting_on(root: UnreelFolder, folder: UnreelFolder, stages: Iterable[str]) -> dict[str, str | None]:
    """`built_on` of a note in `root`, for stages of `folder`, which is it or one of its layers."""
    return {made_file(folder, s).relative_to(root.path).as_posix(): made_id(folder, s) for s in stages}
