"""A soft surface that turns out to be one rigid body: its frames solved together, with its contours.

A sheet is smooth, so it is wrong where a body hides parts of itself; and each frame has only itself to go by. If the
sheets of all frames fit a rigid motion, depth by depth, the body is solved instead: `rigid_motion`, `rigid_depth`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TypeVar

import cv2
import numpy as np

from ..canonical_light import push_pull
from ..fields.frame_map import FrameMap
from ..inverse import invert_map
from .chain import ReadPyramid, cut, dense_map
from .comparison import compare, misfit
from .figures import folded
from .frame_map_fit import lattice_map
from .parallax import make_grid, project
from .pyramid import Pyramid, box_of_mask, crop_pyramid
from .repair import local_misfit
from .rigid_depth import DEPTH_STEPS, EPSILON, Views, blurred, find_depth, sampled
from .rigid_maps import filled, turn_round
from .rigid_motion import Motion, fit_motion

log = logging.getLogger(__name__)

T = TypeVar("T")

POINTS = 25_000
"""Pixels of the key that are tracked, about; at most every second one of a row."""
TRUSTED = 0.3
LOST = 0.2
"""Local mean squared residual at which a track is not believed at all."""
POINT_BYTES = 80
"""Of each point and frame, while the motion is fitted."""
LEAST_FRAMES = 4
"""In which a pixel must be tracked to have a depth, and which a body must have."""
LEAST_POINTS = 500
TOLERANCE, LEAST_TOLERANCE = 1 / 480, 0.5
"""An error of tracks that a rigid motion may leave: of the picture's longest side, and at least as many pixels."""
RIGID_SHARE = 0.75
"""Of the tracks that it must explain. Measured: 0.84 to 1 on bodies, 0.6 on a face that talks, 0.2 on cloth."""
LOOK_FRAMES, LOOK_POINTS, LOOK_SHARE = 8, 6_000, 0.7
"""Of a first look, and what it must explain to go on: the rest costs as much as the sheets."""
MOST_VIEWS = 20
"""Frames that the depth is sought in."""
NO_WORSE = 1.03
"""Of the sheets' misfit, over what both show, that the body's may be."""
MATCHED, UNMATCHED = 0.07, 0.14
"""Local mean squared residual of what matches, and of what does not."""
MOST_SPOILT = 0.02
"""Share of the layer that may match as a sheet and not as a body: something in it moves on its own."""
UNFOLD_ROUNDS = 3
"""In which places that turn over, at contours, are given up."""
SPECK = 3
"""Pixels across of specks and holes of what is seen."""
MOST_OF_IT = 0.5
"""Share of the tracks by which a part of a layer can be told from the rest."""
PART_SIGMA, PART_SHARE, PART_SPECK = 4.0, 0.8, 9
"""Pixels around a place that say with it, by this share of their tracks, whether it moves with a body; and the least
width of a part of one."""


@dataclass(frozen=True)
class Tracks:
    """Where pixels of the key lie in the frames by their sheets."""

    places: tuple[np.ndarray, np.ndarray]
    """Rows and columns [n] in the key's box."""
    xy: dict[int, np.ndarray]
    """[n, 2] by frame number."""
    trust: dict[int, np.ndarray]
    """[n] 0..1."""


def as_rigid(
    read: ReadPyramid,
    key_number: int,
    maps: Mapping[int, FrameMap],
    threads: int,
    tick: Callable[[], None],
    sure: bool = False,
    bodies: MutableMapping[int, FrameMap] | None = None,
    points: int = POINTS,
) -> MutableMapping[int, FrameMap] | None:
    """The maps of a layer as a rigid body's, from its sheets'; None where it is none, or the sheets match better.

    tick: called after each of `steps_of` the frames, at most, in any thread; raises to stop. sure: it is known to be a
    body. bodies: empty; what its maps are put into. points: of the key that are tracked, about.
    """
    layer = _Layer(read, key_number, maps, tick, threads)
    if len(layer.others) < LEAST_FRAMES or not (sure or layer.may_be_rigid(LOOK_SHARE)):
        return None
    found = layer.motion(layer.others, points, 0 if sure else RIGID_SHARE)
    if found is None:
        return None
    views, depth = layer.views(*found)
    depth = find_depth(views, depth, tick)
    bodies = {} if bodies is None else bodies
    for number, body in layer.each(lambda n: layer.body_map(n, views.cameras[n], depth)):
        bodies[number] = body
    if not sure and not layer.no_worse(bodies, list(views.frames)):
        return None
    for number in maps.keys() - bodies.keys():
        bodies[number] = maps[number]
    return bodies


def steps_of(frames: int) -> int:
    """How many steps a body of as many frames takes, at most."""
    return LOOK_FRAMES + 2 * frames + DEPTH_STEPS


