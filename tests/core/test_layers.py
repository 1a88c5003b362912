"""Layers: a card slides over a wall that slides another way; each is solved, painted and cleaned by itself."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pytest
from unreel.core.errors import UsageError
from unreel.core.exr_read import read_frame
from unreel.core.exr_write import write_frame
from unreel.core.fields.frame_map import evaluate_map
from unreel.core.frame import Frame, Window, channel, rgb
from unreel.core.report import never, silent
from unreel.core.settings import make_settings
from unreel.core.training import layer_settings, train
from unreel.core.unreel_folder import UnreelFolder

from .solve.pictures import HEIGHT, WIDTH, X, Y, waves

FRAMES, KEY = tuple(range(1, 8)), 4
CARD_SPEED, WALL_SPEED = 9, -3
CARD = (50, 40, 44, 40)
"""x, y, width, height on the key."""
PICTURE = Window(0, 0, WIDTH, HEIGHT)


def card_at(number: int) -> np.ndarray:
    """Soft coverage [h, w]."""
    x, y, width, height = CARD
    left = x + CARD_SPEED * (number - KEY)
    hard = (X >= left) & (X < left + width) & (Y >= y) & (Y < y + height)
    return cv2.GaussianBlur(hard.astype(np.float32), (0, 0), 0.8)


def linear(luma: np.ndarray) -> np.ndarray:
    return (0.18 * np.exp(2 * luma - 1)).astype(np.float32)


def wall_at(number: int) -> np.ndarray:
    return linear(waves(X - WALL_SPEED * (number - KEY), Y))


@dataclass(frozen=True)
class Scene:
    plate: str
    card: str
    folder: UnreelFolder


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    place = tmp_path_factory.mktemp("layers")
    for number in FRAMES:
        card = linear(waves(X - CARD_SPEED * (number - KEY), Y, seed=9))
        cover = card_at(number)
        picture = cover * card + (1 - cover) * wall_at(number)
        write_frame(place / f"plate.{number}.exr", Frame(dict.fromkeys("RGB", picture), PICTURE, PICTURE))
        write_frame(place / f"card.{number}.exr", Frame({"Y": cover}, PICTURE, PICTURE))
    plate, card = str(place / "plate.#.exr"), str(place / "card.#.exr")
    layers = [{"name": "card", "matte": {"path": card}, "key": KEY}, {"name": "wall", "key": KEY}]
    train(plate, place / "shot.unreel", {"layers": layers}, False, silent, never)
    return Scene(plate, card, UnreelFolder(place / "shot.unreel"))


def test_each_layer_has_its_own_motion(scene: Scene) -> None:
    assert scene.folder.layer_names == ("card", "wall")
    for name, speed in (("card", CARD_SPEED), ("wall", WALL_SPEED)):
        model = scene.folder.layer(name).read_model()
        for number in FRAMES:
            xy = evaluate_map(model.maps[number], np.arange(WIDTH), np.arange(HEIGHT))
            shown = card_at(number) if name == "card" else 1 - card_at(number)
            inside = (shown > 0.99) & (np.abs(X - WIDTH / 2) < WIDTH / 2 - 16)
            error = np.hypot(xy[..., 0] - (X - speed * (number - KEY)), xy[..., 1] - Y)
            assert np.median(error[inside]) < 0.15 and np.percentile(error[inside], 90) < 0.5, (name, number)


def test_a_layer_is_its_matte_less_what_stands_before_it(scene: Scene) -> None:
    settings = make_settings(
        {
            "plate": scene.plate,
            "layers": [{"name": n, "matte": {"path": f"{n}.#.exr"}} for n in "ab"] + [{"name": "c"}],
        },
        "the test",
    )
    own = layer_settings(settings, "b")
    assert own.matte is not None and own.matte.path == "b.#.exr"
    assert [m.path for m in own.front] == ["a.#.exr"] and own.layers == ()
    last = layer_settings(settings, "c")
    assert last.matte is None and [m.path for m in last.front] == ["a.#.exr", "b.#.exr"]


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"layers": [{"name": "a"}, {"name": "a"}]}, "one name"),
        ({"layers": [{"name": "a"}, {"name": "b", "matte": {"path": "b.#.exr"}}]}, "only the last layer"),
        ({"layers": [{"name": "a"}], "matte": {"path": "b.#.exr"}}, "belong to each layer"),
        ({"layers": [{"name": "a"}], "key": 3}, "belong to each layer"),
    ],
)
def test_layers_that_make_no_sense(values: dict, reason: str) -> None:
    with pytest.raises(UsageError, match=reason):
        make_settings({"plate": "p.#.exr", **values}, "the test")


def test_the_mattes_of_all_layers_are_never_written_over(scene: Scene, run: Callable) -> None:
    before = Path(scene.card.replace("#", "1")).read_bytes()
    done = run(
        "propagate", scene.folder.layer("wall").path, "-o", scene.card, "--outputs", "clean", "--progress", "none"
    )
    assert done.code == 2 and "write to another name" in done.err
    assert Path(scene.card.replace("#", "1")).read_bytes() == before


def test_a_folder_that_is_only_called_layers_is_no_shot_of_layers(scene: Scene, tmp_path: Path) -> None:
    assert UnreelFolder(tmp_path / "layers" / "car.unreel").flow_folder.parent == tmp_path / "layers" / "car.unreel"
    assert scene.folder.layer("wall").flow_folder == scene.folder.path / "flow"
    assert len([path for path in (scene.folder.path / "flow").iterdir() if path.is_dir()]) == 1


def test_the_clean_plate_shows_the_wall_where_the_card_was(scene: Scene, run: Callable, tmp_path: Path) -> None:
    wall = scene.folder.layer("wall").path
    done = run("propagate", wall, "-o", tmp_path / "clean.#.exr", "--outputs", "clean", "--progress", "none")
    assert done.code == 0, done.err
    for number in FRAMES:
        clean = read_frame(tmp_path / f"clean.{number}.exr")
        covered = channel(clean, "A").astype(np.float32)
        hidden = card_at(number) > 0.5
        assert covered[hidden].mean() > (0.9 if number != KEY else 0.85)
        known = covered > 0.98
        error = np.abs(rgb(clean)[..., 0] / wall_at(number) - 1)
        assert np.percentile(error[hidden & known], 95) < 0.06, number
        kept = (card_at(number) == 0) & (cv2.erode((card_at(number) == 0).astype(np.uint8), np.ones((15, 15))) > 0)
        assert np.array_equal(rgb(clean)[kept], rgb(read_frame(Path(scene.plate.replace("#", str(number)))))[kept])


def test_paint_on_the_wall_goes_behind_the_card(scene: Scene, run: Callable, tmp_path: Path) -> None:
    wall, card = Window(20, 30, 100, 60), Window(56, 50, 30, 20)
    for name, box, colour in (("wall", wall, (0.0, 0.9, 0.0, 1)), ("card", card, (0.9, 0.0, 0.0, 1))):
        alpha = np.zeros((HEIGHT, WIDTH), np.float32)
        alpha[box.slices_in(PICTURE)] = 1
        planes = {c: (alpha * value).astype(np.float16) for c, value in zip("RGBA", colour, strict=True)}
        write_frame(tmp_path / f"{name}.exr", Frame(planes, PICTURE, PICTURE))
        done = run(
            "import", scene.folder.path, tmp_path / f"{name}.exr", "--layer", name, "--on", KEY, "--progress", "none"
        )
        assert done.code == 0, done.err
    assert (
        run("propagate", scene.folder.path, "-o", tmp_path / "out.#.exr", "--no-light", "--progress", "none").code == 0
    )
    for number in (1, 4, 7):
        picture = rgb(read_frame(tmp_path / f"out.{number}.exr"))
        left = CARD_SPEED * (number - KEY)
        assert picture[60, 71 + left, 0] > 0.85 > 0.1 > picture[60, 71 + left, 1]  # red on the card, before the green
        bare = read_frame(Path(scene.plate.replace("#", str(number))))
        assert np.array_equal(picture[44, 60 + left], rgb(bare)[44, 60 + left])  # the card itself hides the wall's
    one = run("propagate", scene.folder.path, "-o", tmp_path / "red.#.exr", "--texture", "card", "--progress", "none")
    assert one.code == 0 and rgb(read_frame(tmp_path / "red.4.exr"))[35, 30, 1] < 0.5


def test_what_belongs_to_one_layer_asks_for_its_name(scene: Scene, run: Callable, tmp_path: Path) -> None:
    folder = scene.folder.path
    for words in (
        ("export", folder, "-o", tmp_path / "c.exr"),
        ("propagate", folder, "-o", tmp_path / "s.#.exr", "--outputs", "stmap"),
    ):
        done = run(*words, "--progress", "none")
        assert done.code == 2 and "--layer" in done.err
    done = run("export", folder, "--layer", "roof", "-o", tmp_path / "c.exr", "--progress", "none")
    assert done.code == 2 and "card, wall" in done.err
    assert run("export", folder, "--layer", "wall", "-o", tmp_path / "c.exr", "--progress", "none").code == 0
    told = run("info", folder)
    assert told.code == 0 and told.out.count("verdict:") == 2


def test_without_a_matte_there_is_no_clean_plate(painted: Path, run: Callable, tmp_path: Path) -> None:
    done = run("propagate", painted, "-o", tmp_path / "c.####.exr", "--outputs", "clean", "--progress", "none")
    assert done.code == 2 and "matte" in done.err


def test_a_background_is_added_behind_layers_given_on_the_command_line(
    scene: Scene, run: Callable, tmp_path: Path
) -> None:
    out = tmp_path / "shot.unreel"
    done = run(
        "train", scene.plate, "-o", out, "--layer", f"card={scene.card}", "--frames", "3-5", "--progress", "none"
    )
    assert done.code == 0, done.err
    assert UnreelFolder(out).layer_names == ("card", "background")
    again = run("train", "-o", out, "--resume", "--progress", "none")
    assert again.code == 0 and "starts anew" not in again.err
