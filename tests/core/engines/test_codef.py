"""A whole solve of a small soft shot: a layer that slides and bends over another picture."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType

import cv2
import numpy as np
import pytest
from unreel.core.engines import codef, solving
from unreel.core.errors import Cancelled
from unreel.core.exr_read import read_frame
from unreel.core.exr_write import write_frame
from unreel.core.fields.frame_map import FrameMap, evaluate_map
from unreel.core.frame import Frame, Window
from unreel.core.model import Model, read_model, write_model
from unreel.core.report import Report, never, silent
from unreel.core.settings import make_settings
from unreel.core.shot import Shot, open_shot
from unreel.core.solved import Solved

from ..solve.pictures import HEIGHT, WIDTH, X, Y, smooth_bend, waves

FRAMES, KEY = (2, 3, 4, 5), 3
PICTURE = Window(0, 0, WIDTH, HEIGHT)


def truth(number: int) -> np.ndarray:
    """Where each pixel of a frame lies on the key [h, w, 2]."""
    since = number - KEY
    return np.stack([X - 2 * since, Y + since], -1) + 0.8 * since * smooth_bend()


def torn(number: int) -> np.ndarray:
    """As `truth`, where the right half also slides under the left one."""
    return truth(number) - np.where(X > 80, 3 * (number - KEY), 0)[..., None] * np.float32([1, 0])


def layer(xy_key: np.ndarray, inset: int = 0) -> np.ndarray:
    x, y = np.moveaxis(xy_key, 2, 0)
    return (abs(x - 76) < 36 - inset) & (abs(y - 60) < 32 - inset)


def write_shot(folder: Path, xy_key: Callable[[int], np.ndarray], frames: tuple[int, ...] = FRAMES) -> Path:
    for number in frames:
        at = xy_key(number)
        luma = np.where(layer(at), waves(*np.moveaxis(at, 2, 0)), waves(X, Y, seed=9))
        linear = 0.18 * np.exp(2 * luma - 1).astype(np.float32)
        write_frame(folder / f"plate.{number}.exr", Frame(dict.fromkeys("RGB", linear), PICTURE, PICTURE))
        matte = {"Y": layer(at).astype(np.float16)}
        write_frame(folder / f"matte.{number}.exr", Frame(matte, PICTURE, PICTURE))
    return folder


def open_in(folder: Path) -> Shot:
    return open_shot(
        make_settings(
            {
                "plate": str(folder / "plate.#.exr"),
                "matte": {"path": str(folder / "matte.#.exr")},
                "key": KEY,
                "solve": {"stiffness": "soft", "steps": 4},
            },
            "the test",
        )
    )


def fit(shot: Shot, resume: Model | None = None) -> Model:
    return codef.fit(shot, silent, never, lambda _: None, resume)


def xy(found: FrameMap) -> np.ndarray:
    return evaluate_map(found, np.arange(WIDTH), np.arange(HEIGHT))


def error(found: FrameMap, number: int) -> np.ndarray:
    """Pixels between a map and the truth, over the layer but for its rim."""
    return np.linalg.norm(xy(found) - truth(number), axis=-1)[layer(truth(number), 6)]


def bits(model: Model) -> dict[int, tuple[bytes | None, ...]]:
    return {
        number: tuple(None if a is None else a.tobytes() for a in (found.homography, found.knots, found.residual))
        for number, found in sorted(model.maps.items())
    }


@pytest.fixture(scope="module")
def shot(tmp_path_factory: pytest.TempPathFactory) -> Shot:
    return open_in(write_shot(tmp_path_factory.mktemp("soft"), truth))


@pytest.fixture(scope="module")
def solved(shot: Shot) -> Model:
    return fit(shot)


@dataclass
class Stopping:
    """Cancels when a stage has done one frame; what it leaves is on disk."""

    stage: str
    file: Path
    asked: bool = False

    def report(self, report: Report) -> None:
        self.asked |= report.stage == self.stage

    def fit(self, shot: Shot, resume: Model | None = None) -> Model | None:
        with pytest.raises(Cancelled, match="frames are kept"):
            codef.fit(shot, self.report, lambda: self.asked, lambda model: write_model(self.file, model), resume)
        return read_model(self.file) if self.file.exists() else None


def test_the_layer_is_found_and_the_key_is_itself(solved: Model) -> None:
    assert (solved.key, solved.stiffness, solved.complete) == (KEY, "soft", True)
    assert sorted(solved.maps) == [*FRAMES]
    np.testing.assert_array_equal(xy(solved.maps[KEY]), np.stack([X, Y], -1))
    for number in FRAMES:
        assert solved.figures["frames"][str(number)]["folded"] == 0
        assert np.median(error(solved.maps[number], number)) < 0.05
        assert error(solved.maps[number], number).max() < 0.3


def test_the_same_shot_gives_the_same_bits(shot: Shot, solved: Model) -> None:
    again = fit(shot)
    assert bits(again) == bits(solved)
    assert again.figures == solved.figures


@pytest.mark.parametrize("how", [{"threads": 1}, {"threads": 3}, {"memory": 1e-6}, {"threads": 3, "memory": 1e-4}])
def test_threads_and_memory_change_no_bit(shot: Shot, solved: Model, tmp_path: Path, how: dict[str, float]) -> None:
    settings = shot.settings.model_copy(update={"solve": shot.settings.solve.model_copy(update=how)})
    alike = codef.fit(replace(shot, settings=settings), silent, never, lambda _: None, None, tmp_path / "flow")
    assert bits(alike) == bits(solved)
    assert alike.figures == solved.figures
    assert [place.name for place in tmp_path.iterdir()] == ["flow"], "what did not fit is gone"


@pytest.mark.parametrize("stage", ["read", "planes"])
def test_a_solve_that_was_stopped_before_its_first_sheet_leaves_nothing(shot: Shot, tmp_path: Path, stage: str) -> None:
    assert Stopping(stage, tmp_path / "checkpoint").fit(shot) is None


@pytest.mark.parametrize(
    ("module", "work", "kept"), [(codef, "choose_key_frame", 0), (solving, "measure_consistency", len(FRAMES))]
)
def test_a_stop_is_heard_where_no_stage_is_told(
    shot: Shot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: ModuleType, work: str, kept: int
) -> None:
    stopping, do = Stopping("never told", tmp_path / "checkpoint"), getattr(module, work)

    def stopped_meanwhile(*given: object) -> object:
        stopping.asked = True
        return do(*given)

    monkeypatch.setattr(module, work, stopped_meanwhile)
    left = stopping.fit(replace(shot, settings=shot.settings.model_copy(update={"key": None})))
    assert (len(left.maps) if left else 0) == kept


@pytest.mark.parametrize(("stage", "least"), [("sheets", 2), ("steady", len(FRAMES))])
def test_a_solve_that_was_stopped_is_resumed_to_the_same_end(
    shot: Shot, solved: Model, tmp_path: Path, stage: str, least: int
) -> None:
    left = Stopping(stage, tmp_path / "checkpoint").fit(shot)
    assert left is not None and not left.complete
    assert least <= len(left.maps) <= len(FRAMES)
    assert bits(left) != bits(solved)  # not averaged in time yet
    for early in ("read", "planes"):
        again = Stopping(early, tmp_path / "checkpoint").fit(shot, left)
        assert again is not None and bits(again) == bits(left)
    told: list[Report] = []
    resumed = codef.fit(shot, told.append, never, lambda _: None, left)
    sheets = [report for report in told if report.stage == "sheets"]
    left_to_do = len(FRAMES) - len(left.maps)
    assert [(report.done, report.total) for report in sheets] == [(n + 1, left_to_do) for n in range(left_to_do)]
    assert resumed.complete and bits(resumed) == bits(solved)
    assert resumed.figures == solved.figures


def test_the_solve_is_measured_against_itself(solved: Model) -> None:
    mean = solved.figures["mean"]
    assert mean["inverse"] < 0.02 and mean["agreement"] < 0.15 and mean["spread"] < 0.2


def test_frames_that_the_key_does_not_see_are_told_before_the_sheets(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The matte stays where it is, and other parts of the surface come into it."""
    frames = tuple(range(3, 12))
    matte = Frame({"Y": layer(truth(KEY)).astype(np.float16)}, PICTURE, PICTURE)
    for number in frames:
        linear = 0.18 * np.exp(2 * waves(X + 10 * max(number - 5, 0), Y) - 1).astype(np.float32)
        write_frame(tmp_path / f"plate.{number}.exr", Frame(dict.fromkeys("RGB", linear), PICTURE, PICTURE))
        write_frame(tmp_path / f"matte.{number}.exr", matte)
    told: list[Report] = []
    settings = {"plate": str(tmp_path / "plate.#.exr"), "matte": {"path": str(tmp_path / "matte.#.exr")}, "key": KEY}
    codef.fit(open_shot(make_settings(settings, "the test")), told.append, never, lambda _: None)
    early = [report.early for report in told if report.early is not None]
    assert len(early) == 1 and early[0].word == "add a key"
    assert early[0].frames == (9, 10, 11) and early[0].keys == (11,)
    assert f"early: {early[0].reason}" in caplog.text


