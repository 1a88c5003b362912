"""A texture on its way to the frames: where it lies on each, what shows of it, and how it is matched there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import cv2
import numpy as np

from .compose import Match, PreparedPaint, ground_beside_plate, prepare
from .coordinates import shifted
from .edges import EDGE_REACH
from .errors import InputError
from .export import canonical_frame
from .frame import Frame, Window, alpha, on_window, rgb
from .grain import Grain, grain_of, look_at_grain, make_noise
from .in_between import shown_between, xy_key_between
from .keys import solved_at, solved_for
from .paint import Paint
from .paint_box import box_of_paint
from .report import OnReport, ShouldStop, never
from .retime import surface_between
from .settings import MatchSettings
from .shutter import while_open, xy_in_shutter
from .solved import Solved
from .texture import Texture
from .unreel_folder import UnreelFolder

GRAIN_FRAMES = 4
"""Frames, spread over the shot, that its grain is measured on."""


LEAST_COVERAGE = 0.02
"""Of a canonical, above which its colour is known."""


@dataclass(frozen=True, eq=False)
class Picture:
    """What is painted on, scene-linear."""

    rgb: np.ndarray
    """[H, W, 3], not premultiplied."""
    coverage: np.ndarray
    """[H, W] 0..1: where it shows the layer."""
    window: Window
    """In plate pixels."""

    @property
    def known(self) -> np.ndarray:
        """[H, W] 1 where its colour is known, else 0."""
        return (self.coverage > LEAST_COVERAGE).astype(np.float32)


@dataclass(frozen=True, eq=False)
class Source:
    """A texture ready to be laid, and the picture it was painted on."""

    texture: Texture
    solved: Solved
    """The shot, solved against the frame that the picture stands on."""
    paint: PreparedPaint
    window: Window
    """Of that picture, in plate pixels."""
    coverage: np.ndarray
    """[H, W] 0..1: where that picture shows the layer."""
    painted: Window
    """The paint's box, plate pixels."""
    grain: Grain | None = None
    """The shot's, where the paint shall have some."""


def make_source(
    texture: Texture, folder: UnreelFolder, solved: Solved, report: OnReport, should_stop: ShouldStop = never
) -> Source | None:
    """None for a texture with nothing painted."""
    if texture.empty:
        return None
    if texture.on == "canonical":
        solved = solved_at(folder, solved, texture.key)
        picture = canonical_picture(folder, solved, report)
        solved = solved_for(folder, solved, texture, report, should_stop)
    else:
        if texture.on not in solved.model.maps:
            raise InputError(f"texture {texture.name} is painted on frame {texture.on}, which the shot does not have")
        solved = solved_for(folder, solved, texture, report, should_stop)
        picture = frame_picture(solved, texture.on)
    layer = on_window(texture.layer, texture.window, picture.window)
    cover = on_window(texture.alpha, texture.window, picture.window)
    paint = prepare(Paint(layer, cover, picture.rgb, picture.known, texture.mode, texture.opacity))
    if paint is None:
        return None
    return Source(texture, solved, paint, picture.window, picture.coverage, texture.window)


def canonical_picture(folder: UnreelFolder, solved: Solved, report: OnReport) -> Picture:
    """The canonical of `solved`'s key."""
    canonical = canonical_frame(folder, solved, "plate", report)
    covered = alpha(canonical)
    assert covered is not None
    coverage = covered.astype(np.float32)
    return Picture(rgb(canonical) / np.maximum(coverage, 1e-6)[..., None], coverage, canonical.data)


def frame_picture(solved: Solved, number: int) -> Picture:
    """A frame of the plate."""
    frame = solved.shot.read_plate(number)
    linear = solved.shot.linear(frame)
    known = solved.shot.surface(number, frame)
    coverage = np.isfinite(linear).all(-1).astype(np.float32) * (1 if known is None else known)
    return Picture(np.nan_to_num(linear), coverage, solved.shot.raster)


@dataclass(frozen=True, eq=False)
class Place:
    """Where a picture that is painted on lies on one frame."""

    window: Window
    """What of the frame the rest is about, plate pixels."""
    box: tuple[slice, slice]
    """Its rows and columns on the raster."""
    xy_source: np.ndarray
    surface: np.ndarray
    seen: np.ndarray


