"""Jobs of a long enough shot, worked on by real workers."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from unreel.core.cli import main
from unreel.plugin import client, job, protocol
from unreel.plugin.client import Running
from unreel.plugin.runtime import Runtime

RUNTIME = Runtime(sys.executable, tuple(filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))))
"""The Python that runs the tests, and where it finds us."""

Start = Callable[..., Running]


def make_plate(folder: Path, frames: range) -> str:
    """Frames of noise that slides, written without the core's own tests."""
    import numpy as np
    from unreel.core.exr_write import write_frame
    from unreel.core.frame import Frame, Window

    rng = np.random.default_rng(7)
    world = np.kron(rng.random((64, 128, 3)), np.ones((4, 4, 1))).astype(np.float16)
    window = Window(0, 0, 96, 64)
    for number in frames:
        step = number - frames.start
        part = world[step : step + 64, 2 * step : 2 * step + 96]
        write_frame(
            folder / f"plate.{number}.exr",
            Frame(dict(zip("RGB", part.transpose(2, 0, 1), strict=True)), window, window),
        )
    return str(folder / "plate.####.exr")


@pytest.fixture(scope="session")
def long_plate(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Its training takes some seconds: time to stop it."""
    return make_plate(tmp_path_factory.mktemp("long"), range(1001, 1081))


@pytest.fixture(scope="session")
def short_plate(tmp_path_factory: pytest.TempPathFactory) -> str:
    return make_plate(tmp_path_factory.mktemp("short"), range(1001, 1004))


@pytest.fixture(scope="session")
def short_trained(short_plate: str) -> Path:
    """The unreel folder of `short_plate`, to copy."""
    folder = Path(short_plate).parent / "short.unreel"
    assert main(["train", short_plate, "-o", str(folder), "--key", "1001", "--progress", "none"]) == 0
    return folder


def train_job(plate: str, unreel: Path, **flags: object) -> job.Job:
    values = {"plate": plate, "key": 1001, "solve.stiffness": "soft"}
    return job.Job("train", values, {"output": str(unreel), **flags}, {"host": "test"}, "0.1.0", job.make_id("train"))


@pytest.fixture
def start() -> Iterator[Start]:
    """Start a job's worker; whatever is left of it at the end is killed."""
    started: list[Running] = []

    def start_one(wanted: job.Job, runtime: Runtime = RUNTIME, **more: object) -> Running:
        running = client.start(job.write_job(wanted), runtime, **more)
        started.append(running)
        return running

    yield start_one
    for running in started:
        assert running.process is not None
        running.process.kill()
        running.process.wait(5)
        running.close()


def until(running: Running, stage: str = "sheets", seconds: float = 30) -> protocol.Status:
    """Until a job has come to a stage."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        status = running.poll()
        assert not status.ended, status
        if status.stage == stage and status.done:
            return status
        time.sleep(0.02)
    raise AssertionError(f"{stage} did not come: {running.poll()}")
