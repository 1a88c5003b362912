"""What a training will take, before it: a look at a few small frames, and what such shots were measured to take."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np
from typing_extensions import assert_never

from .engines.solving import MOST_PYRAMIDS, OF_MAPS, OF_PROXIES, OF_PYRAMIDS, Solving
from .fields.frame_map import IDENTITY
from .memory import budget_bytes
from .report import OnReport, Report, ShouldStop, silent
from .request import settings_for
from .shot import READ_BYTES, Shot, open_shot
from .solve.chain import Stiffness, cut, outward, solve_planes
from .solve.comparison import compare
from .solve.parts import parts_of
from .solve.pyramid import make_pyramid
from .training import settings_alone
from .unreel_folder import UnreelFolder

LOOK_FRAMES, LOOK_PIXELS = 7, 320
"""How many frames are looked at, and the longer side of their proxies. The kind of surface comes out as in the whole
training on eight rendered and two real shots, with a matte and without; half as many pixels get two of them wrong."""
TRIAL_SECONDS = 0.0033
"""Of one core: a compiled `compare` of 480x270 pixels, on the machine that the figures are of (bench/README.md)."""
PARALLEL = 0.75
"""Of the threads' cores, that they keep busy: one side of the key is longer than the other."""
MOST_PARALLEL = 2.0
"""Cores beyond which more are of little use: from frame to frame, each side of the key is solved in order."""
LEAST, MOST = 0.6, 1.6
"""Of the estimate, that it is a range of: shots of one size and kind differ by so much."""
PYRAMID_BYTES = 10.7
"""A pixel of a proxy: two planes of four levels."""
SEGMENTS = 1.6
"""A frame of a shot in segments against one of a shot solved in one: see docs/decisions/segments.md."""
MEGA = 1e6


@dataclass(frozen=True)
class Estimate:
    core_seconds: float
    seconds: float
    memory: float
    """Bytes at the peak."""
    disk: float
    """Bytes in the unreel folder."""
    surface: Stiffness

    def and_then(self, other: Estimate) -> Estimate:
        """One after the other."""
        return Estimate(
            self.core_seconds + other.core_seconds,
            self.seconds + other.seconds,
            max(self.memory, other.memory),
            self.disk + other.disk,
            self.surface,
        )


def estimate(
    plate: str | None, output: Path | None, values: dict[str, Any], resume: bool, report: OnReport, stop: ShouldStop
) -> dict[str, Any]:
    """What `training.train` of the same would take; nothing is written."""
    settings = settings_for(plate, UnreelFolder(output or Path()), values, resume)
    shots = [open_shot(alone) for alone in settings_alone(settings).values()]
    speed = trial()
    total: Estimate | None = None
    for at, shot in enumerate(shots):
        its = estimate_one(shot, speed, stop)
        total = its if total is None else total.and_then(its)
        report(Report("look", at + 1, len(shots)))
    assert total is not None
    return {
        "time": spoken_range(total.seconds),
        "memory": spoken_bytes(total.memory),
        "disk": spoken_bytes(total.disk),
        "surface": total.surface if len(shots) == 1 else "several layers",
        "seconds": [round(total.seconds * share, 1) for share in (LEAST, 1.0, MOST)],
        "core_seconds": [round(total.core_seconds * share, 1) for share in (LEAST, 1.0, MOST)],
        "bytes": [round(total.memory), round(total.disk)],
    }


def estimate_one(shot: Shot, speed: float, stop: ShouldStop) -> Estimate:
    """A shot without layers. speed: of this machine, against the one that the figures are of."""
    engine = shot.settings.solve.engine
    if engine == "codef":
        look = look_at(shot, stop)
        return of_solve(shot, look.stiffness, look.share, speed)
    if engine == "fields":
        from .engines.neural_trial import core_seconds_of  # only here: torch takes a second to import

        return of_fields(shot, core_seconds_of(shot, stop))
    assert_never(engine)


