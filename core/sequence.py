"""Frame sequences by name: patterns, ranges, and what stands in for a frame that is not on disk."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import fileseq
from typing_extensions import assert_never

from .errors import InputError, MissingFrames, UsageError

MissingPolicy = Literal["error", "black", "nearest", "hold", "skip"]

_TOKEN = re.compile(r"#+|%(?:0\d+)?d|\$F\d?")
_TERM = re.compile(r"(-?\d+)(?:-(-?\d+)(?:x(\d+))?)?")
_LAST_NUMBER = re.compile(r"^(.*?)(-?\d+)(\.[^.]*)$")
_MOST_FRAMES = 1_000_000
_PICTURES = frozenset(".exr .png .tif .tiff .jpg .jpeg .dpx .hdr .tga".split())


@dataclass(frozen=True, repr=False)
class Sequence:
    """The frames of a pattern: which are wanted, and which of those are not on disk."""

    pattern: str
    """folder and name; one # a digit, or %04d, or $F4; a still has no frame token and stands for every frame"""
    frames: tuple[int, ...]
    missing: tuple[int, ...]
    on_disk: tuple[int, ...] = ()
    """every frame there is, wanted or not, ascending; empty for a still"""

    @classmethod
    def find(cls, pattern: str | Path, frames: str | None = None) -> Sequence:
        """Look for `pattern` on disk: a pattern, a folder that holds one sequence, or one file (that frame alone).

        `frames` None takes all there are, from first to last in the step they come in. InputError: no such sequence,
        or several in the folder. MissingFrames: none of `frames` is there. UsageError: the range is not one.
        """
        wanted = None if frames is None else parse_range(frames)
        text = str(pattern)
        if Path(text).is_dir():
            text = _only_sequence_in(Path(text))
        if _token(text) is None:
            return _one_file(text, wanted)
        on_disk = _numbers_on_disk(text)
        if not on_disk:
            raise InputError(f"{text}: there is no such sequence{_near(text)}")
        wanted = wanted or _span(on_disk)
        missing = tuple(sorted(set(wanted) - set(on_disk)))
        if len(missing) == len(wanted):
            raise MissingFrames(
                f"{_name(text)}: none of {_spoken(wanted)} is on disk; "
                f"there are {_spoken(on_disk)}, set frames to those"
            )
        return cls(text, wanted, missing, on_disk)

    def __repr__(self) -> str:
        return f"Sequence({self.pattern} {format_range(self.frames)}, {len(self.missing)} missing)"

    @property
    def still(self) -> bool:
        """One picture without a frame number, the same for every frame."""
        return not self.on_disk

    def path(self, number: int) -> Path:
        """Where frame `number` lies, on disk or not."""
        return output_path(self.pattern, number)

    def source_frame(self, number: int, policy: MissingPolicy = "error") -> int | None:
        """The frame to read for `number`: itself where it is on disk, else what `policy` says.

        None stands for a black frame (`black`) or no frame at all (`skip`); `nearest` prefers the earlier of two;
        `hold` is the last one before, else the first after. MissingFrames under `error`.
        """
        if self.still or number in self.on_disk:
            return number
        match policy:
            case "error":
                raise MissingFrames(self.missing_text(number))
            case "black" | "skip":
                return None
            case "nearest":
                return min(self.on_disk, key=lambda there: (abs(there - number), there))
            case "hold":
                return max((there for there in self.on_disk if there < number), default=self.on_disk[0])
        assert_never(policy)

    def require_all(self) -> None:
        """MissingFrames naming every wanted frame that is not on disk."""
        if self.missing:
            raise MissingFrames(self.missing_text())

    def missing_text(self, *also: int) -> str:
        """What is missing and what to do about it."""
        numbers = sorted({*self.missing, *also})
        verb = "is" if len(numbers) == 1 else "are"
        what = "it" if len(numbers) == 1 else "them"
        return (
            f"{_name(self.pattern)}: {_spoken(numbers)} {verb} missing; "
            f"render {what}, or set missing to nearest, hold, black or skip"
        )


