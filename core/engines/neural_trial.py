"""What a training of fields will take: a few of its steps, on a few of its frames."""

from __future__ import annotations

from dataclasses import replace
from time import process_time

import numpy as np
import torch

from ..report import ShouldStop, silent
from ..shot import Shot
from .neural_build import make_fields
from .neural_device import choose_device, place_pictures
from .neural_pictures import Pictures
from .neural_train import Trainer

FRAMES, STEPS = 3, 4
FLOW_SECONDS = 1.2
"""Of one core, a megapixel: flow between two frames, both ways."""


def core_seconds_of(shot: Shot, should_stop: ShouldStop) -> float:
    """Of one core, on this machine; no more than `fields.core_seconds` allows."""
    settings, count = shot.settings.fields, len(shot.frames)
    at = np.linspace(0, count - 1, min(FRAMES, count)).round().astype(int)
    few = tuple(shot.frames[i] for i in at)
    key = shot.settings.key if shot.settings.key in few else few[len(few) // 2]
    own = shot.settings.model_copy(update={"key": key})
    torch.set_num_threads(shot.threads())
    begun = process_time()
    pictures = Pictures(replace(shot, frames=few, settings=own), None, 1, silent, should_stop)
    read = (process_time() - begun) / len(few)
    device = choose_device(settings.device)
    place_pictures(pictures, device)
    fields = make_fields(settings, len(few), pictures.size, shot.settings.seed).to(device)
    trainer = Trainer(fields, pictures, settings, 0)
    trainer.choose_precision()
    step = np.inf
    for _ in range(STEPS):  # the first ones also search flow
        begun = process_time()
        trainer.step()
        step = min(step, process_time() - begun)
    looked_at = min(settings.frames_per_step, len(trainer.drawer.shown))
    step *= min(settings.frames_per_step, count) / looked_at if settings.batch == "frames" else 1
    trained = min(settings.steps * step, settings.core_seconds or np.inf)
    pairs = count * (len(settings.flow_frames) + settings.flow_key) * (settings.losses.flow.weight > 0)
    pairs += count * (settings.start == "flow")
    flows = pairs * FLOW_SECONDS * pictures.size[0] * pictures.size[1] / 1e6
    return float(count * read + flows + trained)
