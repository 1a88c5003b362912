"""What Natron's plug-ins do to a picture, from their sources, in numpy: a group's inside computed to pixels."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from .fake_natron_values import current
from .natron_plugins import COLOUR, PLUGINS, PROCESS
from .nodes.evaluate import Picture, as_seen_in, on_window_of, warped

Params = dict[str, Any]


def rendered(group: Any, ports: Mapping[str, Picture], files: Mapping[str, Picture]) -> Picture:
    """What a group gives, of what comes into its inputs, by label, and of the files its readers read."""
    out = next(child for child in group._node.children if child.plugin == "fr.inria.built-in.Output")
    return picture_of(out.inputs[0], ports, files)


def picture_of(node: Any, ports: Mapping[str, Picture], files: Mapping[str, Picture]) -> Picture:
    """KeyError where a picture is asked for that is not there."""
    if node.plugin == "fr.inria.built-in.Input":
        return ports[node.label]
    if node.plugin == "fr.inria.built-in.Read":
        return files[node.params["filename"].value[0]]
    params = values_of(node)
    if node.plugin == "net.sf.openfx.switchPlugin":
        return picture_of(node.inputs[params["which"]], ports, files)
    labels = PLUGINS[node.plugin].inputs
    inputs = {labels[index]: picture_of(source, ports, files) for index, source in node.inputs.items()}
    return COMPUTE[node.plugin](params, inputs)


def values_of(node: Any) -> Params:
    """Choices by their option, one number as itself."""
    found: Params = {}
    for name, knob in node.params.items():
        if knob.kind in ("button", "page"):
            continue
        value = current(knob)
        if knob.kind == "choice":
            found[name] = knob.options[value[0]] if knob.options else ""
        else:
            found[name] = tuple(value) if knob.dimensions > 1 else value[0]
    return found


def plain(params: Params) -> None:
    """The model is of nodes that mix and mask nothing."""
    assert params["mix"] == 1.0 and not params["maskInvert"], params


def on_rgba(params: Params, x: Picture, function: Callable[[np.ndarray], np.ndarray]) -> Picture:
    """As (un)premult around it does, and only where the channels are processed."""
    plain(params)
    rgba = x.rgba.astype(np.float64)
    alpha = rgba[..., 3:]
    if params["premult"]:
        safe = np.where(alpha == 0, 1, alpha)
        rgba = np.concatenate([rgba[..., :3] / safe, alpha], 2)
    result = function(rgba)
    if params["premult"]:
        result = np.concatenate([result[..., :3] * result[..., 3:], result[..., 3:]], 2)
    kept = x.rgba.copy()
    for place, channel in enumerate("RGBA"):
        if params.get(PROCESS + channel, False):
            kept[..., place] = result[..., place]
    return replace(x, rgba=kept)


def compute_clamp(params: Params, inputs: dict[str, Picture]) -> Picture:
    def function(rgba: np.ndarray) -> np.ndarray:
        result = rgba
        if params["minimumEnable"]:
            least = np.array(params["minimum"])
            to = np.array(params["minClampTo"]) if params["minClampToEnable"] else least
            result = np.where(rgba < least, to, result)
        if params["maximumEnable"]:
            most = np.array(params["maximum"])
            to = np.array(params["maxClampTo"]) if params["maxClampToEnable"] else most
            result = np.where(rgba > most, to, result)
        return result

    return on_rgba(params, inputs["Source"], function)


def compute_matrix(params: Params, inputs: dict[str, Picture]) -> Picture:
    def function(rgba: np.ndarray) -> np.ndarray:
        rows = np.array([params[f"output{name}"] for name in ("Red", "Green", "Blue", "Alpha")])
        result = rgba @ rows.T
        if params["clampBlack"]:
            result = np.maximum(result, 0)
        return np.minimum(result, 1) if params["clampWhite"] else result

    return on_rgba(params, inputs["Source"], function)


def compute_log(params: Params, inputs: dict[str, Picture]) -> Picture:
    black, white, gamma = (np.array(params[name]) for name in ("black", "white", "gamma"))
    offset = 10 ** ((black - white) * 0.002 / gamma)
    gain = 1 / (1 - offset)

    def function(rgba: np.ndarray) -> np.ndarray:
        x = rgba[..., :3]
        if params["operation"] == "lin2log":
            with np.errstate(invalid="raise", divide="raise"):  # a number that is none would be turned into 1
                new = (np.log10(x / gain + offset) / (0.002 / gamma) + white) / 1023
        else:
            new = gain * (10 ** ((1023 * x - white) * 0.002 / gamma) - offset)
        return np.concatenate([new, rgba[..., 3:]], 2)

    return on_rgba(params, inputs["Source"], function)


def times(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Merge's multiply: A where both are negative."""
    return np.where((a < 0) & (b < 0), a, a * b)


MERGES: dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    "over": lambda a, b: a + b * (1 - a[..., 3:]),
    "in": lambda a, b: a * b[..., 3:],
    "out": lambda a, b: a * (1 - b[..., 3:]),
    "plus": lambda a, b: a + b,
    "from": lambda a, b: b - a,
    "minus": lambda a, b: a - b,
    "multiply": times,
    "difference": lambda a, b: np.abs(a - b),
    "copy": lambda a, b: a,
}


def compute_merge(params: Params, inputs: dict[str, Picture]) -> Picture:
    plain(params)
    assert params["bbox"] == "b" and not params["screenAlpha"], params
    a, b = as_seen_in(inputs["B"], inputs["A"]), inputs["B"]
    for port in "AB":
        assert all(params[f"{port}Channels{channel}"] for channel in "RGBA")
    result = MERGES[params["operation"]](on_window_of(b, a), b.rgba)
    rgba = b.rgba.copy()
    for place, channel in enumerate("RGBA"):
        if params[f"OutputChannels{channel}"]:
            rgba[..., place] = result[..., place]
    return replace(b, rgba=rgba)


def compute_stmap(params: Params, inputs: dict[str, Picture]) -> Picture:
    plain(params)
    assert params["filter"] == "keys" and params["black_outside"] and not params["clamp"] and not params["unpremultUV"]
    assert not params["useRoD"], "0 to 1 would be the source's data window"
    assert params["uvOffset"] == (0.0, 0.0) and params["uvScale"] == (1.0, 1.0)
    assert params["wrapU"] == params["wrapV"] == "clamp"
    places = [COLOUR.index(params[f"channel{which}"]) for which in "UVA"]
    uv = inputs["UV"]
    result = warped(inputs["Source"], replace(uv, rgba=uv.rgba[..., [places[0], places[1], 2, 3]]))
    return replace(result, rgba=result.rgba * uv.rgba[..., places[2], None])


COMPUTE: dict[str, Callable[[Params, dict[str, Picture]], Picture]] = {
    "net.sf.openfx.MergePlugin": compute_merge,
    "net.sf.openfx.Clamp": compute_clamp,
    "net.sf.openfx.Invert": lambda params, inputs: on_rgba(params, inputs["Source"], lambda rgba: 1 - rgba),
    "net.sf.openfx.AddPlugin": lambda params, inputs: on_rgba(
        params, inputs["Source"], lambda rgba: rgba + np.array(params["value"])
    ),
    "net.sf.openfx.MultiplyPlugin": lambda params, inputs: on_rgba(
        params, inputs["Source"], lambda rgba: rgba * np.array(params["value"])
    ),
    "net.sf.openfx.ColorMatrixPlugin": compute_matrix,
    "net.sf.openfx.Log2Lin": compute_log,
    "net.sf.openfx.STMap": compute_stmap,
}
