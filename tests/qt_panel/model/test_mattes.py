"""Mattes as a list, and fixes that end up where training reads."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from unreel.core.exr_read import read_frame
from unreel.core.sequence import Sequence
from unreel.core.settings import make_settings
from unreel.core.shot import open_shot
from unreel.qt_panel.model import matte_fixes
from unreel.qt_panel.model.matte_files import Look, read_matte
from unreel.qt_panel.model.mattes import MatteLayer, MatteLayers, free_name, free_pattern, name_of
from unreel.qt_panel.model.paint.brush import Brush
from unreel.qt_panel.model.session import Session

from ..conftest import opened
from ..shots import WINDOW, write_matte, write_plate

DOT = Brush(size=6.0, hardness=1.0)


@pytest.fixture
def mattes(session: Session, tmp_path: Path) -> MatteLayers:
    opened(session, Path(write_plate(tmp_path / "plate")))
    return MatteLayers(session)


def knobs(mattes: MatteLayers) -> tuple[object, object]:
    train = mattes._session.nodes["train"].knobs
    return train["matte"], train["layers"] or ()


def settle(mattes: MatteLayers) -> None:
    """Until the copy has taken the matte's place."""
    assert mattes._session.loop.run(lambda: not mattes._copies and "_v002" in mattes.layer.pattern, 20), mattes.told


def covered(pattern: str, frame: int) -> np.ndarray:
    return read_matte(Sequence.find(pattern).path(frame), Look(), WINDOW)[0]


def test_one_matte_is_train_s_knob_and_more_are_its_layers(mattes: MatteLayers, tmp_path: Path):
    front, back = write_matte(tmp_path / "m", name="man_v003"), write_matte(tmp_path / "m", name="car")
    mattes.add(str(tmp_path / "m" / "man_v003.1002.exr"))
    assert knobs(mattes) == (front, ()) and mattes.layer == MatteLayer("man", front)
    mattes.add(back)
    assert knobs(mattes) == (None, (f"man={front}", f"car={back}"))
    mattes.move(1, 0)
    assert knobs(mattes)[1] == (f"car={back}", f"man={front}") and mattes.layer.name == "car"
    mattes.change(1, name="The man!")
    assert mattes.layers[1].name == "The_man"
    mattes.remove(0)
    assert knobs(mattes) == (front, ())
    mattes.remove(0)
    assert knobs(mattes) == (None, ()) and mattes.why_not().startswith("There is no matte yet")


def test_what_is_put_into_the_knobs_shows_in_the_list(mattes: MatteLayers, tmp_path: Path):
    roto = write_matte(tmp_path / "m")
    mattes._session.set_knob("train", "layers", (f"man={roto}", "street"))
    assert [(layer.name, layer.pattern) for layer in mattes.layers] == [("man", roto), ("street", "")]
    mattes.move(1, 0)
    assert mattes.layers[1].name == "street", "what the others leave stays behind them"
    mattes.add(roto)
    assert [layer.name for layer in mattes.layers] == ["man", "roto", "street"]
    mattes.choose(2)
    assert "what the other layers leave" in mattes.why_not()


def test_a_locked_layer_is_neither_fixed_nor_taken_away(mattes: MatteLayers, tmp_path: Path):
    roto = write_matte(tmp_path / "m")
    mattes.add(roto)
    mattes.change(0, locked=True)
    mattes.remove(0)
    mattes.paint(1001, DOT, [(5, 5, 1)], False)
    assert len(mattes.layers) == 1 and mattes.why_not() == "roto is locked." and not mattes._copies


def test_the_visible_layers_are_seen_the_front_one_over_the_others(mattes: MatteLayers, tmp_path: Path):
    mattes.add(write_matte(tmp_path / "m", name="a"))
    mattes.add(write_matte(tmp_path / "m", name="b", channel="A"))
    frames = mattes._session.frames
    frames.get("matte", 1002)
    assert mattes._session.loop.run(lambda: frames.has("matte", 1002), 10)
    front = frames.get("matte", 1002).value_at(30, 20)
    assert front[2] > front[0] and front[3] == 1 and frames.get("matte", 1002).value_at(80, 60) == (0, 0, 0, 0)
    mattes.change(0, visible=False)
    assert mattes.read(1002).value_at(30, 20)[0] > 0.8, "the one behind it"
    mattes.change(1, visible=False)
    assert not frames.comes("matte")


