"""Several keys: maps onto one key frame, by way of another where that one sees the frame better."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial

import cv2
import numpy as np

from .fields.frame_map import FrameMap, evaluate_map, evaluate_map_at
from .model import Model
from .solve.consistency import measure_consistency
from .solve.figures import Figures, measure_shot
from .solve.frame_map_fit import fit_frame_map, lattice_map
from .solve.link import between_keys, link_map
from .solve.pyramid import Pyramid
from .solve.repair import LOST, local_misfit
from .solve.sheet import SheetSettings

POOR = 0.6
"""Misfit of two pictures that have nothing to do with each other."""
LEAST_SHARE = 0.01
FADE = 0.1
"""Of a picture's width: so far inside a key's border its own map fades into that by another key."""
MATCH_SIGMA = 4.0

Onto = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Route:
    """A way from one key frame to another."""

    worth: float
    """0..1."""
    onto: Onto
    """From positions on the one [h, w, 2] to those of the same surface points on the other."""


def joined(model: Model, others: Mapping[int, Model], read: Callable[[int], Pyramid]) -> Model:
    """`model` with each place of each frame led over the key that sees it, this one's own first.

    read: a frame as the solve saw it. Figures of a frame are those of the key that most of it is led over.
    """
    models = {model.key: model, **others}
    routes = find_routes(model.key, models)
    keys = {key: read(key) for key in models}
    within = {key: from_the_border(pyramid.mask[0]) for key, pyramid in keys.items()}
    maps, figures = dict(model.maps), {number: figures_of(model, number) for number in model.maps}
    for number in model.maps.keys() - {model.key}:
        frame = read(number)
        ways = {key: dense(models[key], number) for key in routes}
        tells = {key: seen_in(models[key].maps[number], frame.size) for key in routes}
        sees = {key: tells[key] * seen_by(frame, keys[key], within[key], xy) for key, xy in ways.items()}
        shares = shares_of(sees, routes)
        if shares[model.key].min() > 1 - LEAST_SHARE:
            continue
        total = sum(share[..., None] * routes[key].onto(ways[key]) for key, share in shares.items())
        xy = np.asarray(total, np.float32)
        if any(models[key].maps[number].seen is not None for key in routes):
            seen = sum(shares[key] * tells[key] for key in routes) > 0.5
            maps[number] = lattice_map(xy, frame.mask[0], seen=seen)
        else:
            maps[number] = fit_frame_map(xy, frame.mask[0])
        most = max(shares, key=lambda key: float((shares[key] * frame.mask[0]).sum()))
        figures[number] = figures_of(models[most], number)
    raster = (model.raster.width, model.raster.height)
    agree = measure_consistency(read, maps, model.key, model.solve_size, raster)
    return replace(model, maps=maps, figures=measure_shot(figures, model.key, agree))


def from_the_border(mask: np.ndarray) -> np.ndarray:
    """[h, w] 0..1: 0 beyond the layer of a key frame, 1 from `FADE` of the picture's width inside it."""
    inside = np.pad((mask > 0.5).astype(np.uint8), 1)
    distance = cv2.distanceTransform(inside, cv2.DIST_L2, 5)[1:-1, 1:-1]
    return np.clip(distance / (FADE * mask.shape[1]), 0, 1)


def seen_by(frame: Pyramid, key: Pyramid, within: np.ndarray, xy_key: np.ndarray) -> np.ndarray:
    """[h, w] 0..1: how far a key frame sees each place of a frame: by where it lies on the key, and its match there."""
    inside = cv2.remap(within, xy_key, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=0)
    match = np.clip(1 - local_misfit(frame, key, xy_key, SheetSettings().epsilon) / LOST, 0, 1)
    return inside * cv2.GaussianBlur(match.astype(np.float32), (0, 0), MATCH_SIGMA)


def shares_of(sees: Mapping[int, np.ndarray], routes: Mapping[int, Route]) -> dict[int, np.ndarray]:
    """The share [h, w] of each key in each place: it takes what those before it leave, the best route first.

    What none of them sees goes by the key that sees most of the frame.
    """
    left, shares = np.float32(1), {}
    for key in sorted(routes, key=lambda key: -routes[key].worth):
        shares[key] = left * sees[key]
        left = left - shares[key]
    main = max(sees, key=lambda key: routes[key].worth * float(sees[key].mean()))
    shares[main] = shares[main] + left
    return shares


def seen_in(found: FrameMap, size: tuple[int, int]) -> np.ndarray:
    """[h, w] bool: what of a frame of `size` (height, width) a map's key shows, as far as it tells."""
    return np.ones(size, bool) if found.seen is None else found.seen[: size[0], : size[1]]


def worth(model: Model, number: int) -> float:
    """How well a key sees a frame, 0..1: the share of the frame's layer it shows, less as they match poorly."""
    seen = figures_of(model, number)
    return float(seen.covered * np.clip(1 - seen.misfit / POOR, 0, 1))


def figures_of(model: Model, number: int) -> Figures:
    told = model.figures["frames"][str(number)]
    return Figures(**{name: told[name] for name in Figures.__dataclass_fields__})


def find_routes(key: int, models: Mapping[int, Model]) -> dict[int, Route]:
    """For each key, the best way from it to `key`, by way of others where need be."""
    routes = {key: Route(1.0, lambda xy: xy)}
    while len(routes) < len(models):
        value, near, far, number = max(
            (routes[near].worth * worth(models[near], number) * worth(models[far], number), near, far, number)
            for near in routes
            for far in models.keys() - routes.keys()
            for number in models[key].maps
        )
        link = make_link(models[far], models[near], number)
        routes[far] = Route(value, partial(along, link, routes[near].onto))
    return routes


def along(link: FrameMap, onward: Onto, xy: np.ndarray) -> np.ndarray:
    return onward(evaluate_map_at(link, xy.reshape(-1, 2)).reshape(xy.shape))


def make_link(source: Model, target: Model, number: int) -> FrameMap:
    """From `source`'s key to `target`'s by way of frame `number`, which both see: M_target o M_source^-1."""
    if number == source.key:
        return target.maps[number]
    width, height = source.solve_size
    told = seen_in(source.maps[number], (height, width)) & seen_in(target.maps[number], (height, width))
    return link_map(*between_keys(source.maps[number], target.maps[number], source.solve_size, told))


def dense(model: Model, number: int) -> np.ndarray:
    width, height = model.solve_size
    return evaluate_map(model.maps[number], np.arange(width, dtype=float), np.arange(height, dtype=float))
