"""Train: a shot solved into its unreel folder, layer by layer and key by key."""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path
from typing import Any

from typing_extensions import assert_never

from .engines import codef
from .errors import Cancelled, LostProcess, UnreelError, UsageError
from .folder_lock import locked
from .history import forget_oldest, keep_version, write_told
from .join import joined
from .launched import launched_size
from .log_file import logged_to
from .made import beside_solve, files_read, forget, resting_on, solve_table, write_made
from .model import Model
from .moved_textures import warn_of_moved_textures
from .preview import Previews
from .report import OnReport, ShouldStop
from .request import settings_for
from .settings import ShotSettings
from .shot import Shot, open_shot
from .solved import Solved
from .unreel_folder import Training, UnreelFolder, make_folder

log = logging.getLogger(__name__)


def train(
    plate: str | None,
    output: Path,
    values: dict[str, Any],
    resume: bool,
    report: OnReport,
    should_stop: ShouldStop,
) -> dict[str, Any]:
    """Solve a shot into `output`. `plate` is a sequence or a `shot.yaml`; with `resume` it may be left out.

    What is told of it is empty in all but the first of several processes.
    """
    if launched_size() > 1:
        from .engines.neural_together import train_together  # only here: torch takes a second to import

        return train_together(lambda: train_here(plate, output, values, resume, report, should_stop), should_stop)
    return train_here(plate, output, values, resume, report, should_stop)


def train_here(
    plate: str | None,
    output: Path,
    values: dict[str, Any],
    resume: bool,
    report: OnReport,
    should_stop: ShouldStop,
) -> dict[str, Any]:
    """The same in this process. UsageError where several were started and the engine trains no fields."""
    settings = settings_for(plate, UnreelFolder(output), values, resume)
    if launched_size() > 1 and settings.solve.engine != "fields":
        raise UsageError("only fields are trained by several processes; leave torchrun out, or choose --preset codef")
    shots = {name: open_shot(alone) for name, alone in settings_alone(settings).items()}  # before a folder is made
    fresh = not output.exists()
    should_stop = while_there(make_folder(output), should_stop)
    with locked(output, "trained", exclusive=True):
        if settings.layers:
            return train_layers(settings, shots, output, values, resume, report, should_stop)
        return train_one(shots[""], output, values, fresh, resume, report, should_stop)


def while_there(folder: UnreelFolder, should_stop: ShouldStop) -> ShouldStop:
    """`should_stop`, which raises FolderGone where there is nothing left to train into."""

    def ask() -> bool:
        folder.require_there()
        return should_stop()

    return ask


def settings_alone(settings: ShotSettings) -> dict[str, ShotSettings]:
    """Those of each layer, by its name; of a shot without layers its own, by no name."""
    names = [layer.name for layer in settings.layers]
    return {name: layer_settings(settings, name) for name in names} if names else {"": settings}


def train_layers(
    settings: ShotSettings,
    shots: dict[str, Shot],
    output: Path,
    values: dict[str, Any],
    resume: bool,
    report: OnReport,
    should_stop: ShouldStop,
) -> dict[str, Any]:
    """Each layer into a folder of its own in the shot's."""
    folder = UnreelFolder(output)
    folder.begin(settings, "", resume)
    told = {}
    for name, shot in shots.items():
        log.info("layer %s", name)
        at = folder.layer_path(name)
        told[name] = train_one(shot, at, values, not at.exists(), resume, under(name, report), should_stop)
    forget(folder, "train")
    folder.finish_layers(settings)
    parts = {k: v for name in shots for k, v in resting_on(folder, folder.layer(name), ["train"]).items()}
    write_made(folder, "train", {}, solve_table(settings), parts, beside_solve(settings, values))
    return {"unreel": str(output), **summary_of(told), "layers": told}


def under(name: str, report: OnReport) -> OnReport:
    """Reports of a part of the work, with its name before the stage."""
    return lambda said: report(replace(said, stage=f"{name}: {said.stage}"))


def summary_of(layers: dict[str, dict[str, Any]]) -> dict[str, str]:
    """A line for each layer, from what was told of it."""
    return {name: f"key {told['key']}, {told['verdict']}" for name, told in layers.items()}


def layer_settings(settings: ShotSettings, name: str) -> ShotSettings:
    """The settings of one layer alone: its matte, and those of the layers before it."""
    at = [layer.name for layer in settings.layers].index(name)
    layer = settings.layers[at]
    front = tuple(before.matte for before in settings.layers[:at] if before.matte is not None)
    own = {"matte": layer.matte, "front": front, "key": layer.key, "further_keys": layer.further_keys}
    return settings.model_copy(update={"layers": (), **own})


def train_one(
    shot: Shot,
    output: Path,
    values: dict[str, Any],
    fresh: bool,
    resume: bool,
    report: OnReport,
    should_stop: ShouldStop,
) -> dict[str, Any]:
    """A shot, or one layer of it. values: what was asked for by itself. fresh: the folder was not there before."""
    folder = make_folder(output)
    training, files = Training(shot.settings, shot.fingerprint(), finished=False), files_read(shot)
    if resume and folder.is_finished(training):
        log.info("%s is trained already, of the same files and settings", output)
        return write_told(folder, folder.read_model())
    try:
        start = folder.begin(training.settings, training.inputs, resume)
        with logged_to(folder.log_file):
            model = fit(shot, folder, start, resume, report, should_stop)
            folder.write_checkpoint(model)  # what is reached, if the rest is stopped
            keys = fit_further_keys(shot, folder, model, report, should_stop)
            model = keys.pop(model.key)
            warn_of_moved_textures(folder, model.key, tuple(keys))
        keep_version(folder)
        forget_oldest(folder)
        forget(folder, "train")
        folder.finish(training, model, keys)
        write_made(folder, "train", files, solve_table(shot.settings), {}, beside_solve(shot.settings, values))
    except (Cancelled, LostProcess):
        raise
    except UnreelError:
        if fresh:
            folder.abandon()
        raise
    return write_told(folder, model)


def fit(
    shot: Shot, folder: UnreelFolder, start: Model | None, resume: bool, report: OnReport, should_stop: ShouldStop
) -> Model:
    """By the engine that the settings name."""
    engine, previews = shot.settings.solve.engine, Previews(shot, folder.preview_folder)
    if engine == "codef":
        flow, segments, keep = folder.flow_folder, folder.segment_folder, folder.write_checkpoint
        return codef.fit(shot, report, should_stop, keep, start, flow, previews, segments)
    if engine == "fields":
        if start is not None and not folder.fields_checkpoint_file.exists():
            return start  # trained to its end
        from .engines import neural  # only here: torch takes a second to import

        fields, checkpoint = folder.fields_file, folder.fields_checkpoint_file
        return neural.fit(shot, report, should_stop, fields, checkpoint, resume, folder.flow_folder, previews)
    assert_never(engine)


def fit_further_keys(
    shot: Shot, folder: UnreelFolder, model: Model, report: OnReport, should_stop: ShouldStop
) -> dict[int, Model]:
    """The shot against each of its keys, by frame number; maps go by way of the key that sees a frame best."""
    models = {model.key: model}
    for key in dict.fromkeys(shot.settings.further_keys):
        if key == model.key:
            continue
        alone = replace(shot, settings=shot.settings.model_copy(update={"key": key}))
        of_key, previews = under(f"key {key}", report), Previews(alone, folder.preview_folder)
        models[key] = codef.fit(alone, of_key, should_stop, flow_folder=folder.flow_folder, previews=previews)
    if len(models) == 1:
        return models
    return {key: joined(own, models, Solved(shot, own).pyramid) for key, own in models.items()}
