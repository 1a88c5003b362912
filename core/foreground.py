"""A foreground matte from motion: what moves unlike the background, for the artist to look at and to fix."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from .errors import InputError
from .exr_write import make_frame, write_frame
from .foreground_cut import cut, soft_edge, steadied
from .foreground_grid import agreed
from .foreground_motion import Evidence, gather
from .foreground_tracks import followed
from .frame import Frame
from .propagate import named, remove_leftovers
from .report import OnReport, ShouldStop
from .shot import LUMA, READ_BYTES, Shot
from .solve.flow import Flow
from .solve.flow_store import FlowStore
from .solve.pyramid import pad_to_align
from .solve.vectors import VectorFlow
from .work import Work

log = logging.getLogger(__name__)

PROXY = 480
"""Longest side, in pixels, of the pictures that motion is judged on."""
DISTANCES = (1, 2, 4)
"""Frames to the neighbours that a frame is compared with, each way: slow motion shows in the far ones."""
STEADY_DISTANCES = (1, 2)
UNKNOWN, STILL, UNMOVED = 0.03, 0.25, 0.65
"""Votes against foreground, where motion on its own has 1: from every place, from one that goes with the background,
and from one with texture that does neither, such as water. A pause is a weak sign, so it counts little."""
FLAT = 0.4
"""How much a flat place that goes with the background counts, beside one with texture."""
MOVES, LEAST_SHARE = 0.3, 5e-4
"""Where less of the pictures than the second moves by more than the first, there is no foreground: 8 by 8 pixels of 480
by 270."""
MOST_SHARE = 0.6
"""Of the pictures, beyond which foreground and background may have been taken for each other."""


@dataclass(frozen=True)
class Footage:
    """A shot's proxies and the flow between them; places in the shot count from 0."""

    colours: list[np.ndarray]
    """Encoded [h, w, 3] float16."""
    masks: list[np.ndarray]
    """[h, w] bool: sound pixels."""
    frames: tuple[int, ...]
    flows: FlowStore

    def between(self, at: int, other: int) -> Flow:
        height, width = self.masks[at].shape
        flow = self.flows.between(self.frames[at], self.frames[other])
        return Flow(flow.to[:height, :width], flow.confidence[:height, :width])

    def around(self, at: int, distances: Iterable[int]) -> list[int]:
        """Places that lie as far from `at`, before and after."""
        places = (at + sign * distance for distance in distances for sign in (1, -1))
        return [place for place in places if 0 <= place < len(self.frames)]


def write_foreground(shot: Shot, pattern: str, report: OnReport, should_stop: ShouldStop) -> tuple[list[Path], float]:
    """Write the foreground's matte of each frame; its files, and which share of the picture it covers.

    Channel Y, half, on the plate's raster. InputError: nothing moves on its own; nothing is written.
    """
    paths = [named(pattern, "matte", n, len(shot.frames), ("matte",)) for n in shot.frames]
    shot.require_outputs(paths)
    remove_leftovers(paths)
    with (
        TemporaryDirectory(prefix="unreel_") as folder,
        ThreadPoolExecutor(shot.threads(READ_BYTES)) as pool,
    ):
        work = Work(pool, report, should_stop)
        footage = read_footage(shot, Path(folder), work)
        cuts = dict(zip(footage.frames, cut_footage(shot, footage, work), strict=True))
        covered = float(np.mean([marked.mean() for marked in cuts.values()]))
        if covered > MOST_SHARE:
            log.warning("the foreground covers %.0f %% of the picture: it may be the background", 100 * covered)

        def write(at: int) -> None:
            frame = shot.read_plate(shot.frames[at])
            matte = finished(shot, frame, shot.frames[at], cuts)
            made = make_frame({"Y": matte}, shot.raster, shot.display, like=frame, metadata={"compression": "zips"})
            write_frame(paths[at], made)

        work.each("matte", range(len(paths)), write, shot.frames)
    return paths, covered


