"""Our lines in a file that is the user's: between two marks, with a fingerprint by which a change by hand is seen."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

OPENING = "# >>> Unreel {}: python3 install wrote these lines, and takes them out again"
CLOSING = "# <<< Unreel"
_OPENING = re.compile(r"[ \t]*# >>> Unreel\b(?: ([0-9a-f]+):)?")
_CLOSING = re.compile(r"[ \t]*# <<< Unreel\b")


class BlockChanged(ValueError):
    """What stands between the marks is not what was written there."""


def compute_fingerprint(lines: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:12]


def with_block(text: str, lines: Sequence[str]) -> str:
    """The text with our lines: where they were, else at the end. `BlockChanged` where they were changed by hand."""
    newline = "\r\n" if "\r\n" in text else "\n"
    block = [OPENING.format(compute_fingerprint(lines)), *lines, CLOSING]
    old = text.splitlines(keepends=True)
    found = find_block(old)
    if found is None:
        gap = newline if text and not text.endswith(("\n", "\r")) else ""
        return text + gap + "".join(line + newline for line in block)
    first, last = found
    # The last line of a file may lack its end.
    end = newline if old[last].endswith(("\n", "\r")) else ""
    return "".join([*old[:first], newline.join(block) + end, *old[last + 1 :]])


def without_block(text: str) -> str:
    """The text without our lines. `BlockChanged` where they were changed by hand."""
    lines = text.splitlines(keepends=True)
    found = find_block(lines)
    if found is None:
        return text
    return "".join([*lines[: found[0]], *lines[found[1] + 1 :]])


def find_block(lines: Sequence[str]) -> tuple[int, int] | None:
    """The numbers of the marks' lines. `BlockChanged` unless there is one whole block, as it was written."""
    openings = [number for number, line in enumerate(lines) if _OPENING.match(line)]
    closings = [number for number, line in enumerate(lines) if _CLOSING.match(line)]
    if not openings and not closings:
        return None
    if len(openings) != 1 or len(closings) != 1 or closings[0] < openings[0]:
        raise BlockChanged("the marks '# >>> Unreel' and '# <<< Unreel' are not there once each, in this order")
    first, last = openings[0], closings[0]
    opening = _OPENING.match(lines[first])
    inside = [line.rstrip("\r\n") for line in lines[first + 1 : last]]
    if opening is None or opening.group(1) != compute_fingerprint(inside):
        raise BlockChanged("the lines between '# >>> Unreel' and '# <<< Unreel' were changed by hand")
    return first, last
