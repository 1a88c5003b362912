"""One training by several processes: the first trains as one alone does, the others step with it."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load, save

from ..errors import LostProcess
from ..launched import launched_here
from ..report import OnReport, ShouldStop, silent
from ..settings import ShotSettings
from ..shot import Shot, open_shot
from .neural_build import make_fields
from .neural_device import choose_device, place_pictures
from .neural_file import Saved
from .neural_pictures import Pictures
from .neural_team import Team, joined_team, present_team
from .neural_train import Trainer

log = logging.getLogger(__name__)


def train_together(train: Callable[[], dict[str, Any]], should_stop: ShouldStop) -> dict[str, Any]:
    """What the first process' `train` tells; nothing in the others, which help as long as it lives."""
    with joined_team() as team:
        if team.rank:
            help_the_first(team, should_stop)
            return {}
        told = train()
        team.tell(b"")
        return told


def help_the_first(team: Team, should_stop: ShouldStop) -> None:
    """Step with the first process in whatever it trains, until it is done. No file but the plate's is looked at."""
    try:
        while said := team.hear():
            shot = open_shot(ShotSettings.model_validate_json(said))
            trainer = make_trainer(shot, None, silent, should_stop)
            share_state(trainer)
            while trainer.steps < trainer.settings.steps and not team.agreed(should_stop()):
                trainer.step()
    except LostProcess:
        log.info("process %d of %d ends, since the training has", team.rank + 1, team.size)


def make_trainer(shot: Shot, flow_folder: Path | None, report: OnReport, should_stop: ShouldStop) -> Trainer:
    """Of the shot's pictures and settings, before the first step."""
    settings, team = shot.settings.fields, present_team()
    threads = max(1, shot.threads() // launched_here())
    torch.set_num_threads(threads)
    device = choose_device(settings.device)
    pictures = Pictures(shot, flow_folder, threads, report, should_stop)
    place_pictures(pictures, device)
    fields = make_fields(settings, len(pictures.numbers), pictures.size, shot.settings.seed).to(device)
    return Trainer(fields, pictures, settings, shot.settings.seed, team)


def call_team(trainer: Trainer, shot: Shot) -> None:
    """The others begin to read the same."""
    key = trainer.pictures.numbers[trainer.pictures.key]
    trainer.team.tell(shot.settings.model_copy(update={"key": key}).model_dump_json().encode())


def share_state(trainer: Trainer) -> None:
    """What the first process begins with, or goes on from, is what all do."""
    team = trainer.team
    if team.size > 1 and team.rank == 0:
        header, tensors = trainer.state()
        team.tell(json.dumps(header).encode())
        team.tell(save({name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}))
    elif team.size > 1:
        trainer.load(Saved(json.loads(team.hear()), load(team.hear())))
    trainer.join()
