"""Run a command and write its cost as JSON: launch.py RESULT PIN COMMAND...; PIN is 1 for one core, else 0.

A process of its own because it is small: a child's peak memory starts with that of the process it was forked from.
Standard library only, for the same reason.
"""

import json
import os
import sys
import time


def swapped_pages() -> int:
    """In and out, of the whole machine since its start; 0 where the system does not say."""
    try:
        with open("/proc/vmstat") as file:
            told = dict(line.split() for line in file)
    except OSError:
        return 0
    return int(told.get("pswpin", 0)) + int(told.get("pswpout", 0))


def main(result: str, pin: str, *command: str) -> int:
    if pin == "1" and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})  # whatever pools the command makes, they share it
    swapped = swapped_pages()
    start = time.perf_counter()
    process = os.spawnvp(os.P_NOWAIT, command[0], command)
    _, status, usage = os.wait4(process, 0)
    seconds = time.perf_counter() - start
    kib = usage.ru_maxrss / 1024 if sys.platform == "darwin" else usage.ru_maxrss
    cost = {"seconds": seconds, "core_seconds": usage.ru_utime + usage.ru_stime, "peak_mib": kib / 1024}
    cost |= {"major_faults": usage.ru_majflt, "swapped_pages": swapped_pages() - swapped}
    with open(result, "w") as file:
        json.dump(cost, file)
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
