"""Further solves: of what lies under a paint, and against the frame it was painted on."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest
from unreel.core import keys
from unreel.core.fields.frame_map import IDENTITY, FrameMap, evaluate_map
from unreel.core.frame import Window
from unreel.core.keys import fits_better, paint_on_frame, solved_for, solved_on
from unreel.core.model import Model, read_model
from unreel.core.report import never, silent
from unreel.core.settings import make_settings
from unreel.core.shot import Shot, open_shot
from unreel.core.solve.figures import Figures, measure_shot
from unreel.core.solved import Solved, open_solved
from unreel.core.texture import Texture, make_texture
from unreel.core.unreel_folder import UnreelFolder

from .card import FRAMES, KEY, PAINT, PICTURE, box, card_map, slid, write_card
from .solve.pictures import HEIGHT, WIDTH, X, Y


@pytest.fixture(scope="module")
def plate(tmp_path_factory: pytest.TempPathFactory) -> str:
    return write_card(tmp_path_factory.mktemp("card"))


@pytest.fixture(scope="module")
def bare_plate(tmp_path_factory: pytest.TempPathFactory) -> str:
    return write_card(tmp_path_factory.mktemp("bare"), bare=True)


def opened(plate: str, **solve: Any) -> Shot:
    return open_shot(make_settings({"plate": plate, "key": KEY, "solve": solve}, "the test"))


def modelled(shot: Shot, map_of: Callable[[int], FrameMap], key: int = KEY, misfit: float = 0.1) -> Model:
    figures = measure_shot({n: Figures(30, misfit, misfit, 1, 0, 1, 0.2) for n in FRAMES}, key)
    maps = {number: map_of(number) for number in FRAMES}
    return Model(key, shot.raster, shot.proxy_size, "plane", maps, figures=figures)


def on_ground(shot: Shot) -> Solved:
    """Solved as one sheet that follows the still ground."""
    return Solved(shot, modelled(shot, lambda number: IDENTITY))


def on_card(shot: Shot, key: int = KEY, off: float = 0) -> Solved:
    return Solved(shot, modelled(shot, lambda number: card_map(number, key, off * (number != key)), key))


def painted(
    x: int, y: int, width: int, height: int, on: Literal["canonical"] | int = "canonical", name: str = "a"
) -> Texture:
    alpha = np.ones((height, width), np.float32)
    return replace(make_texture(np.stack([alpha] * 3, -1), alpha, Window(x, y, width, height), on), name=name)


# What of the frame is painted


@pytest.mark.parametrize("on", ["canonical", KEY, 3])
def test_a_paint_is_where_it_was_painted(plate: str, on: Literal["canonical"] | int) -> None:
    assert np.array_equal(paint_on_frame(on_ground(opened(plate)), painted(*PAINT, on)), box(*PAINT))


def test_a_paint_is_told_in_pixels_of_the_solve(plate: str) -> None:
    small = paint_on_frame(on_ground(opened(plate, proxy=WIDTH // 2)), painted(*PAINT))
    assert np.array_equal(small, box(*PAINT)[::2, ::2])


def test_light_that_is_added_without_alpha_is_paint_too(plate: str) -> None:
    texture = painted(*PAINT)
    glow = replace(texture, alpha=0 * texture.alpha)
    assert np.array_equal(paint_on_frame(on_ground(opened(plate)), glow), box(*PAINT))


def test_a_paint_on_a_frame_counts_as_far_as_the_frame_reaches(plate: str) -> None:
    found = paint_on_frame(on_ground(opened(plate)), painted(-10, 20, 30, 30, on=3))
    assert np.array_equal(found, box(0, 20, 20, 30))


@pytest.mark.parametrize(
    "texture",
    [
        make_texture(np.zeros((9, 9, 3)), np.zeros((9, 9)), PICTURE),
        painted(0, 0, WIDTH, HEIGHT),
        painted(0, 0, WIDTH, HEIGHT // 2 + 1),
        painted(-10, 20, 30, 30),
        painted(-40, 20, 30, 30, on=3),
    ],
    ids=["nothing", "the whole picture", "more than half", "beyond the key's view", "beside the frame"],
)
def test_the_whole_sheet_carries(plate: str, texture: Texture) -> None:
    assert paint_on_frame(on_ground(opened(plate)), texture) is None


def test_the_whole_sheet_carries_where_a_matte_says_what_it_is_or_the_settings_want_it(plate: str) -> None:
    shot = opened(plate)
    assert paint_on_frame(on_ground(replace(shot, matte=shot.plate)), painted(*PAINT)) is None
    assert paint_on_frame(on_ground(opened(plate, around=False)), painted(*PAINT)) is None


# Which of two solves fits better


@pytest.mark.parametrize("on", [KEY, 3])
def test_the_cards_own_map_fits_better_than_the_grounds(plate: str, on: int) -> None:
    shot = opened(plate)
    paint = box(PAINT[0] + slid(on), *PAINT[1:])
    assert fits_better(on_ground(shot), on_card(shot, on), on, paint)
    assert not fits_better(on_card(shot), on_card(shot, on), on, paint)  # the sheet follows the card already
    assert not fits_better(on_card(shot), on_card(shot, on, off=3), on, paint)


def test_what_shows_nothing_is_not_solved_alone(plate: str, bare_plate: str) -> None:
    for path, shows in ((plate, True), (bare_plate, False)):
        shot = opened(path)
        assert fits_better(on_card(shot, off=3), on_card(shot), KEY, box(*PAINT)) == shows


# What is solved, and kept


class Engines:
    """In the place of the engines: gives what it was told to, and keeps what it was asked for."""

    def __init__(self, alone: Callable[[Shot], Model] | None, sheet: Callable[[Shot], Model] | None) -> None:
        self.alone, self.sheet = alone, sheet
        self.asked: list[tuple[str, int]] = []
        self.paints: list[np.ndarray] = []

    def fit_around(self, shot, key, paint, report, should_stop, flow_folder):
        assert self.alone is not None, "nothing was to be solved alone"
        assert paint.dtype == np.float32 and flow_folder.name == "flow"
        self.asked.append(("around", key))
        self.paints.append(paint)
        return self.alone(shot)

    def add_key(self, shot, model, key, start, report, should_stop, flow_folder):
        assert self.sheet is not None, "the sheet was not to be solved again"
        assert flow_folder.name == "flow"
        self.asked.append(("sheet", key))
        xy, known = start(FRAMES[0])
        assert xy.shape == (HEIGHT, WIDTH, 2) and known.shape == (HEIGHT, WIDTH)
        return self.sheet(shot)


@pytest.fixture
def engines(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Engines]:
    def put(alone: Callable[[Shot], Model] | None = None, sheet: Callable[[Shot], Model] | None = None) -> Engines:
        given = Engines(alone, sheet)
        monkeypatch.setattr(keys.around, "fit_around", given.fit_around)
        monkeypatch.setattr(keys.codef, "add_key", given.add_key)
        return given

    return put


@pytest.fixture
def folder(tmp_path: Path) -> UnreelFolder:
    return UnreelFolder(tmp_path / "a.unreel")


def files(folder: UnreelFolder) -> set[str]:
    """What is in `keys`, the paints' hashes left out."""
    names = [path.name.removesuffix(".safetensors") for path in folder.key_file("x").parent.glob("*")]
    return {name if name.isdigit() else name.rpartition(".")[0] for name in names}


