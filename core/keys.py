"""Further keys: a frame that was painted gets a solve of its own, so that its paint is carried by one map, not two."""

from __future__ import annotations

from .engines import codef
from .errors import IncompatibleModel
from .model import read_model, write_model
from .report import OnReport, ShouldStop
from .solved import Solved
from .unreel_folder import UnreelFolder


def solved_on(folder: UnreelFolder, solved: Solved, number: int, report: OnReport, should_stop: ShouldStop) -> Solved:
    """The shot solved against frame `number`: the folder's own where that is the key, else made once and kept."""
    if number == solved.model.key:
        return solved
    path = folder.key_file(number)
    if path.exists():
        try:
            return Solved(solved.shot, read_model(path))
        except IncompatibleModel:
            path.unlink()  # damaged: it is made again
    model = codef.add_key(
        solved.shot,
        solved.model,
        number,
        lambda n: solved.small_xy_frame(n, number),
        report,
        should_stop,
        folder.flow_folder,
    )
    write_model(path, model)
    return Solved(solved.shot, model)
