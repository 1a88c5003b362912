"""A device of its own that computes as the processor does, and refuses to be mixed with it.

Tensors there say that they are on `meta`, torch's device without memory, and hold their numbers beside it. What a card
refuses is refused: an operation on tensors of both sides, except for single numbers and for indices, and `numpy()`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_flatten, tree_map

THERE = torch.device("meta")
INDEXED = {torch.ops.aten.index.Tensor}
COPIES = {torch.ops.aten.copy_.default, torch.ops.aten._to_copy.default}


class There(torch.Tensor):
    """A tensor of the other device."""

    inner: torch.Tensor
    is_meta = False

    @staticmethod
    def __new__(cls, inner: torch.Tensor) -> There:
        made = torch.Tensor._make_wrapper_subclass(
            cls, inner.shape, strides=inner.stride(), dtype=inner.dtype, device=THERE, requires_grad=False
        )
        made.inner = inner
        return made

    def __init__(self, inner: torch.Tensor) -> None:
        """Nothing is left to do."""

    def numpy(self, **_: Any) -> Any:
        raise TypeError("can't convert a tensor of another device to numpy; use .cpu() first")

    def __repr__(self, **_: Any) -> str:
        return f"There({self.inner!r})"

    @classmethod
    def __torch_dispatch__(cls, operation: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        return computed(operation, args, kwargs or {})


def computed(operation: Any, args: Any, kwargs: dict[str, Any]) -> Any:
    tensors = [value for value in tree_flatten((args, kwargs))[0] if isinstance(value, torch.Tensor)]
    there = [value for value in tensors if isinstance(value, There)]
    if there and operation not in COPIES:
        here = [value for value in tensors if not isinstance(value, There) and value.ndim]
        if here and not (operation in INDEXED and isinstance(args[0], There)):
            raise RuntimeError(f"{operation}: tensors on two devices")
    goes = kwargs.get("device")
    to_there = bool(there) if goes is None else torch.device(goes) == THERE
    if goes is not None and to_there:
        kwargs = kwargs | {"device": torch.device("cpu")}
    inner_args, inner_kwargs = tree_map(lambda v: v.inner if isinstance(v, There) else v, (args, kwargs))
    found = operation(*inner_args, **inner_kwargs)
    if not to_there:
        return found
    written = {id(value.inner): value for value in there}
    return tree_map(lambda v: written[id(v)] if id(v) in written else carried(v), found)


def carried(value: Any) -> Any:
    return There(value) if isinstance(value, torch.Tensor) else value


class Factories(TorchDispatchMode):
    """What is made there, or carried there, is made of tensors of the other device."""

    def __torch_dispatch__(self, operation: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        return computed(operation, args, kwargs or {})


class FromNumbers(TorchFunctionMode):
    """`torch.tensor` and `new_tensor` make theirs without asking the modes of operations."""

    def __torch_function__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        if function is torch.Tensor.new_tensor and isinstance(args[0], There):
            return torch.tensor(*args[1:], **{"dtype": args[0].dtype, **kwargs}).to(THERE)
        if function is torch.tensor and "device" in kwargs and torch.device(kwargs["device"]) == THERE:
            return torch.tensor(*args, **kwargs | {"device": "cpu"}).to(THERE)
        return function(*args, **kwargs)


@contextmanager
def other_device() -> Iterator[torch.device]:
    with FromNumbers(), Factories():
        yield THERE
