import logging
import shutil

import pytest
from unreel.core import training
from unreel.core.model import read_model
from unreel.core.report import never, silent
from unreel.core.unreel_folder import UnreelFolder


def train(shot, folder, **values):
    return training.train(shot.plate, folder, values, False, silent, never)


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
    training.train(None, folder, {}, True, silent, never)
    assert "is trained already" in caplog.text and "key frame" not in caplog.text
    assert set(read_model(folder / "model.safetensors").maps) == {1001, 1002, 1003, 1004, 1005}


@pytest.mark.slow
def test_a_short_shot_with_missing_frames_is_solved_by_every_policy(tiny, tmp_path):
    tiny.path(1002).unlink()
    for policy, frames in (("black", 5), ("nearest", 5), ("hold", 5), ("skip", 4)):
        told = train(tiny, tmp_path / f"{policy}.unreel", key=1003, missing=policy)
        model = read_model(tmp_path / f"{policy}.unreel" / "model.safetensors")
        assert len(model.maps) == frames
        assert told["key"] == 1003