def of_solve(shot: Shot, surface: Stiffness, share: float, speed: float) -> Estimate:
    """Core-seconds and bytes by the figures; share: of the picture, that the layer's box takes."""
    width, height = shot.proxy_size
    proxy, plate = width * height / MEGA, shot.raster.width * shot.raster.height / MEGA
    frames, keys = len(shot.frames), 1 + len(set(shot.settings.further_keys) - {shot.settings.key})
    steps = 0.4 + 0.6 * shot.settings.solve.steps / 7
    bends = surface in ("soft", "rigid")
    sheet = {"plane": 0.0, "stiff": 0.7, "soft": 2.2, "rigid": 8.5}[surface] * steps
    frame = (0.2 if bends else 0.05) + (1.2 if bends else 0.8) * proxy + sheet * proxy * share
    solve = shot.settings.solve
    if len(parts_of(shot.frames, dict.fromkeys(shot.frames, 1.0), solve.segment, solve.overlap)) > 1:
        frame *= SEGMENTS
    core = (1.5 + frames * (0.055 * plate + frame * keys)) / speed
    base, of_proxy, of_frame = (260e6, 180, 11) if bends else (220e6, 100, 3)
    budget, threads = budget_bytes(shot.settings.solve), shot.threads(READ_BYTES)
    proxies = frames * proxy * MEGA
    kept = min(of_frame * proxies, (OF_PROXIES + OF_MAPS) * budget)
    pyramids = min(PYRAMID_BYTES * proxies, OF_PYRAMIDS * budget, MOST_PYRAMIDS)
    memory = base + MEGA * threads * (of_proxy * proxy + 32 * plate) + kept * keys + pyramids
    disk = frames * proxy * MEGA * (4.2 if bends else 0.01) * keys
    return Estimate(core, on_clock(core, shot), memory, disk, surface)


def of_fields(shot: Shot, core: float) -> Estimate:
    width, height = shot.proxy_size
    memory = 700e6 + width * height * (2000 + 8 * len(shot.frames))
    return Estimate(core, on_clock(core, shot), memory, 40e6 + width * height * len(shot.frames) * 4.2, "soft")


def on_clock(core: float, shot: Shot) -> float:
    threads = shot.threads()
    return core / (PARALLEL * min(threads, MOST_PARALLEL) if threads > 1 else 1.0)


class Look(Solving):
    """Some frames at a small size, as far as the planes: enough to tell as what kind of surface they are solved."""

    share = 1.0
    """Of the picture, that the layer's box takes."""

    def run(self) -> Look:
        self.read_proxies()
        frames, wanted = self.shot.frames, self.shot.settings.key
        middle = frames[len(frames) // 2]
        shown = self.proxies.areas
        self.key = wanted if wanted in frames else max(frames, key=lambda n: (round(shown[n]), n == middle))
        self.require_layer(self.key)
        key, sides = self.pyramid(self.key), outward(frames, self.key)
        self.both_sides(
            "look", lambda side, _: solve_planes(self.pyramid, key, side, self.chain.planar, self.on_plane, {}), sides
        )
        self.planes[self.key] = IDENTITY
        self.judge_stiffness(sides, key, self.shot.matte is not None)
        boxes = [np.prod(cut(self.pyramid(n)).pyramid.size) for n in frames]
        self.share = float(np.mean(boxes) / np.prod(key.size))
        return self


def look_at(shot: Shot, stop: ShouldStop) -> Look:
    """Frames spread over the shot, and its key where it names one."""
    at = np.linspace(0, len(shot.frames) - 1, min(LOOK_FRAMES, len(shot.frames))).round().astype(int)
    key = {shot.settings.key} if shot.settings.key in shot.frames else set()
    frames = tuple(sorted({shot.frames[i] for i in at} | key))
    solve = shot.settings.solve.model_copy(update={"proxy": min(LOOK_PIXELS, shot.settings.solve.proxy)})
    small = replace(shot, frames=frames, settings=shot.settings.model_copy(update={"solve": solve}))
    with closing(Look(small, silent, stop)) as look:
        return look.run()


def trial() -> float:
    """How fast a core of this machine is now, against the one that the figures are of."""
    noise = np.random.default_rng(0).standard_normal((272, 480)).astype(np.float32)
    pyramid = make_pyramid(noise, np.ones_like(noise))
    grid = np.indices(noise.shape).astype(np.float32)
    best = np.inf
    for _ in range(8):
        begun = process_time()
        compare(pyramid, pyramid, 0, grid[1], grid[0], 0.05)
        best = min(best, process_time() - begun)
    return float(np.clip(TRIAL_SECONDS / max(best, 1e-4), 0.2, 5))


def spoken_range(seconds: float) -> str:
    low, high = (spoken_seconds(seconds * share) for share in (LEAST, MOST))
    (low_number, low_unit), (high_number, high_unit) = low.split(), high.split()
    if low_unit != high_unit:
        return f"{low} to {high}"
    return low if low_number == high_number else f"{low_number} to {high_number} {high_unit}"


def spoken_seconds(seconds: float) -> str:
    """Two digits at most: an estimate is no more."""
    if seconds < 90:
        return f"{max(5, 5 * round(seconds / 5))} s"
    if seconds < 5400:
        return f"{round(seconds / 60)} min"
    return f"{seconds / 3600:.1f} h" if seconds < 36000 else f"{round(seconds / 3600)} h"


def spoken_bytes(count: float) -> str:
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{max(1, round(count / 1e6, -1 if count > 1e7 else 0)):.0f} MB"
