from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest
from unreel.core.frame import Window
from unreel.plugin.nodes.status import WRONG
from unreel.qt_panel.model.notices import Action
from unreel.qt_panel.model.paint import journal
from unreel.qt_panel.model.session import Session
from unreel.qt_panel.model.stage import Stage


def test_nothing_is_open_at_the_start(session: Session):
    assert session.stage() is Stage.EMPTY and session.folder is None
    assert session.shown().kind == "plate" and session.shown().second is None
    assert session.close() is None


def test_what_a_button_refuses_is_told_at_the_knob_that_it_names(session: Session):
    session.press("propagate", "render")
    (notice,) = session.notices.shown
    assert (notice.where, notice.knob, notice.level) == ("propagate", "propagate.folder", "wrong")
    assert session.nodes["propagate"].tint == WRONG


def test_a_bad_value_is_told_at_its_knob_and_not_taken(session: Session):
    session.set_knob("train", "seed", "many")
    notice = session.notices.under("train.seed")
    assert notice is not None and "whole number" in notice.text
    assert session.nodes["train"].knobs["seed"] == 0
    session.set_knob("train", "seed", "7")
    assert session.notices.shown == () and session.nodes["train"].knobs["seed"] == 7


def test_an_emptied_knob_takes_its_default(session: Session):
    session.set_knob("train", "seed", "7")
    session.set_knob("train", "seed", "")
    session.set_knob("train", "further_keys", "3 9")
    assert session.nodes["train"].knobs["seed"] == 0 and session.nodes["train"].knobs["further_keys"] == (3, 9)
    session.set_knob("train", "further_keys", "")
    assert session.nodes["train"].knobs["further_keys"] == ()


def test_all_nodes_share_the_folder(session: Session, tmp_path):
    session.set_knob("train", "folder", str(tmp_path / "a.unreel"))
    assert {node.knobs["folder"] for node in session.nodes.values()} == {str(tmp_path / "a.unreel")}
    assert session.folder == tmp_path / "a.unreel"


def test_a_question_stands_on_its_page_and_is_answered_by_pressing_again(session: Session, tmp_path):
    made = tmp_path / "a.unreel" / "made"
    made.mkdir(parents=True)
    (made / "train.json").write_text("{}")
    session.set_knob("train", "folder", str(tmp_path / "a.unreel"))
    session.set_knob("train", "plate", str(tmp_path / "none.####.exr"))
    session.press("train", "start")
    (notice,) = session.notices.at("train")
    assert notice.level == "ask" and "Train it anew?" in notice.text
    assert session.nodes["train"].knobs["job"] is None
    yes = notice.actions[0]
    assert isinstance(yes, Action)
    yes.do()
    assert session.nodes["train"].knobs["job"] and session.notices.at("train") == ()
    assert session.training() is not None or session.nodes["train"].status
    running = session.training()
    if running is not None:
        running.wait(60)


def test_closing_while_a_training_runs_asks_once(session: Session, tmp_path, monkeypatch):
    cancelled = []

    class Runs:
        def cancel(self) -> None:
            cancelled.append(True)

    monkeypatch.setattr(session, "training", Runs)
    question = session.close()
    assert question is not None and [answer for answer, _ in question.answers] == ["keep", "stop"]
    assert session.close("keep") is None and not cancelled
    assert session.close("stop") is None and cancelled


def test_the_view_is_kept_for_the_next_start(session: Session, loop):
    from unreel.qt_panel.model.user_settings import read_settings

    session.view.change(view="Un-tone-mapped", exposure=2.0)
    session.close()
    again = Session(loop, read_settings(session.settings.folder))
    assert (again.view.view, again.view.exposure) == ("Un-tone-mapped", 0.0)


def test_a_session_for_looking_starts_nothing(loop, user_settings):
    session = Session(loop, user_settings, read_only=True)
    session.press("train", "start")
    assert session.notices.at("train")[0].text == "This shot is open for looking only."


