"""A file is there whole or not at all, and the error says what to do."""

import os

import pytest
from unreel.core import whole_file
from unreel.core.errors import UnreelError
from unreel.core.exr_write import write_frame
from unreel.core.whole_file import replaced_whole

from .plates import TYPES, make_plate


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    write_frame(tmp_path / "a.exr", make_plate())
    before = (tmp_path / "a.exr").read_bytes()

    def fails(source, target):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(whole_file.os, "replace", fails)
    with pytest.raises(UnreelError, match=r"a\.exr was not written: Permission denied"):
        write_frame(tmp_path / "a.exr", make_plate(dict.fromkeys("RGB", "f4")))
    assert (tmp_path / "a.exr").read_bytes() == before
    assert os.listdir(tmp_path) == ["a.exr"]


def test_an_interrupted_write_leaves_nothing(tmp_path):
    with pytest.raises(KeyboardInterrupt), replaced_whole(tmp_path / "new" / "a.exr") as temporary:
        temporary.write_text("half of it")
        raise KeyboardInterrupt
    assert os.listdir(tmp_path / "new") == []


@pytest.mark.parametrize("types", [dict.fromkeys("RGB", "f4"), TYPES])
def test_a_disk_that_takes_no_more_is_an_error_that_says_so(tmp_path, types):
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        with pytest.raises(UnreelError, match="was not written"):
            write_frame(tmp_path / "a.exr", make_plate(types))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert os.listdir(tmp_path) == []


def test_a_full_disk_is_called_full(tmp_path, monkeypatch):
    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(whole_file.os, "fsync", full)
    with pytest.raises(UnreelError, match="the disk is full; free some space"):
        write_frame(tmp_path / "a.exr", make_plate())
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("name", ["a.exr", "sub/a.exr"])
def test_a_file_in_the_place_of_a_folder_is_named_with_what_to_do(tmp_path, name):
    (tmp_path / "file").write_text("")
    words = r"a\.exr was not written: .*file is a file, and a folder is needed there; move it away or write to another"
    with pytest.raises(UnreelError, match=words):
        write_frame(tmp_path / "file" / name, make_plate())


def test_a_folder_in_the_place_of_the_file_is_told(tmp_path):
    (tmp_path / "a.exr").mkdir()
    with pytest.raises(UnreelError, match=r"a\.exr was not written: a folder of that name is there; write to another"):
        write_frame(tmp_path / "a.exr", make_plate())
    assert os.listdir(tmp_path) == ["a.exr"]