def parse_range(text: str) -> tuple[int, ...]:
    """The frame numbers of `1001-1100x2, 1200 -5--1`: terms apart by commas or spaces, each number once, in order.

    UsageError where a term is not a range.
    """
    terms = re.sub(r"(?<=\d)\s+-\s+(?=-?\d)", "-", text).replace(",", " ").split()
    if not terms:
        raise UsageError("the frame range is empty; write it like 1001-1100 or 1001-1100x2")
    ranges = [_numbers_of_term(term) for term in terms]
    if sum(map(len, ranges)) > _MOST_FRAMES:
        raise UsageError(f"{text} is more than {_MOST_FRAMES} frames; is a digit too many in it?")
    return tuple(dict.fromkeys(number for each in ranges for number in each))


def format_range(numbers: Iterable[int]) -> str:
    """The shortest text that `parse_range` reads back to the same numbers, ascending: `1003,1007-1009,1011-1019x2`."""
    return fileseq.framesToFrameRange(sorted(set(numbers)))


def pattern_of(path: str | Path) -> str:
    """`plate.####.exr` of the file `plate.1001.exr`; a still, and what is a pattern or a folder, as it is."""
    text = str(path)
    match = _LAST_NUMBER.match(_name(text))
    if match is None or match[1][-1:].isalnum() or _token(text) is not None:  # shot_v02.exr is a version, not a frame
        return text
    return text[: len(text) - len(_name(text))] + _hashed(match)


def output_path(pattern: str | Path, number: int, count: int = 1) -> Path:
    """The file for frame `number` of a pattern that is written, `count` frames in all.

    UsageError: a folder, two frame tokens, or none where there is more than one frame.
    """
    text = str(pattern)
    token = _token(text)
    if token is not None:
        start, end, digits = token
        return Path(f"{text[:start]}{number:0{digits}d}{text[end:]}")
    if text.endswith(("/", "\\")) or not _name(text):
        raise UsageError(f"{text} is a folder; name the files too, like {text}NAME.####.exr")
    if count > 1:
        stem, dot, suffix = text.rpartition(".")
        instead = f"{stem}.####.{suffix}" if dot else f"{text}.####.exr"
        raise UsageError(f"{text} is one file for {count} frames; put a frame token in, like {instead}")
    return Path(text)


def pattern_with(pattern: str, word: str) -> str:
    """`OUT_word.####.exr` of `OUT.####.exr`: all that stands before the frame number is the name, dots or not."""
    folder, stem, between, rest = _split(pattern)
    return f"{folder}{stem}_{word}{between}{rest}" if stem else f"{folder}{word}{between or '.'}{rest}"


def path_beside(pattern: str, name: str) -> Path:
    """`OUT_name` of `OUT.####.exr`, for a file that there is once: name brings its suffix."""
    folder, stem, _, _ = _split(pattern)
    return Path(f"{folder}{stem}_{name}" if stem else f"{folder}{name}")


def _split(pattern: str) -> tuple[str, str, str, str]:
    """Folder, name, what is between name and frame number, and the rest."""
    name = _name(pattern)
    token, number = _token(pattern), _LAST_NUMBER.match(name)
    if token is not None:
        end = token[0] - len(pattern) + len(name)
    elif number is not None and not number[1][-1:].isalnum():
        end = number.start(2)
    else:
        end = name.rfind(".")
    stem = name[:end].rstrip("._-")
    return pattern[: len(pattern) - len(name)], stem, name[len(stem) : end], name[end:]


def _numbers_of_term(term: str) -> range:
    if ":" in term:
        raise UsageError(f"{term}: ':' means different things in different hosts; write a step with x, like 1-10x3")
    match = _TERM.fullmatch(term)
    if match is None or (match[3] and int(match[3]) == 0):
        raise UsageError(f"{term} is not a frame range; write it like 1001-1100 or 1001-1100x2")
    first = int(match[1])
    last = int(match[2]) if match[2] else first
    if last < first:
        raise UsageError(f"{term} runs backwards; write {last}-{first}")
    return range(first, last + 1, int(match[3] or 1))


