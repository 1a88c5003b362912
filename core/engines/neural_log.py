"""TensorBoard's view of a training, for those who ask for it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

from torch import Tensor

from ..errors import UsageError
from ..path_map import here


class TrainingLog(Protocol):
    def scalars(self, values: dict[str, float], step: int) -> None: ...

    def pictures(self, values: dict[str, Tensor], step: int) -> None: ...

    def close(self) -> None: ...


class NoLog:
    def scalars(self, values: dict[str, float], step: int) -> None:
        """Nobody asked."""

    def pictures(self, values: dict[str, Tensor], step: int) -> None:
        """Nobody asked."""

    def close(self) -> None:
        """Nothing is open."""


class TensorBoardLog:
    def __init__(self, writer: Any) -> None:
        self.writer = writer

    def scalars(self, values: dict[str, float], step: int) -> None:
        for name, value in values.items():
            self.writer.add_scalar(name, value, step)

    def pictures(self, values: dict[str, Tensor], step: int) -> None:
        """Encoded colours [h, w, 3]: 0 to 1 is shown."""
        for name, picture in values.items():
            self.writer.add_image(name, picture.clamp(0, 1).cpu(), step, dataformats="HWC")

    def close(self) -> None:
        self.writer.close()


def open_log(folder: str | None) -> TrainingLog:
    """UsageError where a log is asked for and TensorBoard is not installed."""
    if folder is None:
        return NoLog()
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError:
        raise UsageError("fields.log needs TensorBoard: pip install tensorboard, or leave fields.log out") from None
    place = here(folder)
    Path(place).mkdir(parents=True, exist_ok=True)
    return TensorBoardLog(SummaryWriter(place))
