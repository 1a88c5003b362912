"""Motion vectors that came with the plate, in place of optical flow."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from ..errors import InputError, MismatchedPictures
from ..exr_read import read_frame
from ..frame import Frame, on_window
from ..sequence import Sequence, format_range
from ..shot import Shot
from .flow import Flow, checked_flow
from .pyramid import pad_to_align


@dataclass(frozen=True)
class VectorFlow:
    """Vectors between neighbours, read as they are needed."""

    shot: Shot
    forward: Sequence | None
    backward: Sequence | None

    @classmethod
    def open(cls, shot: Shot) -> VectorFlow | None:
        """None where the shot has no vectors. InputError: their sequence is not there."""
        wanted = shot.settings.vectors
        if wanted.forward is None and wanted.backward is None:
            return None
        frames = format_range(shot.frames)
        return cls(
            shot,
            Sequence.find(wanted.forward, frames) if wanted.forward else None,
            Sequence.find(wanted.backward, frames) if wanted.backward else None,
        )

    def between(self, number: int, other: int) -> Flow | None:
        """Flow from frame `number` to its neighbour `other`; None where no vectors lead there."""
        frames = self.shot.frames
        step = frames.index(other) - frames.index(number)
        there, back = (self.forward, self.backward) if step == 1 else (self.backward, self.forward)
        if abs(other - number) != 1 or there is None or number in there.missing:
            return None
        flow = self.read(there, number, "forward" if step == 1 else "backward")
        if back is None or other in back.missing:
            return Flow(flow, np.ones(flow.shape[:2], np.float32))
        return checked_flow(flow, self.read(back, other, "backward" if step == 1 else "forward"))

    def read(self, sequence: Sequence, number: int, layer: str) -> np.ndarray:
        """[h, w, 2] in solve pixels, y down, from pixels with y up."""
        path = sequence.path(number)
        frame = read_frame(path)
        if frame.display.width != self.shot.display.width or frame.display.height != self.shot.display.height:
            raise MismatchedPictures(f"{path} is not as large as the plate; render the vectors at the plate's size")
        u, v = vector_channels(frame, layer, str(path))
        width, height = self.shot.proxy_size
        planes = []
        for name, sign, factor in ((u, 1, width / self.shot.raster.width), (v, -1, height / self.shot.raster.height)):
            plane = np.nan_to_num(frame.planes[name].astype(np.float32), nan=0.0, posinf=0.0, neginf=0.0)
            plane = on_window(plane, frame.data, self.shot.raster, 0.0)
            small = cv2.resize(plane, (width, height), interpolation=cv2.INTER_AREA) * (sign * factor)
            planes.append(pad_to_align(small, None))
        return np.stack(planes, -1)


def vector_channels(frame: Frame, layer: str, where: str) -> tuple[str, str]:
    """Names of the u and v channels: `forward.u`, the layer's first two, or R and G."""
    names = list(frame.planes)
    for pair in ((f"{layer}.u", f"{layer}.v"), (f"{layer}.x", f"{layer}.y"), ("u", "v"), ("R", "G"), ("X", "Y")):
        if all(name in names for name in pair):
            return pair
    raise InputError(
        f"{where} has channels {', '.join(names)}; motion is read from {layer}.u and {layer}.v, or R and G"
    )