SHUTTER_LOOKS = 5
"""Moments of an open shutter at which it is looked where a paint can be."""


def place_source(source: Source, time: float, frame: Frame | None, reach: int, shutter: float = 0) -> Place | None:
    """Map, soft surface matte and visibility of a source [h, w]: on a frame, or at a moment between frames.

    Of no more of the frame than the paint touches and `reach` pixels around, while a shutter of so many degrees is
    open; None where it touches nothing. frame: the plate's own at that time, if it is at hand.
    """
    solved = source.solved
    times = [time, *(while_open(solved, time, shutter, SHUTTER_LOOKS) if shutter > 0 else [])]
    # one pixel more, because whether a map turns over is asked of the next one
    part = box_of_paint(solved, times, source.painted, reach + 1)
    if part is None:
        return None
    return place_picture(solved, source.coverage, source.window, source.painted, time, frame, part)


def place_picture(
    solved: Solved,
    coverage: np.ndarray,
    window: Window,
    painted: Window | None,
    time: float,
    frame: Frame | None,
    part: Window | None = None,
) -> Place:
    """The same of a picture over `window`, of which coverage [H, W] is seen, on a part of the frame; None: all of it.

    painted: what matters of the picture.
    """
    part = part or solved.shot.raster
    box = part.slices_in(solved.shot.raster)
    xy_key = xy_key_between(solved, time, part=part)
    xy, found = shifted(xy_key, window, solved.shot.raster), shown_between(solved, time, xy_key, part)
    if time in solved.model.maps:
        surface = solved.surface(int(time), frame or solved.shot.read_plate(int(time)), painted, part)
    else:
        surface = surface_between(solved, time, painted)[box]
    seen = cv2.remap(coverage, xy, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=0)
    return Place(part, box, xy, surface, found & (seen > 0.5))


def with_grain(sources: Iterable[Source], match: MatchSettings) -> list[Source]:
    """The sources, each with the shot's grain as its surface shows it, where `match` asks for grain.

    It is measured once a shot: a strength measured anew each frame would flicker, and on the frame that was painted
    the plate has nothing to be compared with.
    """
    return [replace(source, grain=measure_grain(source)) if match.grain > 0 else source for source in sources]


def measure_grain(source: Source) -> Grain | None:
    """From the frames in which the paint can be seen, but the one it was painted on."""
    solved, looks = source.solved, []
    painted_on = solved.model.key if source.texture.on == "canonical" else source.texture.on
    others = [n for n in solved.shot.frames if n != painted_on]
    for number in others[:: max(1, len(others) // GRAIN_FRAMES)]:
        frame = solved.shot.read_plate(number)
        place = place_source(source, number, frame, EDGE_REACH)
        if place is None:
            continue
        plate = solved.shot.linear(frame)[place.box]
        pair = ground_beside_plate(plate, place.xy_source, place.surface, place.seen, source.paint)
        looks.append(None if pair is None else look_at_grain(*pair))
    return grain_of([look for look in looks if look is not None])


def match_for(source: Source, number: int, time: float, place: Place, settings: MatchSettings) -> Match:
    """How a source's paint is matched on output frame `number`. The same noise for all that is painted there."""
    moments: tuple[np.ndarray, ...] = ()
    if settings.shutter > 0:
        solved, box = source.solved, source.painted
        inside = (place.xy_source >= (box.x - source.window.x, box.y - source.window.y)).all(-1)
        inside &= (place.xy_source <= (box.right - source.window.x, box.bottom - source.window.y)).all(-1)
        under_paint = inside & place.seen & (place.surface > 0)
        found = xy_in_shutter(solved, time, settings.shutter, under_paint, place.window)
        moments = tuple(shifted(xy, source.window, solved.shot.raster) for xy in found)
    noise = None
    if source.grain is not None:
        rng = np.random.default_rng((source.solved.shot.settings.seed, number % 2**32))
        noise = np.float32(settings.grain) * make_noise(source.grain, source.solved.shot.raster.shape, rng)[place.box]
    return Match(settings.sharpness, moments, source.grain, noise)
