"""The processes that train one shot's fields together, as PyTorch's `torchrun` starts them.

The first one does all that one alone would; the others take their parts of each batch.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

import torch
from torch import Tensor, distributed

from ..errors import LostProcess

PATIENCE = timedelta(hours=12)
"""That others wait for the first to read, to start and to write; one that dies is noticed at once."""


class Term(NamedTuple):
    """A loss of a batch, or of a process' part of one."""

    mean: Tensor
    over: Tensor
    """The weights that it is the mean over, summed."""


@dataclass(frozen=True)
class Team:
    rank: int
    size: int

    def whole_of(self, terms: list[Term]) -> tuple[list[Tensor | float], list[Tensor]]:
        """By how much each mean of a part counts so that all parts' mean is the whole's; and the whole's means."""
        means = [term.mean.detach() for term in terms]
        if self.size == 1:
            return [1.0] * len(terms), means
        over = torch.stack([term.over for term in terms])
        over_all, sums_all = self.summed(torch.stack([over, over * torch.stack(means)])).unbind()
        over_all = over_all.clamp_min(1e-12)
        return list(self.size * over / over_all), list(sums_all / over_all)

    def summed(self, values: Tensor) -> Tensor:
        """Over all processes; the same in each. LostProcess where one has died."""
        if self.size == 1:
            return values
        here = values.detach().cpu()  # by gloo on a card too, which notices a loss
        with loss_noticed():
            distributed.all_reduce(here)
        return here.to(values.device)

    def agreed(self, wish: bool) -> bool:
        """Whether any of them wishes so: the same in each."""
        return wish if self.size == 1 else bool(self.summed(torch.tensor(float(wish))))

    def tell(self, said: bytes) -> None:
        """From the first process to all others, which `hear` it."""
        if self.size == 1:
            return
        with loss_noticed():
            distributed.broadcast(torch.tensor([len(said)]), 0)
            distributed.broadcast(torch.frombuffer(bytearray(said or b" "), dtype=torch.uint8), 0)

    def hear(self) -> bytes:
        length = torch.zeros(1, dtype=torch.int64)
        with loss_noticed():
            distributed.broadcast(length, 0)
            said = torch.empty(max(1, int(length)), dtype=torch.uint8)
            distributed.broadcast(said, 0)
        return said[: int(length)].numpy().tobytes()


ALONE = Team(0, 1)


@contextmanager
def loss_noticed() -> Iterator[None]:
    """LostProcess for what torch says where another process has died."""
    try:
        yield
    except RuntimeError as error:
        if not tells_of_loss(error):
            raise
        raise LostProcess("a process of this training has died") from None


def tells_of_loss(error: RuntimeError) -> bool:
    """gloo and NCCL have their errors as texts; torch's own class is not always there."""
    return isinstance(error, distributed.DistError) or any(word in str(error) for word in ("gloo", "NCCL", "onnection"))


def present_team() -> Team:
    """Those that are joined, see `joined_team`."""
    if distributed.is_available() and distributed.is_initialized():
        return Team(distributed.get_rank(), distributed.get_world_size())
    return ALONE


@contextmanager
def joined_team() -> Iterator[Team]:
    """This process joins those that `torchrun` has started with it."""
    backend = "cpu:gloo,cuda:nccl" if torch.cuda.is_available() else "gloo"
    with loss_noticed():
        distributed.init_process_group(backend, timeout=PATIENCE)
    try:
        yield present_team()
    finally:
        distributed.destroy_process_group()
