"""A solve under way: its pictures, the maps found so far, and the stages that every solve is made of."""

from __future__ import annotations

import logging
from collections.abc import Callable, Container, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Lock
from time import monotonic

import cv2
import numpy as np

from ..errors import Cancelled, InputError
from ..fields.frame_map import FrameMap
from ..model import Model
from ..preview import Drawn, MapPreview, Previews
from ..report import OnReport, Report, ShouldStop
from ..sequence import format_range
from ..settings import SolveSettings
from ..shot import Proxy, Shot
from ..solve.chain import (
    ChainSettings,
    Stiffness,
    cut,
    measure_rigidity,
    solve_soft_side,
    solve_stiff,
    stiffness_of,
)
from ..solve.comparison import compare, misfit
from ..solve.consistency import Consistency, measure_consistency
from ..solve.figures import Figures, measure_frame, measure_shot
from ..solve.flow_store import FlowStore, flow_folder_of
from ..solve.planar import map_of
from ..solve.pyramid import Pyramid, make_pyramid, pad_to_align
from ..solve.rigid import as_rigid, steps_of
from ..solve.steady import steadied, unfolded
from ..solve.vectors import VectorFlow
from ..verdict_early import Look, judge_early

log = logging.getLogger(__name__)

LUMA_GAIN = 2.0
"""ACEScct spans half of what a display curve does over the same stops; the solve's thresholds are for that."""
CHECKPOINT_SECONDS = 10.0


