from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from unreel.core.exr_write import make_frame, write_frame
from unreel.core.frame import Window
from unreel.qt_panel.model.guides import LONGEST, read_guides, reduced
from unreel.qt_panel.model.loop import InTurn
from unreel.qt_panel.model.picture import Broken, Picture
from unreel.qt_panel.model.session import Session

CANVAS, DISPLAY = Window(-4, -2, 40, 24), Window(0, 0, 32, 20)


def write_canonical(path: Path, level: float, guides: tuple[str, ...] = ()) -> None:
    planes = {name: np.full(CANVAS.shape, level, np.float16) for name in "RGBA"}
    for at, guide in enumerate(guides):
        planes |= {f"{guide}.{name}": np.full(CANVAS.shape, (at + 1) / 10, np.float16) for name in "RGBA"}
    path.parent.mkdir(parents=True, exist_ok=True)
    write_frame(path, make_frame(planes, CANVAS, DISPLAY, kind="picture"))


def shown(session: Session) -> Picture | Broken | None:
    assert isinstance(session.loop, InTurn)
    session.canonical.look_again()
    turns: list[None] = []
    session.canonical.changed.connect(turns.append)
    session.loop.run(lambda: bool(turns), 0.5)
    return session.canonical.picture


def test_the_guides_of_an_exported_canonical_are_read_by_name(tmp_path: Path):
    write_canonical(tmp_path / "a.exr", 0.5, ("grid", "coverage"))
    guides = read_guides(tmp_path / "a.exr")
    assert list(guides) == ["grid", "coverage"]
    assert guides["coverage"].window == CANVAS and guides["coverage"].rgba.dtype == np.uint8
    assert (guides["grid"].rgba == 25).all() or (guides["grid"].rgba == 26).all()


def test_a_large_guide_is_reduced_and_one_without_a_number_is_clear():
    assert reduced(np.ones((10, 2 * LONGEST, 4), np.float32)).shape == (5, LONGEST, 4)
    assert reduced(np.full((2, 2, 4), np.nan, np.float32)).max() == 0


def test_what_the_folder_keeps_is_shown_and_the_newest_of_several(session: Session, tmp_path: Path):
    folder = tmp_path / "a.unreel"
    session.set_knob("train", "folder", str(folder))
    assert shown(session) is None
    write_canonical(folder / "canonical_plate.1001.exr", 0.25)
    write_canonical(folder / "canonical_plate.1009.exr", 0.5)
    os.utime(folder / "canonical_plate.1001.exr", (1, 1))
    picture = shown(session)
    assert isinstance(picture, Picture) and picture.window == CANVAS and picture.display == DISPLAY
    assert picture.value_at(0, 0) == (0.5, 0.5, 0.5, 0.5)
    session.set_knob("canonical_export", "key", "1001")
    chosen = shown(session)
    assert isinstance(chosen, Picture) and chosen.value_at(0, 0) == (0.25, 0.25, 0.25, 0.25)
    assert isinstance(session.loop, InTurn)
    assert session.loop.run(lambda: session.frames.get("canonical", 7) is not None, 20)
    assert session.frames.get("canonical", 8) is session.frames.get("canonical", 7) is chosen


def test_what_was_exported_brings_its_guides(session: Session, tmp_path: Path):
    session.set_knob("train", "folder", str(tmp_path / "a.unreel"))
    file = tmp_path / "out" / "canonical.exr"
    write_canonical(file, 0.25, ("grid", "coverage", "confidence"))
    session.set_knob("canonical_export", "file", str(file))
    assert isinstance(shown(session), Picture)
    assert set(session.canonical.guides) == {"grid", "coverage", "confidence"}
    assert session.canonical.exported == file


def test_one_that_cannot_be_read_says_why(session: Session, tmp_path: Path):
    folder = tmp_path / "a.unreel"
    folder.mkdir()
    session.set_knob("train", "folder", str(folder))
    (folder / "canonical_plate.1001.exr").write_bytes(b"no picture")
    broken = shown(session)
    assert isinstance(broken, Broken) and "canonical_plate.1001.exr" in broken.text


@pytest.mark.slow
def test_the_canonical_is_exported_with_guides_by_its_button(trained_session: Session):
    session = trained_session
    assert isinstance(session.loop, InTurn)
    session.set_knob("canonical_export", "guides", True)
    session.press("canonical_export", "export")
    assert session.loop.run(lambda: len(session.canonical.guides) == 3, 60), session.nodes["canonical_export"].status
    assert [item.title for item in session.jobs.items] == ["Canonical Export"]
    assert session.canonical.exported is not None and isinstance(session.canonical.picture, Picture)
