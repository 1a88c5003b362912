"""Versions of a training to go back to, and what a stopped one leaves."""

from __future__ import annotations

import json
import shutil

import pytest
from unreel.core import training
from unreel.core.errors import Cancelled, IncompatibleModel, InputError, UsageError
from unreel.core.frame import Window
from unreel.core.history import KEPT, discard, forget_oldest, keep_version, restore, version_folder, versions
from unreel.core.report import never, silent
from unreel.core.tasks import info
from unreel.core.unreel_folder import UnreelFolder

pytestmark = pytest.mark.slow
KEY, OTHER = 1003, 1002


def train(shot, folder, should_stop=never, resume=False, **values):
    return training.train(shot.plate, folder, values, resume, silent, should_stop)


def model_of(folder):
    return (folder / "model.safetensors").read_bytes()


def stopped(shot, folder, **values):
    """A training that is stopped when it has found its first map."""
    told = []

    def report(said):
        told.append(said.stage)

    with pytest.raises(Cancelled):
        training.train(shot.plate, folder, values, False, report, lambda: "sheets" in told)
    return folder


@pytest.fixture
def own(painted, tmp_path):
    """A trained and painted folder to change."""
    return shutil.copytree(painted, tmp_path / "own.unreel")


@pytest.fixture
def twice(own, tiny_shot):
    """Trained with `KEY`, then with `OTHER` and a further key."""
    before = model_of(own)
    train(tiny_shot, own, key=OTHER, further_keys=(1005,))
    assert model_of(own) != before
    return own


def test_a_training_keeps_what_it_takes_the_place_of(twice, trained, run):
    folder = UnreelFolder(twice)
    assert versions(folder) == (1,)
    told = json.loads((twice / "history/001/told.json").read_text())
    assert (told["key"], told["preset"], told["verdict"].partition(":")[0]) == (KEY, "standard", "good")
    assert told["time"] == pytest.approx((twice / "history/001/model.safetensors").stat().st_mtime)
    assert json.loads((twice / "told.json").read_text())["key"] == OTHER
    assert model_of(version_folder(folder, 1).path) == model_of(trained)
    assert "versions: 1" in run("info", twice).out


def test_a_version_is_an_unreel_folder_to_look_at_and_export_from(twice, run, tmp_path):
    at = version_folder(UnreelFolder(twice), 1).path
    assert info(at)["key"] == KEY
    assert run("export", at, "-o", tmp_path / "c.exr").code == 0


def test_going_back_gives_the_same_bits_and_there_and_back_is_where_it_was(twice, trained, run):
    second, keys = model_of(twice), (twice / "keys/1005.safetensors").read_bytes()
    note = (twice / "made/train.json").read_bytes()
    told = run("restore", twice)
    assert told.code == 0 and f"key: {KEY}" in told.out and "kept: 2" in told.out
    folder = UnreelFolder(twice)
    assert (model_of(twice), folder.read_settings().further_keys) == (model_of(trained), ())
    assert json.loads((twice / "told.json").read_text())["key"] == KEY
    assert not (twice / "keys/1005.safetensors").exists() and not list(twice.glob("canonical_*"))
    assert (twice / "made/train.json").read_bytes() == (trained / "made/train.json").read_bytes()
    assert folder.textures == ["mark"]
    assert versions(folder) == (2,)
    assert run("restore", twice, 2).code == 0
    assert (model_of(twice), (twice / "keys/1005.safetensors").read_bytes()) == (second, keys)
    assert (twice / "made/train.json").read_bytes() == note
    assert versions(folder) == (3,)


def test_paint_on_a_canonical_that_is_gone_is_told_of(twice, caplog):
    shutil.rmtree(twice / "history")
    keep_version(UnreelFolder(twice))
    restore(twice, 1)
    assert "mark: painted on the canonical" not in caplog.text, "the same key frame"


def test_going_back_to_another_key_tells_what_no_longer_fits(own, tiny_shot, caplog):
    train(tiny_shot, own, key=KEY)
    train(tiny_shot, own, key=OTHER)
    caplog.clear()
    restore(own, 1)
    assert "mark: painted on the canonical of key frame 1002, which is 1003 now" in caplog.text


def test_the_last_five_are_kept(own):
    folder = UnreelFolder(own)
    for _ in range(KEPT + 2):
        keep_version(folder)
        forget_oldest(folder)
    assert versions(folder) == tuple(range(3, KEPT + 3))
    assert not list((own / "history").glob(".*"))


def test_what_cannot_be_gone_back_to_is_told(own, twice, tmp_path):
    with pytest.raises(UsageError, match="has no version 7; there is 1"):
        restore(twice, 7)
    with pytest.raises(InputError, match="is no unreel folder"):
        restore(tmp_path / "none.unreel", None)
    shutil.rmtree(twice / "history")
    with pytest.raises(InputError, match="no earlier training"):
        restore(twice, None)


def test_a_damaged_version_changes_nothing(twice):
    before = model_of(twice)
    (twice / "history/001/model.safetensors").write_bytes(b"half")
    with pytest.raises(IncompatibleModel):
        restore(twice, 1)
    assert model_of(twice) == before and (twice / "made/train.json").exists()


def test_a_stopped_training_can_be_resumed_after_going_back(twice, tiny_shot, trained):
    stopped(tiny_shot, twice, key=KEY, solve={"stiffness": "stiff"})
    restore(twice, 1)
    assert model_of(twice) == model_of(trained)
    training.train(None, twice, {}, True, silent, never)
    assert UnreelFolder(twice).read_model().stiffness == "stiff"


def test_discarding_the_first_training_leaves_nothing(tiny_shot, tmp_path, run):
    folder = stopped(tiny_shot, tmp_path / "a.unreel", key=KEY)
    assert (folder / "checkpoint.safetensors").exists()
    told = run("discard", folder)
    assert told.code == 0 and "left: nothing" in told.out
    assert not folder.exists()
    assert run("discard", folder).code == 3


def test_discarding_leaves_what_was_trained_before(own, tiny_shot, run, caplog):
    before = model_of(own)
    stopped(tiny_shot, own, key=OTHER)
    assert discard(own)["left"] == "an earlier training"
    assert model_of(own) == before and not (own / "checkpoint.safetensors").exists()
    assert "nothing: no training was stopped" in run("discard", own).out
    assert info(own)["key"] == KEY and json.loads((own / "told.json").read_text())["key"] == KEY


def test_layers_are_discarded_together_and_go_back_alone(tiny, tmp_path):
    front = tiny.write_matte(Window(20, 10, 50, 40))
    layers = [{"name": "front", "matte": {"path": front}, "key": KEY}, {"name": "rest", "key": KEY}]
    folder, told = tmp_path / "a.unreel", []
    with pytest.raises(Cancelled):
        training.train(
            tiny.plate, folder, {"layers": layers}, False, lambda r: told.append(r.stage), lambda: "rest: read" in told
        )
    assert (folder / "layers/front/model.safetensors").exists()
    discard(folder)
    assert not folder.exists()
    result = train(tiny, folder, layers=layers)
    assert result["layers"]["front"]["key"] == KEY and result["layers"]["front"]["frames"] == []
    layers[0]["key"] = OTHER
    train(tiny, folder, layers=layers)
    front_folder = UnreelFolder(folder).layer("front")
    assert front_folder.read_model().key == OTHER
    restore(front_folder.path, None)
    assert front_folder.read_model().key == KEY
