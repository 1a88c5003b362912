"""Trainings by real workers: told, stopped, gone on with, thrown away, gone back to."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from unreel.core.frame import Window
from unreel.core.preview import write_small
from unreel.plugin.job import Job
from unreel.plugin.nodes import started
from unreel.qt_panel.model.advice import Advice
from unreel.qt_panel.model.jobs import JobItem
from unreel.qt_panel.model.picture import Broken
from unreel.qt_panel.model.session import Session, Stage
from unreel.qt_panel.model.training import STAGES, Curve, TrainingView, is_stopped
from unreel.qt_panel.model.training_start import WAITS

from ...plugin.nodes.conftest import Says, worker_says  # noqa: F401 - fixtures
from ..conftest import opened
from ..shots import write_plate

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def long_session(session: Session, tmp_path: Path) -> Session:
    """A shot whose training takes some seconds."""
    opened(session, Path(write_plate(tmp_path / "plate", 36)))
    session.set_knob("train", "stiffness", "soft")
    session.set_knob("train", "key", 1001)
    return session


def run(session: Session, view: TrainingView, state: str, seconds: float = 60) -> None:
    assert session.loop.run(lambda: view.state == state, seconds), (view.state, view.message, session.notices.shown)


def answer_yes(session: Session) -> None:
    question = next(each for each in session.notices.shown if each.level == "ask")
    session.notices.clear(question)
    question.actions[0].do()


def test_a_training_waits_until_the_live_maps_of_its_folder_have_stopped(
    trained_session: Session,
    worker_says: Says,  # noqa: F811
):
    session = trained_session
    worker_says("propagate", at_once=False, state="stopped")
    worker_says("train", {"psnr": 40.0})
    session.live_paint.make()
    (maps,) = session.jobs.items
    assert maps.title == "Live maps" and maps.is_active
    session.press("train", "start")
    assert maps.running is not None and not (maps.job_folder / "cancel").exists(), "it asks first"
    answer_yes(session)
    assert session.jobs.items == (maps,) and [notice.text for notice in session.notices.at("train")] == [WAITS]
    assert session.loop.run(lambda: len(session.jobs.items) == 2, 20)
    training = session.jobs.items[1]
    assert maps.state == "stopped" and training.job.command == "train" and not session.notices.at("train")
    assert session.loop.run(lambda: training.state == "done", 20)


def test_live_maps_that_a_former_window_left_running_are_not_the_node_s(
    trained_session: Session,
    worker_says: Says,  # noqa: F811
):
    worker_says("propagate", at_once=False)
    trained_session.live_paint.make()
    (maps,) = trained_session.jobs.items
    assert trained_session.close() is None and maps.running is not None
    started.forget(maps.running)
    again = opened(Session(trained_session.loop, trained_session.settings), trained_session.folder)
    before = dict(again.nodes["propagate"].knobs)
    (item,) = again.jobs.items
    assert item.is_maps and item.is_active and before["job"] is None
    item.running.cancel()
    assert again.loop.run(lambda: item.state == "done", 20)
    again.loop.run(lambda: False, 1)
    assert again.nodes["propagate"].knobs == before


def test_curves_run_over_frames_and_of_fields_over_steps():
    frames, steps = Curve("car: sheets"), Curve("fields")
    for at, curve in ((1007, frames), (None, steps)):
        curve.take({"done": 3, "frame": at, "psnr": 30, "loss": 0.25})
        curve.take({"done": 4, "frame": None if at is None else 1008, "psnr": None, "loss": 0.2})
    assert (frames.psnr, frames.loss) == ({1007: 30.0}, {1007: 0.25, 1008: 0.2})
    assert (steps.psnr, steps.loss) == ({3: 30.0}, {3: 0.25, 4: 0.2})


def test_a_stage_is_said_in_plain_words_beside_the_layer_it_is_about(session: Session):
    view = TrainingView(session)
    said = []
    for stage in ("planes", "car: sheets", "key 1050: steady", "new"):
        view._take({"event": "progress", "seq": 0, "stage": stage, "done": 1, "total": 4})
        said.append((view.whose, view.stage))
    assert said == [
        ("", "Finding the camera's motion"),
        ("car", "Following the surface"),
        ("key 1050", "Calming it in time"),
        ("", "new"),
    ]


def test_every_stage_of_the_core_s_page_has_its_words():
    page = (
        (ROOT / "docs" / "commands.md")
        .read_text(encoding="utf-8")
        .partition("Stages of matte")[2]
        .partition("Where")[0]
    )
    stages = set(re.findall(r"`(\w+)`", page.partition("Of train")[2]))
    assert {"planes", "sheets", "steady", "fields"} <= stages <= set(STAGES), stages - set(STAGES)


def test_before_anything_was_trained(session: Session, tmp_path: Path):
    view = TrainingView(session)
    assert (view.state, view.versions, view.advice) == ("never", (), ())
    opened(session, Path(write_plate(tmp_path / "plate")))
    assert view.state == "never" and not view.can_resume
    assert isinstance(session.frames.get("reconstruction", 1001), Broken)


def test_what_was_trained_elsewhere_is_told_when_it_is_opened(trained_session: Session):
    view = TrainingView(trained_session)
    assert view.state == "done" and view.told["key"] == 1001 and view.curves == {}
    assert [each.kind for each in view.advice][-1] == "next"


def test_a_preview_is_told_once_and_can_be_read(trained_session: Session, tmp_path: Path):
    view, told = TrainingView(trained_session), []
    view.previewed.connect(told.append)
    files = {}
    for name in ("canonical", "reconstruction", "plate"):
        files[name] = str(tmp_path / f"{name}.1002.exr")
        write_small(Path(files[name]), np.full((8, 12, 4), 0.25, np.float32), Window(0, 0, 96, 64))
    job = Job("train", {}, {"output": str(trained_session.folder)})
    item = JobItem(job, "Train", tmp_path / "job", "running")
    event = {"event": "preview", "seq": 4, "stage": "sheets", "frame": 1002, "files": files}
    trained_session.jobs.event.emit((item, event))
    trained_session.jobs.event.emit((item, event))
    assert [each.frame for each in told] == [1002] and view.read(told[0], "canonical").scale == 0.125
    assert trained_session.loop.run(lambda: trained_session.frames.has("reconstruction", 1002), 5)
    assert view.reconstructions.numbers == {1002}
    assert not trained_session.frames.is_broken("reconstruction", 1003), "it has none yet, and that is no fault"


@pytest.mark.slow
def test_a_training_is_told_stopped_gone_on_with_and_gone_back_to(long_session: Session):
    session, view = long_session, TrainingView(long_session)
    view.start()
    run(session, view, "running")
    assert session.loop.run(lambda: len(view.curves.get("sheets", Curve("")).psnr) > 2, 60)
    assert view.stage == "Following the surface" and view.fraction > 0
    curve = view.curves["sheets"]
    assert set(curve.psnr) == set(curve.loss) <= set(range(1002, 1037)) and view.early["verdict"]
    view.stop()
    run(session, view, "stopped")
    assert view.can_resume and session.stage() == Stage.OPEN
    view.resume()
    run(session, view, "done")
    assert view.told["key"] == 1001 and session.stage() == Stage.TRAINED and not view.can_resume
    assert len(view.curves["sheets"].psnr) < 35, "only what was left is told"
    before = (session.folder / "model.safetensors").read_bytes()
    session.set_knob("train", "preset", "draft")
    session.set_knob("train", "key", 1002)
    view.start()
    answer_yes(session)
    run(session, view, "running")
    run(session, view, "done")
    assert [each.number for each in view.versions] == [1] and view.told["key"] == 1002
    view.restore(view.versions[0])
    assert session.loop.run(lambda: view.told["key"] == 1001, 30)
    assert (session.folder / "model.safetensors").read_bytes() == before
    assert session.nodes["train"].knobs["key"] == 1001, "the knobs go with it"


@pytest.mark.slow
def test_cancel_throws_away_what_was_reached(long_session: Session):
    session, view = long_session, TrainingView(long_session)
    view.start()
    assert session.loop.run(lambda: len(view.curves.get("sheets", Curve("")).psnr) > 1, 60)
    view.cancel()
    assert session.loop.run(lambda: view.state == "never" and not session.folder.exists(), 60), view.state
    view.start()
    assert session.loop.run(lambda: len(view.curves.get("sheets", Curve("")).psnr) > 1, 60)
    view.stop()
    run(session, view, "stopped")
    assert is_stopped(session.folder)
    view.cancel()
    assert session.loop.run(lambda: view.state == "never" and not session.folder.exists(), 60)


def test_what_is_thrown_away_is_what_was_cancelled_though_another_shot_is_open_by_then(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    view, asked, items = TrainingView(session), [], []
    for name in ("one", "two"):
        opened(session, Path(write_plate(tmp_path / name)))
        session.folder.mkdir(parents=True)
        (session.folder / "training.yaml").write_text("finished: false\n")
        job = Job("train", flags={"output": str(session.folder)})
        items.append(JobItem(job, "Train", tmp_path / name, state="running"))
        session.jobs._items.append(items[-1])
        session.jobs.changed.emit(None)
        assert view.is_running
        if name == "one":
            view.cancel()
    monkeypatch.setattr(session.jobs, "add", lambda job, *more: asked.append((job.command, job.flags["folder"])))
    for item in reversed(items):
        item.state = "stopped"
        session.jobs.ended.emit(item)
    assert asked == [("discard", items[0].job.flags["output"])]


@pytest.mark.slow
def test_a_window_that_comes_later_sees_all_that_was_told(long_session: Session, user_settings):
    session, view = long_session, TrainingView(long_session)
    view.start()
    assert session.loop.run(lambda: len(view.curves.get("sheets", Curve("")).psnr) > 2, 60)
    second = Session(session.loop, user_settings)
    opened(second, Path(session.shot.plate.pattern))
    second.set_knob("train", "folder", str(session.folder))
    later = TrainingView(second)
    assert session.loop.run(lambda: set(later.curves) >= {"read", "planes", "sheets"}, 20), later.state
    assert later.is_running
    later.cancel()
    assert session.loop.run(lambda: not session.folder.exists(), 60)


@pytest.mark.slow
def test_the_advice_to_add_a_key_trains_with_it(trained_session: Session):
    session, view = trained_session, TrainingView(trained_session)
    view.follow(Advice("keys", "Add key {}", "1003", (1004,), (1001, 1003)))
    assert session.playhead.frame == 1004
    knobs = session.nodes["train"].knobs
    assert (knobs["key"], knobs["further_keys"]) == (1001, (1003,))
    answer_yes(session)
    run(session, view, "running")
    run(session, view, "done")
    assert (session.folder / "keys" / "1003.safetensors").exists()


@pytest.mark.slow
def test_a_training_that_fails_says_why(session: Session, tmp_path: Path):
    opened(session, Path(write_plate(tmp_path / "plate")))
    view = TrainingView(session)
    session.set_knob("train", "key", 77)
    view.start()
    run(session, view, "failed")
    assert "77" in view.message and not view.can_resume