def rigid_part(
    read: ReadPyramid, key_number: int, maps: Mapping[int, FrameMap], tick: Callable[[], None]
) -> np.ndarray | None:
    """What of the key's layer moves as the most of it, rigidly: [H, W] 0..1; None where that is too little to say."""
    layer = _Layer(read, key_number, maps, tick, 1)
    if len(layer.others) < LEAST_FRAMES or not layer.may_be_rigid(MOST_OF_IT):
        return None
    found = layer.motion(layer.others, POINTS, MOST_OF_IT)
    if found is None:
        return None
    motion, tracks = found
    tolerance = 2 * layer.tolerance
    follows = sum(tracks.trust[n] * (error < tolerance) for n, error in motion.error.items())
    known, share = (np.zeros(layer.key.size, np.float32) for _ in range(2))
    known[tracks.places], share[tracks.places] = 1, follows / (sum(tracks.trust.values()) + 1e-6)
    near = blurred(known, PART_SIGMA)
    part = ((blurred(share, PART_SIGMA) > PART_SHARE * near) & (near > 0.02)).astype(np.uint8)
    part = cv2.morphologyEx(part, cv2.MORPH_OPEN, np.ones((PART_SPECK, PART_SPECK), np.uint8))
    whole = np.zeros(layer.whole.size, np.float32)
    (left, top), (height, width) = layer.offset, layer.key.size
    whole[top : top + height, left : left + width] = part
    return blurred(whole, 1.0)


