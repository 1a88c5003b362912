"""The loop: batches, Adam, and all that it takes to stop at any step and go on as if nothing had been."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from time import perf_counter, process_time
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

from ..fields.perceptron import Perceptron
from ..memory import says_so
from .neural_adam import make_adam, put
from .neural_batch import Batch, Drawer, Tiles
from .neural_build import Fields
from .neural_file import Saved
from .neural_graph import Recorded, why_not_recorded
from .neural_memory import Parts
from .neural_objective import SHAPE_LOSSES, Objective
from .neural_pictures import Pictures
from .neural_settings import FieldsSettings
from .neural_team import ALONE, Team, loss_noticed

log = logging.getLogger(__name__)

EPSILON = 1e-8
TRIAL_POINTS = 8192
WORTH = 0.7
"""bfloat16 is taken where a network's step takes less than this share of its time."""


class Loss(nn.Module):
    """The objective as a module of the fields' parameters, which DistributedDataParallel wants."""

    def __init__(self, fields: Fields, objective: Objective) -> None:
        super().__init__()
        self.canonical, self.deformation = fields.canonical, fields.deformation
        self.objective, self.parts = objective, Parts()

    def forward(self, batch: Batch, step: int) -> tuple[Tensor, dict[str, Tensor]]:
        return self.objective(self.parts.of(self.deformation), self.parts.of(self.canonical), batch, step)


