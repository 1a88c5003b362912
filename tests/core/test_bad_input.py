"""What goes wrong with real material: what is said, with which exit code, and that nothing is left half done."""

import os
import shutil
import subprocess
from dataclasses import replace

import numpy as np
import pytest
from unreel.core.exr_read import read_frame
from unreel.core.exr_write import write_frame, write_picture
from unreel.core.frame import Window

pytestmark = pytest.mark.slow


@pytest.fixture
def own(painted, tmp_path):
    """A trained and painted folder to change."""
    return shutil.copytree(painted, tmp_path / "own.unreel")


@pytest.fixture
def refused(run, tmp_path):
    """`unreel ARGUMENTS` that must end with `code`, one line of words and nothing on standard output."""

    def check(code, words, *arguments):
        told = run(*arguments, "--progress", "none")
        assert (told.code, told.out) == (code, "")
        last = told.err.strip().splitlines()[-1]
        assert last.startswith("unreel: ") and "Traceback" not in told.err
        for word in [words] if isinstance(words, str) else words:
            assert word in last

    return check


@pytest.fixture
def untrainable(refused, tmp_path):
    """`unreel train` that must fail like that and leave no folder."""

    def check(code, words, plate, *arguments):
        refused(code, words, "train", plate, "-o", tmp_path / "a.unreel", *arguments)
        assert not (tmp_path / "a.unreel").exists()

    return check


def test_missing_frames(tiny, untrainable):
    tiny.path(1002).unlink()
    words = ("plate.####.exr: 1002 is missing; render it, or set missing to nearest, hold, black or skip",)
    untrainable(3, words, tiny.plate)
    untrainable(3, ("none of 7-9 is on disk", "1001"), tiny.plate, "--frames", "7-9")


@pytest.mark.parametrize("policy", ["black", "nearest", "hold", "skip"])
def test_missing_frames_by_policy(tiny, run, make_paint, tmp_path, policy):
    tiny.path(1002).unlink()
    unreel, out = tmp_path / "a.unreel", tmp_path / "out.####.exr"
    assert run("train", tiny.plate, "-o", unreel, "--key", 1003, "--set", f"missing={policy}").code == 0
    assert run("import", unreel, make_paint(tmp_path / "mark.exr", Window(40, 24, 16, 12))).code == 0
    assert run("propagate", unreel, "-o", out, "--no-light").code == 0
    stand_in = tmp_path / "out.1002.exr"
    assert stand_in.exists() == (policy != "skip")
    if policy == "black":
        assert not any(plane.any() for plane in read_frame(stand_in).planes.values())
    elif policy != "skip":
        first, second = read_frame(tmp_path / "out.1001.exr"), read_frame(stand_in)
        assert np.allclose(first.planes["G"].astype(np.float32), second.planes["G"].astype(np.float32), atol=2e-3)


