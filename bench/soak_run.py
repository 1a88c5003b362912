"""One job of `soak.py`: started, disturbed, awaited, looked at; then done again without the disturbance."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import yaml
from unreel.plugin import client, protocol
from unreel.plugin.job import Job, write_job
from unreel.plugin.runtime import Runtime

from .processes import make_environment
from .soak_checks import CODES, MARK, broken_files, faults_told, leftovers, strays
from .soak_faults import damage, fill, filler, repair, small_disk
from .soak_plan import NOTHING, Plan, draw_plan, words_of
from .soak_shots import Place

SECONDS = 240
"""A job that takes longer hangs."""
SHOTS = 6
USUAL = {"restore": (0, 3), "matte": (0, 3)}
"""Exit codes of a command on whose inputs nothing is wrong, where it is not 0: no earlier training, nothing moves."""
TORCH_CACHE = "torchinductor_"
"""A folder of torch's own, which it keeps."""
RUNTIME = Runtime(sys.executable, tuple(filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))))


@dataclass(frozen=True)
class Ended:
    code: int | None
    """None: it hung."""
    acted: bool
    """Whether it was disturbed before it ended."""
    log: str
    message: str
    state: str = ""
    """As a worker says it; of a command `done`, where it has told its result."""


@dataclass(frozen=True)
class Result:
    job: str
    command: str
    fault: str
    end: str
    """`done`, `told` (failed, with a reason), `stopped`, `killed`."""
    wrong: list[str]


def run_job(place: Place, index: int, seed: int, chosen: Mapping[str, str] = NOTHING) -> Result:
    """Job `index` of a seed; chosen: `command`, `via` and `fault`, where they are not drawn."""
    environment = make_environment(1) | {MARK: str(place.root), "TMPDIR": str(place.temporary)}
    rng = np.random.default_rng([seed, SHOTS, index])
    number = int(rng.integers(SHOTS))
    shot = place.take(number, seed, environment)
    plan = draw_plan(index, rng, place, shot, chosen)
    hurt, how = None, ""
    if plan.fault == "damage":
        hurt, way = damage(place, plan.hurt, rng)
        how = f": {hurt.relative_to(place.shot)} {way}"
    if plan.fresh and plan.hurt != "unreel folder":
        shutil.rmtree(place.unreel)
    with small_disk(place) if plan.fault == "full disk" else nullcontext():
        if plan.fault == "full disk":
            plan = on_small_disk(place, plan)
        ended = by_worker(place, plan, environment) if plan.via == "worker" else by_command(place, plan, environment)
        wrong = [*wrong_end(plan, ended), *wrong_files(place, hurt, unless_killed(ended)), *left_running(place)]
        if (ended.acted or plan.fault in ("damage", "full disk")) and not wrong:
            wrong = [f"then, again: {each}" for each in again(place, plan, number, hurt, shot.values, environment)]
    return Result(f"{plan.spoken}{how} (shot {number})", plan.command, plan.fault, end_of(ended), wrong)


def on_small_disk(place: Place, plan: Plan) -> Plan:
    """The unreel folder, and all that is written, on a disk that soon has nothing left."""
    folder = place.full / place.unreel.name
    if place.unreel.exists():
        shutil.copytree(place.unreel, folder)
    if plan.command == "batch":
        table = yaml.safe_load((place.shot / "list.yaml").read_text())
        table["shots"]["shot"] |= {"folder": str(folder)}
        table["shots"]["shot"]["propagate"] = {"output": str(place.full / "out.####.exr")}
        (place.shot / "list.yaml").write_text(yaml.safe_dump(table))
    moved = {name: str(folder) for name in ("folder", "output") if plan.flags.get(name) == str(place.unreel)}
    fill(place, plan.free)
    return replace(plan, flags=plan.flags | moved)


def words(place: Place, plan: Plan) -> list[str | Path]:
    asked = ["batch", str(place.shot / "list.yaml")] if plan.command == "batch" else words_of(plan)
    return [sys.executable, "-m", "unreel.core.start", *asked, "--progress", "json"]


def by_command(place: Place, plan: Plan, environment: dict[str, str]) -> Ended:
    log, result = place.root / "log.txt", place.root / "result.txt"
    with open(log, "wb") as errors, open(result, "wb") as output:
        process = subprocess.Popen(words(place, plan), stdout=output, stderr=errors, env=environment)
    sent = {"kill": signal.SIGKILL, "terminate": signal.SIGTERM, "cancel": signal.SIGINT}
    act = (lambda: process.send_signal(sent[plan.fault])) if plan.fault in sent else None
    code, acted = wait(process, plan, log, act)
    text = log.read_text(errors="replace")
    return Ended(code, acted, text, error_in(text), "done" if result.read_bytes() else "")


def error_in(log: str) -> str:
    """What the command line says last of why it ended."""
    lines = [line for line in log.splitlines() if line.strip()]
    try:
        return str(json.loads(lines[-1]).get("error", ""))
    except (ValueError, IndexError, AttributeError):
        return lines[-1].removeprefix("unreel: ") if lines and lines[-1].startswith("unreel: ") else ""


