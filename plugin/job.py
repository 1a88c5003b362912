"""A job from a node's knobs: what the worker reads, and the same as a command line."""

from __future__ import annotations

import getpass
import platform
import re
import shlex
import shutil
import time
import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from . import protocol

KEPT = 20
"""Jobs of a folder; older ones that have ended go."""
RANGE = re.compile(r"-?\d+(--?\d+(x\d+)?)?")
LISTS = ("numbers", "names")


class BadKnob(ValueError):
    """A knob's value cannot be sent; says which, and what it should be."""


@dataclass(frozen=True)
class Job:
    """`job.json`."""

    command: str
    values: dict[str, Any] = field(default_factory=dict)
    """Settings by their dotted names."""
    flags: dict[str, Any] = field(default_factory=dict)
    """Options and arguments of the command by their long names."""
    made_by: dict[str, Any] = field(default_factory=dict)
    """Host, its version, user, machine, node."""
    unreel: str = ""
    id: str = ""
    protocol: int = protocol.PROTOCOL


def make_job(
    node: Any, knob_values: Mapping[str, Any], made_by: Mapping[str, Any] | None = None, unreel: str = ""
) -> Job:
    """What a node's knobs ask for. BadKnob where one of them can't be.

    node: its face, with `.id`, `.command` and `.knobs`. Left out are knobs that only the host needs, empty ones, and
    settings at their default.
    """
    known = {knob.name for knob in node.knobs}
    unknown = [name for name in knob_values if name not in known]
    if unknown:
        raise BadKnob(f"{node.id} has no knob {unknown[0]!r}")
    values: dict[str, Any] = {}
    flags: dict[str, Any] = {}
    for knob in node.knobs:
        value = knob_values.get(knob.name, knob.default)
        kind, owner = knob.owner["kind"], knob.owner["name"]
        if kind == "own" or is_empty(value):
            continue
        checked = check(knob, value)
        if kind == "setting":
            if checked != knob.default:  # else the preset's value, or the shot's, would be lost
                values[owner] = checked
        elif knob.type != "bool" or checked:
            flags[owner.lstrip("-")] = checked
    who = {"user": user_name(), "machine": platform.node(), **(made_by or {})}
    return Job(node.command, without_orphans(values), flags, who, unreel, make_id(node.command))


def without_orphans(values: dict[str, Any]) -> dict[str, Any]:
    """A matte's channel says nothing where there is no matte."""
    if "matte.path" in values:
        return values
    return {name: value for name, value in values.items() if not name.startswith("matte.")}


def is_empty(value: Any) -> bool:
    return (
        value is None
        or (isinstance(value, (str, list, tuple)) and len(value) == 0)
        or (isinstance(value, str) and not value.strip())
    )


def check(knob: Any, value: Any) -> Any:
    """The value in its type and range; hosts have text where a number may be empty."""
    checked = of_type(knob, value)
    if knob.range is not None and isinstance(checked, (int, float)) and not isinstance(checked, bool):
        low, high = knob.range
        if (low is not None and checked < low) or (high is not None and checked > high):
            limits = f"{'' if low is None else low} to {'' if high is None else high}".strip()
            raise BadKnob(f"{knob.label}: {checked} is out of its range, {limits}")
    if not knob.choices:
        return checked
    by_text = {str(choice): choice for choice in knob.choices}  # hosts show all choices as text
    each = checked if isinstance(checked, list) else [checked]
    wrong = [one for one in each if str(one) not in by_text]
    if wrong:
        raise BadKnob(f"{knob.label}: {wrong[0]!r} is none of {', '.join(by_text)}")
    return [by_text[str(one)] for one in checked] if isinstance(checked, list) else by_text[str(checked)]


def of_type(knob: Any, value: Any) -> Any:
    try:
        if knob.type == "bool":
            return as_bool(value)
        if knob.type == "int":
            return whole(value)
        if knob.type == "float":
            return float(value)
        if knob.type == "numbers":
            return [whole(part) for part in parts_of(value)]
        if knob.type == "names":
            return [str(part) for part in parts_of(value)]
    except (TypeError, ValueError, KeyError, OverflowError):
        raise BadKnob(f"{knob.label}: {value!r} is no {SPOKEN[knob.type]}") from None
    text = str(value).strip()
    if knob.type == "frames":
        terms = re.sub(r"(?<=\d)\s+-\s+(?=-?\d)", "-", text).replace(",", " ").split()
        if not all(RANGE.fullmatch(term) for term in terms):
            raise BadKnob(f"{knob.label}: {text!r} is no frame range; write it like 1001-1100 or 1001-1100x2")
    return text


SPOKEN = {"bool": "yes or no", "int": "whole number", "float": "number", "numbers": "list of numbers", "names": "list"}


def whole(value: Any) -> int:
    number = float(value)
    if number != int(number):
        raise ValueError(value)
    return int(number)


def as_bool(value: Any) -> bool:
    if not isinstance(value, str):
        return bool(value)
    return {"true": True, "1": True, "on": True, "false": False, "0": False, "off": False}[value.strip().lower()]


def parts_of(value: Any) -> list[Any]:
    """A list, as hosts have it: text with blanks or commas between; quotes keep a blank."""
    if isinstance(value, str):
        words = shlex.shlex(value, posix=True, punctuation_chars="")
        words.whitespace_split, words.whitespace, words.escape, words.commenters = True, " ,\t\n", "", ""
        return list(words)
    return list(value) if isinstance(value, (list, tuple)) else [value]


def user_name() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return ""


def make_id(command: str) -> str:
    """Sorted by name is sorted by time."""
    return f"{time.strftime('%Y%m%d-%H%M%S')}-{command}-{uuid.uuid4().hex[:4]}"


def unreel_folder_of(job: Job) -> Path:
    """The folder that a job works in, or makes."""
    return Path(job.flags["output" if job.command in ("train", "estimate") else "folder"])


def jobs_folder(unreel_folder: Path) -> Path:
    """Beside the unreel folder: there before it is, and still there when someone deletes it."""
    return unreel_folder.with_name(unreel_folder.name + ".jobs")


def write_job(job: Job, place: Path | None = None) -> Path:
    """A new job folder, in `place` or beside the unreel folder. OSError where it can't be made."""
    place = jobs_folder(unreel_folder_of(job)) if place is None else place
    folder = place / job.id
    folder.mkdir(parents=True)
    protocol.write_json(folder / protocol.JOB, asdict(job))
    forget_old(place)
    return folder


def forget_old(place: Path) -> None:
    """Only job folders whose job has ended are removed."""
    jobs = sorted(path.parent for path in place.glob("*/" + protocol.JOB))
    for old in jobs[:-KEPT]:
        status = protocol.read_status(old)
        if status is not None and status.ended:
            shutil.rmtree(str(old), ignore_errors=True)


def read_job(job_folder: Path) -> Job:
    """NotAJob where there is none; JobTooNew for one of a newer Unreel."""
    file = job_folder / protocol.JOB
    table = protocol.read_json(file)
    if table is None:
        raise protocol.NotAJob(f"{file} is missing or damaged; start the job again from the node")
    protocol.check_protocol(table, str(file))
    return Job(**{name: table[name] for name in Job.__dataclass_fields__ if name in table})


def command_line(job_folder: Path) -> list[str]:
    """What does the same in a terminal, or on a farm."""
    return ["unreel", "run", str(job_folder)]
