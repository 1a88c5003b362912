"""Against what the core itself notes."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import numpy as np
import pytest
from unreel.core import made
from unreel.core.cli import main
from unreel.core.exr_write import write_frame
from unreel.core.frame import Frame, Window
from unreel.plugin.stale import check, stage_of

from .conftest import make_plate

pytestmark = pytest.mark.slow
WINDOW = Window(0, 0, 96, 64)


@pytest.fixture(scope="module")
def shot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a plate, an unreel folder, one texture and rendered frames."""
    folder = tmp_path_factory.mktemp("stale")
    plate = make_plate(folder, range(1001, 1004))
    paint = np.zeros((64, 96), np.float16)
    paint[20:30, 20:40] = 1
    write_frame(folder / "mark.exr", Frame(dict.fromkeys("RGBA", paint), WINDOW, WINDOW))
    unreel = str(folder / "a.unreel")
    for words in (
        ["train", plate, "-o", unreel, "--key", "1001", "--preset", "draft"],
        ["export", unreel, "-o", str(folder / "c.exr")],
        ["import", unreel, str(folder / "mark.exr")],
        ["propagate", unreel, "-o", str(folder / "out.####.exr")],
    ):
        assert main([*words, "--progress", "none"]) == 0
    return folder


def stages(folder: Path) -> dict[str, str]:
    outputs = {"export": folder / "c.exr", "propagate": folder / "out.####.exr"}
    written = {name: stage_of(name, str(output)) for name, output in outputs.items()}
    return {"train": "train", "import": "import/mark", **written}


def all_reasons(folder: Path) -> dict[str, list[str]]:
    return {name: check(folder / "a.unreel", stage) for name, stage in stages(folder).items()}


@pytest.fixture
def own(shot: Path) -> Path:
    """The shot itself, put back afterwards: notes hold full paths."""
    kept = shot.parent / "kept"
    shutil.copytree(shot, kept)
    yield shot
    shutil.rmtree(shot)
    shutil.move(str(kept), shot)


def touch(path: Path) -> None:
    state = path.stat()
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns + 1_000_000_000))


def test_both_sides_name_a_stage_alike():
    assert stage_of("export", "c.exr") == made.stage_of("export", Path("c.exr"))


def test_what_was_just_made_is_up_to_date(shot: Path):
    assert all_reasons(shot) == {name: [] for name in ("train", "import", "export", "propagate")}


def test_files_whose_times_another_system_tells_less_finely_are_the_same(own: Path):
    for path in own.glob("*.exr"):
        state = path.stat()
        os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns // 1000 * 1000))
    assert not any(all_reasons(own).values())


def test_plate_frames_changed_under_a_solve_are_named(own: Path):
    touch(own / "plate.1001.exr")
    touch(own / "plate.1003.exr")
    (reason,) = check(own / "a.unreel", "train")
    assert reason.startswith("plate frames 1001, 1003 changed since the solve (")
    (reason,) = all_reasons(own)["propagate"]
    assert reason.startswith("plate frames 1001, 1003 changed since the frames were rendered (")


def test_a_frame_that_is_gone_is_named(own: Path):
    (own / "plate.1002.exr").unlink()
    assert check(own / "a.unreel", "train") == ["plate frame 1002 is gone"]


def test_other_settings_are_named(shot: Path):
    plate = os.path.relpath(shot / "plate.####.exr")
    wanted = {"preset": "hero", "key": 1001, "plate": plate, "further_keys": []}
    assert check(shot / "a.unreel", "train", wanted) == ["preset was draft, now hero: train again"]


LIGHT = ("light.strength", "light.sigma", "match.grain")


def propagated(folder: Path, *words: str) -> None:
    out = str(folder / "out.####.exr")
    assert main(["propagate", str(folder / "a.unreel"), "-o", out, "--progress", "none", *words]) == 0


