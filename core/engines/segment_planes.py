"""The planes of a shot in segments: each segment's against its own key, then led to the shot's and matched to that."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from ..fields.frame_map import IDENTITY, FrameMap
from ..fields.homography import fit_homography, normalise_homography
from ..solve.chain import cut, solve_planes
from ..solve.planar import doubt, is_plausible, refine_planar
from ..solve.pyramid import Pyramid
from .segments import Segment, Segments
from .solving import Solving


def solve_segment_planes(solving: Solving, segments: Segments, key: Pyramid) -> None:
    """The shot's planes, told of as they are found."""
    solving.begin("planes", sum(len(part.frames) - 1 for part in segments.all) + len(segments.led))
    solving.in_pool(lambda chain, _: solve_side(solving, segments, *chain), segments.sides)

    def lead(side: list[tuple[Segment, Segment]], _: ThreadPoolExecutor) -> None:
        for part, near in side:
            part.plane = led_plane(solving, part, near, key)
            solving.stop_if_asked()

    solving.in_pool(lead, segments.outward())
    solving.in_pool(lambda number, _: solve_led(solving, segments, number, key), segments.led)


def solve_side(solving: Solving, segments: Segments, part: Segment, side: list[int]) -> None:
    part.planes[part.key] = IDENTITY

    def on_frame(number: int, plane: FrameMap) -> None:
        part.planes[number] = plane
        if number in segments.final:
            solving.on_plane(number, plane)
        else:
            solving.ticked()

    none: Mapping[int, FrameMap] = {}
    solve_planes(solving.pyramid, solving.pyramid(part.key), side, solving.chain.planar, on_frame, none)


def led_plane(solving: Solving, part: Segment, near: Segment, key: Pyramid) -> FrameMap:
    """Of a segment's key: the best that a shared frame says, matched to the neighbour's key, then to the shot's."""
    window, near_key = cut(solving.pyramid(part.key)), solving.pyramid(near.key)
    ways = [near.planes[n].homography @ np.linalg.inv(part.planes[n].homography) for n in part.shared_with(near)]

    def badness(way: np.ndarray) -> float:
        return doubt(window.pyramid, near_key, way, 1, window.offset, solving.chain.planar)

    best = matched(solving, part.key, near_key, min(map(normalise_homography, ways), key=badness))
    return FrameMap(matched(solving, part.key, key, normalise_homography(near.plane.homography @ best)))


def solve_led(solving: Solving, segments: Segments, number: int, key: Pyramid) -> None:
    shares = segments.shares(number)
    ways = [(share, part.plane.homography @ part.planes[number].homography) for share, part in shares]
    start = normalise_homography(ways[0][1] if len(ways) == 1 else mean_plane(ways, key.size))
    solving.on_plane(number, FrameMap(matched(solving, number, key, start)))


def matched(solving: Solving, number: int, key: Pyramid, start: np.ndarray) -> np.ndarray:
    """A frame's homography that is nearly right, matched to a key; as it is where that matches no better.

    Nothing is searched: where the key does not see the frame, `start` is all there is.
    """
    window, planar = cut(solving.pyramid(number)), solving.chain.planar
    if window.hidden:
        return start
    matrix = refine_planar(window.pyramid, key, start, (1, 0), window.offset, planar)
    if not is_plausible(matrix, window.pyramid.size, window.offset):
        return start
    before, after = (doubt(window.pyramid, key, m, 1, window.offset, planar) for m in (start, matrix))
    return matrix if after <= before else start


def mean_plane(ways: list[tuple[float, np.ndarray]], size: tuple[int, int]) -> np.ndarray:
    """The homography [3, 3] between some, by their shares, over a picture of `size` (height, width)."""
    x, y = (a.ravel() for a in np.meshgrid(np.linspace(0, size[1] - 1, 5), np.linspace(0, size[0] - 1, 5)))
    at = np.stack([x, y, np.ones_like(x)])
    u, v = np.asarray(sum(share * (matrix @ at)[:2] / (matrix @ at)[2] for share, matrix in ways))
    return fit_homography(x, y, u, v, np.ones_like(x))
