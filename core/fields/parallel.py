"""Compiled work in threads.

The compiled loops hold no lock, so Python's own threads serve; numba's would be a second pool beside torch's, and on
some platforms one that may not be entered twice. There are as many as torch has.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import torch


@cache
def thread_pool(threads: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(threads, thread_name_prefix="fields")


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=thread_pool.cache_clear)  # a forked process has the pool but not its threads


def run_tasks(task: Callable[[int], None], arguments: Iterable[int]) -> None:
    """A task for each argument, in as many threads as torch uses."""
    waiting = list(arguments)
    threads = min(torch.get_num_threads(), len(waiting))
    if threads <= 1:
        for argument in waiting:
            task(argument)
    else:
        for _ in thread_pool(torch.get_num_threads()).map(task, waiting):
            pass
