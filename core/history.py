"""`history/NNN/`: what earlier trainings of an unreel folder led to, to go back to; and what to do about a stopped one.

A version is laid out as an unreel folder of its own, which can be looked at and exported from.
"""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .errors import InputError, UsageError
from .folder_lock import locked
from .made import forget, made_file
from .model import Model
from .moved_textures import warn_of_moved_textures
from .unreel_folder import LAYERS, UnreelFolder
from .verdict import judge
from .whole_file import replaced_whole

log = logging.getLogger(__name__)

HISTORY = "history"
TOLD = "told.json"
KEPT = 5
"""Versions; the oldest go."""


def told_of(path: Path, model: Model) -> dict[str, Any]:
    """What a training tells at its end; `frames` and `keys` are the verdict's."""
    verdict = judge(model.figures, model.key, model.raster.width)
    return {
        "unreel": str(path),
        "key": model.key,
        "surface": model.stiffness,
        "psnr": model.figures["mean"]["psnr"],
        "verdict": f"{verdict.word}: {verdict.reason}",
        "frames": list(verdict.frames),
        "keys": list(verdict.keys),
    }


def write_told(folder: UnreelFolder, model: Model) -> dict[str, Any]:
    """What a training tells, also to those who come later: with when it was, and its preset."""
    told = told_of(folder.path, model)
    more = {"time": folder.model_file.stat().st_mtime, "preset": folder.read_settings().preset}
    with replaced_whole(folder.path / TOLD) as temporary:
        temporary.write_text(json.dumps({**told, **more}), encoding="utf-8")
    return told


def version_folder(folder: UnreelFolder, version: int) -> UnreelFolder:
    return UnreelFolder(folder.path / HISTORY / f"{version:03d}")


def versions(folder: UnreelFolder) -> tuple[int, ...]:
    """Oldest first."""
    found = (folder.path / HISTORY).glob("[0-9]*/" + TOLD)
    return tuple(sorted(int(path.parent.name) for path in found if path.parent.name.isdigit()))


def solve_files(folder: UnreelFolder) -> Iterator[Path]:
    """What a finished training has left, by paths in its folder; the note that tells that it is whole comes last."""
    keys = (folder.key_file(str(key)) for key in folder.read_settings().further_keys)
    told, note = folder.path / TOLD, made_file(folder, "train")
    for path in (folder.model_file, folder.fields_file, *keys, folder.shot_file, told, note):
        if path.exists():
            yield path.relative_to(folder.path)


def keep_version(folder: UnreelFolder) -> int | None:
    """Keep what the last training led to, before another takes its place; its number, or None where there is none."""
    if not folder.shot_file.exists() or not folder.model_file.exists():
        return None
    number = max(versions(folder), default=0) + 1
    place = version_folder(folder, number).path
    half = place.with_name(f".{place.name}.tmp")
    shutil.rmtree(half, ignore_errors=True)
    if not (folder.path / TOLD).exists():  # of an older version
        write_told(folder, folder.read_model())
    for part in solve_files(folder):
        with replaced_whole(half / part) as temporary:
            shutil.copy2(folder.path / part, temporary)
    half.rename(place)
    return number


def forget_oldest(folder: UnreelFolder) -> None:
    """Until no more than `KEPT` are left."""
    for old in versions(folder)[:-KEPT]:
        shutil.rmtree(version_folder(folder, old).path, ignore_errors=True)


def restore(path: Path, version: int | None) -> dict[str, Any]:
    """Go back to a version, by default the newest; what is there now becomes one. A stopped training stays as it is."""
    with locked(path, "taken back to an earlier training", exclusive=True):
        folder = UnreelFolder(path)
        folder.require_trained()
        there = versions(folder)
        if not there:
            raise InputError(f"{path} has no earlier training; there is one when it has been trained a second time")
        number = there[-1] if version is None else version
        if number not in there:
            raise UsageError(f"{path} has no version {number}; there is {', '.join(map(str, there))}")
        source = version_folder(folder, number)
        model, further = source.read_model(), source.read_settings().further_keys
        warn_of_moved_textures(folder, model.key, further)
        kept = keep_version(folder)
        take_back(folder, source)
        shutil.rmtree(source.path, ignore_errors=True)
    log.info("back to version %d; what was there is version %d", number, kept)
    return told_of(path, model) | {"kept": kept}


def take_back(folder: UnreelFolder, source: UnreelFolder) -> None:
    """The solve of a version in place of the folder's. Broken off, the folder says that it is not made to its end."""
    before, stopped = set(solve_files(folder)), is_stopped(folder)
    forget(folder, "train")
    folder.drop_made()
    parts = list(solve_files(source))
    for part in parts:
        with replaced_whole(folder.path / part) as temporary:
            shutil.copy2(source.path / part, temporary)
    for left in before - set(parts):
        (folder.path / left).unlink(missing_ok=True)
    if not stopped:  # what the note and the checkpoint of the last training are about is gone
        folder.training_file.unlink(missing_ok=True)
        folder.fields_checkpoint_file.unlink(missing_ok=True)


def is_stopped(folder: UnreelFolder) -> bool:
    """Whether a training was begun that has not come to its end."""
    training = folder.read_training()
    return training is not None and not training.finished


def discard(path: Path) -> dict[str, Any]:
    """Throw away what a stopped training has reached. A folder that was never trained to the end goes with it."""
    with locked(path, "cleared of a stopped training", exclusive=True):
        folder = UnreelFolder(path)
        if not folder.exists:
            raise InputError(f"{path} is no unreel folder; there is nothing to discard")
        training = folder.read_training()
        if training is None or training.finished:
            return {"unreel": str(path), "discarded": "nothing: no training was stopped"}
        for layer in training.settings.layers:
            clear(UnreelFolder(folder.layer_path(layer.name)))
        clear(folder)
        left = "an earlier training" if folder.shot_file.exists() else "nothing"
    return {"unreel": str(path), "discarded": "the stopped training", "left": left}


def clear(folder: UnreelFolder) -> None:
    if not is_stopped(folder):
        return
    for file in (folder.checkpoint_file, folder.fields_checkpoint_file):
        file.unlink(missing_ok=True)
    shutil.rmtree(folder.segment_folder, ignore_errors=True)
    if not folder.shot_file.exists():
        shutil.rmtree(folder.path / LAYERS, ignore_errors=True)  # of a shot that never was
        folder.abandon()
    folder.training_file.unlink(missing_ok=True)
    shutil.rmtree(folder.preview_folder, ignore_errors=True)