def test_frames_take_from_the_shot_what_is_not_asked_of_them(own: Path):
    unreel, stage = own / "a.unreel", stages(own)["propagate"]
    assert check(unreel, stage, {}, LIGHT) == []
    propagated(own, "--set", "light.strength=0.3")
    assert check(unreel, stage, {"light.strength": 0.3}, LIGHT[1:]) == []
    assert check(unreel, stage, {}, LIGHT) == ["light.strength was 0.3, now 1.0: render again"]


def test_a_shot_that_sets_light_itself_is_up_to_date_and_told_when_it_does_no_more(own: Path):
    unreel, stage = own / "a.unreel", stages(own)["propagate"]
    train = ["train", str(own / "plate.####.exr"), "-o", str(unreel), "--key", "1001", "--preset", "draft"]
    (own / "shot.yaml").write_text("plate: plate.####.exr\nkey: 1001\npreset: draft\nlight: {strength: 0.5}\n")
    assert main(["train", str(own / "shot.yaml"), "-o", str(unreel), "--progress", "none"]) == 0
    assert check(unreel, stage, {}, LIGHT) == ["light.strength was 1.0, now 0.5: render again"]
    propagated(own)
    assert check(unreel, stage, {}, LIGHT) == []
    assert main([*train, "--progress", "none"]) == 0
    assert check(unreel, stage, {}, LIGHT) == ["light.strength was 0.5, now 1.0: render again"]


def test_a_setting_of_the_solve_that_is_not_asked_for_any_more_is_told(own: Path):
    unreel, words = own / "a.unreel", ["--key", "1001", "--set", "solve.steps=3", "--progress", "none"]
    names = ("solve.steps", "solve.proxy", "seed")
    assert main(["train", str(own / "plate.####.exr"), "-o", str(unreel), *words]) == 0
    assert check(unreel, "train", {"solve.steps": 3}, names[1:]) == []
    assert check(unreel, "train", {}, names) == ["solve.steps was 3, now not set: train again"]


def test_a_retimed_plate_that_changed_is_told(own: Path):
    for number in (1001, 1002):
        shutil.copy(own / f"plate.{number}.exr", own / f"slow.{number}.exr")
    propagated(own, "--times", "1001-1001.5x0.5", "--onto", str(own / "slow.####.exr"))
    stage = stages(own)["propagate"]
    assert check(own / "a.unreel", stage) == []
    touch(own / "slow.1002.exr")
    (reason,) = check(own / "a.unreel", stage)
    assert reason.startswith("retimed plate frame 1002 changed since the frames were rendered (")


def test_paint_that_changed_and_was_imported_again_is_told_step_by_step(own: Path):
    touch(own / "mark.exr")
    (reason,) = check(own / "a.unreel", "import/mark")
    assert reason.startswith("the paint changed since the import (")
    assert main(["import", str(own / "a.unreel"), str(own / "mark.exr"), "--opacity", "0.5"]) == 0
    reasons = all_reasons(own)
    assert reasons["import"] == []
    assert reasons["propagate"] == ["the texture mark was imported again since: render again"]


def test_trained_again_with_other_settings_all_that_rests_on_it_is_stale(own: Path):
    assert main(["train", str(own / "plate.####.exr"), "-o", str(own / "a.unreel"), "--key", "1002"]) == 0
    reasons = all_reasons(own)
    assert reasons["train"] == []
    assert reasons["export"] == ["the shot was trained again since: export again"]
    assert reasons["import"] == ["the shot was trained again since: import again"]
    assert reasons["propagate"] == ["the shot was trained again since: render again"]


def test_what_was_never_made_is_told(shot: Path, tmp_path: Path):
    assert check(tmp_path / "none.unreel", "train") == ["the unreel folder is gone: it was deleted or moved"]
    assert check(shot / "a.unreel", "import/logo") == ["this texture was not imported"]
    assert check(shot / "a.unreel", stage_of("propagate", "x.####.exr")) == [
        "these frames were not rendered to their end"
    ]
