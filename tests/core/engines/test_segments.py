"""A shot solved in segments: drawn, so that its maps are known."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from unreel.core.engines import codef
from unreel.core.engines.segment_sheets import link_sheet
from unreel.core.engines.segments import Segment
from unreel.core.errors import Cancelled, UsageError
from unreel.core.exr_write import write_frame
from unreel.core.fields.frame_map import FrameMap, evaluate_map
from unreel.core.frame import Frame, Window
from unreel.core.model import Model, read_model, write_model
from unreel.core.report import Report, never, silent
from unreel.core.settings import make_settings
from unreel.core.shot import Shot, open_shot
from unreel.core.solve.chain import ChainSettings
from unreel.core.solve.pyramid import make_pyramid
from unreel.core.solve.sheet import lattice_displacement

from ..solve.pictures import waves

WIDTH, HEIGHT = 96, 64
PICTURE = Window(0, 0, WIDTH, HEIGHT)
Y, X = np.indices((HEIGHT, WIDTH), dtype=np.float32)
FRAMES, KEY = tuple(range(1, 12)), 3
THREE = {"segment": 5, "overlap": 2}
IN_ALL = 4 + 4 + 4 + 8
"""Sheets: of each segment against its own key, and of the frames that are led to the shot's from there."""
SEAMS = (4, 5, 7, 8)
"""Frames that two of the three segments share, or that stand beside them."""
BEND = lattice_displacement(np.random.default_rng(8).normal(size=(6, 7, 2)) * 1.5, 16, HEIGHT, WIDTH, 0)

Truth = Callable[[int], np.ndarray]


def bent(number: int) -> np.ndarray:
    """Where each pixel of a frame lies on the key [h, w, 2]: it slides, and bends to and fro."""
    since = number - KEY
    return np.stack([X - since, Y + 0.5 * since], -1) + 0.5 * np.sin(0.6 * since) * BEND


def panned(number: int) -> np.ndarray:
    """Over a wall so wide that the last frames show nothing of the key."""
    return np.stack([X + 14.0 * (number - KEY), Y + 3 * np.sin((number - KEY) / 2)], -1).astype(np.float32)


def inside(xy_key: np.ndarray, inset: float = 0) -> np.ndarray:
    x, y = np.moveaxis(xy_key, 2, 0)
    return (abs(x - 46) < 30 - inset) & (abs(y - 32) < 24 - inset)


def write_shot(folder: Path, truth: Truth, matte: Callable[[int], np.ndarray]) -> Path:
    for number in FRAMES:
        layer = matte(number)
        luma = np.where(layer, waves(*np.moveaxis(truth(number), 2, 0)), waves(X, Y, seed=9))
        linear = 0.18 * np.exp(2 * luma - 1).astype(np.float32)
        write_frame(folder / f"plate.{number}.exr", Frame(dict.fromkeys("RGB", linear), PICTURE, PICTURE))
        write_frame(folder / f"matte.{number}.exr", Frame({"Y": layer.astype(np.float16)}, PICTURE, PICTURE))
    return folder


def open_in(folder: Path, **solve: object) -> Shot:
    matte = {"path": str(folder / "matte.#.exr")}
    values = {"plate": str(folder / "plate.#.exr"), "matte": matte, "key": KEY, "solve": {"steps": 4} | solve}
    return open_shot(make_settings(values, "the test"))


def fit(shot: Shot) -> Model:
    return codef.fit(shot, silent, never)


def xy(found: FrameMap) -> np.ndarray:
    return evaluate_map(found, np.arange(WIDTH), np.arange(HEIGHT))


def bits(model: Model) -> dict[int, tuple[bytes | None, ...]]:
    return {
        number: tuple(None if a is None else a.tobytes() for a in (found.homography, found.knots, found.residual))
        for number, found in sorted(model.maps.items())
    }


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_shot(tmp_path_factory.mktemp("bent"), bent, lambda n: inside(bent(n)))


@pytest.fixture(scope="module")
def shot(folder: Path) -> Shot:
    return open_in(folder, stiffness="soft", **THREE)


@pytest.fixture(scope="module")
def solved(shot: Shot) -> Model:
    return fit(shot)


def test_three_segments_find_what_one_finds(folder: Path, solved: Model) -> None:
    one = fit(open_in(folder, stiffness="soft"))
    assert (solved.key, solved.complete, sorted(solved.maps)) == (KEY, True, [*FRAMES])
    np.testing.assert_array_equal(xy(solved.maps[KEY]), np.stack([X, Y], -1))
    for number in FRAMES:
        layer = inside(bent(number), 5)
        apart = np.linalg.norm(xy(solved.maps[number]) - xy(one.maps[number]), axis=-1)[layer]
        assert np.median(apart) < 0.03 and apart.max() < 0.3
        assert np.median(np.linalg.norm(xy(solved.maps[number]) - bent(number), axis=-1)[layer]) < 0.06


def test_nothing_jumps_where_segments_meet(solved: Model) -> None:
    """The error changes from frame to frame there as it does elsewhere."""
    off = {n: xy(solved.maps[n]) - bent(n) for n in FRAMES}
    jump = {}
    for number in FRAMES[1:]:
        layer = inside(bent(number), 5) & inside(bent(number - 1), 5)
        jump[number] = float(np.median(np.linalg.norm(off[number] - off[number - 1], axis=-1)[layer]))
    elsewhere = [value for number, value in jump.items() if number not in SEAMS]
    assert max(jump[number] for number in SEAMS) < max(*elsewhere, 0.05)