def same_maps(a: Model, b: Model) -> bool:
    return a.key == b.key and all(np.array_equal(a.maps[n].homography, b.maps[n].homography) for n in FRAMES)


def solve(folder: UnreelFolder, solved: Solved, texture: Texture) -> Solved:
    return solved_for(folder, solved, texture, silent, never)


def test_a_surface_that_fits_better_alone_is_kept_and_not_solved_again(plate, engines, folder) -> None:
    whole = on_ground(opened(plate))
    asked = engines(alone=lambda shot: on_card(shot).model)
    first = solve(folder, whole, painted(*PAINT))
    assert asked.asked == [("around", KEY)] and np.array_equal(asked.paints[0] > 0, box(*PAINT))
    assert same_maps(first.model, on_card(whole.shot).model)
    assert files(folder) == {"1.a"}
    engines()
    assert same_maps(solve(folder, whole, painted(*PAINT)).model, first.model)


def test_where_it_does_not_the_sheet_is_kept(plate, engines, folder) -> None:
    whole = on_card(opened(plate))
    asked = engines(alone=lambda shot: on_card(shot, off=3).model)
    assert same_maps(solve(folder, whole, painted(*PAINT)).model, whole.model)
    assert asked.asked == [("around", KEY)] and files(folder) == {"1.a"}
    engines()
    assert same_maps(solve(folder, whole, painted(*PAINT)).model, whole.model)


def test_where_it_does_not_on_another_frame_the_sheet_is_solved_against_that(plate, engines, folder) -> None:
    whole = on_card(opened(plate))
    asked = engines(alone=lambda shot: on_card(shot, 3, off=3).model, sheet=lambda shot: on_card(shot, 3).model)
    found = solve(folder, whole, painted(PAINT[0] + slid(3), *PAINT[1:], on=3))
    assert asked.asked == [("around", 3), ("sheet", 3)]
    assert same_maps(found.model, on_card(whole.shot, 3).model)
    assert files(folder) == {"3", "3.a"}


@pytest.mark.parametrize("why", ["matte", "setting", "whole picture", "beyond the key"])
def test_what_the_sheet_carries_from_its_key_is_not_solved_again(plate, engines, folder, why: str) -> None:
    shot = opened(plate, around=why != "setting")
    whole = on_ground(replace(shot, matte=shot.plate) if why == "matte" else shot)
    where = {"whole picture": (0, 0, WIDTH, HEIGHT), "beyond the key": (-10, 20, 30, 30)}.get(why, PAINT)
    engines()
    assert solve(folder, whole, painted(*where)) is whole
    assert files(folder) == set()


