"""`--job job.json`: a job as the values of a command's options, where they are not given."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from .errors import UnreelError, UsageError
from .job import read_job
from .settings import nested

VALUES = "unreel.job.values"
PLAIN = ("outputs",)
"""Lists that the command line takes as one text."""


def take_job(context: typer.Context, path: Path | None) -> Path | None:
    """Read before the other options are looked at, so that they need not be given."""
    if path is None or context.resilient_parsing:
        return path
    try:
        job = read_job(path)
        if job.command != context.info_name:
            raise UsageError(f"{path} is a job for: unreel {job.command}")
    except UnreelError as error:
        typer.echo(f"unreel: {error}", err=True)
        raise typer.Exit(error.exit_code) from None
    values, flags = dict(job.values), dict(job.flags)
    if any(param.name == "plate" for param in context.command.params) and "plate" in values:
        flags["plate"] = values.pop("plate")
    joined = {name: ",".join(flags[name]) for name in PLAIN if isinstance(flags.get(name), list)}
    context.default_map = {**flags, **joined}
    context.meta[VALUES] = nested(values)
    return path


JobOption = Annotated[
    Path | None,
    typer.Option(
        "--job", metavar="job.json", help="Take what is not given here from a job.", is_eager=True, callback=take_job
    ),
]


def job_values(context: typer.Context) -> dict[str, Any]:
    """The settings of the job, nested; none where there is none."""
    return context.meta.get(VALUES, {})
