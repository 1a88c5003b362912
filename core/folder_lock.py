"""One at a time where an unreel folder is changed, many where it is read: a lock that the system frees by itself."""

from __future__ import annotations

import errno
import getpass
import json
import logging
import os
import platform
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeVar

from .errors import FolderInUse
from .file_lock import lock
from .unreel_folder import LAYERS, UnreelFolder

log = logging.getLogger(__name__)

T = TypeVar("T")

LOCK = ".lock"
HOLDER = ".held-{}.json"
PATIENCE_SECONDS = 0.6
"""One who lets go holds the lock alone for a moment: that is no reason to refuse."""
WAIT_SECONDS = 3600.0
"""The longest that one waits for what another makes."""
CALLER = "UNREEL_CALLER"
"""The variable that names the program which asks, such as `Nuke 16.0`."""
NO_LOCKS = (errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL, errno.EBADF)


@dataclass(frozen=True)
class Holder:
    """Who holds a folder, for the one who is refused."""

    doing: str
    """Such as `trained`."""
    user: str
    machine: str
    pid: int
    since: float
    caller: str = "the command line"

    @property
    def alive(self) -> bool:
        """False where it was on this machine, and is no more."""
        if self.machine != platform.node() or os.name == "nt":
            return True
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        except OSError:
            pass
        return True

    @property
    def spoken(self) -> str:
        today = time.localtime(self.since)[:3] == time.localtime()[:3]
        since = time.strftime("%H:%M" if today else "%d %b %H:%M", time.localtime(self.since))
        return f"{self.doing} by {self.user} on {self.machine} since {since} ({self.caller}, process {self.pid})"


@contextmanager
def locked(path: Path, doing: str, exclusive: bool) -> Iterator[None]:
    """Hold the shot that `path` is, or is a layer of. FolderInUse, at once, where someone holds it otherwise.

    The lock goes with the process, however that ends. Where the file system has none, or the folder can't be written,
    work goes on without. A folder that holds nothing but the lock goes with it.
    """
    folder = shot_of(path)
    file = None if not folder.is_dir() else _acquire(folder, exclusive, PATIENCE_SECONDS)
    if file is None:
        yield
        return
    holder = _write_holder(folder, doing, exclusive)
    try:
        yield
    finally:
        if holder is not None:
            with suppress(OSError):
                holder.unlink()
        _release(folder, file, exclusive)


def shot_of(path: Path) -> Path:
    """The unreel folder of the shot, for one of its layers too."""
    shot = path.parent.parent
    return shot if path.parent.name == LAYERS and UnreelFolder(shot).exists else path


def made_once(folder: Path, name: str, read: Callable[[], T | None], make: Callable[[], T]) -> T:
    """What `read` finds, else what `make` keeps in `folder`: by one of those who ask for it at the same time."""
    found = read()
    if found is not None:
        return found
    with alone_with(folder, name):
        found = read()
        return make() if found is None else found


@contextmanager
def alone_with(folder: Path, name: str) -> Iterator[None]:
    """One at a time, among those that may read `folder`; the others wait. Where there are no locks nobody does."""
    place, file = folder / f".{name}.making", None
    while file is None:
        try:
            place.mkdir(exist_ok=True)
        except OSError:  # read-only, or gone: who writes says so
            break
        file = _acquire(place, True, WAIT_SECONDS)
        if file is None and place.is_dir():  # else the one before has just taken it away
            break
    try:
        yield
    finally:
        if file is not None:
            _release(place, file, True)


def _acquire(folder: Path, exclusive: bool, patience: float) -> int | None:
    """The open lock file, held; None where there can be no lock."""
    until = time.monotonic() + patience
    while True:
        try:
            file = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o666)
        except OSError:  # read-only: nobody can change it from here; or gone, and the work says so
            return None
        try:
            lock(file, exclusive)
            if _is_its_file(folder, file):
                return file
        except OSError as error:
            if error.errno in NO_LOCKS:
                os.close(file)
                _tell_unlocked(folder, exclusive, error.strerror)
                return None
            if time.monotonic() > until:
                os.close(file)
                raise FolderInUse(_refusal(folder)) from None
        os.close(file)
        time.sleep(0.05)


def _tell_unlocked(folder: Path, exclusive: bool, why: str | None) -> None:
    if exclusive:
        log.warning("%s is not locked (%s); don't train or import there from two programs at once", folder, why)


def _is_its_file(folder: Path, file: int) -> bool:
    """False where the one who held it before took the file away: then a new one is the lock."""
    if os.name == "nt":  # no open file can be taken away there
        return True
    try:
        return os.path.samestat(os.fstat(file), os.stat(folder / LOCK))
    except OSError:
        return False


def _release(folder: Path, file: int, exclusive: bool) -> None:
    """Let go; the last one takes away the notes of those who were killed, and the lock file, which on Windows stays,
    since an open file can't go."""
    try:
        with suppress(OSError):
            lock(file, exclusive=True)  # refused while others read
            if _is_its_file(folder, file):
                _forget_holders(folder)
                (folder / LOCK).unlink()
            if exclusive:
                folder.rmdir()  # refused unless it is empty
    finally:
        os.close(file)


def _write_holder(folder: Path, doing: str, exclusive: bool) -> Path | None:
    """Who we are, for the one who is refused; notes of those who were killed go first."""
    if exclusive:
        _forget_holders(folder)
    caller = os.environ.get(CALLER) or Holder.caller
    holder = Holder(doing, _user(), platform.node(), os.getpid(), time.time(), caller)
    path = folder / HOLDER.format(f"{os.getpid()}-{uuid.uuid4().hex[:8]}")
    try:
        path.write_text(json.dumps(asdict(holder)), encoding="utf-8")
    except OSError:  # a full disk is no reason not to read
        with suppress(OSError):
            path.unlink(missing_ok=True)  # it may be there without its text
        return None
    return path


def _forget_holders(folder: Path) -> None:
    """By one who holds the folder alone: all notes there are."""
    for left in folder.glob(HOLDER.format("*")):
        with suppress(OSError):
            left.unlink()


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user without a name
        return "someone"


def _refusal(folder: Path) -> str:
    holders = sorted(_holders(folder), key=lambda holder: holder.since)
    if not holders:
        return f"{folder} is in use by another Unreel; wait until it has ended, or stop it there"
    return f"{folder} is being {' and '.join(holder.spoken for holder in holders[:3])}; wait, or stop it there"


def _holders(folder: Path) -> Iterator[Holder]:
    for path in folder.glob(HOLDER.format("*")):
        with suppress(OSError, ValueError, TypeError):
            holder = Holder(**json.loads(path.read_text(encoding="utf-8")))
            if holder.alive:
                yield holder
