"""A plate with a frame that can't be read: told where it is looked at, and the rest goes on."""

from __future__ import annotations

import shutil
from pathlib import Path

from PySide6.QtCore import Qt
from unreel.qt_panel.model.picture import Broken, Picture

from .conftest import Artist


def test_a_damaged_frame_is_told_and_the_others_are_shown(artist: Artist, plate: Path, tmp_path: Path):
    folder = tmp_path / "plate"
    shutil.copytree(plate, folder)
    damaged = folder / "plate.1003.exr"
    whole = damaged.read_bytes()
    damaged.write_bytes(whole[: len(whole) // 3])
    viewer = artist.window.viewers.first

    artist.drop(folder)
    artist.wait(lambda: isinstance(viewer._shown, Picture))
    artist.key(Qt.Key.Key_Right)
    artist.key(Qt.Key.Key_Right)
    artist.wait(lambda: isinstance(viewer._shown, Broken))
    assert viewer._title == "Frame 1003 can't be shown" and str(damaged) in viewer._shown.text

    artist.key(Qt.Key.Key_Right)
    artist.wait(lambda: isinstance(viewer._shown, Picture) and viewer._shown.name == "frame 1004")
    artist.key(Qt.Key.Key_Space)
    artist.wait(lambda: artist.session.playhead.frame == 1002)
    artist.key(Qt.Key.Key_K)
    assert artist.window.isVisible() and not artist.session.playhead.playing

    damaged.write_bytes(whole)
    artist.drop(folder)
    artist.session.playhead.go(1003)
    artist.wait(lambda: isinstance(viewer._shown, Picture) and viewer._shown.name == "frame 1003")


def test_a_folder_without_pictures_is_told_and_the_shot_stays(artist: Artist, plate: Path, tmp_path: Path):
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "readme.txt").write_text("no pictures here")
    artist.drop(plate)
    artist.drop(tmp_path / "notes")
    notice = artist.notice(str(tmp_path / "notes"))
    artist.wait(lambda: artist.sees(notice))
    assert artist.session.shot.name == "plate"


def test_what_was_told_of_one_shot_is_gone_with_the_next(artist: Artist, plate: Path, long_plate: Path):
    artist.drop(plate)
    artist.session.set_knob("train", "seed", "many")
    artist.session.set_knob("propagate", "light", "much")
    assert {notice.where for notice in artist.session.notices.shown} == {"train", "propagate"}
    artist.drop(long_plate)
    artist.wait(lambda: len(artist.session.shot.frames) > 6)
    assert artist.session.notices.shown == ()