class Solving:
    """An engine derives from it, and says what is solved and in which order."""

    def __init__(
        self,
        shot: Shot,
        report: OnReport,
        should_stop: ShouldStop,
        checkpoint: Callable[[Model], None] | None = None,
        flow_folder: Path | None = None,
        previews: Previews | None = None,
    ) -> None:
        self.shot, self.report, self.should_stop, self.write_checkpoint = shot, report, should_stop, checkpoint
        self.chain = chain_settings(shot.settings.solve, shot.matte is not None)
        self.threads = shot.threads()
        self.flows = FlowStore(
            lambda n: pad_to_align(self.proxies[n].luma, None),
            shot.frames,
            VectorFlow.open(shot),
            flow_folder and flow_folder_of(flow_folder, shot),
        )
        self.proxies: dict[int, Proxy] = {}
        self.planes: dict[int, FrameMap] = {}
        self.unsteady: dict[int, FrameMap] | None = None
        """What a checkpoint keeps once the maps are averaged in time: to go on from those would average twice."""
        self.maps: dict[int, FrameMap] = {}
        self.figures: dict[int, Figures] = {}
        self.consistency: Consistency | None = None
        self.stiffness: Stiffness = "plane"
        self.one_surface = shot.matte is not None
        """Else the picture may hold things that move on their own."""
        self.key = 0
        self.previews = previews
        self.preview: MapPreview | None = None
        self.lock = Lock()
        self.saved_at = monotonic()

    def read_proxies(self) -> None:
        """All frames' proxies, and a line in the log where pixels are NaN or infinite."""
        bad: dict[int, int] = {}
        with ThreadPoolExecutor(self.threads) as pool:
            for number, (proxy, count) in zip(
                self.shot.frames, pool.map(self.shot.read_proxy, self.shot.frames), strict=True
            ):
                self.stop_if_asked()
                luma = (proxy.luma * LUMA_GAIN).astype(np.float32)
                self.proxies[number] = Proxy(luma, solve_mask(proxy.mask) if self.shot.cut else proxy.mask)
                if count:
                    bad[number] = count
                self.report(Report("read", len(self.proxies), len(self.shot.frames), frame=number))
        if bad:
            log.warning(
                "%d pixels are NaN or infinite in frames %s; the solve leaves them out, and they are passed through",
                sum(bad.values()),
                format_range(bad),
            )
        if not any(p.mask.sum() > 64 for p in self.proxies.values()):
            what = "the matte is empty in all frames; check its channel, or set matte.invert"
            raise InputError(what if self.shot.cut else "no frame of the plate has finite pixels")

    def require_layer(self, key: int) -> None:
        if self.proxies[key].mask.sum() < 64:
            raise InputError(f"the matte is empty in frame {key}; choose a key frame that shows the layer")

    def pyramid(self, number: int) -> Pyramid:
        proxy = self.proxies[number]
        return make_pyramid(proxy.luma, proxy.mask)

    def judge_stiffness(self, sides: tuple[list[int], list[int]], key: Pyramid, matted: bool) -> None:
        """As the settings say, or from what the masks show of some frames."""
        wanted = self.shot.settings.solve.stiffness
        if wanted != "auto":
            self.stiffness = "soft" if wanted == "rigid" else wanted
            return
        others = [n for side in sides for n in side]
        some = others[:: max(1, len(others) // 8)]
        ratio, left = measure_rigidity(self.pyramid, key, self.planes, some, self.chain)
        self.stiffness = stiffness_of(ratio, left, matted)
        log.info(
            "a quick sheet leaves %.2f of the planes' residual: the surface is solved as %s", ratio, self.stiffness
        )

    def tell_early(self, sides: tuple[list[int], list[int]], key: Pyramid) -> None:
        """What the planes say of the shot, in the log and in one report: the sheets are the long part."""
        numbers = sorted(n for side in sides for n in side)
        early = judge_early({n: self.look(n, key) for n in numbers}, self.key)
        log.log(logging.INFO if early.word == "good" else logging.WARNING, "early: %s", early.reason)
        self.report(Report(self.stage, self.done, self.total, early=early))

    def look(self, number: int, key: Pyramid) -> Look | None:
        """A frame under its plane, at a quarter of the size; None where its layer is hidden."""
        window = cut(self.pyramid(number))
        if window.hidden:
            return None
        frame, matrix = window.pyramid, self.planes[number].homography
        seen = compare(frame, key, 2, *map_of(matrix, frame, 2, window.offset), self.chain.sheet.epsilon)
        layer = float((frame.mask[2] > 0.5).sum())
        return Look(float((seen.mask > 0.5).sum()) / max(layer, 1.0), misfit(seen))

    def solve_soft(self, sides: tuple[list[int], list[int]], known: Mapping[int, FrameMap]) -> None:
        def solve(side: list[int]) -> None:
            solve_soft_side(
                self.pyramid, self.flows.between, self.key, side, self.planes, self.chain, self.on_map, known
            )

        self.both_sides("sheets", solve, sides, known)

    def steady(self, sides: tuple[list[int], list[int]]) -> None:
        """Average the sheets in time and unfold them; until all are done the checkpoint keeps those of the chain."""
        frames, steady = self.shot.frames, dict(self.maps)

        def average(side: list[int]) -> None:
            for number in side:
                at = frames.index(number)
                neighbours = [*frames[max(at - 1, 0) : at], *frames[at + 1 : at + 2]]
                found = steadied(number, neighbours, self.maps, self.pyramid, self.flows.between)
                figures = measure_frame(self.pyramid(number), self.pyramid(self.key), found, self.chain.sheet)
                with self.lock:
                    steady[number], self.figures[number] = found, figures
                    self.told(number, figures)
                self.show(number, found)

        self.both_sides("steady", average, sides)
        self.unsteady, self.maps = self.maps, steady

    def be_rigid(self, sides: tuple[list[int], list[int]]) -> bool:
        """The maps found so far as those of one rigid body, if they are one and it matches no worse; else they stay."""
        wanted = self.shot.settings.solve.stiffness
        if wanted != "rigid" and not (wanted == "auto" and self.one_surface):
            return False
        self.stage, self.done, self.total = "body", 0, steps_of(len(self.maps))
        bodies = as_rigid(
            self.pyramid, self.key, self.maps, self.threads, lambda: self.told(None, None), wanted == "rigid"
        )
        if bodies is None:
            if wanted == "rigid":
                log.warning(
                    "solve.stiffness=rigid can't be had: a body must be seen in five frames at least, in some hundred "
                    "pixels of the solve; the surface is solved as soft. A larger solve.proxy may help"
                )
            return False
        self.maps, self.stiffness = bodies, "rigid"
        key = self.pyramid(self.key)
        for number in (n for side in sides for n in side):
            self.figures[number] = measure_frame(self.pyramid(number), key, bodies[number], self.chain.sheet)
        return True

    def solve_alone(self, side: list[int], key: Pyramid, known: Mapping[int, FrameMap]) -> None:
        for number in side:
            plane = self.planes[number]
            if number in known:
                continue
            if self.stiffness == "stiff":
                window = cut(self.pyramid(number))
                plane = unfolded(solve_stiff(window, key, plane, self.chain), *window.pyramid.size)
            self.on_map(number, plane)

    def both_sides(
        self,
        stage: str,
        solve: Callable[[list[int]], None],
        sides: tuple[list[int], list[int]],
        known: Container[int] = (),
    ) -> None:
        """Both sides of the key at once. Frames that are known are not told of."""
        self.stage, self.done, self.total = stage, 0, sum(n not in known for side in sides for n in side)
        with ThreadPoolExecutor(2 if self.threads > 1 else 1) as pool:
            for job in [pool.submit(solve, side) for side in sides]:
                job.result()

    def on_plane(self, number: int, plane: FrameMap) -> None:
        with self.lock:
            self.planes[number] = plane
            self.told(number, None)
        self.show(number, plane)

    def on_map(self, number: int, found: FrameMap) -> None:
        figures = measure_frame(self.pyramid(number), self.pyramid(self.key), found, self.chain.sheet)
        with self.lock:
            self.maps[number] = found
            self.figures[number] = figures
            self.told(number, figures)
            if self.write_checkpoint is not None and monotonic() - self.saved_at > CHECKPOINT_SECONDS:
                self.write_checkpoint(self.model(complete=False))
                self.saved_at = monotonic()
        self.show(number, found)

    def show(self, number: int, found: FrameMap) -> None:
        """A preview of the frame just done, where it is time for one. Not under the lock: the other side goes on."""
        if self.previews is None:
            return
        preview = self.previews.when_due(lambda: self.drawn(number, found))
        if preview is not None:
            with self.lock:
                self.report(Report(self.stage, self.done, self.total, preview=preview))

    def drawn(self, number: int, found: FrameMap) -> Drawn:
        if self.preview is None:
            assert self.previews is not None
            self.preview = MapPreview(self.previews, self.key, self.proxies[self.key].mask, self.shot.proxy_size)
        return self.preview.draw(number, found, self.proxies[number].mask)

    def told(self, number: int | None, figures: Figures | None) -> None:
        self.done += 1
        psnr, loss = (None, None) if figures is None else (figures.psnr, figures.misfit)
        self.report(Report(self.stage, self.done, self.total, psnr, number, loss))
        self.stop_if_asked()

    def stop_if_asked(self) -> None:
        if self.should_stop():
            if self.write_checkpoint is None:
                raise Cancelled("stopped; this solve starts anew")
            if self.maps:
                self.write_checkpoint(self.model(complete=False))
            raise Cancelled(f"stopped; {len(self.maps)} of {len(self.shot.frames)} frames are kept")

    def model(self, complete: bool) -> Model:
        return Model(
            self.key,
            self.shot.raster,
            self.shot.proxy_size,
            self.stiffness,
            dict(self.maps if complete or self.unsteady is None else self.unsteady),
            complete,
            measure_shot(self.figures, self.key, self.consistency),
        )

    def measure_consistency(self) -> None:
        size, raster = self.shot.proxy_size, self.shot.raster
        self.consistency = measure_consistency(self.pyramid, self.maps, self.key, size, (raster.width, raster.height))


def chain_settings(solve: SolveSettings, matted: bool) -> ChainSettings:
    """The settings of the solve. Without a matte the whole picture is one sheet, flat parts included, where a soft one
    follows the noise of skin and cloth: it is held thirty times stiffer, and creases where motion clearly breaks."""
    k = solve.robustness or (2.0 if matted else 0.5)
    base = ChainSettings()
    sheet = replace(
        base.sheet,
        robustness=max(k, 1.0),
        bending=solve.bending * (1 if matted else 30),
        crease=solve.crease * (1 if matted else 4),
        epsilon=base.sheet.epsilon * (1 if matted else 3),
        steps=solve.steps,
    )
    return replace(
        base,
        planar=replace(base.planar, robustness=k, search_each=matted),
        sheet=sheet,
        cell=solve.cell,
        flow_trust=solve.flow_trust,
        crease_from=base.crease_from * (1 if matted else 5),
    )


def solve_mask(coverage: np.ndarray) -> np.ndarray:
    """A matte shrunk by about a pixel, so that mixed edge pixels don't pull."""
    return np.clip((cv2.GaussianBlur(coverage, (0, 0), 1.5) - 0.5) * 2, 0, 1)