def test_planes_that_the_key_does_not_see_stand_as_they_are_led(tmp_path: Path) -> None:
    shot = open_in(write_shot(tmp_path, panned, lambda n: np.ones_like(X, bool)), stiffness="plane", **THREE)
    found = fit(shot)
    last = FRAMES[-1]
    assert found.figures["frames"][str(last)]["covered"] == 0
    for number in FRAMES:
        assert np.linalg.norm(xy(found.maps[number]) - panned(number), axis=-1).max() < 0.5


def test_a_stretch_in_which_the_layer_is_hidden_parts_nothing(tmp_path: Path) -> None:
    def matte(number: int) -> np.ndarray:
        return inside(bent(number)) & (number not in (6, 7))

    found = fit(open_in(write_shot(tmp_path, bent, matte), stiffness="soft", **THREE))
    assert sorted(found.maps) == [*FRAMES]
    for number in set(FRAMES) - {6, 7}:
        off = np.linalg.norm(xy(found.maps[number]) - bent(number), axis=-1)
        assert np.median(off[inside(bent(number), 5)]) < 0.06
    for number in (6, 7):
        assert found.figures["frames"][str(number)]["covered"] == 0


def test_a_wall_that_goes_by_is_followed_farther_than_by_one_chain(tmp_path: Path) -> None:
    def fast(number: int) -> np.ndarray:
        return np.stack([X + 24.0 * (number - KEY), Y], -1)

    shot = open_in(write_shot(tmp_path, fast, lambda n: np.ones_like(X, bool)), stiffness="soft", segment=9, overlap=2)
    found = fit(shot)
    for number in FRAMES:
        assert np.median(np.linalg.norm(xy(found.maps[number]) - fast(number), axis=-1)) < 0.1


def test_keys_that_shared_frames_show_nothing_of_are_tied_by_the_planes() -> None:
    def slide(x: float) -> FrameMap:
        return FrameMap(np.array([[1, 0, x], [0, 1, 0], [0, 0, 1]], float))

    frame = make_pyramid(waves(X, Y), np.ones_like(X))
    solving = SimpleNamespace(pyramid=lambda number: frame, chain=ChainSettings())
    near, part = Segment((1, 2, 3), 1), Segment((3, 4, 5), 5)
    near.sheets[3], part.sheets[3] = slide(500), slide(-500)
    near.plane, part.plane = slide(10), slide(12)
    link = xy(link_sheet(solving, part, near))  # the planes are two pixels off, the sheets a thousand
    assert np.median(np.linalg.norm(link - np.stack([X, Y], -1), axis=-1)) < 0.1


@dataclass
class Stopping:
    """Cancels when a stage has done so many steps; what it leaves is on disk."""

    stage: str
    steps: int
    folder: Path
    asked: bool = False

    def report(self, report: Report) -> None:
        self.asked |= report.stage == self.stage and report.done >= self.steps

    def fit(self, shot: Shot) -> Model | None:
        self.folder.mkdir(exist_ok=True)
        file = self.folder / "checkpoint"
        with pytest.raises(Cancelled):
            codef.fit(
                shot,
                self.report,
                lambda: self.asked,
                lambda model: write_model(file, model),
                segment_folder=self.folder / "segments",
            )
        return read_model(file) if file.exists() else None


@pytest.mark.parametrize(("steps", "broken"), [(5, 0), (14, 1)])
def test_a_stopped_solve_goes_on_with_what_is_whole_of_its_segments(
    shot: Shot, solved: Model, tmp_path: Path, steps: int, broken: int
) -> None:
    left = Stopping("sheets", steps, tmp_path / "left").fit(shot)
    segments = tmp_path / "left" / "segments"
    kept = sorted(segments.iterdir())
    models = {path: read_model(path) for path in kept}
    assert [int(path.stem.partition("_")[2]) for path in kept] == [models[path].key for path in kept]
    for path in kept[:broken]:
        path.write_bytes(b"broken")
    told: list[Report] = []
    resumed = codef.fit(shot, told.append, never, lambda _: None, left, segment_folder=segments)
    assert bits(resumed) == bits(solved)
    sheets = [report for report in told if report.stage == "sheets"]
    assert [report.done for report in sheets] == [*range(1, sheets[0].total + 1)]
    lost = sum(len(models[path].maps) - 1 for path in kept[:broken])
    assert sheets[0].total <= IN_ALL - steps + lost


def test_segments_of_one_key_are_kept_apart(shot: Shot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(codef, "choose_key_frame", lambda read, frames, each: 7)  # the second and the third hold it
    left = Stopping("sheets", IN_ALL - 8, tmp_path / "left").fit(shot)
    segments = tmp_path / "left" / "segments"
    assert sorted(read_model(path).key for path in segments.iterdir()) == [KEY, 7, 7]
    told: list[Report] = []
    resumed = codef.fit(shot, told.append, never, lambda _: None, left, segment_folder=segments)
    assert bits(resumed) == bits(fit(shot))
    assert next(report.total for report in told if report.stage == "sheets") <= 8


@pytest.mark.parametrize(("segment", "overlap"), [(10, 5), (1, 1), (-1, 5)])
def test_segments_that_would_be_all_overlap_are_refused(folder: Path, segment: int, overlap: int) -> None:
    with pytest.raises(UsageError, match="segment"):
        open_in(folder, segment=segment, overlap=overlap)
