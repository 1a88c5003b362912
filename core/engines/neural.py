"""The engine of trained fields: a canonical and a deformation by gradient descent, CoDeF's among them.

The result is the default engine's: a map a frame onto the key frame. The fields are kept beside it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from time import monotonic

import numpy as np
import torch
from torch import Tensor

from ..errors import Cancelled, LostProcess, OutOfMemory
from ..fields.canonical_fields import canvas_of, pixel_centres_unit, render_canonical
from ..fields.frame_map import IDENTITY, FrameMap, evaluate_map
from ..memory import says_so
from ..model import Model
from ..preview import Drawn, Previews, grown
from ..report import OnReport, Report, ShouldStop
from ..shot import Shot
from ..solve.consistency import measure_consistency
from ..solve.figures import Figures, measure_frame, measure_shot
from . import codef
from .neural_build import Fields
from .neural_file import identity_of, read_checkpoint, write_fields, write_saved
from .neural_log import TrainingLog, open_log
from .neural_maps import compute_frame_map, make_key_inverse
from .neural_start import ReadMap, flow_map, start_canonical, start_deformation
from .neural_together import call_team, make_trainer, share_state
from .neural_train import Trainer, psnr_of
from .reading import LUMA_GAIN
from .solving import chain_settings

log = logging.getLogger(__name__)

CHECKPOINT_SECONDS = 60.0
SCALARS_EVERY, PICTURES_EVERY = 10, 200
PARTS = 5
"""Of the shot, that previews go round."""


def fit(
    shot: Shot,
    report: OnReport,
    should_stop: ShouldStop,
    fields_file: Path,
    checkpoint_file: Path,
    resume: bool,
    flow_folder: Path | None = None,
    previews: Previews | None = None,
) -> Model:
    """Train the fields of a shot, and turn them into maps.

    Cancelled after a last checkpoint when `should_stop` says so; `resume` goes on from a checkpoint of the same.
    """
    settings = shot.settings.fields
    train_log = open_log(settings.log)
    try:
        trainer = make_trainer(shot, flow_folder, report, should_stop)
        call_team(trainer, shot)
        run = _Run(shot, trainer, report, should_stop, checkpoint_file, train_log, previews)
        run.begin(resume, flow_folder)
        share_state(trainer)
        run.train()
        run.checkpoint()
        with trainer.averaged():
            model = run.model()
            write_fields(fields_file, trainer.fields, settings, run.header())
    except RuntimeError as error:
        if not says_so(error):
            raise
        raise OutOfMemory("the fields need more memory; use a smaller solve.proxy or fields.batch=points") from None
    finally:
        train_log.close()
    if trainer.steps >= settings.steps:  # else there is something to go on with
        checkpoint_file.unlink(missing_ok=True)
    return model


class _Run:
    def __init__(
        self,
        shot: Shot,
        trainer: Trainer,
        report: OnReport,
        should_stop: ShouldStop,
        checkpoint_file: Path,
        train_log: TrainingLog,
        previews: Previews | None = None,
    ) -> None:
        self.shot, self.trainer, self.report, self.should_stop = shot, trainer, report, should_stop
        self.checkpoint_file, self.log, self.previews = checkpoint_file, train_log, previews
        self.pictures, self.settings = trainer.pictures, trainer.settings
        self.shown = 0
        """Previews so far."""
        self.identity = identity_of(shot, self.pictures.numbers[self.pictures.key])

    def begin(self, resume: bool, flow_folder: Path | None) -> None:
        """From a checkpoint, or from the start that the settings ask for."""
        saved = read_checkpoint(self.checkpoint_file, self.identity) if resume else None
        if saved is not None:
            self.trainer.load(saved)
            log.info("going on from step %d of %d", self.trainer.steps, self.settings.steps)
            return
        self.trainer.choose_precision()
        fields, pictures = self.trainer.fields, self.pictures
        if self.settings.start != "zero":
            read_map = self.known_maps(flow_folder)
            start_deformation(
                fields, pictures, read_map, self.settings.start_steps, self.trainer.generator, self.told("deformation")
            )
        if self.settings.canonical_start == "key" or self.settings.canonical_fixed:
            start_canonical(fields, pictures, self.settings.start_steps, self.trainer.generator, self.told("canonical"))

    def told(self, stage: str) -> Callable[[int, int], None]:
        def tell(done: int, total: int) -> None:
            self.report(Report(stage, done, total))
            if self.should_stop():
                raise Cancelled("stopped before the first step of training")

        return tell

    def known_maps(self, flow_folder: Path | None) -> ReadMap:
        """Where the deformation starts: the flow to the key frame, or the default engine's solve."""
        if self.settings.start == "flow":
            return lambda frame: flow_map(self.pictures, frame)
        width, height = self.pictures.size
        x, y = np.arange(width, dtype=float), np.arange(height, dtype=float)
        key = self.pictures.numbers[self.pictures.key]
        shot = replace(self.shot, settings=self.shot.settings.model_copy(update={"key": key}))
        solved = codef.fit(shot, self.report, self.should_stop, flow_folder=flow_folder)
        return lambda frame: (
            evaluate_map(solved.maps[self.pictures.numbers[frame]], x, y),
            self.pictures.mask(frame),
        )

    def train(self) -> None:
        trainer, total = self.trainer, self.settings.steps
        saved_at = monotonic()
        while trainer.steps < total:
            try:
                if trainer.team.agreed(trainer.out_of_time or self.should_stop()):
                    break
                losses = trainer.step()
            except LostProcess as error:
                self.checkpoint()
                kept = f"{trainer.steps} of {total} steps are kept"
                raise LostProcess(f"{error}; {kept}; go on with --resume, in one process or several") from None
            psnr = psnr_of(losses.pop("mse"))
            self.report(Report("fields", trainer.steps, total, round(psnr, 2), loss=round(losses["total"], 6)))
            self.show(total)
            if trainer.steps % SCALARS_EVERY == 0:
                self.log.scalars({"psnr": psnr, **{f"loss/{n}": v for n, v in losses.items()}}, trainer.steps)
            if self.settings.log is not None and trainer.steps % PICTURES_EVERY == 0:
                self.log.pictures(
                    {
                        "canonical": render_canonical(trainer.fields.canonical, self.pictures.size),
                        "reconstruction": trainer.reconstruct(self.pictures.key),
                    },
                    trainer.steps,
                )
            if monotonic() - saved_at > CHECKPOINT_SECONDS:
                self.checkpoint()
                saved_at = monotonic()
        if trainer.steps < total and not trainer.out_of_time:
            self.checkpoint()
            raise Cancelled(f"stopped; {trainer.steps} of {total} steps are kept")
        with trainer.averaged():
            reached = trainer.measure_psnr()
        log.info(
            "the fields reach %.2f dB after %d steps, %.0f core-seconds", reached, trainer.steps, trainer.core_seconds
        )

    def show(self, total: int) -> None:
        """A preview, where it is time for one; of another part of the shot each time."""
        if self.previews is None:
            return
        preview = self.previews.when_due(self.drawn)
        if preview is not None:
            self.shown += 1
            self.report(Report("fields", self.trainer.steps, total, preview=preview))

    def drawn(self) -> Drawn:
        assert self.previews is not None
        fields, pictures, size = self.trainer.fields, self.pictures, self.previews.size
        count = len(pictures.numbers)
        frame = (pictures.key + self.shown * max(1, count // PARTS)) % count
        number, mask = pictures.numbers[frame], pictures.mask(frame)
        found = render_frame(fields, frame, self.trainer.steps, size)
        canonical = self.linear(render_canonical(fields.canonical, size))
        _, pad = canvas_of(size, fields.canonical.margin)
        return Drawn(
            number,
            np.concatenate([canonical, np.ones_like(canonical[..., :1])], -1),
            grown(self.shot.raster, pad, size),
            self.previews.layer(self.linear(found), mask),
            self.previews.layer(self.previews.read(number), mask),
        )

    def linear(self, encoded: Tensor) -> np.ndarray:
        """The fields' colours [h, w, 3], scene-linear."""
        return self.shot.color.decode(np.nan_to_num(encoded.float().cpu().numpy()) / np.float32(LUMA_GAIN))

    def checkpoint(self) -> None:
        header, tensors = self.trainer.state()
        write_saved(self.checkpoint_file, header | {"identity": self.identity}, tensors)

    def header(self) -> dict[str, object]:
        """What the fields' file says of them."""
        return {
            "frames": list(self.pictures.numbers),
            "size": list(self.pictures.size),
            "key": self.pictures.numbers[self.pictures.key],
            "step": self.trainer.steps,
        }

    def model(self) -> Model:
        """The fields' maps onto the key frame, measured as all are."""
        pictures, deformation = self.pictures, self.trainer.fields.deformation
        key, step = pictures.key, self.trainer.steps
        inverse = make_key_inverse(deformation, key, step, pictures.size)
        key_pyramid = pictures.pyramid(key)
        sheet = chain_settings(self.shot.settings.solve, self.shot.matte is not None).sheet
        maps: dict[int, FrameMap] = {}
        figures: dict[int, Figures] = {}

        def found(frame: int) -> tuple[int, FrameMap, Figures]:
            pyramid = pictures.pyramid(frame)
            if frame == key:
                return frame, IDENTITY, measure_frame(pyramid, key_pyramid, IDENTITY, sheet)
            made = compute_frame_map(deformation, inverse, frame, step, pictures.size, pyramid)
            return frame, made, measure_frame(pyramid, key_pyramid, made, sheet)

        with ThreadPoolExecutor(torch.get_num_threads()) as pool:
            for frame, made, measured in pool.map(found, range(len(pictures.numbers))):
                number = pictures.numbers[frame]
                maps[number], figures[number] = made, measured
                self.report(Report("maps", len(maps), len(pictures.numbers), measured.psnr, number))
                if self.should_stop():
                    raise Cancelled(f"stopped; {step} of {self.settings.steps} steps are kept")
        numbers, raster = pictures.numbers, self.shot.raster
        consistency = measure_consistency(
            lambda number: pictures.pyramid(numbers.index(number)),
            maps,
            numbers[key],
            pictures.size,
            (raster.width, raster.height),
        )
        return Model(
            numbers[key],
            raster,
            pictures.size,
            "soft",
            maps,
            True,
            measure_shot(figures, numbers[key], consistency),
        )


@torch.no_grad()
def render_frame(fields: Fields, frame: int, step: int, size: tuple[int, int], chunk: int = 1 << 17) -> Tensor:
    """A frame as the fields have it [h, w, 3], at any size (width, height)."""
    places = pixel_centres_unit(size, (0, 0), size).to(fields.device)
    number = torch.full((len(places),), frame, device=fields.device)
    parts = zip(places.split(chunk), number.split(chunk), strict=True)
    return torch.cat([fields.canonical(fields.deformation(xy, f, step)) for xy, f in parts]).view(size[1], size[0], 3)