def _token(pattern: str) -> tuple[int, int, int] | None:
    """Start, end and digits of the frame token in the file's name."""
    offset = len(pattern) - len(_name(pattern))
    found = list(_TOKEN.finditer(pattern, offset))
    if not found:
        return None
    if len(found) > 1:
        raise UsageError(f"{pattern} has two frame tokens, {found[0][0]} and {found[1][0]}; leave one")
    text = found[0][0]
    digits = len(text) if text[0] == "#" else int(re.sub(r"\D", "", text) or 1)
    return *found[0].span(), digits


def _numbers_on_disk(pattern: str) -> tuple[int, ...]:
    token = _token(pattern)
    assert token is not None
    start, end, _ = token
    folder = Path(pattern).parent
    offset = len(pattern) - len(_name(pattern))
    name = re.compile(re.escape(pattern[offset:start]) + r"(-?\d+)" + re.escape(pattern[end:]))
    if not folder.is_dir():
        return ()
    numbers = (int(match[1]) for each in folder.iterdir() if (match := name.fullmatch(each.name)))
    # A file of another padding (plate.1.exr beside ####) is not this sequence's.
    return tuple(sorted({n for n in numbers if output_path(pattern, n).exists()}))


def _span(on_disk: tuple[int, ...]) -> tuple[int, ...]:
    """First to last in the step that all have in common: a plate on twos has no holes."""
    step = math.gcd(*(n - on_disk[0] for n in on_disk)) or 1
    return tuple(range(on_disk[0], on_disk[-1] + 1, step))


def _one_file(text: str, wanted: tuple[int, ...] | None) -> Sequence:
    if not Path(text).is_file():
        raise InputError(f"{text} does not exist{_near(text)}")
    match = _LAST_NUMBER.match(_name(text))
    if match is None or match[1][-1:].isalnum():  # shot_v02.exr is a version, not a frame
        return Sequence(text, wanted or (1,), ())
    number = int(match[2])
    if wanted and wanted != (number,):
        raise UsageError(f"{text} is frame {number} alone; for {_spoken(wanted)} name {_hashed(match)} instead")
    return Sequence(text, (number,), (), (number,))


def _hashed(match: re.Match[str]) -> str:
    return f"{match[1]}{'#' * len(match[2])}{match[3]}"


def sequences_in(folder: Path) -> list[str]:
    """Names in `folder`: patterns with #, and pictures without a number; nothing where there is no such folder."""
    if not folder.is_dir():
        return []
    found = fileseq.findSequencesOnDisk(str(folder), pad_style=fileseq.PAD_STYLE_HASH1)
    pictures = [each for each in found if each.extension().lower() in _PICTURES]
    return sorted(f"{s.basename()}{'#' * s.zfill() if s.frameSet() else ''}{s.extension()}" for s in pictures)


def _only_sequence_in(folder: Path) -> str:
    names = sequences_in(folder)
    if not names:
        raise InputError(f"{folder} holds no pictures{_near(str(folder))}")
    if len(names) > 1:
        raise InputError(f"{folder} holds {len(names)} sequences, name one: {_some(names)}")
    return str(folder / names[0])


def _near(text: str) -> str:
    """`; did you mean ...`, from what lies in the same folder, or beside the folder that does not exist."""
    path = Path(text)
    while not path.parent.is_dir():
        path = path.parent
    beside = sequences_in(path.parent) + sorted(p.name for p in path.parent.iterdir() if p.is_dir())
    close = difflib.get_close_matches(path.name, [name for name in beside if name != path.name], 3, 0.6)
    if close:
        return f"; did you mean {' or '.join(str(path.parent / name) for name in close)}?"
    names = sequences_in(Path(text).parent)
    return f"; {Path(text).parent} holds {_some(names)}" if names else ""


def _some(names: list[str]) -> str:
    return ", ".join(names[:8]) + (f" and {len(names) - 8} more" if len(names) > 8 else "")


def _spoken(numbers: Iterable[int]) -> str:
    return format_range(numbers).replace(",", ", ")


def _name(pattern: str) -> str:
    return re.split(r"[/\\]", pattern)[-1]
