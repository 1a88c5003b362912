from __future__ import annotations

import errno
import fcntl
import os
import subprocess
import sys
from contextlib import ExitStack

import pytest
from unreel.core import folder_lock
from unreel.core.errors import FolderInUse
from unreel.core.folder_lock import locked, shot_of


@pytest.fixture
def folder(tmp_path):
    unreel = tmp_path / "a.unreel"
    unreel.mkdir()
    (unreel / "shot.yaml").write_text("plate: plate.####.exr\n")
    return unreel


@pytest.fixture(autouse=True)
def short(monkeypatch):
    monkeypatch.setattr(folder_lock, "PATIENCE_SECONDS", 0.1)


def hold(folder, doing="trained", exclusive=True):
    stack = ExitStack()
    stack.enter_context(locked(folder, doing, exclusive))
    return stack


def test_many_read_and_one_changes(folder):
    with hold(folder, "propagated", False), hold(folder, "propagated", False):
        with pytest.raises(FolderInUse, match="a.unreel is being propagated by .* and propagated by .*; wait"):
            hold(folder)
    with hold(folder):
        for exclusive in (True, False):
            with pytest.raises(FolderInUse, match="is being trained by"):
                hold(folder, "propagated", exclusive)
    assert [path.name for path in folder.iterdir()] == ["shot.yaml"]


def test_the_refusal_says_who_where_since_when_and_with_what(folder, monkeypatch):
    monkeypatch.setenv("UNREEL_CALLER", "Nuke 16.0")
    monkeypatch.setattr(folder_lock, "_user", lambda: "anna")
    with hold(folder), pytest.raises(FolderInUse) as error:
        hold(folder)
    machine, pid = folder_lock.platform.node(), os.getpid()
    assert f"is being trained by anna on {machine} since " in str(error.value)
    assert str(error.value).endswith(f"(Nuke 16.0, process {pid}); wait, or stop it there")


def test_a_layer_is_held_with_its_shot(folder):
    layer = folder / "layers" / "car"
    layer.mkdir(parents=True)
    assert shot_of(layer) == folder
    with hold(layer), pytest.raises(FolderInUse):
        hold(folder)


KILLED = """
import os, signal, sys
from pathlib import Path
from unreel.core.folder_lock import locked
with locked(Path(sys.argv[1]), "held", sys.argv[2] == "alone"):
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("how", ["alone", "reading"])
@pytest.mark.parametrize("alone_next", [True, False])
def test_the_lock_of_one_who_was_killed_is_free(folder, how, alone_next):
    assert subprocess.run([sys.executable, "-c", KILLED, str(folder), how]).returncode == -9
    assert len(list(folder.glob(".*"))) == 2
    with hold(folder, exclusive=alone_next):
        pass
    assert not list(folder.glob(".*"))


def test_a_folder_that_only_the_lock_kept_goes_with_it(tmp_path):
    (tmp_path / "new.unreel").mkdir()
    with hold(tmp_path / "new.unreel"):
        pass
    assert not (tmp_path / "new.unreel").exists()


def test_a_folder_that_was_deleted_meanwhile_is_let_go(folder, tmp_path):
    with hold(folder):
        folder.rename(tmp_path / "moved.unreel")
    assert not folder.exists()


def test_where_the_file_system_has_no_locks_work_goes_on_with_a_warning(folder, monkeypatch, caplog):
    def no_locks(*_):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", no_locks)
    with hold(folder), hold(folder), hold(folder, "propagated", False):
        pass
    assert [record.getMessage().partition("(")[2] for record in caplog.records] == [
        "No locks available); don't train or import there from two programs at once"
    ] * 2
    assert not list(folder.glob(".held*"))


def test_a_folder_that_is_not_there_is_the_work_s_own_affair(tmp_path):
    with hold(tmp_path / "none.unreel"):
        pass
    assert not list(tmp_path.iterdir())


def test_on_a_full_disk_no_half_note_of_the_holder_is_left(folder, monkeypatch):
    def full(path, text, **_):
        path.touch()
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(folder_lock.Path, "write_text", full)
    with hold(folder):
        assert list(folder.glob(".held-*")) == []
    assert [path.name for path in folder.iterdir()] == ["shot.yaml"]