def by_worker(place: Place, plan: Plan, environment: dict[str, str]) -> Ended:
    job = Job(plan.command, plan.values, plan.flags, {"host": "soak"}, id=f"{plan.index:05d}")
    shutil.rmtree(place.jobs / job.id, ignore_errors=True)
    running = client.start(write_job(job, place.jobs), RUNTIME, environ=environment)
    assert running.process is not None
    ways: dict[str, Callable[[], object]] = {
        "kill": running.process.kill,
        "terminate": running.process.terminate,
        "cancel": running.cancel,
        "host gone": running.close,
    }
    code, acted = wait(running.process, plan, running.job_folder / protocol.EVENTS, ways.get(plan.fault))
    running.close()
    status = running.poll()
    log = (running.job_folder / protocol.LOG).read_text(errors="replace")
    return Ended(code, acted, log, status.message, status.state)


def wait(
    process: subprocess.Popen[bytes], plan: Plan, lines: Path, act: Callable[[], object] | None
) -> tuple[int | None, bool]:
    """Its exit code, and whether it was disturbed: some time after a line of its progress."""
    until, due = time.monotonic() + SECONDS, None
    while process.poll() is None:
        now = time.monotonic()
        if act is not None and due is None and lines.exists() and lines.read_bytes().count(b"\n") >= plan.line:
            due = now + plan.seconds
        if act is not None and due is not None and now >= due:
            act()
            return wait_out(process, until), True
        if now > until:
            process.kill()
            process.wait()
            return None, False
        time.sleep(0.01)
    return process.returncode, False


def wait_out(process: subprocess.Popen[bytes], until: float) -> int | None:
    try:
        return process.wait(max(1.0, until - time.monotonic()))
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return None


def killed(ended: Ended) -> bool:
    return ended.acted and ended.code is not None and ended.code < 0


def unless_killed(ended: Ended) -> bool:
    return not killed(ended)


def end_of(ended: Ended) -> str:
    if killed(ended):
        return "killed"
    return {0: "done", 130: "stopped"}.get(ended.code if ended.code is not None else 1, "told")


def wrong_end(plan: Plan, ended: Ended) -> Iterator[str]:
    """What is wrong with how it ended."""
    yield from faults_told(ended.log + "\n" + ended.message)
    if ended.code is None:
        yield f"it did not end within {SECONDS} s"
        return
    if killed(ended):
        before_or_after = plan.line == 0 or ended.state == protocol.DONE  # no code of ours runs there
        if plan.fault != "kill" and not before_or_after:
            yield f"it died of signal {-ended.code}"
        return
    if ended.code not in CODES:
        yield f"exit code {ended.code}: {ended.log[-300:]}"
    elif ended.code and not ended.message:
        yield f"exit code {ended.code} without a reason: {ended.log[-300:]}"
    if plan.via == "worker" and ended.state not in protocol.ENDED:
        yield f"its status says {ended.state}"
    yield from wrong_code(plan, ended)


def wrong_code(plan: Plan, ended: Ended) -> Iterator[str]:
    """Exit codes that don't belong to what was done to it."""
    usual = USUAL.get(plan.command, (0,))
    told = f"exit code {ended.code}: {ended.message}"
    if plan.fault == "damage":
        if ended.code == 130:
            yield told
    elif plan.fault == "full disk":
        if ended.code not in (*usual, 1) or (ended.code == 1 and "full" not in ended.message + ended.log):
            yield told
    elif ended.code not in usual and not (ended.acted and ended.code == 130):
        yield told


def wrong_files(place: Place, hurt: Path | None, tidy: bool) -> Iterator[str]:
    """Half files under final names; with `tidy` also what is left behind."""
    folders = [folder for folder in (place.shot, place.full) if folder.exists()]
    for folder in folders:
        yield from broken_files(folder, hurt)
    if tidy:
        yield from leftovers([*folders, place.temporary])
        left = (path.name for path in place.temporary.iterdir() if not path.name.startswith(TORCH_CACHE))
        yield from (f"tmp/{name} is left behind" for name in left)


def left_running(place: Place) -> Iterator[str]:
    """Processes that outlive their job; one that is on its way out gets some seconds."""
    until = time.monotonic() + 10
    while (found := strays(str(place.root))) and time.monotonic() < until:
        time.sleep(0.1)
    yield from (f"process {number} still runs" for number in found)


def again(
    place: Place, plan: Plan, number: int, hurt: Path | None, values: dict[str, object], environment: dict[str, str]
) -> Iterator[str]:
    """What is wrong after the same without the fault; after damage to the unreel folder, after a training anew."""
    filler(place).unlink(missing_ok=True)
    shutil.rmtree(place.temporary)  # of a process that was killed: nobody's
    place.temporary.mkdir()
    undisturbed = replace(plan, fault="none", via="command line")
    if hurt is not None and place.unreel in hurt.parents:
        undisturbed = replace(undisturbed, command="train", values=dict(values), flags={"output": str(place.unreel)})
        if hurt.is_relative_to(place.unreel / "textures"):
            shutil.rmtree(hurt.parent)
    elif hurt is not None:
        repair(place, number, hurt)
    ended = by_command(place, undisturbed, environment)
    yield from wrong_end(undisturbed, ended)
    yield from wrong_files(place, hurt if hurt is not None and place.unreel in hurt.parents else None, True)
    yield from left_running(place)
