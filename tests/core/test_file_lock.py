"""Both kinds of lock do the same; Windows' kind on a stand-in for its C runtime."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from unreel.core import file_lock, folder_lock
from unreel.core.errors import FolderInUse
from unreel.core.file_lock import SHARERS, lock
from unreel.core.folder_lock import locked

from . import fake_msvcrt

Open = Callable[[], int]


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_lock, "msvcrt", fake_msvcrt)
    monkeypatch.setattr(file_lock, "fcntl", None)
    monkeypatch.setattr(folder_lock, "PATIENCE_SECONDS", 0.1)


@pytest.fixture(params=["flock", "bytes"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Open]:
    """The same file, opened anew at each call."""
    if request.param == "bytes":
        request.getfixturevalue("windows")
    files: list[int] = []

    def open_again() -> int:
        files.append(os.open(tmp_path / "lock", os.O_RDWR | os.O_CREAT))
        return files[-1]

    yield open_again
    for file in files:
        with suppress(OSError):  # some are closed by then
            os.close(file)


def test_many_share_or_one_is_alone(opened: Open):
    first, second = opened(), opened()
    lock(first, exclusive=False)
    lock(second, exclusive=False)
    with pytest.raises(OSError):
        lock(opened(), exclusive=True)
    os.close(first)
    with pytest.raises(OSError):
        lock(opened(), exclusive=True)
    os.close(second)
    alone = opened()
    lock(alone, exclusive=True)
    for exclusive in (False, True):
        with pytest.raises(OSError):
            lock(opened(), exclusive)
    os.close(alone)
    lock(opened(), exclusive=False)


def test_on_windows_so_many_share_and_no_more(windows: None, tmp_path: Path):
    files = [os.open(tmp_path / "lock", os.O_RDWR | os.O_CREAT) for _ in range(SHARERS + 1)]
    for file in files[:-1]:
        lock(file, exclusive=False)
    with pytest.raises(PermissionError):
        lock(files[-1], exclusive=False)
    os.close(files[7])
    lock(files[-1], exclusive=False)
    for file in (*files[:7], *files[8:]):
        os.close(file)


def test_on_windows_a_folder_is_held_and_let_go_and_the_file_stays(windows: None, tmp_path: Path):
    for name in ("shot.yaml", "model.safetensors"):
        (tmp_path / name).touch()
    with locked(tmp_path, "propagated", False), locked(tmp_path, "propagated", False):
        with pytest.raises(FolderInUse, match="is being propagated by"), locked(tmp_path, "trained", True):
            pass
    with locked(tmp_path, "trained", True):
        with pytest.raises(FolderInUse, match="is being trained by"), locked(tmp_path, "propagated", False):
            pass
    with locked(tmp_path, "trained", True):
        pass
    assert sorted(path.name for path in tmp_path.iterdir()) == [".lock", "model.safetensors", "shot.yaml"]


KILLED = """
import os, signal, sys
from pathlib import Path
from unreel.core import file_lock
from unreel.core.folder_lock import locked
sys.path.append(sys.argv[2])
import fake_msvcrt
file_lock.msvcrt, file_lock.fcntl = fake_msvcrt, None
with locked(Path(sys.argv[1]), "trained", True):
    if sys.argv[3] == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    print("held", flush=True)
    sys.stdin.read()
"""


def test_on_windows_another_process_is_refused_and_one_that_was_killed_is_not_in_the_way(windows: None, tmp_path: Path):
    command = [sys.executable, "-c", KILLED, str(tmp_path), str(Path(__file__).parent)]
    with subprocess.Popen([*command, "held"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None and other.stdout.readline() == b"held\n"
        with pytest.raises(FolderInUse, match="is being trained by"), locked(tmp_path, "propagated", False):
            pass
        other.communicate()
    assert subprocess.run([*command, "killed"]).returncode == -9
    with locked(tmp_path, "trained", True):
        pass


def test_the_stand_in_refuses_what_windows_refuses(tmp_path: Path):
    file = os.open(tmp_path / "lock", os.O_RDWR | os.O_CREAT)
    fake_msvcrt.locking(file, fake_msvcrt.LK_NBLCK, 4)
    os.lseek(file, 3, os.SEEK_SET)
    with pytest.raises(PermissionError):
        fake_msvcrt.locking(file, fake_msvcrt.LK_NBLCK, 2)
    with pytest.raises(NotImplementedError):
        fake_msvcrt.locking(file, fake_msvcrt.LK_LOCK, 1)
    os.close(file)
