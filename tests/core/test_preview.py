"""Previews show how a training stands, cost little, and change nothing."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from unreel.core import preview, training
from unreel.core.errors import FolderGone, UnreelError
from unreel.core.exr_read import read_frame
from unreel.core.fields.frame_map import FrameMap
from unreel.core.frame import Window
from unreel.core.preview import Drawn, MapPreview, Previews, opaque, splat
from unreel.core.report import never, silent
from unreel.core.settings import make_settings
from unreel.core.shot import open_shot

KEY, SLIDE = 1003, (3, 1)


@pytest.fixture
def shot(tiny_shot):
    return open_shot(make_settings({"plate": tiny_shot.plate, "key": KEY}, "the test"))


@pytest.fixture
def at_once(monkeypatch):
    """A preview of every frame."""
    monkeypatch.setattr(preview, "FIRST_SECONDS", 0.0)
    monkeypatch.setattr(preview, "SHARE", 1e6)


class Clock:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


def drawn(frame=1001):
    picture = np.zeros((64, 96, 4), np.float32)
    return Drawn(frame, picture, Window(0, 0, 96, 64), picture, picture)


def test_a_pixel_is_shared_by_the_four_around_its_place():
    picture = np.full((1, 1, 4), 2.0, np.float32)
    found = splat(picture, np.array([[[1.25, 2.5]]]), (4, 4, 4))[..., 0]
    assert found[2:4, 1:3].tolist() == [[0.75, 0.25], [0.75, 0.25]] and found.sum() == 2
    for outside in ((-0.1, 0), (3, 0), (np.inf, 0), (0, -1e6)):
        assert splat(picture, np.array([[outside]]), (4, 4, 4)).sum() == 0


def test_the_mean_of_what_was_laid_is_premultiplied():
    total = np.array([[[3.0, 0, 0, 1.5], [0.1, 0, 0, 0.1], [0, 0, 0, 0]]], np.float32)
    assert opaque(total)[0, :, [0, 3]].T == pytest.approx(np.array([[2, 1], [0.4, 0.4], [0, 0]]))


def test_a_preview_comes_when_it_is_due_and_takes_no_more_than_its_share(shot, tmp_path):
    clock = Clock()
    previews = Previews(shot, tmp_path / "previews", clock)

    def draw():
        clock.now += 0.5
        return drawn()

    assert previews.when_due(draw) is None and not previews.folder.exists()
    clock.now = preview.FIRST_SECONDS
    assert previews.when_due(draw).frame == 1001
    begun = clock.now
    clock.now = begun + 0.99 * 0.5 / preview.SHARE
    assert previews.when_due(draw) is None
    clock.now = begun + 1.01 * 0.5 / preview.SHARE
    assert previews.when_due(draw) is not None


def test_only_one_thread_is_at_it(shot, tmp_path, at_once):
    previews = Previews(shot, tmp_path / "previews")
    assert previews.when_due(lambda: drawn() if previews.when_due(drawn) is None else None) is not None


def test_a_disk_that_takes_nothing_ends_the_previews_alone(shot, tmp_path, at_once, monkeypatch, caplog):
    def full(*_, **__):
        raise UnreelError("canonical.exr was not written: the disk is full")

    monkeypatch.setattr(preview, "write_frame", full)
    previews = Previews(shot, tmp_path / "previews")
    assert previews.when_due(drawn) is None and previews.when_due(drawn) is None
    assert caplog.text.count("there are no previews any more: canonical.exr was not written: the disk is full") == 1


def test_a_folder_that_is_gone_is_not_made_anew(shot, tmp_path, at_once):
    previews = Previews(shot, tmp_path / "gone.unreel" / "previews")
    assert previews.when_due(drawn) is None
    assert not (tmp_path / "gone.unreel").exists()


def test_a_frame_made_of_the_key_by_the_true_map_is_the_plate(shot, tmp_path):
    previews = Previews(shot, tmp_path / "previews")
    mask = np.ones(shot.raster.shape, np.float32)
    found = FrameMap(np.array([[1.0, 0, -SLIDE[0]], [0, 1, -SLIDE[1]], [0, 0, 1]]))
    shown = MapPreview(previews, KEY, mask, shot.proxy_size).draw(KEY + 1, found, mask)
    inside = np.s_[SLIDE[1] :, SLIDE[0] :]
    assert shown.reconstruction[inside] == pytest.approx(shown.plate[inside], abs=1e-6)
    assert not shown.reconstruction[:, : SLIDE[0]].any(), "the key frame does not show it"
    assert shown.canonical_window == Window(-24, -16, 144, 96)
    key = previews.layer(previews.read(KEY), mask)
    assert shown.canonical[16:80, 24:120] == pytest.approx(key, abs=1e-6), "all frames agree"
    assert shown.canonical[50, 24 - SLIDE[0], 3] == 1, "what only the other frame shows"
    assert shown.canonical[50, 24 - SLIDE[0] - 2, 3] == 0


@pytest.mark.slow
def test_previews_are_told_and_whole_and_change_no_bit_of_the_model(trained, tiny_shot, tmp_path, at_once):
    told = []
    folder = tmp_path / "own.unreel"
    training.train(tiny_shot.plate, folder, {"key": KEY}, False, told.append, never)
    assert (folder / "model.safetensors").read_bytes() == (trained / "model.safetensors").read_bytes()
    assert not (trained / "previews").exists(), "a tiny shot has none"
    shown = [report for report in told if report.preview is not None]
    assert {report.stage for report in shown} >= {"planes", "sheets"}
    last = shown[-1].preview
    pictures = {name: read_frame(path) for name, path in last.files.items()}
    assert {name: frame.data.shape for name, frame in pictures.items()} == {
        "canonical": (96, 144),
        "reconstruction": (64, 96),
        "plate": (64, 96),
    }
    assert Path(last.files["plate"]).name == f"plate.{last.frame}.exr"
    assert pictures["canonical"].metadata["unreel/window"].value == (-24, -16, 144, 96)
    assert not list((folder / "previews").glob(".*")), "nothing half written"


@pytest.mark.slow
def test_the_next_training_begins_without_the_last_one_s_previews(tiny_shot, tmp_path, monkeypatch):
    folder = tmp_path / "own.unreel"
    (folder / "previews").mkdir(parents=True)
    (folder / "training.yaml").touch()
    (folder / "previews" / "plate.9.exr").touch()
    training.train(tiny_shot.plate, folder, {"key": KEY}, False, silent, never)
    assert not (folder / "previews").exists()


@pytest.mark.slow
def test_an_unreel_folder_deleted_under_way_stays_deleted(tiny_shot, tmp_path, at_once):
    folder = tmp_path / "own.unreel"

    def delete(report):
        if report.preview is not None:
            shutil.rmtree(folder)

    with pytest.raises(FolderGone):
        training.train(tiny_shot.plate, folder, {"key": KEY}, False, delete, never)
    assert not folder.exists()


@pytest.mark.slow
def test_trained_fields_show_their_canonical_and_what_the_steps_make_smaller(tiny_shot, tmp_path, at_once):
    told = []
    values = {"key": KEY, "solve": {"engine": "fields"}, "fields": {"steps": 4, "start": "zero"}}
    training.train(tiny_shot.plate, tmp_path / "own.unreel", values, False, told.append, never)
    steps = [report for report in told if report.stage == "fields"]
    losses = [report.loss for report in steps if report.preview is None]
    assert len(losses) == 4 and losses[0] == 0 < losses[3], "the first is the key frame's"
    shown = [report.preview for report in steps if report.preview is not None]
    assert len({each.frame for each in shown}) > 1
    canonical = read_frame(shown[-1].files["canonical"])
    key, margin = read_frame(shown[-1].files["plate"]), 0.3
    assert canonical.data.shape == tuple(n + 2 * round(n * margin) for n in key.data.shape)
