"""A node's knobs as Blender properties, made from its face."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import bpy

from ..face import Knob, NodeFace, Value

UNSET = "UNSET"
"""Entry of a choice that may be empty."""
ON, OFF = "on", "off"
_actions: list[bool] = []


@contextmanager
def by_action() -> Iterator[None]:
    """Within it, it is not the artist who changes a knob."""
    _actions.append(True)
    try:
        yield
    finally:
        _actions.pop()


def is_by_artist() -> bool:
    return not _actions


def knobs_class(face: NodeFace, changed: Callable[[str], Callable[[Any, Any], None]]) -> Any:
    """A PropertyGroup with a property for each knob. changed: a knob's name -> what to call when its value changed."""
    properties = {property_name(knob): property_of(knob, changed(knob.name)) for knob in face.knobs}
    name = "Unreel" + "".join(word.capitalize() for word in face.id.split("_"))
    return type(name, (bpy.types.PropertyGroup,), {"__annotations__": properties, "__doc__": face.label})


def property_name(knob: Knob) -> str:
    """The knob's, but where Blender has a property of that name itself."""
    return knob.name + "_" if knob.name in bpy.types.PropertyGroup.bl_rna.properties else knob.name


def property_of(knob: Knob, changed: Callable[[Any, Any], None]) -> Any:
    about: dict[str, Any] = {"name": knob.label, "description": knob.tooltip.rstrip("."), "update": changed}
    if knob.choices is not None or (knob.type == "bool" and knob.optional):
        spoken = {UNSET: "By default"}
        items = [(each, spoken.get(each, each.replace("_", " ").capitalize()), "") for each in entries_of(knob)]
        default = UNSET if knob.optional else str(knob.default)
        return bpy.props.EnumProperty(items=items, default=default, **about)
    if knob.type == "file":
        kind = "DIR_PATH" if knob.file == "folder" else "FILE_PATH"
        return bpy.props.StringProperty(subtype=kind, options={"PATH_SUPPORTS_BLEND_RELATIVE"}, **about)
    if knob.optional or knob.type not in ("bool", "int", "float"):
        return bpy.props.StringProperty(default=held(knob, knob.default), **about)
    if knob.type == "bool":
        return bpy.props.BoolProperty(default=bool(knob.default), **about)
    low, high = knob.range or (None, None)
    limits = {name: value for name, value in (("min", low), ("max", high)) if value is not None}
    if knob.type == "int":
        return bpy.props.IntProperty(
            default=as_number(knob.default, int), **{k: int(v) for k, v in limits.items()}, **about
        )
    return bpy.props.FloatProperty(default=as_number(knob.default, float), **limits, **about)


def value_left(knob: Knob, knobs: Any, name: str) -> Value:
    """What a file holds for a property that nobody registers any more, `name`, as the knob that it is now.

    None where it was never changed. Blender keeps an entry of a choice as its place.
    """
    stored = knobs.bl_system_properties_get() if hasattr(knobs, "bl_system_properties_get") else knobs
    value = None if stored is None else stored.get(name, stored.get(f"{name}_"))
    if knob.choices is None and not (knob.type == "bool" and knob.optional):
        return value_of(knob, bool(value) if knob.type == "bool" and value is not None else value)
    entries = entries_of(knob)
    return value_of(knob, entries[value]) if isinstance(value, int) and 0 <= value < len(entries) else None


def entries_of(knob: Knob) -> list[str]:
    """Of a choice, in their order."""
    named = [str(choice) for choice in knob.choices or (ON, OFF)]
    return [UNSET, *named] if knob.optional else named


def as_number(value: Value, kind: Any) -> Any:
    return kind(value) if isinstance(value, (int, float)) else kind(0)


def held(knob: Knob, value: Value) -> Any:
    """A value as its property holds it."""
    entries = knob.choices is not None or (knob.type == "bool" and knob.optional)
    if value is None:
        return UNSET if entries else ""
    if isinstance(value, (list, tuple)):
        return " ".join(shlex.quote(str(each)) for each in value)
    if isinstance(value, bool):
        return (ON if value else OFF) if entries else value
    if entries or knob.optional or knob.type not in ("int", "float"):
        return str(value)
    return value


def value_of(knob: Knob, held: Any) -> Value:
    """The other way; None where it is empty."""
    if held in (UNSET, ""):
        return None
    if knob.choices is not None:
        return next(choice for choice in knob.choices if str(choice) == held)
    if knob.type == "bool":
        return {ON: True, OFF: False}.get(held, held)
    return held
