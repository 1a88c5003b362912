"""A body that hides parts of itself: found from smooth sheets, with its contours; and what is none is left alone."""

import numpy as np
import pytest
from unreel.core.errors import Cancelled
from unreel.core.fields.frame_map import FrameMap, evaluate_map
from unreel.core.solve.figures import folded
from unreel.core.solve.frame_map_fit import fit_frame_map
from unreel.core.solve.rigid import as_rigid, rigid_part, steps_of

from . import bodies
from .bodies import FRAMES, KEY, SIZE, picture, sheet_of, sheets, truth
from .pictures import X, Y

FAR = FRAMES[-1]


def xy(found: FrameMap) -> np.ndarray:
    return evaluate_map(found, np.arange(SIZE[1]), np.arange(SIZE[0]))


def error(found: FrameMap, number: int) -> np.ndarray:
    """Pixels between a map and the truth, where the key shows what the frame does and away from the layer's rim."""
    at, seen = truth(number)
    inner = seen & (abs(at[..., 0] - 80) < 56) & (abs(at[..., 1] - 60) < 40)
    return np.linalg.norm(xy(found) - at, axis=-1)[inner]


def nothing() -> None:
    pass


@pytest.fixture(scope="module")
def body() -> dict[int, FrameMap]:
    found = as_rigid(picture, KEY, sheets(), 1, nothing)
    assert found is not None
    return found


@pytest.mark.slow
def test_a_body_is_found_from_smooth_sheets(body: dict[int, FrameMap]) -> None:
    before = error(fit_frame_map(sheet_of(FAR), picture(FAR).mask[0]), FAR)
    after = error(body[FAR], FAR)
    assert (after > 1).mean() < 0.3 * (before > 1).mean()
    assert np.median(after) < 0.1


@pytest.mark.slow
def test_what_the_key_hides_is_told(body: dict[int, FrameMap]) -> None:
    _, seen = truth(FAR)
    inside = picture(FAR).mask[0] > 0.5
    told = body[FAR].seen
    assert told is not None
    hidden = inside & ~seen & (abs(X - 80) < 60) & (abs(Y - 60) < 44)
    assert hidden.sum() > 60
    assert (~told)[hidden].mean() > 0.6
    assert told[inside & seen].mean() > 0.97


@pytest.mark.slow
def test_leaps_between_surfaces_are_no_folds(body: dict[int, FrameMap]) -> None:
    found = body[FAR]
    assert folded(xy(found), found.seen, (0, 0)).mean() < 0.001


@pytest.mark.slow
def test_what_bends_as_it_likes_is_no_body() -> None:
    def bent(number: int) -> tuple[np.ndarray, np.ndarray]:
        since = number - KEY
        wave = np.sin(X / 9 + 2.1 * number) * np.cos(Y / 11 + number**2)
        return np.stack([X + 1.5 * since + 3 * wave, Y - 3 * wave], -1).astype(np.float32), np.ones(SIZE, bool)

    maps = {n: FrameMap(np.eye(3)) for n in (KEY,)}
    maps |= {n: fit_frame_map(bent(n)[0], picture(n, bent).mask[0]) for n in FRAMES if n != KEY}
    assert as_rigid(lambda n: picture(n, bent), KEY, maps, 1, nothing) is None


@pytest.mark.slow
def test_it_can_be_stopped() -> None:
    count = 0

    def tick() -> None:
        nonlocal count
        count += 1
        if count == 4:
            raise Cancelled("stopped")

    with pytest.raises(Cancelled):
        as_rigid(picture, KEY, sheets(), 1, tick)
    assert count < steps_of(len(FRAMES))


def test_too_few_frames_are_left_alone() -> None:
    few = {n: found for n, found in sheets().items() if n <= KEY}
    assert as_rigid(bodies.picture, KEY, few, 1, nothing) is None


@pytest.mark.slow
def test_the_part_that_moves_as_a_body_is_told_from_what_does_not() -> None:
    def moved(number: int) -> np.ndarray:
        own = np.clip((X - 122) / 4, 0, 1)  # the right end goes up and down by itself
        lift = np.stack([0 * X, 7 * np.sin(2.0 * number) * own], -1)
        return (sheet_of(number) + lift).astype(np.float32)

    def seen(number: int) -> tuple[np.ndarray, np.ndarray]:
        return moved(number), np.ones(SIZE, bool)

    maps = {n: fit_frame_map(moved(n), picture(n, seen).mask[0]) for n in FRAMES if n != KEY}
    part = rigid_part(lambda n: picture(n, seen), KEY, maps | {KEY: FrameMap(np.eye(3))}, nothing)
    assert part is not None
    inside = (abs(Y - 60) < 36) & (X > 28)
    assert part[inside & (X < 114)].mean() > 0.9
    assert part[inside & (X > 128) & (X < 138)].mean() < 0.2