@pytest.mark.parametrize("why", ["matte", "setting", "whole picture"])
def test_what_the_sheet_carries_from_another_frame_is_solved_against_that_once(plate, engines, folder, why) -> None:
    shot = opened(plate, around=why != "setting")
    whole = on_ground(replace(shot, matte=shot.plate) if why == "matte" else shot)
    where = (0, 0, WIDTH, HEIGHT) if why == "whole picture" else PAINT
    asked = engines(sheet=lambda shot: on_card(shot, 3).model)
    first = solve(folder, whole, painted(*where, on=3))
    engines()
    again = solve(folder, whole, painted(*where, on=3, name="another"))
    assert same_maps(first.model, on_card(shot, 3).model) and same_maps(again.model, first.model)
    assert asked.asked == [("sheet", 3)] and files(folder) == {"3"}


@pytest.mark.parametrize("misfit, warned", [(0.1, False), (0.7, True)])
def test_a_further_solve_that_matches_badly_is_told_of(plate, engines, folder, caplog, misfit, warned) -> None:
    engines(sheet=lambda shot: modelled(shot, lambda number: IDENTITY, 3, misfit))
    solve(folder, on_ground(opened(plate, around=False)), painted(*PAINT, on=3))
    assert ("training with --key 3 may do better" in caplog.text) == warned


def test_what_was_solved_for_an_older_paint_of_that_name_goes_and_nothing_else(plate, engines, folder) -> None:
    whole = on_ground(opened(plate))
    engines(alone=lambda shot: on_card(shot).model)
    for name in ("a", "b.a", "a.b", "1.a", "[a]", "A2"):
        solve(folder, whole, painted(*PAINT, name=name))
    folder.key_file("3").touch()
    before = set(folder.key_file("3").parent.iterdir())
    for name in ("a", "[a]"):
        solve(folder, whole, painted(PAINT[0] + 1, *PAINT[1:], name=name))
    after = set(folder.key_file("3").parent.iterdir())
    assert files(folder) == {"3", "1.a", "1.b.a", "1.a.b", "1.1.a", "1.[a]", "1.A2"}
    assert {path.name.rpartition(".")[0].rpartition(".")[0] for path in before - after} == {"1.a", "1.[a]"}
    assert len(after) == len(before)


def test_a_paint_that_moved_to_another_frame_leaves_nothing_on_the_first(plate, engines, folder) -> None:
    whole = on_ground(opened(plate))
    engines(alone=lambda shot: on_card(shot).model)
    solve(folder, whole, painted(*PAINT))
    engines(alone=lambda shot: on_card(shot, 3).model)
    solve(folder, whole, painted(PAINT[0] + slid(3), *PAINT[1:], on=3))
    assert files(folder) == {"3.a"}


def test_a_paint_that_grew_until_the_sheet_carries_it_leaves_no_solve_of_its_own(plate, engines, folder) -> None:
    whole = on_ground(opened(plate))
    engines(alone=lambda shot: on_card(shot).model)
    solve(folder, whole, painted(*PAINT))
    assert files(folder) == {"1.a"}
    solve(folder, whole, painted(0, 0, WIDTH, HEIGHT))
    assert files(folder) == set()


@pytest.mark.parametrize("damage", [b"", b"not a model", None])
def test_a_damaged_solve_is_made_again(plate, engines, folder, damage: bytes | None) -> None:
    whole = on_ground(opened(plate))
    engines(alone=lambda shot: on_card(shot).model)
    solve(folder, whole, painted(*PAINT))
    (path,) = folder.key_file("x").parent.iterdir()
    path.write_bytes(path.read_bytes()[:-40] if damage is None else damage)
    asked = engines(alone=lambda shot: on_card(shot).model)
    found = solve(folder, whole, painted(*PAINT))
    assert asked.asked == [("around", KEY)]
    assert same_maps(found.model, on_card(whole.shot).model) and same_maps(read_model(path), found.model)


# By the engines themselves


def test_the_key_frames_own_solve_is_at_hand(trained: Path, engines) -> None:
    engines()
    solved = open_solved(UnreelFolder(trained))
    assert solved_on(UnreelFolder(trained), solved, 1003, silent, never) is solved


def test_the_sheet_is_solved_against_another_frame(trained: Path, folder: UnreelFolder) -> None:
    found = solved_on(folder, open_solved(UnreelFolder(trained)), 1001, silent, never)
    assert found.model.key == 1001 and found.model.complete
    x, y = np.arange(96), np.arange(64)
    for number in range(1001, 1006):
        moved = (3 * (number - 1001), number - 1001)
        on_first = np.stack(np.meshgrid(x - moved[0], y - moved[1]), -1)
        assert np.abs(evaluate_map(found.frame_map(number), x, y) - on_first).max() < 0.1


@pytest.mark.slow
def test_paint_on_the_card_goes_with_the_card_although_the_sheet_follows_the_ground(plate: str, folder) -> None:
    found = solve(folder, on_ground(opened(plate)), painted(*PAINT))
    for number in FRAMES[:4]:  # then it goes behind the post
        xy = evaluate_map(found.frame_map(number), np.arange(WIDTH), np.arange(HEIGHT))
        error = np.hypot(xy[..., 0] - (X - slid(number)), xy[..., 1] - Y)
        assert error[box(PAINT[0] + slid(number), *PAINT[1:])].max() < 1