class _Layer:
    """What is solved: the key frame's box of it, and its sheets."""

    def __init__(
        self,
        read: ReadPyramid,
        key_number: int,
        maps: Mapping[int, FrameMap],
        tick: Callable[[], None],
        threads: int,
    ) -> None:
        self.read, self.maps, self.whole, self.tick, self.threads = read, maps, read(key_number), tick, threads
        left, top, width, height = box_of_mask(self.whole.mask[0], 8)
        self.key, self.offset = crop_pyramid(self.whole, left, top, width, height), (left, top)
        self.grid = make_grid(height, width, self.offset, self.whole.size)
        self.others = [n for n in sorted(maps) if n != key_number and not cut(read(n)).hidden]

    @property
    def tolerance(self) -> float:
        return max(TOLERANCE * max(self.whole.size), LEAST_TOLERANCE)

    def each(self, look: Callable[[int], T], numbers: list[int] | None = None) -> Iterator[tuple[int, T]]:
        """What `look` says of each frame, of all that show the layer if not of some; in threads."""
        numbers = self.others if numbers is None else numbers
        with ThreadPoolExecutor(self.threads) as pool:
            yield from zip(numbers, pool.map(look, numbers), strict=True)

    def may_be_rigid(self, least: float) -> bool:
        """By a first look at some frames."""
        return self.motion(self.others[:: -(-len(self.others) // LOOK_FRAMES)], LOOK_POINTS, least) is not None

    def motion(self, numbers: list[int], points: int, least: float) -> tuple[Motion, Tracks] | None:
        """The rigid motion that the sheets of some frames follow, and their tracks; None if it explains too little."""
        stride = max(2, round((self.key.luma[0].size / points) ** 0.5))
        tracks = self.follow_sheets(numbers, stride)
        often = sum((tracks.trust[n] > TRUSTED).astype(int) for n in numbers) >= min(LEAST_FRAMES, len(numbers))
        if np.count_nonzero(often) * stride**2 < LEAST_POINTS:
            return None
        rows, columns = tracks.places
        xy, trust = ({n: a[often] for n, a in of.items()} for of in (tracks.xy, tracks.trust))
        tracks = Tracks((rows[often], columns[often]), xy, trust)
        motion = fit_motion(self.grid.at(tracks.places), xy, trust)
        share = explained(motion, trust, self.tolerance)
        log.info("a rigid motion explains %.2f of the tracks of %d frames", share, len(numbers))
        return (motion, tracks) if share >= least else None

    def follow_sheets(self, numbers: list[int], stride: int) -> Tracks:
        height, width = self.key.size
        rows, columns = np.mgrid[0:height:stride, 0:width:stride].reshape(2, -1)

        def follow(number: int) -> tuple[np.ndarray, np.ndarray]:
            frame, sheet = self.read(number), self.maps[number]
            xy_key = dense_map(sheet, *frame.size)
            at, found = invert_map(xy_key, (0, 0), (*self.offset, width, height))
            lost = sampled(local_misfit(frame, self.whole, xy_key, EPSILON).astype(np.float32), at)
            known = frame.mask[0] if sheet.seen is None else frame.mask[0] * sheet.seen
            believed = found * self.key.mask[0] * sampled(known, at) * np.clip(1 - lost / LOST, 0, 1) ** 2
            self.tick()
            return at[rows, columns].astype(np.float64), believed[rows, columns].astype(np.float64)

        tracks = dict(self.each(follow, numbers))
        xy, trust = ({n: track[part] for n, track in tracks.items()} for part in (0, 1))
        return Tracks((rows, columns), xy, trust)

    def views(self, motion: Motion, tracks: Tracks) -> tuple[Views, np.ndarray]:
        """Some frames, turned so that larger depths are nearer, and the tracks' depths spread over the box [h, w]."""
        known = np.zeros(self.key.size, np.float32)
        sparse = np.zeros((*self.key.size, 1), np.float32)
        known[tracks.places], sparse[..., 0][tracks.places] = 1, motion.depth
        depth = push_pull(sparse, known)[..., 0]
        some = {*self.others[:: -(-len(self.others) // MOST_VIEWS)], self.others[0], self.others[-1]}
        pictures = {n: self.read(n) for n in sorted(some)}
        views = Views(self.key, self.grid, pictures, motion.cameras, self.threads)
        turned = replace(views, cameras={n: c * np.array([1, 1, 1, -1]) for n, c in motion.cameras.items()})
        return (turned, -depth) if hidden_misfit(turned, -depth) > hidden_misfit(views, depth) else (views, depth)

    def body_map(self, number: int, camera: np.ndarray, depth: np.ndarray) -> FrameMap:
        """One frame's map, with what of it the key shows."""
        frame, layer = self.read(number), self.key.mask[0] > 0.02
        there = project(camera, self.grid, depth)
        xy_key, found = turn_round(there, depth, layer, self.offset, frame.size)
        plane = dense_map(FrameMap(self.maps[number].homography), *frame.size)
        for _ in range(UNFOLD_ROUNDS):
            found[:-1, :-1] &= ~folded(filled(xy_key, found, plane), found, (0, 0))
        xy_key = filled(xy_key, found, plane)
        inside = sampled(layer.astype(np.float32), xy_key - np.array(self.offset, np.float32)) > 0.5
        shown = cv2.medianBlur((found | ~inside).astype(np.uint8), SPECK) > 0
        shown[:-1, :-1] &= ~folded(xy_key, shown, (0, 0))
        self.tick()
        return lattice_map(xy_key, frame.mask[0], seen=shown)

    def no_worse(self, bodies: Mapping[int, FrameMap], numbers: list[int]) -> bool:
        """Whether the body's maps match as the sheets do over what they show, and spoil no part of it."""
        before, after, spoilt = [], [], []
        for number in numbers:
            frame, seen = self.read(number), bodies[number].seen
            assert seen is not None
            shown = Pyramid(frame.luma, (frame.mask[0] * seen, *frame.mask[1:]))
            as_sheet, as_body = (dense_map(maps[number], *frame.size) for maps in (self.maps, bodies))
            before.append(self.misfit(shown, as_sheet))
            after.append(self.misfit(shown, as_body))
            here, there = (local_misfit(shown, self.whole, xy, EPSILON) for xy in (as_sheet, as_body))
            layer = (shown.mask[0] > 0.5) & (sampled(self.whole.mask[0], as_body) > 0.5)
            spoilt.append(float(((here < MATCHED) & (there > UNMATCHED) & layer).sum() / max(layer.sum(), 1)))
        told = [float(np.mean(values)) for values in (after, before, spoilt)]
        log.info("misfit %.3f as a rigid body, %.3f as sheets; %.3f is spoilt", *told)
        return told[0] <= NO_WORSE * told[1] and told[2] <= MOST_SPOILT

    def misfit(self, frame: Pyramid, xy_key: np.ndarray) -> float:
        x, y = (np.ascontiguousarray(xy_key[..., c]) for c in range(2))
        return misfit(compare(frame, self.whole, 0, x, y, EPSILON))


def explained(motion: Motion, trust: Mapping[int, np.ndarray], tolerance: float) -> float:
    """The share of the tracks that the motion misses by less, in the frame where that is least but for a tenth."""
    shares = [
        float(trust[n][error < tolerance].sum() / trust[n].sum())
        for n, error in motion.error.items()
        if trust[n].sum() > 1
    ]
    return float(np.percentile(shares, 10)) if shares else 0.0


def hidden_misfit(views: Views, depth: np.ndarray) -> float:
    """Mean residual of what stands behind other parts of the body: large where it really is hidden."""
    left, count = 0.0, 0.0
    for number, frame in views.frames.items():
        xy = project(views.cameras[number], views.grid, depth)
        x, y = (np.ascontiguousarray(xy[..., c]) for c in range(2))
        seen = compare(views.key, frame, 0, x, y, EPSILON)
        weight = seen.mask * (views.layer & ~views.shown(number, depth))
        left += float((np.minimum(np.abs(seen.residual), 1) * weight).sum())
        count += float(weight.sum())
    return left / max(count, 1.0)
