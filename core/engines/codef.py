"""The default engine: the canonical is the key frame, each frame is solved against it directly."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path

import numpy as np

from ..fields.frame_map import IDENTITY, FrameMap
from ..model import Model
from ..preview import Previews
from ..report import OnReport, ShouldStop
from ..shot import Shot
from ..solve.chain import cut, outward, solve_from
from ..solve.figures import measure_frame
from ..solve.frame_map_fit import lattice_map
from ..solve.key_frame import choose_key_frame
from ..solve.pyramid import ALIGN
from .segment_planes import solve_segment_planes
from .segment_sheets import solve_segment_sheets
from .segments import Segments
from .solving import Solving

log = logging.getLogger(__name__)


def fit(
    shot: Shot,
    report: OnReport,
    should_stop: ShouldStop,
    checkpoint: Callable[[Model], None] | None = None,
    resume: Model | None = None,
    flow_folder: Path | None = None,
    previews: Previews | None = None,
    segment_folder: Path | None = None,
) -> Model:
    """Solve all frames of a shot. Cancelled, after a last checkpoint if any is kept, when `should_stop` says so.

    flow_folder: where optical flow is kept for the next training of the same pictures. segment_folder: where a long
    shot's segments are kept as they are solved, and gone on from.
    """
    with closing(_Fit(shot, report, should_stop, checkpoint, flow_folder, previews)) as fit:
        fit.resume, fit.segment_folder = resume, segment_folder
        return fit.run()


def add_key(
    shot: Shot,
    model: Model,
    key: int,
    start: Callable[[int], tuple[np.ndarray, np.ndarray]],
    report: OnReport,
    should_stop: ShouldStop,
    flow_folder: Path | None = None,
) -> Model:
    """Solve all frames against another key frame, from maps onto it that are nearly right.

    start: of a frame number, where its pixels lie on the new key [h, w, 2] and where that is known [h, w], between
    solve pictures. A picture painted on a frame is carried by such a model: errors of two maps do not add up.
    """
    with closing(_Fit(shot, report, should_stop, flow_folder=flow_folder)) as fit:
        fit.key, fit.stiffness = key, model.stiffness
        return fit.run_from(start)


class _Fit(Solving):
    """All frames against the key frame, outward from it on both sides."""

    resume: Model | None = None
    segment_folder: Path | None = None

    def run(self) -> Model:
        self.read_proxies()
        settings = self.shot.settings
        if settings.key is not None:
            self.key = settings.key
        else:
            self.key = self.choose_key(self.shot.frames)
            log.info("key frame %d: it sees most of the others, and they of it", self.key)
        self.require_layer(self.key)
        sides = outward(self.shot.frames, self.key)
        key = self.pyramid(self.key)
        known = self.known_maps()
        if self.resume is not None and self.resume.complete and known.keys() == self.proxies.numbers:
            return self.resume  # its sheets are averaged in time already
        segments = Segments(self, self.choose_key)
        solve_segment_planes(self, segments, key)
        self.planes[self.key] = self.maps[self.key] = IDENTITY
        self.figures[self.key] = measure_frame(key, key, IDENTITY, self.chain.sheet)
        self.judge_stiffness(sides, key, self.shot.matte is not None)
        if not settings.further_keys:  # else what one key does not see says little
            self.tell_early(sides, key)
        if self.stiffness == "soft":
            solve_segment_sheets(self, segments, key, known, self.segment_folder)
            self.steady(sides)
            self.be_rigid(sides)
        else:
            self.solve_alone(sides, key, known)
        self.measure_consistency()
        return self.model(complete=True)

    def run_from(self, start: Callable[[int], tuple[np.ndarray, np.ndarray]]) -> Model:
        """The frames one by one, each from its own start."""
        self.read_proxies()
        self.require_layer(self.key)
        key = self.pyramid(self.key)
        self.maps[self.key], self.figures[self.key] = IDENTITY, measure_frame(key, key, IDENTITY, self.chain.sheet)

        def solve(number: int) -> None:
            xy, known = (pad_to_align_map(plane) for plane in start(number))
            window = cut(self.pyramid(number))
            self.on_map(number, solve_from(window, key, xy, known, self.stiffness, self.chain))

        def lead(number: int) -> None:
            xy, known = (pad_to_align_map(plane) for plane in start(number))
            self.on_map(number, lattice_map(xy, self.pyramid(number).mask[0], seen=known > 0.5))

        sides = outward(self.shot.frames, self.key)
        if self.stiffness == "rigid":
            self.each_frame(f"key {self.key}", lead, sides)
            if self.be_rigid(sides):
                return self.model(complete=True)
            self.stiffness = "soft"
        self.each_frame(f"key {self.key}", solve, sides)
        if self.stiffness == "soft":
            self.steady(sides)
        return self.model(complete=True)

    def choose_key(self, frames: tuple[int, ...]) -> int:
        return choose_key_frame(lambda n: (self.proxies.luma(n), self.proxies.mask(n)), frames, self.each)

    def known_maps(self) -> Mapping[int, FrameMap]:
        """Frames of an earlier run of the same settings that need not be solved again."""
        if self.resume is None or self.resume.key != self.key or self.resume.solve_size != self.shot.proxy_size:
            return {}
        known = {n: found for n, found in self.resume.maps.items() if n in self.proxies.numbers}
        key = self.pyramid(self.key)
        figures = self.each(lambda n: measure_frame(self.pyramid(n), key, known[n], self.chain.sheet), known)
        self.maps.update(known)
        self.figures |= dict(zip(known, figures, strict=True))
        log.info("going on from %d frames", len(known))
        return known


def pad_to_align_map(plane: np.ndarray) -> np.ndarray:
    """[h, w] or [h, w, 2] grown to the solve's alignment with its edge."""
    bottom, right = -plane.shape[0] % ALIGN, -plane.shape[1] % ALIGN
    pad = ((0, bottom), (0, right), (0, 0))[: plane.ndim]
    return np.pad(plane.astype(np.float32), pad, mode="edge")
