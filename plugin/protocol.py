"""What host and worker say to each other: the files of a job folder, its states, and its exit codes."""

from __future__ import annotations

import json
import os
import uuid
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

PROTOCOL = 1
"""Raised when a job means something else than before; a newer one is refused."""

JOB, EVENTS, STATUS, LOG, CANCEL, PAUSE = "job.json", "events.jsonl", "status.json", "log.txt", "cancel", "pause"

STARTING, RUNNING, PAUSED, STOPPING = "starting", "running", "paused", "stopping"
DONE, STOPPED, FAILED, LOST = "done", "stopped", "failed", "lost"
ENDED = (DONE, STOPPED, FAILED, LOST)
"""`lost` is what a reader finds: said to be running, and gone."""

OK, WENT_WRONG, USAGE, INPUT, INCOMPATIBLE, MEMORY, CANCELLED = 0, 1, 2, 3, 4, 5, 130
"""Exit codes of the worker, as the command line's."""

BEAT_SECONDS = 5.0
"""A worker writes its status this often, also when it has nothing to say."""
SILENT_SECONDS = 60.0
"""One that wrote nothing for so long is lost."""


class JobTooNew(ValueError):
    """The job was made by a newer Unreel."""


class NotAJob(ValueError):
    """There is no job here that can be read."""


@dataclass(frozen=True)
class Status:
    """`status.json`."""

    state: str
    stage: str = ""
    done: int = 0
    total: int = 0
    eta_seconds: float | None = None
    psnr: float | None = None
    """Of the frame just done, then of the whole: dB."""
    verdict: str = ""
    message: str = ""
    """Why it ended, or what it is doing."""
    pid: int | None = None
    machine: str = ""
    started: float = 0.0
    beat: float = 0.0
    """When it was written, seconds since 1970."""
    exit_code: int | None = None

    @property
    def ended(self) -> bool:
        return self.state in ENDED


def make_status(table: dict[str, Any]) -> Status:
    """From what was read; what a newer worker says more is left out."""
    known = {field.name for field in fields(Status)}
    return Status(**{name: value for name, value in table.items() if name in known})


def write_json(path: Path, table: dict[str, Any]) -> None:
    """Whole or not at all. OSError where the disk is full, or the folder is gone: it is not made anew."""
    temporary = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}.tmp")
    try:
        temporary.write_text(json.dumps(table, indent=1, ensure_ascii=False), encoding="utf-8")
        os.replace(temporary, path)
    finally:
        if temporary.exists():
            temporary.unlink()


def read_json(path: Path) -> dict[str, Any] | None:
    """The table in a file; None where there is none that can be read."""
    try:
        table = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return table if isinstance(table, dict) else None


def read_status(job_folder: Path) -> Status | None:
    """What the worker said last of itself; None where it said nothing."""
    table = read_json(job_folder / STATUS)
    if table is None or not isinstance(table.get("state"), str):
        return None
    return make_status(table)


def read_events(path: Path, offset: int = 0) -> tuple[list[dict[str, Any]], int]:
    """The events after `offset`, and where to go on from. A last line that is still being written waits."""
    try:
        with open(path, "rb") as file:
            file.seek(offset)
            text = file.read()
    except OSError:
        return [], offset
    whole = text[: text.rfind(b"\n") + 1]
    events = []
    for line in whole.splitlines():
        try:
            event = json.loads(line)
        except ValueError:  # cut off by a full disk; the next line is whole again
            continue
        if isinstance(event, dict):
            events.append(event)
    return events, offset + len(whole)


def check_protocol(table: dict[str, Any], where: str) -> None:
    """JobTooNew for a job that this version cannot know; NotAJob for one without a number."""
    number = table.get("protocol")
    if not isinstance(number, int) or isinstance(number, bool) or number < 1:
        raise NotAJob(f'{where} is no job: it lacks "protocol": {PROTOCOL}')
    if number > PROTOCOL:
        raise JobTooNew(
            f"{where} was made by a newer Unreel {table.get('unreel') or ''}".rstrip()
            + f" (job protocol {number}, this is {PROTOCOL}); bring this Unreel up to date, or make the job again here"
        )