def test_order_sight_and_locks_come_back_with_the_shot(mattes: MatteLayers, tmp_path: Path):
    mattes.add(write_matte(tmp_path / "m", name="a"))
    mattes.change(0, visible=False, locked=True, name="sign")
    again = MatteLayers(mattes._session)
    assert again.layers == mattes.layers and again.layer.name == "sign"


def test_a_fix_goes_to_a_copy_that_training_reads(mattes: MatteLayers, tmp_path: Path):
    roto = write_matte(tmp_path / "m")
    before = {n: (tmp_path / "m" / f"roto.{n}.exr").read_bytes() for n in range(1001, 1005)}
    mattes.add(roto)
    mattes.paint(1002, DOT, [(70.0, 10.0, 1.0), (80.0, 10.0, 1.0)], False)
    mattes.paint(1002, DOT, [(30.0, 20.0, 1.0)], True)
    settle(mattes)
    assert mattes._session.loop.run(lambda: len(mattes.fixes._undo) == 2, 10)
    matte, layers = knobs(mattes)
    assert Path(str(matte)).name == "roto_matte_v002.####.exr" and layers == ()
    assert {n: (tmp_path / "m" / f"roto.{n}.exr").read_bytes() for n in before} == before, "what was brought stays"
    shot = open_shot(make_settings({"plate": str(tmp_path / "plate/plate.####.exr"), "matte": {"path": matte}}, "test"))
    fixed = shot.read_cut(1002)
    assert fixed[10, 75] == 1 and fixed[20, 30] == 0 and fixed[35, 45] == 1 and fixed[60, 5] == 0
    assert (shot.read_cut(1003) == covered(roto, 1003)).all()
    assert mattes.undo() == 1002 and mattes.undo() == 1002 and mattes.undo() is None
    assert mattes._session.loop.run(lambda: (covered(str(matte), 1002) == covered(roto, 1002)).all(), 10)


def test_a_copy_is_of_the_channel_that_was_chosen(mattes: MatteLayers, tmp_path: Path):
    roto = write_matte(tmp_path / "m", channel="G", value=0.25)
    session = mattes._session
    session.set_knob("train", "matte", roto)
    session.set_knob("train", "matte_channel", "G")
    session.set_knob("train", "matte_invert", True)
    mattes.paint(1001, DOT, [(30.0, 20.0, 1.0)], True)
    settle(mattes)
    assert session.nodes["train"].knobs["matte_channel"] is None and not session.nodes["train"].knobs["matte_invert"]
    frame = read_frame(Sequence.find(mattes.layer.pattern).path(1003))
    assert set(frame.planes) == {"Y"} and frame.planes["Y"][20, 30] == 0.75 and frame.planes["Y"][60, 5] == 1


def test_a_copy_that_was_broken_off_goes_on_when_the_shot_is_opened_again(mattes: MatteLayers, tmp_path: Path):
    mattes.add(write_matte(tmp_path / "m"))
    mattes.fixes._copy_on = lambda copying, at: None  # the window is gone
    mattes.paint(1004, DOT, [(80.0, 10.0, 1.0)], False)
    assert mattes._session.loop.run(lambda: bool(mattes.fixes._undo), 10)
    assert len(json.loads((mattes.folder / "mattes.json").read_text())["copying"]) == 1
    again = MatteLayers(mattes._session)
    settle(again)
    assert covered(again.layer.pattern, 1004)[10, 80] == 1 and len(Sequence.find(again.layer.pattern).on_disk) == 4


