"""What carries an edit without a solve: dense optical flow (OpenCV's DIS), chained or straight to the key frame.

For each frame of a shot a rival says where its pixels lie on the painted frame, and which of them it believes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property

import cv2
import numpy as np

from bench.score import display_from_linear, length_of, sample_bilinear
from bench.shots import Mask, Picture, Shot, Vectors
from bench.tracks import Points, Tracks

HOME = 1.0
"""Pixels within which flow there and back must come home to be believed."""


@dataclass(frozen=True)
class Rival:
    """How the flow is used."""

    name: str
    title: str
    chained: bool
    """From frame to frame; else straight between each frame and the painted one."""
    checked: bool
    """Pixels whose flow does not come home are dropped, in a chain for good."""


RIVALS = (
    Rival("dis-chain", "DIS flow, chained", chained=True, checked=False),
    Rival("dis-chain-checked", "DIS flow, chained, checked", chained=True, checked=True),
    Rival("dis-key", "DIS flow to the key frame", chained=False, checked=False),
    Rival("dis-key-checked", "DIS flow to the key frame, checked", chained=False, checked=True),
)


@dataclass(frozen=True)
class FlowSearch:
    """Flow between frames of a shot, each pair searched when it is first asked for."""

    shot: Shot

    @cached_property
    def between(self) -> Callable[[int, int], Vectors]:
        """Of two frame numbers: the flow [h, w, 2] from the one to the other, in pixels, y down."""
        search = cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
        search.setFinestScale(0)

        @cache
        def grey(number: int) -> np.ndarray:
            return (display_from_linear(self.shot.beauty(number)).mean(2) * 255).astype(np.uint8)

        @cache
        def between(number: int, other: int) -> Vectors:
            return search.calc(grey(number), grey(other), None)

        return between


def steps(shot: Shot, chained: bool) -> Iterator[tuple[int, int]]:
    """Each frame but the painted one, and the frame its flow leads to, outward on both sides."""
    ahead = [number for number in shot.others if number > shot.reference]
    for side in (ahead, [number for number in reversed(shot.others) if number < shot.reference]):
        last = shot.reference
        for number in side:
            yield number, last if chained else shot.reference
            last = number


def follow(flows: FlowSearch, start: int, to: int, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, ...]:
    """Points x, y of frame `start` seen in frame `to`, and whether they are inside it and come home."""
    height, width = flows.shot.window.shape
    there, back = flows.between(start, to), flows.between(to, start)
    move = sample_bilinear(there, x, y)
    x, y = x + move[..., 0], y + move[..., 1]
    inside = (x >= 0) & (y >= 0) & (x <= width - 1) & (y <= height - 1)
    return x, y, inside, length_of(move + sample_bilinear(back, x, y)) < HOME


def maps_to_key(rival: Rival, flows: FlowSearch) -> Iterator[tuple[int, np.ndarray, np.ndarray, Mask]]:
    """Of each frame: its number, where its pixels lie on the painted frame, x and y [h, w], and which are believed."""
    shot = flows.shot
    rows, columns = np.mgrid[: shot.window.height, : shot.window.width].astype(np.float32)
    known = {shot.reference: (columns, rows, np.ones(rows.shape, bool))}
    yield shot.reference, *known[shot.reference]
    for number, to in steps(shot, rival.chained):
        x, y, inside, home = follow(flows, number, to, columns, rows)
        key_x, key_y, before = (sample_bilinear(plane.astype(np.float32), x, y) for plane in known[to])
        believed = inside & home & (before > 0.5) if rival.checked else np.ones_like(inside)
        known[number] = (key_x, key_y, believed) if rival.chained else (x, y, believed)
        yield number, *known[number]


def carry_edit(rival: Rival, flows: FlowSearch) -> Iterator[tuple[int, Picture]]:
    """The frames with the edit laid on, scene-linear, by Catmull-Rom resampling of the layer."""
    layer = flows.shot.edit_layer()
    for number, x, y, believed in maps_to_key(rival, flows):
        warped = sample_cubic(layer, x, y) * believed[..., None]
        plate = flows.shot.beauty(number)
        yield number, np.maximum(warped[..., :3] + (1 - np.clip(warped[..., 3:], 0, 1)) * plate, 0)


def sample_cubic(picture: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Catmull-Rom samples [..., c] of a picture [h, w, c] at index coordinates; its edge holds on."""
    height, width = picture.shape[:2]
    column, row = np.floor(x).astype(int), np.floor(y).astype(int)
    total = np.zeros((*x.shape, picture.shape[2]))
    for j, down in enumerate(catmull_rom(y - row)):
        for i, along in enumerate(catmull_rom(x - column)):
            taps = picture[np.clip(row + j - 1, 0, height - 1), np.clip(column + i - 1, 0, width - 1)]
            total += (along * down)[..., None] * taps
    return total


def catmull_rom(t: np.ndarray) -> tuple[np.ndarray, ...]:
    """Weights of the taps at -1, 0, 1, 2 for a place t in 0..1."""
    return (
        ((-0.5 * t + 1) * t - 0.5) * t,
        (1.5 * t - 2.5) * t * t + 1,
        ((-1.5 * t + 2) * t + 0.5) * t,
        (0.5 * t - 0.5) * t * t,
    )


def track(rival: Rival, flows: FlowSearch, points: Points, numbers: Iterable[int]) -> Tracks:
    """Points [n, 2] of the painted frame in other frames, along flow from it outward."""
    shot = flows.shot
    places = {shot.reference: (points[:, 0], points[:, 1], np.ones(len(points), bool))}
    for number, last in steps(shot, rival.chained):
        x, y, before = places[last]
        x, y, inside, home = follow(flows, last, number, x, y)
        places[number] = x, y, (before & inside & home) if rival.checked else inside
    found = [places[number] for number in numbers]
    return Tracks(np.stack([np.stack([x, y], -1) for x, y, _ in found]), np.stack([seen for _, _, seen in found]))
