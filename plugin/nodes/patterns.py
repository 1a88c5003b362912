"""Names of sequences: `plate.####.exr` or `plate.%04d.exr`, its frames, its kin, and its next version."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable

from ..job import BadKnob

TOKEN = re.compile(r"#+|%(?:0\d+)?d")
TERM = re.compile(r"(-?\d+)(?:-(-?\d+)(?:x([1-9]\d*))?)?")
VERSION = re.compile(r"(?<![a-z])v(\d+)", re.IGNORECASE)


def at_frame(pattern: str, number: int) -> str:
    """The file of one frame; a name without a frame token is one file for all."""
    parts = parts_of(pattern)
    if parts is None:
        return pattern
    before, digits, after = parts
    return f"{before}{number:0{digits}d}{after}"


def parts_of(pattern: str) -> tuple[str, int, str] | None:
    """What stands before the frame token of the file's name, its digits, and what stands after it."""
    found = list(TOKEN.finditer(pattern, len(os.path.dirname(pattern))))
    if not found:
        return None
    if len(found) > 1:
        raise BadKnob(f"{pattern} has two frame tokens, {found[0].group()} and {found[1].group()}; leave one")
    token = found[0].group()
    digits = len(token) if token[0] == "#" else int(token[1:-1] or 1)
    return pattern[: found[0].start()], digits, pattern[found[0].end() :]


def with_word(pattern: str, word: str) -> str:
    """`OUT_word.####.exr` of `OUT.####.exr`, as the core names what it writes. BadKnob without a frame token."""
    parts = parts_of(pattern)
    if parts is None:
        raise BadKnob(f"{pattern} is one file; put a frame token in, like {with_token(pattern)}")
    before, after = parts[0], pattern[len(parts[0]) :]
    folder, name = before[: len(os.path.join(os.path.dirname(before), ""))], os.path.basename(before)
    stem = name.rstrip("._-")
    between = name[len(stem) :]
    return f"{folder}{stem}_{word}{between}{after}" if stem else f"{folder}{word}{between or '.'}{after}"


def with_token(path: str) -> str:
    """`OUT.####.exr` of `OUT.exr`; a pattern as it is."""
    stem, suffix = os.path.splitext(path)
    return path if parts_of(path) else f"{stem}.####{suffix}"


def numbers_on_disk(pattern: str) -> list[int]:
    """The frames that are there, ascending. Looks into the folder once."""
    parts = parts_of(pattern)
    if parts is None:
        return []
    before, digits, after = (parts[0], parts[1], parts[2])
    name = re.compile(re.escape(os.path.basename(before)) + r"(-?\d+)" + re.escape(after))
    try:
        names = os.listdir(os.path.dirname(before) or ".")
    except OSError:
        return []
    found = [(match.group(1), int(match.group(1))) for match in map(name.fullmatch, names) if match]
    return sorted(number for text, number in found if text == f"{number:0{digits}d}")


def numbers_of(text: str) -> list[int]:
    """`1001-1005x2, 1010` as numbers, ascending. BadKnob for what is no range."""
    numbers: set[int] = set()
    for term in re.sub(r"(?<=\d)\s+-\s+(?=-?\d)", "-", text).replace(",", " ").split():
        match = TERM.fullmatch(term)
        if match is None:
            raise BadKnob(f"{term!r} is no frame range; write it like 1001-1100 or 1001-1100x2")
        first, last = int(match.group(1)), int(match.group(2) or match.group(1))
        numbers.update(range(first, last + 1, int(match.group(3) or 1)))
    return sorted(numbers)


def unused(pattern: str, taken: Collection[str] = ()) -> str:
    """`pattern`, or the next version of it whose files are not there yet, and that nobody is about to write."""
    while pattern in taken or in_use(pattern):
        pattern = next_version(pattern)
    return pattern


def in_use(pattern: str) -> bool:
    return bool(numbers_on_disk(pattern)) if parts_of(pattern) else os.path.exists(pattern)


def next_version(path: str) -> str:
    """`v002` in place of every `v001`, in folders too; without one, `_v002` after the name."""
    found = VERSION.findall(path)
    if not found:
        stem, suffix = os.path.splitext(path)
        return with_word(path, "v002") if parts_of(path) else f"{stem}_v002{suffix}"
    last = found[-1]
    following = f"{int(last) + 1:0{len(last)}d}"
    return VERSION.sub(lambda v: v.group().replace(last, following) if v.group(1) == last else v.group(), path)


def next_folder(parent: str) -> str:
    """`parent/v003`, one after the highest that is there."""
    try:
        names: Iterable[str] = os.listdir(parent)
    except OSError:
        names = ()
    taken = [int(match.group(1)) for match in (re.fullmatch(r"v(\d+)", name) for name in names) if match]
    return os.path.join(parent, f"v{max(taken, default=0) + 1:03d}")


def next_render(unreel_folder: str) -> str:
    """The pattern of a version of the frames that is not there yet."""
    name = os.path.splitext(os.path.basename(unreel_folder))[0]
    return os.path.join(next_folder(os.path.join(unreel_folder, "renders")), f"{name}.####.exr")


def safe_name(name: str) -> str:
    """As a part of a file's name."""
    return "".join(letter if letter.isalnum() or letter in "-_" else "_" for letter in name)
