"""`job.json`: what a node asks for, and the command line with `unreel run`: one command, its settings and options."""

from __future__ import annotations

import difflib
import json
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from .errors import IncompatibleModel, InputError, UsageError
from .job_commands import COMMANDS, Command, Flags, Told
from .memory import full_memory_told
from .quiet import quieten
from .report import OnReport, ShouldStop
from .settings import ShotSettings, names_of, nested

PROTOCOL = 1
FILE = "job.json"


@dataclass(frozen=True)
class Job:
    """What `job.json` says."""

    protocol: int
    command: str
    values: dict[str, Any] = field(default_factory=dict)
    """Settings by their dotted names."""
    flags: dict[str, Any] = field(default_factory=dict)
    """The command's options and arguments, by their long names."""
    unreel: str = ""
    """Version that made it."""
    id: str = ""
    made_by: dict[str, Any] = field(default_factory=dict)
    """Host, its version, user, machine, node: told, never acted on."""


LISTS = ("layer", "texture", "outputs")


def read_job(path: Path) -> Job:
    """A job from its folder or file. InputError: not to be read. IncompatibleModel: newer. UsageError: unknown keys."""
    file = path / FILE if path.is_dir() else path
    try:
        table = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"{file}: {error.strerror or error}; name a job folder, or its {FILE}") from None
    except ValueError as error:
        raise InputError(f"{file} is not JSON: {error}") from None
    return make_job(table, str(file))


def make_job(table: Any, where: str) -> Job:
    """What a table says, checked; `where` is for the error."""
    number = table.get("protocol") if isinstance(table, dict) else None
    if not isinstance(number, int) or isinstance(number, bool) or number < 1:
        raise UsageError(f'{where} is no job; it should begin with "protocol": {PROTOCOL}')
    if number > PROTOCOL:
        maker = f"a newer Unreel {table.get('unreel', '')}".rstrip()
        raise IncompatibleModel(
            f"{where} was made by {maker} (job protocol {number}, this is {PROTOCOL}); "
            "bring this Unreel up to date, or make the job again with this one"
        )
    _refuse_unknown(table, [one.name for one in fields(Job)], where, "a job has no")
    job = Job(**{"command": "", **table})
    if not isinstance(job.command, str) or job.command not in COMMANDS:
        raise UsageError(f"{where}: there is no command {job.command!r}{_near(str(job.command), COMMANDS)}")
    for name in ("values", "flags", "made_by"):
        if not isinstance(getattr(job, name), dict):
            raise UsageError(f"{where}: {name} should be a table, not {getattr(job, name)!r}")
    check_flags(job, where)
    _refuse_unknown(job.values, _settings_of(COMMANDS[job.command]), where, f"{job.command} has no setting")
    return job


def check_flags(job: Job, where: str) -> Flags:
    """The options of a job, in their types. UsageError naming what is unknown, missing or wrong."""
    kind = COMMANDS[job.command].flags
    _refuse_unknown(job.flags, kind.model_fields, where, f"{job.command} has no option")
    try:
        return kind.model_validate({name: _listed(name, value, kind) for name, value in job.flags.items()})
    except ValidationError as error:
        raise UsageError(f"{where}: " + "; ".join(spoken(each) for each in error.errors())) from None


def _listed(name: str, value: Any, kind: type[Flags]) -> Any:
    """A list that came as one text, as the command line takes it."""
    several = name in LISTS and "tuple" in str(kind.model_fields[name].annotation)
    return value.replace(",", " ").split() if several and isinstance(value, str) else value


def spoken(problem: Any) -> str:
    """What pydantic found wrong, in a line."""
    name = ".".join(str(part) for part in problem["loc"])
    if problem["type"] == "missing":
        return f"{name} is missing"
    return f"{name}: {problem['msg'][:1].lower()}{problem['msg'][1:]}, not {problem['input']!r}"


def _settings_of(command: Command) -> list[str]:
    names = list(names_of(ShotSettings))
    if command.settings == "all":
        return names
    return [name for name in names if command.settings != "none" and name.startswith(("light", "match."))]


def _refuse_unknown(table: dict[str, Any], known: Any, where: str, what: str) -> None:
    for name in table:
        if name not in known:
            raise UsageError(f"{where}: {what} {name!r}{_near(name, known)}")


def _near(name: str, known: Any) -> str:
    near = difflib.get_close_matches(name, list(known), 1, 0.6)
    return f"; did you mean {near[0]}?" if near else ""


def run_job(job: Job, report: OnReport, should_stop: ShouldStop) -> Told:
    """Do what a job asks for; what the command tells at its end."""
    command = COMMANDS[job.command]
    quieten()
    with full_memory_told():
        return command.run(check_flags(job, FILE), nested(job.values), report, should_stop)
