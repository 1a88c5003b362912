"""What an output frame is laid on, and when: the shot's own frames, or moments between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from .color import default_space
from .errors import MismatchedPictures, UsageError
from .exr_read import read_frame
from .frame import Frame
from .in_between import shares_between
from .retime import plate_between
from .sequence import Sequence, format_range
from .shot import Shot
from .solved import Solved

BETWEEN = ("comp", "layer", "stmap")
"""Those that there are at moments between frames."""


@dataclass(frozen=True)
class Moment:
    """An output frame, and when in the shot it is: a frame's own number, or between two."""

    number: int
    time: float


@dataclass(frozen=True)
class Retime:
    """Output frames at other moments than the shot's own frames."""

    times: Mapping[int, float]
    """Of each output frame."""
    onto: Sequence | None
    """The retimed plate, numbered as the output; None: there is none, and no composite."""


@dataclass(frozen=True, eq=False)
class OutputPlate:
    """What an output frame is laid on."""

    frame: Frame
    linear: np.ndarray
    """Its colour, scene-linear [h, w, 3]; of a moment without a plate, not the frame's own."""
    shot: Shot
    """That stores such frames."""
    own: bool = True
    """It is the shot's frame of that moment, and its alpha tells of the layer."""


def check_retime(solved: Solved, frames: tuple[int, ...], outputs: tuple[str, ...], retime: Retime) -> None:
    """UsageError, InputError for what there is not between frames."""
    not_between = [name for name in outputs if name not in BETWEEN]
    if not_between:
        raise UsageError(f"{', '.join(not_between)}: not with --times; there are {', '.join(BETWEEN)}")
    unknown = [n for n in frames if n not in retime.times]
    if unknown:
        raise UsageError(f"frames {format_range(unknown)} have no time; --times has {format_range(retime.times)}")
    for number in frames:
        shares_between(sorted(solved.model.maps), retime.times[number])
    if retime.onto is not None:
        retime.onto.require_all()
    elif "comp" in outputs:
        raise UsageError("comp: between frames there is no plate; name the retimed one with --onto, or ask for layer")


def own_plate(solved: Solved, number: int) -> OutputPlate:
    frame = solved.shot.read_plate(number)
    return OutputPlate(frame, solved.shot.linear(frame), solved.shot)


def plate_at(solved: Solved, number: int, retime: Retime | None) -> tuple[OutputPlate, Moment]:
    """What an output frame is laid on, and its moment. MismatchedPictures: the retimed plate has another size."""
    shot = solved.shot
    if retime is None:
        return own_plate(solved, number), Moment(number, number)
    moment = Moment(number, retime.times[number])
    if retime.onto is not None:
        path = retime.onto.path(number)
        frame = read_frame(path)
        if frame.display != shot.display:
            raise MismatchedPictures(f"{path} has another size than the plate; render it at the plate's")
        if default_space(path) != default_space(shot.plate.path(shot.frames[0])):  # another kind of file
            shot = replace(shot, settings=shot.settings.model_copy(update={"space": default_space(path)}))
        return OutputPlate(frame, shot.linear(frame), shot, own=False), moment
    near = min(solved.model.maps, key=lambda n: abs(n - moment.time))
    if moment.time == near:
        return own_plate(solved, near), moment
    return OutputPlate(shot.read_plate(near), plate_between(solved, moment.time), shot, own=False), moment
