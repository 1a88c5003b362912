"""A stand-in for CUDA graphs on the processor: what is done inside a recording is undone, and done again when played.

As on a card, a recording refuses to look at a number or to choose by one, and plays with the tensors it was made with:
numbers that Python handed in stay what they were.
"""

from __future__ import annotations

from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_flatten

REFUSED = ("_local_scalar_dense", "nonzero", "lift_fresh")
"""A number to the processor, a shape that depends on numbers, and a tensor made of Python's; so is a mask as index."""


def tensors_in(value: Any) -> list[torch.Tensor]:
    return [each for each in tree_flatten(value)[0] if isinstance(each, torch.Tensor)]


class Graph(TorchDispatchMode):
    def __init__(self) -> None:
        super().__init__()
        self.done: list[tuple[Any, Any, Any, Any]] = []
        self.before: dict[int, tuple[torch.Tensor, torch.Tensor]] = {}

    def __torch_dispatch__(self, operation: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        name = operation._schema.name.removeprefix("aten::")
        masked = name.startswith("index") and any(tensor.dtype == torch.bool for tensor in tensors_in(args[1:]))
        if name in REFUSED or masked:
            raise RuntimeError(f"{name}: operation not permitted when stream is capturing")
        for written in self.written(operation, args, kwargs):
            self.before.setdefault(id(written), (written, written.clone()))
        found = operation(*args, **kwargs)
        self.done.append((operation, args, kwargs, found))
        return found

    def written(self, operation: Any, args: Any, kwargs: Any) -> list[torch.Tensor]:
        named = {a.name: v for a, v in zip(operation._schema.arguments, args, strict=False)} | kwargs
        changed = [a.name for a in operation._schema.arguments if a.alias_info is not None and a.alias_info.is_write]
        return [tensor for name in changed if name in named for tensor in tensors_in(named[name])]

    def undo(self) -> None:
        for tensor, value in reversed(self.before.values()):
            tensor.copy_(value)

    def replay(self) -> None:
        with torch.no_grad():
            for operation, args, kwargs, found in self.done:
                if operation.is_view:
                    continue  # it shows what it is a view of
                again = operation(*args, **kwargs)
                if not self.written(operation, args, kwargs):
                    for kept, new in zip(tensors_in(found), tensors_in(again), strict=True):
                        kept.copy_(new)


@contextmanager
def recording(graph: Graph):  # type: ignore[no-untyped-def]
    with graph:
        yield
    with torch.no_grad():
        graph.undo()


def stand_in(patch: pytest.MonkeyPatch) -> list[Graph]:
    """In place of torch's own; the graphs that are made."""
    made: list[Graph] = []

    def make() -> Graph:
        made.append(Graph())
        return made[-1]

    stream = SimpleNamespace(wait_stream=lambda other: None)
    patch.setattr(torch.cuda, "CUDAGraph", make)
    patch.setattr(torch.cuda, "graph", recording)
    patch.setattr(torch.cuda, "Stream", lambda: stream)
    patch.setattr(torch.cuda, "current_stream", lambda: stream)
    patch.setattr(torch.cuda, "stream", contextmanager(lambda stream: iter((None,))))
    return made
