"""The list of `unreel batch`: its shots, each as the jobs that are to be done for it, checked before anything runs."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, field_validator

from .errors import InputError, UsageError
from .job import PROTOCOL, Job, make_job, spoken
from .request import absolute
from .retime import times_file
from .settings import make_settings, merged

ShotName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")]
PLACE = "{shot}"
"""Stands for the shot's name in every text of the list."""


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Entry(_Table):
    """What is to be done for a shot; each step's keys are the options of its command."""

    plate: str | None = None
    """EXR sequence, or a `shot.yaml`."""
    folder: str | None = None
    """By default named as the shot, beside the list."""
    settings: dict[str, Any] = Field(default_factory=dict)
    """As in `shot.yaml`."""
    export: dict[str, Any] | None = None
    textures: dict[str, dict[str, Any]] = Field(default_factory=dict)
    """By name, each with the options of import."""
    propagate: dict[str, Any] | None = None
    sheet: dict[str, Any] | None = None


class BatchList(_Table):
    """`LIST.yaml`."""

    defaults: Entry = Entry()
    """For all shots, under what each says itself; tables within tables."""
    shots: dict[ShotName, Entry] = Field(min_length=1)

    @field_validator("shots", mode="before")
    @classmethod
    def take_bare_names(cls, shots: Any) -> Any:
        """`sh010:` alone is a shot for which the defaults say all."""
        return {name: entry or {} for name, entry in shots.items()} if isinstance(shots, dict) else shots


@dataclass(frozen=True)
class BatchShot:
    name: str
    plate: str
    folder: Path
    values: dict[str, Any]
    """Settings, where the plate is a `shot.yaml` over its own."""
    jobs: dict[str, Job]
    """By the step's name, in their order: `train`, `export`, `import NAME` and so on."""


def read_batch(path: Path) -> tuple[BatchShot, ...]:
    """The shots of a list. InputError: it can't be read. UsageError: all that is wrong in it, by shot and key."""
    table = read_table(path)
    try:
        checked = BatchList.model_validate(table)
    except ValidationError as error:
        raise UsageError(f"{path}: " + "; ".join(spoken_near(each) for each in error.errors())) from None
    base = path.absolute().parent
    under = checked.defaults.model_dump(exclude_unset=True)
    shots, wrong = [], []
    for name, entry in checked.shots.items():
        filled = with_name(merged(under, entry.model_dump(exclude_unset=True)), name)
        try:
            shots.append(make_shot(name, Entry.model_validate(filled), base, f"{path}: {name}"))
        except UsageError as error:
            wrong.append(str(error))
    wrong += [f"{path}: {twice}" for twice in written_twice(shots)]
    if wrong:
        raise UsageError("\n".join(wrong))
    return tuple(shots)


class _Loader(yaml.SafeLoader):
    """Keys are names: `on` is no truth, and `010` no number. One that is there twice is refused: PyYAML takes the last,
    and a shot would be lost without a word."""

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        seen: set[Any] = set()
        for key in (key for key, _ in node.value if isinstance(key, yaml.ScalarNode)):
            if key.value in seen:
                raise yaml.MarkedYAMLError(problem=f"{key.value!r} is there twice", problem_mark=key.start_mark)
            seen.add(key.value)
        self.flatten_mapping(node)  # what `<<` brings has keys too
        for key, _ in node.value:
            key.tag = self.DEFAULT_SCALAR_TAG if isinstance(key, yaml.ScalarNode) else key.tag
        return super().construct_mapping(node, deep)


def read_table(path: Path) -> Any:
    try:
        return yaml.load(path.read_text(encoding="utf-8"), _Loader)
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}") from None
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is not YAML: {error}") from None
    except yaml.YAMLError as error:
        mark, problem = getattr(error, "problem_mark", None), getattr(error, "problem", None)
        where = "" if mark is None else f", line {mark.line + 1}"
        raise InputError(f"{path}{where}: {problem or str(error).splitlines()[0]}") from None


def spoken_near(problem: Mapping[str, Any]) -> str:
    """What pydantic found, with the nearest name where there is none such."""
    if problem["type"] != "extra_forbidden":
        return spoken(problem)
    *at, last = map(str, problem["loc"])
    near = difflib.get_close_matches(last, Entry.model_fields if at else BatchList.model_fields, 1, 0.6)
    return f"{'.'.join(at) or 'the list'} has no {last!r}" + (f"; did you mean {near[0]}?" if near else "")


def with_name(value: Any, name: str) -> Any:
    """A table of the list with the shot's name in its texts."""
    if isinstance(value, dict):
        return {key: with_name(part, name) for key, part in value.items()}
    if isinstance(value, list):
        return [with_name(part, name) for part in value]
    return value.replace(PLACE, name) if isinstance(value, str) else value


def make_shot(name: str, entry: Entry, base: Path, where: str) -> BatchShot:
    """A shot's jobs, their paths from the list's folder. UsageError names the key that is wrong."""
    if entry.plate is None:
        raise UsageError(f"{where}: plate is missing; name the footage, such as plate.####.exr")
    if "plate" in entry.settings:
        raise UsageError(f"{where}: settings.plate: plate stands beside settings, not in it")
    folder = base / (entry.folder or f"{name}.unreel")
    values = absolute(entry.settings, base)
    with_plate = absolute({"plate": entry.plate, **values}, base)
    make_settings(with_plate, f"{where}: settings")
    jobs = {"train": checked_job("train", {"output": str(folder)}, f"{where}: settings", with_plate)}

    def add(step: str, key: str, flags: dict[str, Any], **own: Any) -> None:
        own["folder"] = str(folder)
        for taken in own.keys() & flags.keys():
            raise UsageError(f"{where}: {key}.{taken} is {own[taken]} already; leave it out")
        jobs[step] = checked_job(step.split()[0], {**with_paths(flags, base), **own}, f"{where}: {key}")

    painted = {"texture": list(entry.textures)}
    if entry.export is not None:
        add("export", "export", entry.export)
    for texture, flags in entry.textures.items():
        add(f"import {texture}", f"textures.{texture}", flags, name=texture)
    if entry.propagate is not None:
        add("propagate", "propagate", painted | entry.propagate)
    if entry.sheet is not None:
        add("sheet", "sheet", painted | entry.sheet)
    return BatchShot(name, with_plate["plate"], folder, values, jobs)


def with_paths(flags: dict[str, Any], base: Path) -> dict[str, Any]:
    """A step's options with absolute paths; moments are a span, or a file of them."""
    paths = {name: flags[name] for name in ("output", "edit", "onto", "times") if isinstance(flags.get(name), str)}
    if "times" in paths and times_file(paths["times"]) is None:
        del paths["times"]
    return flags | {name: os.path.abspath(base / path) for name, path in paths.items()}


def checked_job(command: str, flags: dict[str, Any], where: str, values: Mapping[str, Any] | None = None) -> Job:
    table = {"protocol": PROTOCOL, "command": command, "flags": flags, "values": dict(values or {})}
    return make_job(table, where)


def written_twice(shots: list[BatchShot]) -> Iterator[str]:
    """Folders and files that two steps of the list would both write."""
    owner: dict[Path, str] = {}
    for shot in shots:
        for step, job in shot.jobs.items():
            if "output" not in job.flags:
                continue
            path, me = Path(job.flags["output"]), f"{shot.name}, {step}"
            if path in owner:
                yield f"{me} and {owner[path]} both write {path}; put {PLACE} into its name"
            owner.setdefault(path, me)
