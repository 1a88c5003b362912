from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest
from unreel.core.errors import InputError, MissingFrames, UnreadableFile
from unreel.core.exr_write import make_frame, write_frame
from unreel.core.frame import Attribute, Window
from unreel.qt_panel.model.shot import find_shot

FORMAT = Window(0, 0, 8, 6)
OVERSCAN = Window(-2, -1, 12, 8)
HEADER = {"PixelAspectRatio": Attribute("float", 2.0), "FramesPerSecond": Attribute("rational", (25, 1))}


def write_exr(path: Path) -> None:
    planes = {name: np.zeros(OVERSCAN.shape, np.float16) for name in "RGB"}
    write_frame(path, make_frame(planes, OVERSCAN, FORMAT, metadata=HEADER))


@pytest.fixture
def plate(tmp_path: Path) -> Path:
    """1001-1005 without 1003."""
    for number in (1001, 1002, 1004, 1005):
        write_exr(tmp_path / f"plate.{number}.exr")
    return tmp_path


def as_pattern(folder: Path) -> list[str]:
    return [str(folder / "plate.####.exr")]


def as_folder(folder: Path) -> list[str]:
    return [f"{folder}/"]


def as_files(folder: Path) -> list[str]:
    return [str(path) for path in sorted(folder.iterdir())]


def as_one_file(folder: Path) -> list[str]:
    return [str(folder / "plate.1004.exr")]


@pytest.mark.parametrize("named", [as_pattern, as_folder, as_files, as_one_file])
def test_a_shot_is_found_by_whatever_names_it(plate: Path, named):
    shot = find_shot(named(plate))
    assert shot.plate.pattern == str(plate / "plate.####.exr")
    assert shot.frames == (1001, 1002, 1003, 1004, 1005)
    assert shot.missing == (1003,)
    assert (shot.display, shot.header.data) == (FORMAT, OVERSCAN)
    assert (shot.pixel_aspect, shot.fps, shot.space, shot.name) == (2.0, 25.0, "scene_linear", "plate")
    assert shot.header.frame_rate == Fraction(25)


def test_a_range_can_be_told(plate: Path):
    assert find_shot(as_pattern(plate), frames="1004-1005").frames == (1004, 1005)


def test_a_still_is_a_shot_of_one_frame(tmp_path: Path):
    cv2.imwrite(str(tmp_path / "shot_v02.png"), np.zeros((4, 5, 3), np.uint8))
    shot = find_shot([tmp_path / "shot_v02.png"])
    assert (shot.frames, shot.missing, shot.space, shot.name) == ((1,), (), "texture_paint", "shot_v02")


def test_a_name_that_says_nothing_gives_way_to_the_folders(tmp_path: Path):
    folder = tmp_path / "portrait"
    folder.mkdir()
    for number in (1, 2):
        cv2.imwrite(str(folder / f"frame.{number:04d}.jpg"), np.zeros((16, 16, 3), np.uint8))
    assert find_shot([folder]).name == "portrait"


def test_files_of_two_sequences_are_refused_by_name(plate: Path):
    write_exr(plate / "matte.1001.exr")
    with pytest.raises(InputError, match=r"2 sequences: matte\.####\.exr, plate\.####\.exr"):
        find_shot(as_files(plate))


def test_what_is_not_there_is_told_with_what_is_near(plate: Path):
    with pytest.raises(InputError, match=r"did you mean .*plate\.####\.exr"):
        find_shot([plate / "plat.####.exr"])
    with pytest.raises(MissingFrames, match="1001-1002"):
        find_shot(as_pattern(plate), frames="7-9")
    with pytest.raises(InputError, match="nothing to open"):
        find_shot([])


def test_a_shot_opens_by_its_first_frame_that_can_be_read(plate: Path):
    (plate / "plate.1001.exr").write_bytes(b"not a picture")
    assert find_shot(as_pattern(plate)).display == FORMAT
    for number in (1002, 1004, 1005):
        (plate / f"plate.{number}.exr").write_bytes(b"")
    with pytest.raises(UnreadableFile, match=r"plate\.1001\.exr"):
        find_shot(as_pattern(plate))


@pytest.fixture
def trained(plate: Path) -> Path:
    folder = plate / "a.unreel"
    (folder / "made").mkdir(parents=True)
    (folder / "shot.yaml").write_text("plate: elsewhere.####.exr\n")
    files = [[n, str(plate / f"plate.{n}.exr"), 1, 1] for n in (1001, 1002)]
    table = {"files": {"plate": files}, "settings": {"frames": "1001-1002", "space": "ACEScg"}}
    (folder / "made" / "train.json").write_text(json.dumps(table))
    return folder


@pytest.mark.parametrize("name", ["", "shot.yaml"])
def test_an_unreel_folder_leads_to_the_plate_it_was_trained_from(trained: Path, name: str):
    shot = find_shot([trained / name if name else trained])
    assert (shot.unreel, shot.name, shot.frames, shot.space) == (trained, "a", (1001, 1002), "ACEScg")
    assert shot.plate.pattern == str(trained.parent / "plate.####.exr")


@pytest.mark.parametrize("text", [None, "{", "[]"])
def test_an_unreel_folder_that_does_not_tell_its_plate_says_so(trained: Path, text: str | None):
    note = trained / "made" / "train.json"
    note.unlink() if text is None else note.write_text(text)
    with pytest.raises(InputError, match="open the plate itself"):
        find_shot([trained])
