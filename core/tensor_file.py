"""A safetensors file written array by array: its own library wants all in memory at once, and their bytes too."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np

TYPES = {"float64": "F64", "float32": "F32", "float16": "F16", "bool": "BOOL"}


def write_tensors(
    path: Path,
    kinds: Mapping[str, tuple[np.dtype, tuple[int, ...]]],
    read: Callable[[str], np.ndarray],
    metadata: Mapping[str, str],
) -> None:
    """kinds: type and shape of each array by name. read: an array, asked for once. OSError as the disk says it."""
    names = sorted(kinds, key=lambda name: (-kinds[name][0].itemsize, name))  # each begins at a multiple of its size
    table: dict[str, object] = {"__metadata__": dict(metadata)}
    end = 0
    for name in names:
        dtype, shape = kinds[name]
        begin, end = end, end + dtype.itemsize * int(np.prod(shape))
        table[name] = {"dtype": TYPES[dtype.name], "shape": list(shape), "data_offsets": [begin, end]}
    header = json.dumps(table, separators=(",", ":")).encode()
    header += b" " * (-len(header) % 8)
    with open(path, "wb") as file:
        file.write(len(header).to_bytes(8, "little") + header)
        for name in names:
            array = read(name)
            if (array.dtype, array.shape) != kinds[name]:
                raise ValueError(f"{name} is {array.dtype} {array.shape}, not {kinds[name]}")
            file.write(np.ascontiguousarray(array).reshape(-1).view(np.uint8).data)