def test_a_finished_solve_is_not_averaged_again(shot: Shot, solved: Model, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "unreel.core")
    assert bits(fit(shot, solved)) == bits(solved)
    assert "going on from 4 frames" in caplog.text


@pytest.mark.parametrize("other", [{"key": 2}, {"solve_size": (80, 64)}])
def test_what_was_reached_for_another_key_or_size_is_not_gone_on_from(
    shot: Shot, solved: Model, tmp_path: Path, other: dict[str, object]
) -> None:
    assert Stopping("planes", tmp_path / "checkpoint").fit(shot, replace(solved, **other)) is None


def test_nan_are_counted_and_left_out(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    folder = write_shot(tmp_path, truth, (3, 4))
    frame = read_frame(folder / "plate.4.exr")
    green = frame.planes["G"].copy()
    green[50:60, 70:82], green[70, 60] = np.nan, np.inf
    write_frame(folder / "plate.4.exr", replace(frame, planes=frame.planes | {"G": green}))
    found = fit(open_in(folder))
    assert "121 pixels are NaN or infinite in frames 4;" in caplog.text
    assert np.median(error(found.maps[4], 4)) < 0.05
    assert found.figures["frames"]["4"]["psnr"] > 35  # black matches nothing of the key


def test_a_layer_that_goes_away_leaves_the_last_map(tmp_path: Path) -> None:
    folder = write_shot(tmp_path, truth, (3, 4, 5))
    black = Frame({"Y": np.zeros((HEIGHT, WIDTH), np.float16)}, PICTURE, PICTURE)
    write_frame(folder / "matte.5.exr", black)
    found = fit(open_in(folder))
    assert np.median(error(found.maps[4], 4)) < 0.05
    assert found.maps[5].knots.shape == found.maps[4].knots.shape
    assert found.figures["frames"]["5"]["covered"] == 0


def test_a_surface_that_slides_under_itself_is_not_folded(tmp_path: Path) -> None:
    found = fit(open_in(write_shot(tmp_path, torn, (3, 4, 5))))
    assert [f["folded"] for f in found.figures["frames"].values()] == [0, 0, 0]
    right = layer(torn(5), 6) & (X > 90)
    assert np.median(np.linalg.norm(xy(found.maps[5]) - torn(5), axis=-1)[right]) < 0.05


def test_another_key_agrees_with_the_first(shot: Shot, solved: Model) -> None:
    maps = Solved(shot, solved)
    found = codef.add_key(shot, solved, 5, lambda n: maps.small_xy_frame(n, 5), silent, never)
    assert (found.key, found.stiffness, sorted(found.maps)) == (5, "soft", [*FRAMES])
    np.testing.assert_array_equal(xy(found.maps[5]), np.stack([X, Y], -1))
    onward = xy(solved.maps[5])
    for number in FRAMES:
        inside = layer(truth(number), 6)
        there = cv2.remap(onward, *np.moveaxis(xy(found.maps[number]), 2, 0), cv2.INTER_LINEAR)
        assert np.linalg.norm(there - xy(solved.maps[number]), axis=-1)[inside].max() < 0.3
