"""Several keys: a camera pans over a wall so far that no frame sees all of it."""

from pathlib import Path

import numpy as np
import pytest
from unreel.core.errors import UsageError
from unreel.core.exr_write import write_frame
from unreel.core.fields.frame_map import evaluate_map
from unreel.core.frame import Frame, Window
from unreel.core.join import Route, shares_of
from unreel.core.model import Model, read_model
from unreel.core.report import never, silent
from unreel.core.training import train
from unreel.core.unreel_folder import UnreelFolder

from .solve.pictures import HEIGHT, WIDTH, X, Y, waves

FRAMES = range(1, 10)
KEYS = (1, 5, 9)
PICTURE = Window(0, 0, WIDTH, HEIGHT)


def panned(number: int) -> tuple[float, float]:
    """Where frame `number` looks at, pixels of the wall; ever faster, so that nothing can be guessed from before."""
    return 15.0 * (number - 1) + 1.5 * (number - 1) ** 2, 6 * np.sin(number / 2)


@pytest.fixture(scope="module")
def plate(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("pan")
    for number in FRAMES:
        dx, dy = panned(number)
        linear = (0.18 * np.exp(2 * waves(X + dx, Y + dy) - 1)).astype(np.float32)
        write_frame(folder / f"plate.{number}.exr", Frame(dict.fromkeys("RGB", linear), PICTURE, PICTURE))
    return str(folder / "plate.#.exr")


@pytest.fixture(scope="module")
def folder(plate: str) -> UnreelFolder:
    path = Path(plate).parent / "pan.unreel"
    train(plate, path, {"key": KEYS[0], "further_keys": KEYS[1:]}, False, silent, never)
    return UnreelFolder(path)


def spread(model: Model) -> float:
    """How far the canonical positions of one point of the wall lie apart: rms over frames, the worst point."""
    wall_x, wall_y = (a.ravel() for a in np.meshgrid(np.arange(0, 370, 10.0), np.arange(0, 120, 10.0)))
    found = np.full((len(FRAMES), wall_x.size, 2), np.nan)
    for at, number in enumerate(FRAMES):
        dx, dy = panned(number)
        xy = evaluate_map(model.maps[number], np.arange(WIDTH), np.arange(HEIGHT))
        column, row = np.rint(wall_x - dx).astype(int), np.rint(wall_y - dy).astype(int)
        seen = (column >= 0) & (column < WIDTH) & (row >= 0) & (row < HEIGHT)
        off = np.stack([wall_x - dx - column, wall_y - dy - row], -1)[seen]  # the map's slope is nearly 1
        found[at, seen] = xy[row[seen], column[seen]] + off
    often = np.isfinite(found[..., 0]).sum(0) > 1
    return float(np.sqrt(np.nanvar(found[:, often], axis=0).sum(-1)).max())


def test_one_point_of_the_wall_lies_in_one_place_whatever_key_saw_it(folder: UnreelFolder, plate: str) -> None:
    alone = train(plate, folder.path.parent / "alone.unreel", {"key": KEYS[0]}, False, silent, never)
    assert "add a key" in str(alone["verdict"])
    assert spread(UnreelFolder(Path(str(alone["unreel"]))).read_model()) > 4
    for model in (folder.read_model(), *(read_model(folder.key_file(str(key))) for key in KEYS[1:])):
        assert spread(model) < 1


def test_a_frame_that_the_first_key_never_saw_has_the_figures_of_the_one_that_did(folder: UnreelFolder) -> None:
    frames = folder.read_model().figures["frames"]
    assert frames["9"]["covered"] > 0.9 and frames["8"]["covered"] > 0.5


def test_a_finished_training_that_is_resumed_stays_as_it_is(folder: UnreelFolder) -> None:
    files = {path: path.read_bytes() for path in folder.path.rglob("*.safetensors")}
    told = train(None, folder.path, {}, True, silent, never)
    assert told["key"] == KEYS[0]
    assert {path: path.read_bytes() for path in folder.path.rglob("*.safetensors")} == files


def test_a_further_key_outside_the_shot_is_told_first(plate: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="key frame 99 is not among"):
        train(plate, tmp_path / "a.unreel", {"key": 1, "further_keys": (99,)}, False, silent, never)
    assert not (tmp_path / "a.unreel").exists()


def test_the_key_itself_stays_the_identity(folder: UnreelFolder) -> None:
    for key in KEYS[1:]:
        model = read_model(folder.key_file(str(key)))
        assert model.key == key
        assert np.array_equal(model.maps[key].homography, np.eye(3))


def test_the_first_key_takes_what_it_sees_and_the_next_what_is_left() -> None:
    routes = {1: Route(1.0, lambda xy: xy), 2: Route(0.5, lambda xy: xy), 3: Route(0.2, lambda xy: xy)}
    sees = {
        1: np.array([[1.0, 0.25, 0.0, 0.0]]),
        2: np.array([[1.0, 1.0, 1.0, 0.0]]),
        3: np.array([[0.0, 0.0, 0.0, 0.0]]),
    }
    shares = shares_of(sees, routes)
    assert np.allclose(shares[1], [[1, 0.25, 0, 0]])
    assert np.allclose(shares[2], [[0, 0.75, 1, 1]])  # and what none sees
    assert np.allclose(shares[3], 0)
