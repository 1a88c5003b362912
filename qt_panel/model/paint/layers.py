"""Layers of paint, lowest first, and what can be done with them: values, no pixels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, get_args

from .strokes import Op

On = Literal["canonical"] | int
"""What is painted on: the canonical, or a frame of the plate by its number."""
Mode = Literal["over", "replace", "multiply", "add"]
MODES: tuple[Mode, ...] = get_args(Mode)


@dataclass(frozen=True)
class Layer:
    id: int
    """The same for as long as the layer lives, and never given again."""
    name: str
    on: On = "canonical"
    mode: Mode = "over"
    opacity: float = 1.0
    visible: bool = True
    locked: bool = False
    ops: tuple[Op, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """All but what is painted on it."""
        names = ("id", "name", "on", "mode", "opacity", "visible", "locked")
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True)
class Stack:
    """All layers, and which one is painted on."""

    layers: tuple[Layer, ...] = ()
    current: int = 0
    used: int = field(default=0, compare=False)
    """The greatest id given so far."""

    @property
    def layer(self) -> Layer | None:
        """The one that is painted on; None where there is none."""
        return self.layers[self.current] if self.layers else None

    def of(self, id: int) -> Layer:
        """KeyError where it is not there."""
        for layer in self.layers:
            if layer.id == id:
                return layer
        raise KeyError(f"no layer {id}")

    def chosen(self, at: int) -> Stack:
        return replace(self, current=min(max(at, 0), max(len(self.layers) - 1, 0)))

    def added(self, name: str, on: On) -> Stack:
        """A new layer right above the one that is painted on, which it becomes."""
        at = self.current + 1 if self.layers else 0
        layer = Layer(self.used + 1, name, on)
        return Stack((*self.layers[:at], layer, *self.layers[at:]), at, layer.id)

    def removed(self, at: int) -> Stack:
        left = self.layers[:at] + self.layers[at + 1 :]
        current = self.current - 1 if self.current > at or self.current == len(left) else self.current
        return replace(self, layers=left, current=max(current, 0))

    def moved(self, at: int, to: int) -> Stack:
        """The layer `at` is at `to` afterwards, and is the one painted on."""
        rest = self.layers[:at] + self.layers[at + 1 :]
        return replace(self, layers=(*rest[:to], self.layers[at], *rest[to:]), current=to)

    def changed(self, layer: Layer) -> Stack:
        """With `layer` in place of the one of its id."""
        return replace(self, layers=tuple(layer if each.id == layer.id else each for each in self.layers))

    def painted(self, id: int, op: Op) -> Stack:
        layer = self.of(id)
        return self.changed(replace(layer, ops=(*layer.ops, op)))

    def repainted(self, id: int, at: int, op: Op) -> Stack:
        layer = self.of(id)
        return self.changed(replace(layer, ops=(*layer.ops[:at], op, *layer.ops[at + 1 :])))

    def to_json(self) -> dict[str, Any]:
        """The layers' order and what they are, without the paint."""
        return {"layers": [layer.to_json() for layer in self.layers], "current": self.current}

    def arranged(self, content: Mapping[str, Any]) -> Stack:
        """As `to_json` tells, with the paint of the layers that are here already. KeyError, TypeError, ValueError."""
        paint = {layer.id: layer.ops for layer in self.layers}
        layers = tuple(_layer_from_json(each, paint) for each in content["layers"])
        used = max([self.used, *(layer.id for layer in layers)])
        return Stack(layers, 0, used).chosen(int(content["current"]))


def _layer_from_json(content: Mapping[str, Any], paint: Mapping[int, tuple[Op, ...]]) -> Layer:
    on, mode = content["on"], content["mode"]
    if not (on == "canonical" or type(on) is int) or mode not in MODES:
        raise ValueError(f"mode {mode!r} on {on!r}")
    switches = bool(content["visible"]), bool(content["locked"])
    id = int(content["id"])
    return Layer(id, str(content["name"]), on, mode, float(content["opacity"]), *switches, paint.get(id, ()))


def painted_on(layers: Sequence[Layer]) -> frozenset[On]:
    """What there is paint on."""
    return frozenset(layer.on for layer in layers if layer.ops)
