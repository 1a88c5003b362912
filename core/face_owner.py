"""What owns a knob, and so knows its type, default, range and choices: a setting, or a parameter of a command."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from types import NoneType
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

import typer.main
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from .cli import app
from .errors import UsageError
from .face_schema import KnobType
from .settings import Preset, ShotSettings, read_preset

TYPES: dict[Any, KnobType] = {
    str: "text",
    Path: "text",
    int: "int",
    float: "float",
    bool: "bool",
    tuple[int, ...]: "numbers",
    list[int]: "numbers",
    list[str]: "names",
}
Range = tuple[float | None, float | None]


@dataclass(frozen=True)
class Value:
    """What can be put in, as the core takes it."""

    type: KnobType
    default: Any = None
    """None: nothing, where `optional`; else it must be given."""
    range: Range | None = None
    """Least and most; the core alone says whether an end is in it."""
    choices: tuple[Any, ...] | None = None
    """As the core takes them: numbers stay numbers."""
    optional: bool = False


@dataclass(frozen=True)
class Parameter:
    """An option or argument of a command."""

    words: tuple[str, ...]
    """`-o`, `--output`; an argument's name, and the word that the help shows for it."""
    kind: Literal["option", "argument"]
    value: Value
    help: str


@cache
def commands() -> dict[str, dict[str, Parameter]]:
    """Command -> name of the function's parameter -> what it is."""
    parsers: dict[str, Any] = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    functions = [(command.name, command.callback) for command in app.registered_commands if command.callback]
    named = {name or function.__name__: function for name, function in functions}
    return {name: parameters_of(function, parsers[name].params) for name, function in named.items()}


def parameters_of(function: Callable[..., Any], parsed: Iterable[Any]) -> dict[str, Parameter]:
    """Types and bounds as the function's signature has them; words and help as the command line does."""
    hints = get_type_hints(function, include_extras=True)
    defaults = {name: each.default for name, each in inspect.signature(function).parameters.items()}
    found = {}
    for each in parsed:
        if each.name not in hints:
            continue
        annotation, info = get_args(hints[each.name])[:2]
        assert get_origin(hints[each.name]) is Annotated
        argument = each.param_type_name == "argument"
        words = (each.name, each.metavar or each.name.upper()) if argument else (*each.opts, *each.secondary_opts)
        default = defaults[each.name]
        value = value_of(annotation, None if default is inspect.Parameter.empty else default, (info.min, info.max))
        found[each.name] = Parameter(words, "argument" if argument else "option", value, each.help or "")
    return found


def parameter_named(command: str, word: str, where: str) -> Parameter:
    """The option or argument by one of its words. UsageError if the command has none such."""
    found = commands().get(command)
    if found is None:
        raise UsageError(f"{where}: there is no command {command!r}; there are {', '.join(commands())}")
    for parameter in found.values():
        if word in parameter.words:
            return parameter
    words = ", ".join(parameter.words[-1] for parameter in found.values())
    raise UsageError(f"{where}: unreel {command} has no {word!r}; it has {words}")


def value_of_setting(name: str, where: str) -> Value:
    """Of a setting by its dotted name. UsageError if there is none, or if it is a table.

    What presets set is optional in a node: a default there would win over the preset that is chosen.
    """
    found = fields_to(name)
    if found is None:
        raise UsageError(f"{where}: there is no setting {name!r}; docs/settings.md lists them")
    *tables, field = found
    bounds = (bound_of(field.metadata, "ge", "gt"), bound_of(field.metadata, "le", "lt"))
    value = value_of(field.annotation, None if field.is_required() else field.default, bounds)
    if name in set_by_presets():
        return replace(value, default=None, optional=True)
    absent = any(not table.is_required() and table.default is None for table in tables)
    return replace(value, optional=value.optional or (absent and value.default is None))


def fields_to(name: str) -> list[FieldInfo] | None:
    """The fields of the tables on the way to a setting, and its own; None where there is none of that name."""
    model: type[BaseModel] | None = ShotSettings
    fields = []
    for part in name.split("."):
        field = model.model_fields.get(part) if model else None
        if field is None:
            return None
        fields.append(field)
        model = table_in(field)
    return fields if model is None else None


@cache
def set_by_presets() -> set[str]:
    return {name for preset in get_args(Preset) for name in flat(read_preset(preset))}


def flat(table: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """{"solve": {"proxy": 640}} as {"solve.proxy": 640}."""
    out: dict[str, Any] = {}
    for name, value in table.items():
        out |= flat(value, f"{prefix}{name}.") if isinstance(value, Mapping) else {prefix + name: value}
    return out


def table_in(field: FieldInfo) -> type[BaseModel] | None:
    """The table of settings that a field holds."""
    kinds = (field.annotation, *get_args(field.annotation))
    return next((kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)), None)


def bound_of(rules: Iterable[Any], *names: str) -> float | None:
    return next((getattr(rule, name) for rule in rules for name in names if hasattr(rule, name)), None)


def value_of(annotation: Any, default: Any, bounds: Range) -> Value:
    """From a type as it stands in a signature: `int | None` with None as default is an optional int."""
    kinds = (annotation,) if annotation in TYPES else tuple(k for k in get_args(annotation) if k is not NoneType)
    optional = NoneType in get_args(annotation) and default is None
    choices = None
    if get_origin(annotation) is Literal:
        choices = get_args(annotation)
    elif len(kinds) == 1 and get_origin(kinds[0]) is Literal:
        choices = get_args(kinds[0])
    type_: KnobType = "choice" if choices else TYPES[kinds[0]]
    return Value(type_, default, None if bounds == (None, None) else bounds, choices, optional)
