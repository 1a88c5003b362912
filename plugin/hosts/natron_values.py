"""Puts values into parameters of Natron, and looks whether they are there: unknown options are ignored in silence."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from ..nodes.host import HostFailed
from .natron_native import Choice, OfKnob, Plane, SameAs, Setting

PLACE = "unreel_place_"
"""Then a choice's name: a hidden number of the group, the place of what the choice holds. Natron links no choice to a
number."""


def apply(effect: Any, values: Mapping[str, Setting], if_there: Mapping[str, Setting], group: Any = None) -> None:
    """All values, set and read back. HostFailed names the parameter that is missing or holds something else.

    group: whose knobs are followed.
    """
    for name, setting in values.items():
        param = effect.getParam(name)
        if param is None:
            raise HostFailed(
                f"{effect.getPluginID()} has no parameter {name!r} in this Natron; Unreel is made for Natron 2.5"
            )
        put(effect, param, setting, group)
    for name, setting in if_there.items():
        param = effect.getParam(name)
        if param is not None:
            put(effect, param, setting, group)


def put(effect: Any, param: Any, setting: Setting, group: Any) -> None:
    if isinstance(setting, Choice):
        choose(effect, param, setting.names)
    elif isinstance(setting, Plane):
        choose_plane(effect, param, setting.channel)
    elif isinstance(setting, OfKnob):
        follow(effect, param, group, setting.knob)
    elif isinstance(setting, SameAs):
        other = effect.getParam(setting.param)
        if other is not None:
            put_plain(effect, param, other.get())
    elif isinstance(setting, tuple):
        for dimension, value in enumerate(setting):
            param.setValue(value, dimension)
        held(effect, param, setting, tuple(param.getValue(dimension) for dimension in range(len(setting))))
    else:
        put_plain(effect, param, setting)


def put_plain(effect: Any, param: Any, value: Any) -> None:
    param.setValue(value)
    held(effect, param, value, param.getValue())


def held(effect: Any, param: Any, wanted: Any, found: Any) -> None:
    """HostFailed where it is not what was put in; numbers may be rounded to float."""
    pairs = zip(wanted, found) if isinstance(wanted, tuple) else [(wanted, found)]
    for one, other in pairs:
        plain = isinstance(one, (bool, str))
        if not (one == other if plain else math.isclose(one, other, rel_tol=1e-6, abs_tol=1e-9)):
            raise HostFailed(
                f"{effect.getScriptName()}.{param.getScriptName()} holds {found!r} and not {wanted!r}: "
                "this Natron refused the value; tell us its version"
            )


def choose(effect: Any, param: Any, names: tuple[str, ...]) -> None:
    """The option of the first name that there is. By number: an option asked for by a wrong name changes nothing."""
    options = list(param.getOptions())
    for name in names:
        if name in options:
            put_plain(effect, param, options.index(name))
            return
    raise HostFailed(
        f"{effect.getPluginID()}: {param.getScriptName()} has no option {names[0]!r} in this Natron; "
        f"it has {', '.join(options)}"
    )


def choose_plane(effect: Any, param: Any, channel: str) -> None:
    """A channel of the colour plane, `UV.uk.co.thefoundry.OfxImagePlaneColour.R` or as a build names it."""
    options = list(param.getOptions())
    named = [option for option in options if option.rpartition(".")[2].lower() == channel.lower()]
    colour = [option for option in named if "colo" in option.lower() or option.count(".") <= 1]
    if not colour:
        raise HostFailed(
            f"{effect.getPluginID()}: {param.getScriptName()} offers no {channel} of the picture; "
            f"it offers {', '.join(options) or 'nothing'}"
        )
    of_map = [option for option in colour if option.startswith("UV.")]
    put_plain(effect, param, options.index((of_map or colour)[0]))


def choose_layer(effect: Any, layer: str | None) -> bool:
    """A reader's layer; None is the picture itself. False where the file has no such layer."""
    param = effect.getParam("outputLayer")
    if param is None:
        return layer is None
    options = list(param.getOptions())
    first = [option.partition(".")[0].lower() for option in options]
    wanted = "color" if layer is None else layer.lower()
    if wanted not in first:
        return layer is None
    put_plain(effect, param, options.index(options[first.index(wanted)]))
    return True


def follow(effect: Any, param: Any, group: Any, knob: str) -> None:
    """Link a parameter, in all its dimensions, to a knob of the group around it; of a choice to its place.

    By a link and not by an expression: that needs Python while a picture is rendered, and where a button's Python waits
    for Natron at that moment, both wait for ever.
    """
    followed = group.getParam(PLACE + knob) or group.getParam(knob)
    for dimension in range(param.getNumDimensions()):
        if followed is None or not param.slaveTo(followed, dimension, 0):
            raise HostFailed(f"{effect.getScriptName()}.{param.getScriptName()}: Natron refused the link to {knob}")