def finished(shot: Shot, frame: Frame, number: int, cuts: dict[int, np.ndarray]) -> np.ndarray:
    """A frame's matte [H, W] of its cut [h, w]; empty for a black one that stands for a missing frame."""
    if number not in cuts:
        return np.zeros(shot.raster.shape, np.float32)
    small, _, _ = shot.read_colour_proxy(number, frame)
    return soft_edge(cuts[number], small, shot.color.encode(sound(shot.linear(frame))))


def sound(linear: np.ndarray) -> np.ndarray:
    """With black where a sample is NaN or infinite."""
    return np.where(np.isfinite(linear), linear, 0)


def read_footage(shot: Shot, folder: Path, work: Work) -> Footage:
    """Proxies of all frames that have a picture, and the flow between near ones, kept in `folder`."""
    frames = tuple(n for n in shot.frames if not shot.is_black(n))

    def read(at: int) -> tuple[np.ndarray, np.ndarray]:
        colour, mask, _ = shot.read_colour_proxy(frames[at])
        return colour.astype(np.float16), mask > 0.5

    read_all = work.each("read", range(len(frames)), read, frames)
    colours, masks = [colour for colour, _ in read_all], [mask for _, mask in read_all]
    places = {number: at for at, number in enumerate(frames)}

    def luma(number: int) -> np.ndarray:
        return pad_to_align(colours[places[number]].astype(np.float32) @ LUMA, None)

    flows = FlowStore(luma, frames, VectorFlow.open(shot), folder)
    pairs = [(at, at + distance) for distance in DISTANCES for at in range(len(frames) - distance)]

    def search(pair: int) -> None:
        flows.pair(*(frames[at] for at in pairs[pair]))

    work.each("flow", range(len(pairs)), search)
    return Footage(colours, masks, frames, flows)


def cut_footage(shot: Shot, footage: Footage, work: Work) -> list[np.ndarray]:
    """The foreground of each frame, uint8 0 or 1 [h, w] at the proxies' size. InputError: there is none."""
    places = range(len(footage.frames))

    def judge(at: int) -> Evidence:
        steps = (
            (other - at, footage.colours[other].astype(np.float32), footage.between(at, other))
            for other in footage.around(at, DISTANCES)
        )
        return gather(footage.colours[at].astype(np.float32), steps, footage.masks[at].astype(np.float32))

    def between(at: int, other: int) -> Flow:
        work.stop_if_asked()
        return footage.between(at, other)

    evidence = work.each("motion", places, judge, footage.frames)
    moving = followed(evidence, between, work.pool)
    shares = weighed(footage.colours, evidence, moving)
    if shares is None:
        raise no_foreground(shot)

    def cut_one(at: int) -> np.ndarray:
        return cut(shares[at], moving[at], footage.colours[at].astype(np.float32))

    first = work.each("cut", places, cut_one, footage.frames)

    def steady(at: int) -> np.ndarray:
        others = footage.around(at, STEADY_DISTANCES)
        voted = steadied(first[at], [(footage.between(at, other), first[other]) for other in others])
        return voted * footage.masks[at]

    cuts = work.each("steady", places, steady, footage.frames)
    if np.mean([marked.mean() for marked in cuts]) < LEAST_SHARE:
        raise no_foreground(shot)
    return cuts


def no_foreground(shot: Shot) -> InputError:
    return InputError(
        f"{shot.plate.pattern}: nothing moves on its own against the background, so no foreground is found; "
        "draw the matte by hand"
    )


def weighed(colours: list[np.ndarray], evidence: list[Evidence], moving: list[np.ndarray]) -> list[np.ndarray] | None:
    """The share of foreground 0..1 [h, w] a frame, 1 where it is as sure as it gets; None where there is too little."""
    if np.mean([(plane > MOVES).mean() for plane in moving]) < LEAST_SHARE:
        return None
    against = [
        UNKNOWN + STILL * e.still * np.maximum(e.told, FLAT) + UNMOVED * (1 - m) * (1 - e.still) * e.told
        for e, m in zip(evidence, moving, strict=True)
    ]
    shares = agreed(colours, moving, against)
    level = sum(float((s * m).sum()) for s, m in zip(shares, moving, strict=True)) / sum(float(m.sum()) for m in moving)
    return [share / level for share in shares]
