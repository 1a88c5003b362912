"""What an installation does, one step each: it can be told before it is done, and doing it again changes nothing."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from block import BlockChanged, with_block, without_block
from failure import InstallFailed


@dataclass(frozen=True)
class WriteFile:
    path: Path
    content: bytes
    is_program: bool = False

    def is_done(self) -> bool:
        try:
            return self.path.read_bytes() == self.content
        except OSError:
            return False

    def describe(self) -> str:
        return f"write   {self.path}"

    def perform(self) -> None:
        if self.is_done():
            return
        with explained(self.path):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            replace_whole(self.path, self.content)
            self.path.chmod(0o755 if self.is_program else 0o644)


@dataclass(frozen=True)
class RemoveFile:
    path: Path

    def is_done(self) -> bool:
        return not self.path.exists()

    def describe(self) -> str:
        return f"remove  {self.path}"

    def perform(self) -> None:
        with explained(self.path):
            self.path.unlink(missing_ok=True)


@dataclass(frozen=True)
class RemoveFolder:
    """Where it is empty; what else lies in it is kept."""

    path: Path

    def is_done(self) -> bool:
        return not self.path.is_dir() or any(self.path.iterdir())

    def describe(self) -> str:
        return f"remove  {self.path}{os.sep}"

    def perform(self) -> None:
        if not self.is_done():
            with explained(self.path):
                self.path.rmdir()


@dataclass(frozen=True)
class EditStart:
    """Our lines in a start file of the user's. What it was before they are put in is kept beside it, under a number."""

    path: Path
    lines: tuple[str, ...] | None
    """None: take them out."""
    made_by_us: bool = False
    """Where the file was not there before, it goes when nothing is left in it."""

    def is_done(self) -> bool:
        return self.wanted() == read_text(self.path)

    def wanted(self) -> str:
        """The file as it will be. `InstallFailed` where our lines in it were changed by hand."""
        text = read_text(self.path)
        try:
            return without_block(text) if self.lines is None else with_block(text, self.lines)
        except BlockChanged as error:
            raise InstallFailed(
                f"{self.path} is left as it is.",
                f"In it {error}.",
                "Take the two marks and what is between them out by hand, then run this again.",
            ) from None

    def describe(self) -> str:
        if self.lines is None:
            return f"edit    {self.path}: take Unreel's lines out"
        return f"edit    {self.path}: between two marks, {'; '.join(self.lines)}"

    def perform(self) -> None:
        wanted = self.wanted()
        if wanted == read_text(self.path):
            return
        with explained(self.path):
            if self.lines is None and not wanted.strip() and self.made_by_us:
                self.path.unlink()
                return
            # A link, as to a folder of settings kept elsewhere, stays a link.
            target = Path(os.path.realpath(self.path))
            target.parent.mkdir(parents=True, exist_ok=True)
            # Taking out what is known letter by letter loses nothing.
            if self.lines is not None and target.exists():
                keep_backup(target)
            replace_whole(target, wanted.encode("utf-8", "surrogateescape"))


Action = WriteFile | RemoveFile | RemoveFolder | EditStart


def read_text(path: Path) -> str:
    """Every byte comes back by `surrogateescape`, whatever the encoding is. Empty where there is no file."""
    try:
        return path.read_bytes().decode("utf-8", "surrogateescape")
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise InstallFailed(
            f"{path} can't be read.", f"{error.strerror}.", "Mend that, or choose another folder with --dir DIR."
        ) from None


def keep_backup(path: Path) -> None:
    """Beside the file, as `NAME.unreel-backup-N`; not twice the same."""
    content, number = path.read_bytes(), 1
    while (backup := path.with_name(f"{path.name}.unreel-backup-{number}")).exists():
        if backup.read_bytes() == content:
            return
        number += 1
    shutil.copy2(path, backup)


def replace_whole(path: Path, content: bytes) -> None:
    """Whole or not at all, with the rights that the file had."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        if path.exists():
            shutil.copymode(path, temporary)
        else:
            temporary.chmod(0o644)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """An error of the file system as a sentence with what to do."""
    try:
        yield
    except OSError as error:
        raise InstallFailed(
            f"{path} can't be written.",
            f"{error.strerror or error}.",
            "Choose a folder of your own with --dir DIR, or free space there; what was written before is whole, "
            "and the same command goes on from there.",
        ) from None
