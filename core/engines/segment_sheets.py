"""Soft sheets of a shot in segments: each segment's against its own key, then led to the shot's and matched to that.

What is done of a segment is kept beside the checkpoint: a solve that was stopped goes on from there.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import monotonic

import numpy as np

from ..errors import IncompatibleModel
from ..fields.frame_map import IDENTITY, FrameMap, evaluate_map_at
from ..fields.homography import normalise_homography
from ..model import Model, read_model, write_model
from ..solve.chain import cut, dense_map, solve_from, solve_soft
from ..solve.frame_map_fit import lattice_map
from ..solve.link import between_keys, continued
from ..solve.pyramid import Pyramid
from ..solve.repair import LOST, local_misfit
from .segments import Segment, Segments
from .solving import Solving, save_next

SEEN = 0.5
"""Mask from which a place of a frame says how two keys lie to each other."""
LEAST_SHARED = 200
"""Pixels of a key of which that must be known."""


def solve_segment_sheets(
    solving: Solving, segments: Segments, key: Pyramid, known: Mapping[int, FrameMap], folder: Path | None
) -> None:
    """The shot's sheets, told of as they are found. known: those that need not be solved again.

    folder: where segments are kept that are done, or done in part; they are gone on from.
    """
    kept = _Kept(solving, segments, folder)
    own = {part: kept.read(part, known) for part in segments.all}
    led = [number for number in segments.led if number not in known]
    to_do = sum(n not in own[part] for part in segments.all for n in part.frames if n != part.key)
    solving.begin("sheets", to_do + len(led))

    def solve(chain: tuple[Segment, list[int]], pool: ThreadPoolExecutor) -> None:
        part, side = chain
        solve_side(solving, segments, part, side, own[part], kept, pool)

    solving.in_pool(solve, segments.sides)
    if led:
        lead_keys(solving, segments, key)
    solving.in_pool(lambda number, _: solve_led(solving, segments, number, key), led)


def solve_side(
    solving: Solving,
    segments: Segments,
    part: Segment,
    side: list[int],
    known: Mapping[int, FrameMap],
    kept: _Kept,
    pool: ThreadPoolExecutor,
) -> None:
    with solving.lock:
        part.sheets[part.key] = IDENTITY
        part.sheets.update({n: sheet for n, sheet in known.items() if n not in segments.final})

    def on_frame(number: int, sheet: FrameMap) -> None:
        if number in segments.final:
            solving.on_map(number, sheet)
            return
        with solving.lock:
            part.sheets[number] = sheet
        kept.write_when_due(part)
        solving.ticked()

    try:
        solving.soft_side(part.key, side, part.planes, on_frame, known, pool)
    finally:
        kept.write(part)


def lead_keys(solving: Solving, segments: Segments, key: Pyramid) -> None:
    """Each segment's key onto the next one's, and from there, matched to it, onto the shot's."""

    def link(pair: tuple[Segment, Segment], _: ThreadPoolExecutor) -> None:
        part, near = pair
        part.sheet = link_sheet(solving, part, near)
        solving.stop_if_asked()

    def lead(side: list[tuple[Segment, Segment]], _: ThreadPoolExecutor) -> None:
        for part, near in side[1:]:
            window = cut(solving.pyramid(part.key))
            onward = composed(near.sheet, dense_map(part.sheet, *key.size))
            trust = np.ones(key.size, np.float32)
            part.sheet = solve_from(window, key, onward, trust, "soft", solving.chain)
            solving.stop_if_asked()

    sides = segments.outward()
    solving.in_pool(link, [pair for side in sides for pair in side])
    solving.in_pool(lead, sides)


def link_sheet(solving: Solving, part: Segment, near: Segment) -> FrameMap:
    """From a segment's key to the next one's: the middle of what shared frames say, matched to that.

    Where the camera goes by so fast that they show nothing of the key, the planes say it.
    """
    own = solving.pyramid(part.key)
    height, width = own.size
    ways, founds = [], []
    for number in part.shared_with(near):
        shown = solving.pyramid(number).mask[0] > SEEN
        xy, found = between_keys(part.sheets[number], near.sheets[number], (width, height), shown)
        ways.append(np.where(found[..., None], xy, np.nan))
        founds.append(found)
    known = np.any(founds, 0)
    if known.sum() >= LEAST_SHARED:
        start = continued(np.nanmedian(np.where(known[..., None], ways, 0), 0), known)
    else:
        by_planes = normalise_homography(np.linalg.inv(near.plane.homography) @ part.plane.homography)
        start = dense_map(FrameMap(by_planes), height, width)
    trust = known.astype(np.float32)
    return solve_from(cut(own), solving.pyramid(near.key), start, trust, "soft", solving.chain)


def solve_led(solving: Solving, segments: Segments, number: int, key: Pyramid) -> None:
    frame = solving.pyramid(number)
    start, trust = np.zeros((*frame.size, 2), np.float32), np.zeros(frame.size, np.float32)
    for share, part in segments.shares(number):
        xy_own = dense_map(part.sheets[number], *frame.size)
        start += share * composed(part.sheet, xy_own)
        left = local_misfit(frame, solving.pyramid(part.key), xy_own, solving.chain.sheet.epsilon)
        trust += share * np.clip(1 - left / LOST, 0, 1).astype(np.float32)
    window = cut(frame)
    if window.hidden:
        found = lattice_map(start, frame.mask[0])
    else:
        found = solve_soft(window, key, start, trust, solving.planes[number], solving.chain, near=True)
    solving.on_map(number, found)


def composed(onward: FrameMap, xy: np.ndarray) -> np.ndarray:
    """Where places [h, w, 2] of one key lie on the next."""
    return evaluate_map_at(onward, xy.reshape(-1, 2)).reshape(xy.shape)


class _Kept:
    """The sheets of each segment, in a file that bears the numbers of its first frame and of its key."""

    def __init__(self, solving: Solving, segments: Segments, folder: Path | None) -> None:
        self.solving, self.segments = solving, segments
        self.folder = folder if len(segments.all) > 1 else None
        self.save_at = dict.fromkeys(segments.all, save_next(monotonic()))

    def path(self, part: Segment) -> Path | None:
        return self.folder and self.folder / f"{part.frames[0]}_{part.key}.safetensors"

    def write_when_due(self, part: Segment) -> None:
        if monotonic() > self.save_at[part]:
            self.write(part)

    def write(self, part: Segment) -> None:
        path, shot = self.path(part), self.solving.shot
        if path is None or not path.parent.parent.is_dir():  # gone: `should_stop` tells it
            return
        with self.solving.lock:
            begun = monotonic()
            model = Model(part.key, shot.raster, shot.proxy_size, "soft", part.sheets, complete=False)
            write_model(path, model)
            self.save_at[part] = save_next(begun)

    def read(self, part: Segment, known: Mapping[int, FrameMap]) -> Mapping[int, FrameMap]:
        """What an earlier run has solved of a segment; known: of the shot."""
        final = {n: known[n] for n in self.segments.final & known.keys()} if part is self.segments.main else {}
        path = self.path(part)
        if path is None or not path.exists():
            return final
        try:
            kept = read_model(path).maps
        except IncompatibleModel:  # damaged: it is made anew
            return final
        return {n: sheet for n, sheet in kept.items() if n in part.frames} | final
