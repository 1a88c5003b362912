"""Several processes that train one shot: parts that make up the whole batch, and whole trainings on the processor."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from unreel.core import training
from unreel.core.engines.neural_batch import Drawer
from unreel.core.engines.neural_build import make_fields
from unreel.core.engines.neural_objective import Objective
from unreel.core.engines.neural_settings import FieldsSettings
from unreel.core.engines.neural_team import ALONE, Team
from unreel.core.errors import UsageError
from unreel.core.fields.frame_map import evaluate_map
from unreel.core.model import read_model
from unreel.core.report import never, silent

from .seen import FRAMES, SIZE, pictures

PLAIN = ("gradient", "flow", "background", "reference")
"""Losses that look at every point; those of the map's shape draw some of them, others in each process."""
TOLERANCE = 1e-4
"""Of a field's numbers after 30 steps of so small a one; 4e-7 was seen."""


# Parts of a batch


class Gathering(Team):
    """A process of a team whose others are asked before it: what all of them sum is told to each."""

    def __init__(self, rank: int, size: int, heard: dict[int, torch.Tensor]) -> None:
        super().__init__(rank, size)
        object.__setattr__(self, "heard", heard)

    def summed(self, values: torch.Tensor) -> torch.Tensor:
        heard: dict[int, torch.Tensor] = self.heard  # type: ignore[attr-defined]
        heard[self.rank] = values
        return torch.stack(list(heard.values())).sum(0)


def looked_at(settings: FieldsSettings, masks: torch.Tensor, team: Team) -> tuple[torch.Tensor, Any, list[Any]]:
    """Sum, what is told, and gradients, of one batch in a process of a team."""
    seen, generator = pictures(masks), torch.Generator().manual_seed(4)
    fields = make_fields(settings, FRAMES, SIZE, 1)
    batch = Drawer(seen, settings, generator, team=team).draw()
    objective = Objective(seen, settings, generator, team)
    total, told = objective(fields.deformation, fields.canonical, batch, 0)
    gradients = torch.autograd.grad(total, list(fields.module.parameters()))
    return total, {name: value.item() for name, value in told.items()}, list(gradients)


@pytest.mark.parametrize("size", [2, 3])
@pytest.mark.parametrize(
    "way",
    [{"frames_per_step": 1}, {"frames_per_step": 3}, {"batch": "points", "points_per_step": 640, "frames_per_step": 2}],
    ids=["rows", "frames", "tiles"],
)
def test_the_parts_of_a_team_are_together_the_batch_of_one(way: dict[str, Any], size: int):
    weights = {name: {"weight": 0.3} for name in PLAIN}
    settings = FieldsSettings(losses=weights, **way)
    masks = torch.rand(FRAMES, SIZE[1], SIZE[0], generator=torch.Generator().manual_seed(2))
    total, told, gradients = looked_at(settings, masks, ALONE)
    heard: dict[int, torch.Tensor] = {}
    for rank in range(size):  # each tells its weights
        looked_at(settings, masks, Gathering(rank, size, heard))
    parts = [looked_at(settings, masks, Gathering(rank, size, heard)) for rank in range(size)]
    mean = torch.stack([part[0] for part in parts]).mean()
    torch.testing.assert_close(mean, total, rtol=1e-5, atol=0)
    assert all(part[1] == pytest.approx(told, rel=1e-5) for part in parts)
    for each, whole in zip(zip(*(part[2] for part in parts), strict=True), gradients, strict=True):
        torch.testing.assert_close(torch.stack(each).mean(0), whole, rtol=1e-4, atol=1e-7)
    assert not torch.allclose(parts[0][0], total, rtol=1e-3)  # a part alone is not the whole


# Whole trainings

SETTINGS = {
    "solve.proxy": 64,
    "solve.threads": 1,
    "fields.steps": 30,
    "fields.table_log2": 8,
    "fields.levels": 4,
    "fields.canonical_width": 16,
    "fields.deformation_width": 16,
    "fields.deformation_layers": 2,
    "fields.precision": "float32",
    "fields.device": "cpu",
}


def words(plate: str, folder: Path, **changes: Any) -> list[str]:
    sets = [part for name, value in (SETTINGS | changes).items() for part in ("--set", f"{name}={value}")]
    asked = ["train", plate, "-o", str(folder), "--key", "1003", "--preset", "codef", "--progress", "json", *sets]
    return ["unreel.core.start", *asked]


