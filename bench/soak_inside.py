"""Jobs of `soak.py` one after the other inside this process: what it keeps of them."""

from __future__ import annotations

import gc
import importlib
import os
import shutil
import threading
import traceback
from typing import Any

import numpy as np
from unreel.core.errors import UnreelError
from unreel.core.job import make_job, run_job
from unreel.core.report import never, silent

from .processes import make_environment
from .soak_checks import MARK, resident_mib
from .soak_faults import damage
from .soak_plan import Plan, draw_plan
from .soak_run import SHOTS, USUAL, wrong_files
from .soak_shots import Place, SmallShot


def run_inside(place: Place, count: int, seed: int) -> dict[str, Any]:
    """Memory, threads and open files at the end against those after half of the jobs; what went wrong.

    By then most code is loaded and compiled: a first training of fields alone takes 100 MiB for good.
    """
    importlib.import_module("unreel.core.engines.neural")  # and with it torch, which some jobs need
    wrong: list[str] = []
    each: list[dict[str, float]] = []
    for index in range(count):
        wrong += run_one(place, index, seed)
        each.append(measured())
    before, after = each[(count - 1) // 2], each[-1]
    grown = {f"grown_{name}": round(after[name] - before[name], 1) for name in before}
    return {"jobs": count, **after, **grown, "mib_by_job": [round(job["mib"]) for job in each], "wrong": wrong}


def measured() -> dict[str, float]:
    gc.collect()
    files = len(os.listdir("/proc/self/fd"))
    return {"mib": round(resident_mib(), 1), "threads": threading.active_count(), "files": files}


def run_one(place: Place, index: int, seed: int) -> list[str]:
    """What is wrong with a job; that it fails with a reason is not."""
    rng = np.random.default_rng([seed, SHOTS, index])
    number = int(rng.integers(SHOTS))
    shot = place.take(number, seed, make_environment(1) | {MARK: str(place.root)})
    plan = inside(rng, index, place, shot)
    hurt = damage(place, plan.hurt, rng)[0] if plan.fault == "damage" else None
    if plan.fresh and hurt is None:
        shutil.rmtree(place.unreel)
    job = make_job({"protocol": 1, "command": plan.command, "values": plan.values, "flags": plan.flags}, "soak")
    try:
        run_job(job, silent, never)
    except UnreelError as error:
        if hurt is None and 3 not in USUAL.get(plan.command, ()):
            return [f"{plan.spoken}: {error}"]
    except Exception as error:  # what no user should see
        return [f"{plan.spoken}: {type(error).__name__}: {error}: {traceback.format_exc()[-600:]}"]
    return [f"{plan.spoken}: {each}" for each in wrong_files(place, hurt, True)]


def inside(rng: np.random.Generator, index: int, place: Place, shot: SmallShot) -> Plan:
    """A job that can be done here: not a list, and not killed or stopped."""
    while True:
        plan = draw_plan(index, rng, place, shot)
        if plan.command != "batch" and plan.fault in ("none", "damage"):
            return plan
