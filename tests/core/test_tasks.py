import logging
import shutil
from pathlib import Path

import pytest
from unreel.core import tasks
from unreel.core.errors import UsageError
from unreel.core.model import read_model
from unreel.core.report import never, silent
from unreel.core.tasks import absolute, logged_to, settings_for, spread
from unreel.core.unreel_folder import UnreelFolder

SHOT = """
plate: plate.####.exr
frames: 1001-1004
matte: {path: sub/../matte.####.exr}
vectors: {forward: /abs/forward.####.exr}
solve: {steps: 3}
"""


def test_paths_become_absolute_and_nothing_else():
    values = {"plate": "a/../b/p.####.exr", "matte": {"path": "m.exr", "channel": "A"}, "ocio": "ocio://default"}
    assert absolute(values, Path("/shots")) == {
        "plate": "/shots/b/p.####.exr",
        "matte": {"path": "/shots/m.exr", "channel": "A"},
        "ocio": "ocio://default",
    }


def test_paths_in_a_shot_yaml_are_relative_to_it_and_flags_to_where_we_are(tmp_path, monkeypatch):
    (tmp_path / "shots").mkdir()
    (tmp_path / "shots" / "shot.yaml").write_text(SHOT)
    monkeypatch.chdir(tmp_path)
    folder = UnreelFolder(Path("a.unreel"))
    settings = settings_for("shots/shot.yaml", folder, {"vectors": {"backward": "back.####.exr"}, "seed": 3}, False)
    assert settings.plate == str(tmp_path / "shots" / "plate.####.exr")
    assert settings.matte.path == str(tmp_path / "shots" / "matte.####.exr")
    assert settings.vectors.forward == "/abs/forward.####.exr"
    assert settings.vectors.backward == str(tmp_path / "back.####.exr")
    assert (settings.frames, settings.solve.steps, settings.seed) == ("1001-1004", 3, 3)


def test_a_preset_over_a_shot_yaml_with_a_solve_of_its_own_is_told(tmp_path, caplog):
    (tmp_path / "shot.yaml").write_text(SHOT)
    folder = UnreelFolder(tmp_path / "a.unreel")
    settings = settings_for(str(tmp_path / "shot.yaml"), folder, {"preset": "draft"}, False)
    assert (settings.solve.steps, settings.solve.proxy) == (3, 480)
    assert "sets solve.* itself" in caplog.text


def test_the_plate_may_be_left_out_only_to_resume(tmp_path):
    folder = UnreelFolder(tmp_path / "a.unreel")
    for resume in (False, True):
        with pytest.raises(UsageError, match="name the plate"):
            settings_for(None, folder, {}, resume)


def test_spread_takes_first_and_last_and_each_once():
    assert spread(tuple(range(1, 102)), 5) == [1, 26, 51, 76, 101]
    assert spread((7, 8, 9), 5) == [7, 8, 9]
    assert spread((7,), 5) == [7]


def test_the_log_goes_into_the_folder_while_it_lasts(tmp_path):
    log = logging.getLogger("unreel.core.tasks")
    with logged_to(tmp_path / "log.txt"):
        log.warning("inside")
    log.warning("outside")
    assert "WARNING inside" in (tmp_path / "log.txt").read_text()
    assert "outside" not in (tmp_path / "log.txt").read_text()


def test_a_log_that_cannot_be_written_stops_nothing(tmp_path, capsys):
    (tmp_path / "log.txt").mkdir()
    with logged_to(tmp_path / "log.txt"):
        logging.getLogger("unreel.core.tasks").warning("still here")
    assert "Traceback" not in capsys.readouterr().err


def train(shot, folder, **values):
    return tasks.train(shot.plate, folder, values, False, silent, never)


@pytest.mark.slow
def test_the_same_seed_gives_the_same_model(trained, tiny_shot, tmp_path):
    train(tiny_shot, tmp_path / "again.unreel", key=1003)
    assert (tmp_path / "again.unreel/model.safetensors").read_bytes() == (trained / "model.safetensors").read_bytes()


@pytest.mark.slow
def test_training_again_with_another_key_tells_what_was_painted_on_the_old_one(painted, tiny_shot, tmp_path, caplog):
    folder = shutil.copytree(painted, tmp_path / "own.unreel")
    train(tiny_shot, folder, key=1003)
    assert "painted on the canonical" not in caplog.text
    train(tiny_shot, folder, key=1002)
    assert "mark: painted on the canonical of key frame 1003, which is 1002 now" in caplog.text
    assert UnreelFolder(folder).textures == ["mark"]


@pytest.mark.slow
def test_a_resumed_finished_training_solves_nothing_again(trained, tiny_shot, tmp_path, caplog):
    folder = shutil.copytree(trained, tmp_path / "own.unreel")
    caplog.set_level(logging.INFO, "unreel.core")
    tasks.train(None, folder, {}, True, silent, never)
    assert "going on from 5 frames" in caplog.text
    assert set(read_model(folder / "model.safetensors").maps) == {1001, 1002, 1003, 1004, 1005}


@pytest.mark.slow
def test_a_short_shot_with_missing_frames_is_solved_by_every_policy(tiny, tmp_path):
    tiny.path(1002).unlink()
    for policy, frames in (("black", 5), ("nearest", 5), ("hold", 5), ("skip", 4)):
        told = train(tiny, tmp_path / f"{policy}.unreel", key=1003, missing=policy)
        model = read_model(tmp_path / f"{policy}.unreel" / "model.safetensors")
        assert len(model.maps) == frames
        assert told["key"] == 1003
