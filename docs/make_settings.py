"""Makes docs/settings.md from the settings: `python docs/make_settings.py`, run where `unreel` is installed."""

from __future__ import annotations

from pathlib import Path
from types import NoneType
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from unreel.core.settings import Preset, ShotSettings, read_preset

PAGE = Path(__file__).parent / "settings.md"

HEAD = """\
# Settings

Made by `docs/make_settings.py` from `core/settings.py`; change the words there, then run it.

A setting is given by an option of its own (`--key 12`), by `--set NAME=VALUE` with the name as it stands here, or in a
`shot.yaml`, which `unreel train shot.yaml -o NAME.unreel` reads. Options win over the file, the file over the preset,
the preset over the default. A name that does not exist is an error that says what you may have meant.

```yaml
plate: plate.####.exr        # paths are seen from the folder of shot.yaml
frames: 1001-1100
matte:
  path: roto.####.exr
  channel: A
key: 1040
preset: hero
```

`light.*` and `match.*` can be set again with `unreel propagate --set`; all others belong to `unreel train`.

| name | default | range | meaning |
|---|---|---|---|
"""
MEANING = {"preset": "The values to start from; see below."}
"""Where a field says nothing itself."""
KINDS = {str: "text", int: "whole number", float: "number", bool: "yes or no", tuple[int, ...]: "whole numbers"}
SIGNS = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<"}


def make_page() -> str:
    return HEAD + "\n".join(rows_of(ShotSettings)) + "\n\n" + preset_table()


def rows_of(model: type[BaseModel], prefix: str = "", under: FieldInfo | None = None) -> list[str]:
    """A row a setting, tables within tables by dotted names. `under`: what holds the table."""
    rows = []
    for name, field in model.model_fields.items():
        inner = inner_table(field)
        if inner is not None:
            rows += rows_of(inner, f"{prefix}{name}.", field)
            continue
        meaning = field.description or MEANING.get(prefix + name, "")
        if under is not None and under.description:
            meaning = f"{under.description}: {meaning}"
        default = default_of(field, prefix, getattr(under and under.default, name, field.default))
        rows.append(f"| `{prefix}{name}` | {default} | {range_of(field)} | {meaning} |")
    return rows


def inner_table(field: FieldInfo) -> type[BaseModel] | None:
    kinds = (field.annotation, *get_args(field.annotation))  # a list of tables is shown as one of them
    return next((k for k in kinds if isinstance(k, type) and issubclass(k, BaseModel)), None)


def default_of(field: FieldInfo, prefix: str, default: Any) -> str:
    if field.is_required():
        return f"must be given, with any `{prefix}*`" if prefix else "must be given"
    return "none" if default is None else f"`{spoken(default)}`"


def range_of(field: FieldInfo) -> str:
    """Choices of a word, bounds of a number, else the kind of value."""
    kinds = (
        (field.annotation,)
        if get_origin(field.annotation) is tuple
        else (field.annotation, *get_args(field.annotation))
    )
    choices = next((k for k in kinds if get_origin(k) is Literal), None)
    if choices is not None:
        return ", ".join(f"`{c}`" for c in get_args(choices))
    bounds = [
        f"{sign} {getattr(rule, name):g}"
        for rule in field.metadata
        for name, sign in SIGNS.items()
        if hasattr(rule, name)
    ]
    return ", ".join(bounds) or KINDS[next(k for k in (*kinds[1:], kinds[0]) if k is not NoneType)]


def preset_table() -> str:
    """What each preset changes."""
    lines = ["## Presets", "", "| preset | changes |", "|---|---|"]
    for name in get_args(Preset):
        changes = ", ".join(f"`{k}={spoken(v)}`" for k, v in flat(read_preset(name)).items())
        lines.append(f"| `{name}` | {changes or 'nothing: all defaults'} |")
    return "\n".join(lines) + "\n"


def flat(table: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    out: dict[str, Any] = {}
    for name, value in table.items():
        out |= flat(value, f"{prefix}{name}.") if isinstance(value, dict) else {prefix + name: value}
    return out


def spoken(value: Any) -> str:
    """As it is written after `--set NAME=`."""
    if isinstance(value, bool):
        return str(value).lower()
    return f"[{', '.join(map(str, value))}]" if isinstance(value, tuple | list) else str(value)


if __name__ == "__main__":
    PAGE.write_text(make_page(), encoding="utf-8")
    print(PAGE)