def torchrun(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2", "-m"]
    return subprocess.run([*command, *arguments], capture_output=True, text=True, timeout=300)


@contextmanager
def two_processes(*arguments: str) -> Iterator[list[subprocess.Popen[str]]]:
    """As `torchrun` starts them, each to be reached by itself."""
    with closing(socket.socket()) as some:
        some.bind(("127.0.0.1", 0))
        port = some.getsockname()[1]
    shared = {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port), "TORCHELASTIC_RUN_ID": "test"}
    shared |= {"WORLD_SIZE": "2", "LOCAL_WORLD_SIZE": "2"}
    running = [
        subprocess.Popen(
            [sys.executable, "-m", *arguments],
            env=os.environ | shared | {"RANK": rank, "LOCAL_RANK": rank},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for rank in "01"
    ]
    try:
        yield running
    finally:
        for process in running:
            process.kill()
            process.communicate()


def until_it_steps(process: subprocess.Popen[str]) -> None:
    assert process.stderr is not None
    for line in process.stderr:
        if '"stage": "fields"' in line:
            return
    raise AssertionError("it ended before its first step")


@pytest.mark.slow
def test_two_processes_train_what_one_does_and_the_first_alone_writes(run, tiny_shot, tmp_path):
    one, two = tmp_path / "one.unreel", tmp_path / "two.unreel"
    assert run(*words(tiny_shot.plate, one)[1:]).code == 0
    ran = torchrun(*words(tiny_shot.plate, two))
    assert ran.returncode == 0, ran.stderr
    assert [json.loads(line)["unreel"] for line in ran.stdout.splitlines()] == [str(two)]
    steps = [json.loads(line)["done"] for line in ran.stderr.splitlines() if '"stage": "fields", "done"' in line]
    assert steps == list(range(1, 31))  # told once
    fields = [load_file(folder / "fields.safetensors") for folder in (one, two)]
    for name, tensor in fields[0].items():
        torch.testing.assert_close(fields[1][name], tensor, rtol=0, atol=TOLERANCE)
    found, expected = (read_model(folder / "model.safetensors").maps for folder in (two, one))
    x, y = np.arange(64.0), np.arange(42.0)
    for number, frame_map in expected.items():
        np.testing.assert_allclose(evaluate_map(found[number], x, y), evaluate_map(frame_map, x, y), atol=0.02)


@pytest.mark.slow
def test_a_lost_process_leaves_a_checkpoint_that_one_goes_on_from(run, tiny_shot, tmp_path):
    folder, endless = tmp_path / "a.unreel", {"fields.steps": 10**6}
    with two_processes(*words(tiny_shot.plate, folder, **endless)) as (first, second):
        until_it_steps(first)
        second.kill()
        _, told = first.communicate(timeout=120)
    assert first.returncode == 1, told
    assert "a process of this training has died" in told and "go on with --resume" in told
    assert (folder / "fields_checkpoint.safetensors").exists()
    ran = run(*words(tiny_shot.plate, folder, **endless, **{"fields.core_seconds": 1e-6})[1:], "--resume")
    assert ran.code == 0 and "going on from step" in ran.err, ran.err


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="needs SIGTERM: run it on Linux or macOS")
def test_a_stop_of_one_stops_all_with_a_checkpoint(tiny_shot, tmp_path):
    folder = tmp_path / "a.unreel"
    with two_processes(*words(tiny_shot.plate, folder, **{"fields.steps": 10**6})) as (first, second):
        until_it_steps(first)
        second.send_signal(signal.SIGTERM)
        _, told = first.communicate(timeout=120)
        second.communicate(timeout=120)
    assert first.returncode == 130 and "steps are kept" in told, told
    assert second.returncode == 0
    assert (folder / "fields_checkpoint.safetensors").exists()


def test_what_trains_no_fields_is_refused(tiny_shot, tmp_path, monkeypatch):
    monkeypatch.setenv("TORCHELASTIC_RUN_ID", "test")
    monkeypatch.setenv("WORLD_SIZE", "2")
    with pytest.raises(UsageError, match="only fields are trained by several processes"):
        training.train_here(tiny_shot.plate, tmp_path / "a.unreel", {"preset": "draft"}, False, silent, never)
    assert not (tmp_path / "a.unreel").exists()