def test_a_truncated_exr(tiny, untrainable):
    whole = tiny.path(1004).read_bytes()
    for part in (len(whole) // 2, 40, 0):
        tiny.path(1004).write_bytes(whole[:part])
        untrainable(3, "plate.1004.exr", tiny.plate)


def test_an_exr_that_was_truncated_after_training(tiny, run, refused, make_paint, tmp_path):
    assert run("train", tiny.plate, "-o", tmp_path / "a.unreel", "--key", 1003).code == 0
    assert run("import", tmp_path / "a.unreel", make_paint(tmp_path / "m.exr", Window(40, 24, 16, 12))).code == 0
    whole = tiny.path(1004).read_bytes()
    tiny.path(1004).write_bytes(whole[: len(whole) // 2])
    refused(3, "plate.1004.exr is damaged", "propagate", tmp_path / "a.unreel", "-o", tmp_path / "out.####.exr")
    assert not (tmp_path / "out.1004.exr").exists() and not list(tmp_path.glob(".*"))


def test_mixed_sizes(tiny, make_shot, untrainable):
    small = Window(0, 0, 80, 60)
    make_shot(tiny.folder, data=small, display=small).write((1004,))
    untrainable(3, "frames 1004 are 80x60 where frame 1001 is 96x64", tiny.plate)


def test_a_plate_without_colour(tiny, untrainable):
    for path in tiny.folder.glob("plate.*.exr"):
        frame = read_frame(path)
        write_frame(path, replace(frame, planes={"Z": frame.planes["R"]}))
    untrainable(3, ("plate.100", "there is no colour", "Z"), tiny.plate)


def test_a_plate_of_nothing_but_nan(tiny, untrainable):
    for path in tiny.folder.glob("plate.*.exr"):
        frame = read_frame(path)
        frame.planes["R"][:] = np.nan
        write_frame(path, frame)
    untrainable(3, "no frame of the plate has finite pixels", tiny.plate)


def test_mattes(tiny, untrainable):
    whole = Window(30, 20, 30, 20)
    untrainable(3, ("matte is empty", "channel"), tiny.plate, "--matte", tiny.write_matte(None, "empty"))
    size = tiny.write_matte(whole, "small", size=(48, 32))
    untrainable(3, "small.1001.exr is 48x32, the plate is 96x64", tiny.plate, "--matte", size)
    untrainable(3, "no such sequence", tiny.plate, "--matte", tiny.folder / "none.####.exr")
    holes = tiny.write_matte(whole, "holes")
    tiny.path(1003, "holes").unlink()
    untrainable(3, "holes.####.exr: 1003 is missing", tiny.plate, "--matte", holes)
    one = tiny.write_matte(whole, "one")
    for number in (1001, 1002):
        shutil.copy(tiny.path(number, "empty"), tiny.path(number, "one"))
    untrainable(3, "the matte is empty in frame 1001", tiny.plate, "--matte", one, "--key", 1001)


def test_too_few_frames_and_no_frames(tiny, untrainable, tmp_path):
    untrainable(3, "two frames or more", tiny.path(1001))
    untrainable(3, "two frames or more", tiny.plate, "--frames", "1002")
    (tmp_path / "nothing").mkdir()
    untrainable(3, "nothing holds no pictures", tmp_path / "nothing")
    untrainable(3, "there is no such sequence; did you mean", tiny.folder / "plaet.####.exr")


def test_vectors_that_are_not_there(tiny, untrainable):
    untrainable(3, "no such sequence", tiny.plate, "--forward", tiny.folder / "forward.####.exr")


def test_settings_that_there_are_not(tiny, untrainable, tmp_path):
    untrainable(2, "no setting 'solve.proxi'; did you mean solve.proxy?", tiny.plate, "--set", "solve.proxi=640")
    untrainable(2, "solve.proxy: ", tiny.plate, "--set", "solve.proxy=huge")
    untrainable(2, "write it as key=value", tiny.plate, "--set", "solve.proxy")
    untrainable(2, "there are draft, standard, hero", tiny.plate, "--preset", "best")
    untrainable(2, "1-2-3 is not a frame range", tiny.plate, "--frames", "1-2-3")
    untrainable(2, "key frame 9 is not among", tiny.plate, "--key", 9)
    untrainable(2, "no space", tiny.plate, "--set", "space=nowhere")
    untrainable(3, "none.ocio", tiny.plate, "--set", "ocio=/none.ocio")
    (tmp_path / "shot.yaml").write_text(f"plate: {tiny.plate}\nseeds: 3\n")
    untrainable(2, ("shot.yaml: there is no setting 'seeds'", "seed"), tmp_path / "shot.yaml")
    (tmp_path / "shot.yaml").write_text("plate: [\n")
    untrainable(3, "shot.yaml is not YAML", tmp_path / "shot.yaml")


def test_the_parsers_own_errors_have_the_code_of_usage(run, tmp_path):
    for arguments in (["train", "x"], ["trian"], ["train", "x", "-o", "y", "--bogus"], ["info"]):
        told = run(*arguments)
        assert told.code == 2 and told.err.startswith("unreel: ") and len(told.err.strip().splitlines()) == 1


def test_a_folder_of_other_files_is_not_trained_into(tiny, refused, tmp_path):
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "thesis.tex").touch()
    refused(2, "holds other files and is no unreel folder", "train", tiny.plate, "-o", tmp_path / "thesis")
    assert [p.name for p in (tmp_path / "thesis").iterdir()] == ["thesis.tex"]
    refused(2, "thesis.tex is a file", "train", tiny.plate, "-o", tmp_path / "thesis" / "thesis.tex")


def test_a_failed_retraining_leaves_the_folder_as_it_was(own, tiny_shot, tiny, refused, run):
    model = (own / "model.safetensors").read_bytes()
    matte = tiny.write_matte(None, "empty")
    refused(3, "matte is empty", "train", tiny_shot.plate, "-o", own, "--matte", matte)
    assert (own / "model.safetensors").read_bytes() == model
    assert "matte: none" in run("info", own).out


def test_textures_that_do_not_fit(own, tiny_shot, make_paint, refused, tmp_path):
    before = sorted(str(p) for p in own.rglob("*"))
    other = make_paint(tmp_path / "other.exr", Window(3, 3, 9, 9), Window(0, 0, 50, 40))
    refused(3, ("other.exr is 50x40", "export again"), "import", own, other)
    refused(3, "none.exr does not exist", "import", own, tmp_path / "none.exr")
    good = make_paint(tmp_path / "good.exr", Window(40, 24, 16, 12))
    refused(2, "--on 77: the shot has frames 1001-1005", "import", own, good, "--on", 77)
    refused(2, "--on key: give canonical, or the number", "import", own, good, "--on", "key")
    refused(2, "cannot be named", "import", own, good, "--name", "a/b")
    refused(2, "Invalid value for '--opacity'", "import", own, good, "--opacity", 3)
    frame = read_frame(good)
    frame.planes["R"][30, 40] = np.nan
    write_frame(tmp_path / "nan.exr", frame)
    refused(3, "1 pixels that are NaN or infinite, the first at 40, 30", "import", own, tmp_path / "nan.exr")
    good.write_bytes(good.read_bytes()[:-600])
    refused(3, "good.exr", "import", own, good)
    assert sorted(str(p) for p in own.rglob("*")) == before


def test_8_bits_are_told_and_taken(own, run, tmp_path):
    pixels = np.zeros((64, 96, 4), np.uint8)
    pixels[20:30, 40:50] = 200
    write_picture(tmp_path / "mark8.png", pixels)
    told = run("import", own, tmp_path / "mark8.png")
    assert told.code == 0 and "8 bits a channel" in told.err


def test_propagations_that_cannot_be(own, trained, tiny_shot, refused, tmp_path):
    out = tmp_path / "out.####.exr"
    refused(2, "has no texture 'maark'; did you mean mark?", "propagate", own, "-o", out, "--texture", "maark")
    refused(2, "has no texture yet", "propagate", trained, "-o", out)
    refused(2, "out.exr is one file for 5 frames", "propagate", own, "-o", tmp_path / "out.exr")
    refused(2, "is a folder; name the files too", "propagate", own, "-o", f"{tmp_path}/")
    refused(2, "frames are written as .exr", "propagate", own, "-o", tmp_path / "out.####.png")
    refused(2, "is a file of the shot itself", "propagate", own, "-o", tiny_shot.plate)
    refused(2, "no output stmaps; there are comp, layer, clean", "propagate", own, "-o", out, "--outputs", "stmaps")
    refused(2, "no output (none named)", "propagate", own, "-o", out, "--outputs", ",")
    refused(2, "frames 7-8 are not in the shot; it has 1001-1005", "propagate", own, "-o", out, "--frames", "7-8,1001")
    refused(2, "only light.* and match.* can be set here", "propagate", own, "-o", out, "--set", "solve.steps=3")
    refused(2, "no setting 'light.strenth'", "propagate", own, "-o", out, "--set", "light.strenth=1")
    assert not list(tmp_path.glob("*.exr"))


def test_what_is_no_unreel_folder(tiny, refused, run, tmp_path):
    refused(3, "is no unreel folder; make it with", "export", tmp_path, "-o", tmp_path / "c.exr")
    refused(3, "is no unreel folder", "propagate", tmp_path / "none", "-o", tmp_path / "o.####.exr")
    assert run("info", tiny.folder).code == 3


@pytest.mark.parametrize("content", [b"", b"hello", bytes(64)])
def test_a_corrupt_model(own, refused, run, tmp_path, content):
    (own / "model.safetensors").write_bytes(content)
    refused(4, ("model.safetensors", "train again"), "propagate", own, "-o", tmp_path / "out.####.exr")
    assert run("info", own).code == 4


def test_a_truncated_model_and_one_of_a_newer_version(own, refused, tmp_path):
    path = own / "model.safetensors"
    whole = path.read_bytes()
    path.write_bytes(whole[:-9])
    refused(4, "train again", "export", own, "-o", tmp_path / "c.exr")
    path.write_bytes(whole.replace(b'\\"schema\\": 1', b'\\"schema\\": 9'))
    refused(4, "has schema 9, this Unreel reads 1", "export", own, "-o", tmp_path / "c.exr")


def test_a_plate_of_another_size_than_was_trained(tiny, make_shot, run, refused, tmp_path):
    assert run("train", tiny.plate, "-o", tmp_path / "a.unreel").code == 0
    small = Window(0, 0, 80, 60)
    make_shot(tiny.folder, data=small, display=small).write()
    words = "the plate has another size than when it was trained"
    refused(4, words, "export", tmp_path / "a.unreel", "-o", tmp_path / "c.exr")


def test_a_plate_that_is_gone(tiny, run, refused, tmp_path):
    assert run("train", tiny.plate, "-o", tmp_path / "a.unreel").code == 0
    shutil.rmtree(tiny.folder)
    refused(3, "there is no such sequence", "export", tmp_path / "a.unreel", "-o", tmp_path / "c.exr")


def test_a_file_where_a_folder_should_be(own, tiny, refused, tmp_path):
    (tmp_path / "file").touch()
    why = f"{tmp_path / 'file'} is a file, and a folder is needed there; move it away or write to another folder"
    refused(1, f"cannot be made: {why}", "train", tiny.plate, "-o", tmp_path / "file" / "a.unreel")
    refused(1, f"cannot be made: {why}", "demo", "-o", tmp_path / "file")
    words = f"was not written: {why}"
    refused(1, words, "propagate", own, "-o", tmp_path / "file" / "out.####.exr")
    refused(1, words, "export", own, "-o", tmp_path / "file" / "c.exr")
    refused(1, words, "sheet", own, "-o", tmp_path / "file" / "s.png")


def test_no_permission(own, tiny, refused, tmp_path):
    (tmp_path / "closed").mkdir(mode=0o500)
    if os.access(tmp_path / "closed", os.W_OK):
        pytest.skip("root may write everywhere; tests/test_plain_user.py runs this without that right")
    refused(1, "Permission denied", "train", tiny.plate, "-o", tmp_path / "closed" / "a.unreel")
    refused(1, "Permission denied", "propagate", own, "-o", tmp_path / "closed" / "out.####.exr")
    tiny.path(1002).chmod(0)
    refused(3, "plate.1002.exr", "train", tiny.plate, "-o", tmp_path / "a.unreel")


# A full disk: a file system of a few pages.


@pytest.fixture
def small_disk(tmp_path):
    folder = tmp_path / "small"
    folder.mkdir()

    def mount(kilobytes):
        command = ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(folder)]
        if shutil.which("mount") is None:
            pytest.skip("a small file system is mounted with `mount`, which is not here")
        told = subprocess.run(command, capture_output=True, text=True, check=False)
        if told.returncode:
            pytest.skip(f"a small file system takes root, with CAP_SYS_ADMIN: {told.stderr.strip()}")
        return folder

    yield mount
    subprocess.run(["umount", str(folder)], capture_output=True, check=False)


def sizes(folder):
    return {p.name: p.stat().st_size for p in folder.rglob("*") if p.is_file()}


def test_a_full_disk_while_training(tiny, untrainable, refused, small_disk):
    folder = small_disk(16)
    (folder / "filler").write_bytes(bytes(8 << 10))
    refused(1, ("was not written", "free some space"), "train", tiny.plate, "-o", folder / "a.unreel")
    assert sizes(folder) == {"filler": 8 << 10}


def test_a_full_disk_while_training_again_keeps_what_was_there(painted, tiny_shot, run, refused, small_disk, tmp_path):
    folder = small_disk(1024)
    own = shutil.copytree(painted, folder / "own.unreel")
    model = (own / "model.safetensors").read_bytes()
    with open(folder / "filler", "wb", buffering=0) as filler, pytest.raises(OSError, match="No space"):
        while True:
            filler.write(bytes(4096))
    refused(1, ("was not written", "free some space"), "train", tiny_shot.plate, "-o", own, "--key", 1001)
    assert (own / "model.safetensors").read_bytes() == model
    (folder / "filler").unlink()
    assert run("propagate", own, "-o", tmp_path / "out.####.exr").code == 0


def test_a_full_disk_while_propagating_and_exporting(own, run, refused, small_disk):
    folder = small_disk(128)
    words = ("was not written: the disk is full; free some space and run again",)
    refused(1, words, "propagate", own, "-o", folder / "out.####.exr")
    written = sorted(folder.glob("out.*.exr"))
    assert len(written) < 5 and all(read_frame(path).planes for path in written)
    assert not list(folder.glob(".*"))
    refused(1, words, "export", own, "-o", folder / "c.exr", "--guides")
    refused(1, words, "sheet", own, "-o", folder / "s.tif")
    assert sorted(folder.iterdir()) == written