class Trainer:
    """State of a training; `step()` does one."""

    def __init__(
        self, fields: Fields, pictures: Pictures, settings: FieldsSettings, seed: int, team: Team = ALONE
    ) -> None:
        self.fields, self.pictures, self.settings, self.team = fields, pictures, settings, team
        self.device = fields.device
        self.generator = torch.Generator().manual_seed(seed)
        self.drawer = Drawer(pictures, settings, self.generator, self.device, team)
        self.objective = Objective(pictures, settings, self.generator, team)
        loss = Loss(fields, self.objective)
        self.loss: nn.Module = loss
        self.parts = loss.parts
        for parameter in fields.canonical.parameters():
            parameter.requires_grad_(not settings.canonical_fixed)
        self.recorded = self.recorder()
        groups = [(list(fields.deformation.parameters()), settings.deformation_rate)]
        if not settings.canonical_fixed:
            groups.append((list(fields.canonical.parameters()), settings.rate))
        self.rates = [rate for _, rate in groups]
        self.optimizer = make_adam(
            [{"params": parameters, "lr": self.set_aside(rate)} for parameters, rate in groups],
            self.device,
            eps=EPSILON,
        )
        self.trained = [p for parameters, _ in groups for p in parameters]
        self.steps, self.core_seconds = 0, 0.0
        self.narrow = False
        """Networks in bfloat16."""
        self.average: list[Tensor] = []
        """Of the trained parameters, where one is kept."""

    def step(self) -> dict[str, float]:
        """One step; its losses before it."""
        begun = process_time()
        told = self.learn_with_room()
        self.steps += 1
        self.follow()
        self.core_seconds += process_time() - begun
        return dict(zip(told, torch.stack(list(told.values())).cpu().tolist(), strict=True))

    def join(self) -> None:
        """From here on the gradients are the mean of the team's; all have the same state."""
        if self.team.size > 1:
            with loss_noticed():
                self.loss = DistributedDataParallel(self.loss)

    def learn_with_room(self) -> dict[str, Tensor]:
        """In as many parts as the memory wants; torch's error where even the smallest do not fit."""
        while True:
            try:
                return self.learn()
            except RuntimeError as error:
                if not says_so(error) or self.team.size > 1 or not self.parts.halve(self.drawer.points):
                    raise
            self.optimizer.zero_grad(set_to_none=True)
            if self.device.type == "cuda":
                torch.cuda.empty_cache()

    def learn(self) -> dict[str, Tensor]:
        """From one batch, or from nothing: where it fails, the next try sees the same batch."""
        drawn = self.generator.get_state(), list(self.drawer.order)
        try:
            with loss_noticed():
                batch = self.drawer.draw()
                self.set_rates()
                if self.recorded is None:
                    return self.learn_from(batch, self.steps)
                kind = (batch.shape, self.parts.most, *self.objective.weights(self.steps).values())
                return self.recorded(batch, self.steps, kind)
        except BaseException:
            self.generator.set_state(drawn[0])
            self.drawer.order = drawn[1]
            raise

    def learn_from(self, batch: Batch, step: int) -> dict[str, Tensor]:
        with self.precision():
            total, told = self.loss(batch, step)
        self.optimizer.zero_grad(set_to_none=True)
        total.backward()
        self.optimizer.step()
        return told

    def recorder(self) -> Recorded | None:
        """Where the steps can be one CUDA graph; a word in the log where a card has to do without."""
        if self.device.type != "cuda" or self.team.size > 1:
            return None
        reason = why_not_recorded(self.settings, self.fields)
        if reason is None and self.pictures.colours.device != self.device:
            reason = "the frames do not lie on the card"
        if reason is not None:
            log.info("the steps are not played from a CUDA graph: %s", reason)
            return None
        return Recorded(self.learn_from)

    def set_aside(self, rate: float) -> float | Tensor:
        """A rate where a recorded step finds it when it has changed."""
        return rate if self.recorded is None else torch.tensor(rate, device=self.device)

    def set_rates(self) -> None:
        halved = 0.5 ** sum(self.steps >= at for at in self.settings.halve_at)
        for group, rate in zip(self.optimizer.param_groups, self.rates, strict=True):
            if isinstance(group["lr"], Tensor):
                group["lr"].fill_(rate * halved)
            else:
                group["lr"] = rate * halved

    def precision(self) -> AbstractContextManager[Any]:
        return torch.autocast(self.device.type, torch.bfloat16) if self.narrow else nullcontext()

    @torch.no_grad()
    def follow(self) -> None:
        """The moving average; young, it forgets its start faster."""
        if not self.settings.ema:
            return
        if not self.average:
            self.average = [p.detach().clone() for p in self.trained]
            return
        decay = min(self.settings.ema, (1 + self.steps) / (10 + self.steps))
        torch._foreach_lerp_(self.average, [p.detach() for p in self.trained], 1 - decay)

    @contextmanager
    def averaged(self) -> Iterator[None]:
        """The fields with their average in place."""
        if not self.average:
            yield
            return
        now = [p.detach().clone() for p in self.trained]
        self._put(self.average)
        try:
            yield
        finally:
            self._put(now)

    @torch.no_grad()
    def _put(self, values: list[Tensor]) -> None:
        for parameter, value in zip(self.trained, values, strict=True):
            parameter.copy_(value)

    @property
    def out_of_time(self) -> bool:
        limit = self.settings.core_seconds
        return limit is not None and self.core_seconds >= limit

    def choose_precision(self) -> None:
        """A trial of the largest network, where the settings leave it open.

        Never where differences of neighbouring places count: bfloat16 rounds them away.
        """
        networks = [m for m in self.fields.module.modules() if isinstance(m, Perceptron)]
        shaped = any(getattr(self.settings.losses, name).weight for name in SHAPE_LOSSES)
        if self.settings.precision == "auto" and networks and not shaped:
            network = max(networks, key=lambda n: sum(p.numel() for p in n.parameters()))
            self.narrow = trial_seconds(network, True) < WORTH * trial_seconds(network, False)

    def state(self) -> tuple[dict[str, Any], dict[str, Tensor]]:
        """Header and tensors of a checkpoint."""
        header = {
            "step": self.steps,
            "core_seconds": self.core_seconds,
            "order": self.drawer.order,
            "narrow": self.narrow,
        }
        tensors = {f"fields.{name}": value for name, value in self.fields.module.state_dict().items()}
        for at, parameter in enumerate(self.trained):
            for name, value in self.optimizer.state.get(parameter, {}).items():
                tensors[f"adam.{at}.{name}"] = value
        tensors |= {f"average.{at}": value for at, value in enumerate(self.average)}
        return header, tensors | {"generator": self.generator.get_state()}

    def load(self, saved: Saved) -> None:
        """Go on from a checkpoint."""
        header, tensors = saved.header, saved.tensors
        self.steps, self.core_seconds, self.narrow = header["step"], header["core_seconds"], header["narrow"]
        self.drawer.order = list(header["order"])
        self.fields.module.load_state_dict(
            {name.removeprefix("fields."): value for name, value in tensors.items() if name.startswith("fields.")}
        )
        for at, parameter in enumerate(self.trained):
            parts = ("step", "exp_avg", "exp_avg_sq")
            self.optimizer.state[parameter] = {
                part: put(tensors[f"adam.{at}.{part}"], part, parameter)
                for part in parts
                if f"adam.{at}.{part}" in tensors
            }
        averages = [f"average.{at}" for at in range(len(self.trained))]
        self.average = [tensors[name].to(self.device) for name in averages if name in tensors]
        self.generator.set_state(tensors["generator"])

    @torch.no_grad()
    def measure_psnr(self, points: int = 1 << 14) -> float:
        """Of encoded colour in the layer, over points spread evenly over all frames; draws nothing."""
        shown = (self.pictures.masks > 0.5).flatten().nonzero()[:, 0]
        some = shown[:: max(1, len(shown) // points)]
        width, height = self.pictures.size
        frame, row, column = some // (width * height), some // width % height, some % width
        xy_unit = (torch.stack([column, row], -1) + 0.5) / torch.tensor(self.pictures.size, device=some.device)
        xy_canonical = self.fields.deformation(xy_unit.to(self.device), frame.to(self.device), self.steps)
        found = self.fields.canonical(xy_canonical)
        error = ((found - self.pictures.colours[frame, row, column].to(found)) ** 2).mean().item()
        return psnr_of(error)

    @torch.no_grad()
    def reconstruct(self, frame: int) -> Tensor:
        """A frame as the fields have it [h, w, 3]."""
        width, height = self.pictures.size
        batch = self.drawer.made(Tiles(torch.tensor([frame]), torch.tensor([[0, 0]]), height, width), [frame])
        parts = zip(batch.xy_unit.split(1 << 17), batch.frame.split(1 << 17), strict=True)
        found = [self.fields.canonical(self.fields.deformation(xy, f, self.steps)) for xy, f in parts]
        return torch.cat(found).view(height, width, 3)


def psnr_of(squared_error: float) -> float:
    return float(-10 * torch.tensor(squared_error).clamp_min(1e-10).log10())


def trial_seconds(network: Perceptron, narrow: bool) -> float:
    """Of one core, or of a card's, forward and back; the best of two after one to warm up."""
    device, best = next(network.parameters()).device, float("inf")
    points = torch.zeros(TRIAL_POINTS, network.width_in, device=device)
    clock = process_time if device.type == "cpu" else perf_counter
    for turn in range(3):
        begun = clock()
        with torch.autocast(device.type, torch.bfloat16, enabled=narrow):
            found = network(points).float().sum()
        gradients = torch.autograd.grad(found, list(network.parameters()), allow_unused=True)
        torch.stack([g.sum() for g in gradients if g is not None]).sum().item()  # a card answers when it is done
        if turn:
            best = min(best, clock() - begun)
    return best