def test_gaps_of_a_matte_stay_and_a_still_becomes_a_file_a_frame(mattes: MatteLayers, tmp_path: Path):
    roto = write_matte(tmp_path / "m")
    (tmp_path / "m" / "roto.1003.exr").unlink()
    mattes.add(roto)
    mattes.paint(1001, DOT, [(80.0, 10.0, 1.0)], False)
    settle(mattes)
    assert Sequence.find(mattes.layer.pattern).on_disk == (1001, 1002, 1004)
    mattes.remove(0)
    write_matte(tmp_path / "m", 1, "still")
    (tmp_path / "m" / "still.1001.exr").rename(tmp_path / "m" / "still.exr")
    mattes.add(str(tmp_path / "m" / "still.exr"))
    mattes.paint(1004, DOT, [(80.0, 10.0, 1.0)], False)
    settle(mattes)
    assert len(Sequence.find(mattes.layer.pattern).on_disk) == 4
    assert [covered(mattes.layer.pattern, n)[10, 80] for n in (1003, 1004)] == [0, 1]


def test_a_matte_that_is_not_there_is_told_on_its_page(mattes: MatteLayers, tmp_path: Path):
    mattes.add(str(tmp_path / "none.####.exr"))
    mattes.paint(1001, DOT, [(5.0, 5.0, 1.0)], False)
    assert [(each.where, "none.####.exr" in each.text) for each in mattes._session.notices.shown] == [("matte", True)]


@pytest.mark.slow
def test_a_proposal_is_a_job_and_becomes_a_layer_or_says_why_not(mattes: MatteLayers, monkeypatch):
    session = mattes._session
    mattes.propose()
    assert mattes.proposal is not None and mattes.proposal.job.flags["output"].endswith("foreground_v001.####.exr")
    assert session.loop.run(lambda: mattes.proposal is None, 60)
    assert mattes.layers == (), "nothing moves on its own there"
    assert session.notices.at("matte") != ()
    mattes.propose()
    item = mattes.proposal
    write_matte(mattes.folder, name="foreground_v001")
    item.then({})
    assert mattes.layer.name == "foreground" and Path(mattes.layer.pattern).parent == mattes.folder
    mattes.stop_proposal()
    assert session.loop.run(lambda: mattes.proposal is None, 60)
    before = mattes.layer.pattern
    mattes.paint(1002, DOT, [(80.0, 10.0, 1.0)], False)
    assert session.loop.run(lambda: mattes.fixes.can_undo, 10)
    assert mattes.layer.pattern == before and covered(before, 1002)[10, 80] == 1, "the panel's own is fixed in place"


def test_names_that_folders_and_layers_can_have(tmp_path: Path):
    assert [name_of(each) for each in ("/a/roto_v003.####.exr", "m.%04d.exr", "/a/####.exr", "Ärmel 2.exr")] == [
        "roto",
        "m",
        "matte",
        "rmel_2",
    ]
    assert [free_name(name, ["a", "a2"]) for name in ("a", "b", "")] == ["a3", "b", "layer"]
    (tmp_path / "a_v001.0001.exr").touch()
    assert free_pattern(tmp_path, "a").endswith("a_v002.####.exr")


def test_a_proposal_that_comes_when_another_shot_is_open_is_told_and_left_where_it_is(
    mattes: MatteLayers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    session, then = mattes._session, []
    monkeypatch.setattr(session.jobs, "add", lambda job, title, take, place: then.append(take))
    folder = mattes.folder
    mattes.propose()
    opened(session, Path(write_plate(tmp_path / "other")))
    then[0]({})
    assert knobs(mattes) == (None, ()) and mattes.layers == ()
    assert str(folder) in session.notices.shown[-1].text


def test_a_fault_of_our_own_is_raised_in_the_loop(mattes: MatteLayers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def faulty(*given: object) -> None:
        raise ZeroDivisionError("nought")

    monkeypatch.setattr(matte_fixes, "copy_frame", faulty)
    mattes.add(write_matte(tmp_path / "m"))
    with pytest.raises(ZeroDivisionError):
        mattes.paint(1002, DOT, [(20, 20, 1)], False)
        mattes._session.loop.run(lambda: False, 20)
