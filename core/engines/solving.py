"""A solve under way: its pictures, the maps found so far, and the stages that every solve is made of."""

from __future__ import annotations

import logging
from collections.abc import Callable, Container, Iterable, Mapping, MutableMapping
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from dataclasses import replace
from itertools import pairwise, zip_longest
from pathlib import Path
from threading import RLock
from time import monotonic
from typing import TypeVar

from ..ahead import Ahead, Behind
from ..errors import Cancelled, InputError
from ..fields.frame_map import FrameMap
from ..map_store import MapStore
from ..memory import budget_bytes, threads_for
from ..model import Model
from ..preview import Drawn, MapPreview, Previews
from ..report import OnReport, Report, ShouldStop
from ..settings import SolveSettings
from ..shot import Shot
from ..solve.chain import (
    ChainSettings,
    OnFrame,
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
from ..solve.flow import Flow
from ..solve.flow_store import FlowStore, flow_folder_of
from ..solve.planar import map_of
from ..solve.proxy_store import ProxyStore
from ..solve.pyramid import Pyramid
from ..solve.rigid import LOOK_POINTS, POINT_BYTES, POINTS, as_rigid, steps_of
from ..solve.steady import steadied, unfolded
from ..solve.vectors import VectorFlow
from ..spill import Spill
from ..verdict_early import Look, judge_early
from .reading import LEAST_LAYER, read_proxies

log = logging.getLogger(__name__)

N = TypeVar("N")
T = TypeVar("T")

CHECKPOINT_SECONDS, CHECKPOINT_SHARE = 10.0, 0.05
"""Between two checkpoints at least; and of the time that may go by with writing them, once maps are many."""
OF_PROXIES, OF_MAPS, OF_PYRAMIDS, OF_FLOW = 0.5, 0.25, 0.125, 0.125
"""Shares of the memory that a solve may take."""
MOST_PYRAMIDS, MOST_FLOW = 256 << 20, 48 << 20
"""Bytes, beyond which more of them save nothing."""
FRAME_BYTES = 180
"""A pixel of a proxy, at the peak while a thread solves its frame."""
AHEAD, BEHIND = 2, 2
"""Frames a side of the key that flow is searched ahead in, and that are measured later, where a thread is free."""


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
        width, height = shot.proxy_size
        self.threads = threads_for(shot.settings.solve, FRAME_BYTES * width * height)
        self.budget, disk = budget_bytes(shot.settings.solve), flow_folder and flow_folder.parent
        self.pictures, self.kept_maps = (Spill(int(self.budget * s), disk) for s in (OF_PROXIES, OF_MAPS))
        self.proxies = ProxyStore(self.pictures, min(int(self.budget * OF_PYRAMIDS), MOST_PYRAMIDS))
        self.flows = FlowStore(
            lambda n: self.pyramid(n).luma[0],
            shot.frames,
            VectorFlow.open(shot),
            flow_folder and flow_folder_of(flow_folder, shot),
            min(int(self.budget * OF_FLOW), MOST_FLOW),
        )
        self.planes: dict[int, FrameMap] = {}
        self.unsteady: MutableMapping[int, FrameMap] | None = None
        """What a checkpoint keeps once the maps are averaged in time: to go on from those would average twice."""
        self.maps: MutableMapping[int, FrameMap] = MapStore(self.kept_maps)
        self.figures: dict[int, Figures] = {}
        self.consistency: Consistency | None = None
        self.stiffness: Stiffness = "plane"
        self.one_surface = shot.matte is not None
        """Else the picture may hold things that move on their own."""
        self.key = 0
        self.previews = previews
        self.preview: MapPreview | None = None
        self.lock = RLock()
        self.save_at = save_next(monotonic())

    def read_proxies(self) -> None:
        read_proxies(self.shot, self.proxies, self.report, self.stop_if_asked)

    def close(self) -> None:
        """The pictures go; maps stay with the model."""
        self.pictures.close()

    def require_layer(self, key: int) -> None:
        if self.proxies.areas[key] < LEAST_LAYER:
            raise InputError(f"the matte is empty in frame {key}; choose a key frame that shows the layer")

    def pyramid(self, number: int) -> Pyramid:
        return self.proxies.pyramid(number)

    def each(self, look: Callable[[N], T], items: Iterable[N]) -> list[T]:
        """What `look` says of each frame, or of what else there is of them, in order; in threads."""
        with ThreadPoolExecutor(self.threads) as pool:
            return list(pool.map(self.unless_stopped(look), items))

    def unless_stopped(self, look: Callable[[N], T]) -> Callable[[N], T]:
        def look_on(item: N) -> T:
            self.stop_if_asked()
            return look(item)

        return look_on

    def judge_stiffness(self, sides: tuple[list[int], list[int]], key: Pyramid, matted: bool) -> None:
        """As the settings say, or from what the masks show of some frames."""
        wanted = self.shot.settings.solve.stiffness
        if wanted != "auto":
            self.stiffness = "soft" if wanted == "rigid" else wanted
            return
        others = [n for side in sides for n in side]
        some = others[:: max(1, len(others) // 8)]
        ratio, left = measure_rigidity(self.pyramid, key, self.planes, some, self.chain, self.each)
        self.stiffness = stiffness_of(ratio, left, matted)
        log.info(
            "a quick sheet leaves %.2f of the planes' residual: the surface is solved as %s", ratio, self.stiffness
        )

    def tell_early(self, sides: tuple[list[int], list[int]], key: Pyramid) -> None:
        """What the planes say of the shot, in the log and in one report: the sheets are the long part."""
        numbers = sorted(n for side in sides for n in side)
        looks = self.each(lambda n: self.look(n, key), numbers)
        early = judge_early(dict(zip(numbers, looks, strict=True)), self.key)
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
        def solve(side: list[int], pool: ThreadPoolExecutor) -> None:
            self.soft_side(self.key, side, self.planes, self.on_map, known, pool)

        self.both_sides("sheets", solve, sides, known)

    def soft_side(
        self,
        key: int,
        side: list[int],
        planes: Mapping[int, FrameMap],
        on_map: OnFrame,
        known: Mapping[int, FrameMap],
        pool: ThreadPoolExecutor,
    ) -> None:
        """Soft sheets of one side of any key, with what goes beside them in the pool."""
        steps = [(number, before) for before, number in pairwise([key, *side])]
        flows = Ahead(pool, lambda step: self.flows.between(*step), steps, AHEAD)
        handed = Behind(pool, BEHIND if self.threads > 1 else 0)

        def hand(number: int, found: FrameMap) -> None:
            handed.hand(lambda: on_map(number, found))

        def read_flow(number: int, neighbour: int) -> Flow:
            return flows.take((number, neighbour))

        solve_soft_side(self.pyramid, read_flow, key, side, planes, self.chain, hand, known)
        handed.settle()

    def steady(self, sides: tuple[list[int], list[int]]) -> None:
        """Average the sheets in time and unfold them; until all are done the checkpoint keeps those of the chain."""
        frames, steady = self.shot.frames, MapStore(self.kept_maps)
        steady[self.key] = self.maps[self.key]

        def average(number: int) -> None:
            at = frames.index(number)
            neighbours = [*frames[max(at - 1, 0) : at], *frames[at + 1 : at + 2]]
            found = steadied(number, neighbours, self.maps, self.pyramid, self.flows.between)
            figures = measure_frame(self.pyramid(number), self.pyramid(self.key), found, self.chain.sheet)
            with self.lock:
                steady[number], self.figures[number] = found, figures
                self.told(number, figures)
            self.show(number, found)

        self.each_frame("steady", average, sides)
        self.unsteady, self.maps = self.maps, steady

    def be_rigid(self, sides: tuple[list[int], list[int]]) -> bool:
        """The maps found so far as those of one rigid body, if they are one and it matches no worse; else they stay."""
        wanted = self.shot.settings.solve.stiffness
        if wanted != "rigid" and not (wanted == "auto" and self.one_surface):
            return False
        self.stage, self.done, self.total = "body", 0, steps_of(len(self.maps))
        fitting = self.budget // (2 * POINT_BYTES * len(self.maps))
        if fitting < POINTS:
            fitting = max(fitting, LOOK_POINTS)
            log.info("solve.memory has room for %d tracks of a body, of %d", fitting, POINTS)
        bodies = as_rigid(
            self.pyramid,
            self.key,
            self.maps,
            self.threads,
            self.ticked,
            wanted == "rigid",
            MapStore(self.kept_maps),
            min(fitting, POINTS),
        )
        if bodies is None:
            if wanted == "rigid":
                log.warning(
                    "solve.stiffness=rigid can't be had: a body must be seen in five frames at least, in some hundred "
                    "pixels of the solve; the surface is solved as soft. A larger solve.proxy may help"
                )
            return False
        self.maps, self.stiffness = bodies, "rigid"
        key, numbers = self.pyramid(self.key), [n for side in sides for n in side]
        figures = self.each(lambda n: measure_frame(self.pyramid(n), key, bodies[n], self.chain.sheet), numbers)
        self.figures |= dict(zip(numbers, figures, strict=True))
        return True

    def solve_alone(self, sides: tuple[list[int], list[int]], key: Pyramid, known: Container[int] = ()) -> None:
        """Each frame's own sheet on its plane, where the surface is stiff; else its plane."""

        def solve(number: int) -> None:
            found = self.planes[number]
            if self.stiffness == "stiff":
                window = cut(self.pyramid(number))
                found = unfolded(solve_stiff(window, key, found, self.chain), *window.pyramid.size)
            self.on_map(number, found)

        self.each_frame("sheets", solve, sides, known)

    def both_sides(
        self,
        stage: str,
        solve: Callable[[list[int], ThreadPoolExecutor], None],
        sides: tuple[list[int], list[int]],
        known: Container[int] = (),
    ) -> None:
        """Both sides of the key at once, frame after frame; what is beside them goes into the same pool. Frames that
        are known are not told of."""
        self.begin(stage, sum(n not in known for side in sides for n in side))
        self.in_pool(solve, sides)

    def each_frame(
        self,
        stage: str,
        solve: Callable[[int], None],
        sides: tuple[list[int], list[int]],
        known: Container[int] = (),
    ) -> None:
        """All frames but the key and those that are known, each by itself; the nearest to the key first."""
        wanted = [n for both in zip_longest(*sides) for n in both if n is not None and n not in known]
        self.begin(stage, len(wanted))
        self.in_pool(lambda number, _: solve(number), wanted)

    def begin(self, stage: str, total: int) -> None:
        self.stage, self.done, self.total = stage, 0, total

    def in_pool(self, work: Callable[[T, ThreadPoolExecutor], None], items: Iterable[T]) -> None:
        """As many at a time as there are threads; work may put more into the pool that it is handed."""
        with ThreadPoolExecutor(self.threads) as pool:
            finish(pool, [pool.submit(work, item, pool) for item in items])

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
            if self.write_checkpoint is not None and monotonic() > self.save_at:
                begun = monotonic()
                self.write_checkpoint(self.model(complete=False))
                self.save_at = save_next(begun)
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
            self.preview = MapPreview(self.previews, self.key, self.proxies.mask(self.key), self.shot.proxy_size)
        return self.preview.draw(number, found, self.proxies.mask(number))

    def told(self, number: int | None, figures: Figures | None) -> None:
        self.done += 1
        psnr, loss = (None, None) if figures is None else (figures.psnr, figures.misfit)
        self.report(Report(self.stage, self.done, self.total, psnr, number, loss))
        self.stop_if_asked()

    def ticked(self) -> None:
        """A step of a stage, in any thread."""
        with self.lock:
            self.told(None, None)

    def stop_if_asked(self) -> None:
        if not self.should_stop():
            return
        if self.write_checkpoint is None:
            raise Cancelled("stopped; this solve starts anew")
        with self.lock:
            if self.maps:
                self.write_checkpoint(self.model(complete=False))
            raise Cancelled(f"stopped; {len(self.maps)} of {len(self.shot.frames)} frames are kept")

    def model(self, complete: bool) -> Model:
        return Model(
            self.key,
            self.shot.raster,
            self.shot.proxy_size,
            self.stiffness,
            self.maps if complete or self.unsteady is None else self.unsteady,
            complete,
            measure_shot(self.figures, self.key, self.consistency),
        )

    def measure_consistency(self) -> None:
        size, raster = self.shot.proxy_size, self.shot.raster
        read = self.unless_stopped(self.pyramid)
        self.consistency = measure_consistency(read, self.maps, self.key, size, (raster.width, raster.height))


def save_next(begun: float) -> float:
    """When what has been saved since `begun`, as `monotonic` counts, shall be saved again."""
    now = monotonic()
    return now + max(CHECKPOINT_SECONDS, (now - begun) / CHECKPOINT_SHARE)


def finish(pool: ThreadPoolExecutor, jobs: list[Future[None]]) -> None:
    """Wait for them; the first error ends what has not begun, and comes out."""
    try:
        done = wait(jobs, return_when=FIRST_EXCEPTION).done
        for job in jobs:
            if job in done:
                job.result()
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        raise


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