def test_the_model_needs_no_qt():
    blocked = "import sys; sys.modules.update(dict.fromkeys(['PySide6', 'pyqtgraph', 'torch'])); "
    done = subprocess.run(
        [sys.executable, "-c", blocked + "from unreel.qt_panel.model.session import Session"],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


def test_a_shot_is_found_beside_the_loop_and_its_knobs_are_set(session: Session, loop, plate):
    opened = []
    session.shot_changed.connect(opened.append)
    session.open(str(plate))
    assert session.shot is None and session.opening
    assert loop.run(lambda: session.shot is not None, 20)
    assert session.playhead.frames == (1001, 1002, 1003) and len(opened) == 2
    assert session.nodes["train"].knobs["plate"] == str(plate / "plate.####.exr")
    assert session.folder == plate / "unreel" / "plate.unreel"
    assert session.settings.recents == [str(plate / "plate.####.exr")]
    assert session.stage() is Stage.OPEN
    assert loop.run(lambda: all(session.frames.has("plate", n) for n in session.playhead.frames), 20)


def test_a_shot_that_cannot_be_found_leaves_the_one_that_is_open(session: Session, loop, plate):
    session.open(str(plate))
    assert loop.run(lambda: session.shot is not None, 20)
    session.open(str(plate / "no.####.exr"))
    assert loop.run(lambda: not session.opening, 20)
    assert session.shot is not None and session.shot.name == "plate"
    assert "no.####.exr" in session.notices.at("shot")[0].text


def test_the_shot_asked_for_last_is_the_one_that_opens(session: Session, loop, plate, tmp_path):
    session.open(str(tmp_path / "nothing"))
    session.open(str(plate))
    assert loop.run(lambda: session.shot is not None, 20)
    loop.run(lambda: False, 0.1)
    assert session.notices.shown == ()


def test_knobs_and_frame_come_back_with_the_shot(session: Session, loop, plate, user_settings):
    session.open(str(plate))
    loop.run(lambda: session.shot is not None, 20)
    session.set_knob("train", "preset", "draft")
    session.playhead.go(1002)
    session.close()
    again = Session(loop, user_settings)
    again.open(str(plate))
    assert loop.run(lambda: again.shot is not None, 20)
    assert (again.nodes["train"].knobs["preset"], again.playhead.frame) == ("draft", 1002)


def test_a_job_of_a_node_stands_in_the_queue_too(session: Session, loop, plate):
    session.open(str(plate))
    loop.run(lambda: session.shot is not None, 20)
    session.set_knob("train", "ocio", str(plate / "none.ocio"))
    session.press("train", "start")
    (item,) = session.jobs.items
    assert item.title == "Train" and str(item.job_folder) == session.nodes["train"].knobs["job"]
    assert loop.run(lambda: item.is_over and bool(session.notices.at("train")), 60)
    assert session.notices.at("train")[0].text.startswith("failed") and item.state == "failed"


def test_a_folder_of_several_sequences_offers_them(session: Session, loop, plate):
    (plate / "matte.1001.exr").write_bytes(b"")
    session.open(str(plate))
    assert loop.run(lambda: not session.opening, 20)
    (notice,) = session.notices.at("shot")
    assert [action.label for action in notice.actions] == ["matte.####.exr", "plate.####.exr"]
    notice.actions[1].do()
    assert loop.run(lambda: session.shot is not None, 20)
    assert session.notices.shown == ()


@pytest.fixture
def full_disk(session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A layer is made, and the disk takes nothing any more."""
    session.paint.open(tmp_path / "a.unreel", {"canonical": Window(0, 0, 60, 40)})

    def full(file: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    session.paint.add_layer("Paint", "canonical")


def test_paint_that_the_disk_does_not_take_is_asked_about_before_the_window_goes(session: Session, full_disk: None):
    question = session.close()
    assert question is not None and "the disk is full. What was painted since then goes" in question.text
    assert question.answers == (("keep", "Close all the same"),)
    assert session.close("keep") is None


def test_paint_that_the_disk_does_not_take_is_asked_about_before_another_shot_is_opened(
    session: Session, loop, plate, full_disk: None
):
    session.open(str(plate))
    assert loop.run(lambda: not session.opening, 20)
    (notice,) = session.notices.shown
    assert session.shot is None and [layer.name for layer in session.paint.layers] == ["Paint"]
    assert "the disk is full. What was painted since then is lost" in notice.text and notice.level == "ask"
    assert [action.label for action in notice.actions] == ["Open all the same", "Cancel"]
    notice.actions[0].do()
    assert session.shot is not None and session.paint.layers == ()


def test_another_shot_is_opened_when_the_disk_takes_the_paint_again(
    session: Session, loop, plate, full_disk, monkeypatch
):
    session.open(str(plate))
    assert loop.run(lambda: not session.opening, 20) and session.shot is None
    monkeypatch.setattr(os, "fsync", lambda file: None)
    monkeypatch.setattr(journal, "RETRY_SECONDS", 0.05)
    session.open(str(plate))
    assert session.notices.shown == ()
    assert loop.run(lambda: session.shot is not None, 20)
