"""Fields on another device than the processor, without one: a stand-in that refuses to be mixed, see `other_device`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from unreel.core.engines import neural, neural_together
from unreel.core.engines.neural_device import choose_device, place_pictures
from unreel.core.engines.neural_file import read_saved
from unreel.core.errors import Cancelled, UsageError
from unreel.core.fields import explicit
from unreel.core.fields.frame_map import evaluate_map
from unreel.core.model import Model
from unreel.core.preview import Previews
from unreel.core.report import Report
from unreel.core.settings import make_settings, nested
from unreel.core.shot import open_shot

from .other_device import THERE, There, other_device

STEPS = 4
LOSSES = ("gradient", "flow", "background", "reference", "rigidity", "rigidity_global", "bending", "temporal")
WAYS = {
    "spline": {"fields.residual": "smooth", "fields.deformation_width": 16, "fields.ema": 0.5},
    "hash": {"fields.canonical": "hash", "fields.deformation": "hash", "fields.batch": "points"},
    "fourier": {"fields.canonical": "fourier", "fields.deformation": "fourier", "fields.annealing_length": 8},
}


class InTurn:
    """A pool of no threads: what makes the stand-in holds in one thread alone."""

    def __init__(self, threads: int) -> None:
        self.map = map

    def __enter__(self) -> InTurn:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing is open."""


class Log:
    """Looks at what it is given as TensorBoard does."""

    def scalars(self, values: dict[str, float], step: int) -> None:
        """Numbers are numbers on every device."""

    def pictures(self, values: dict[str, torch.Tensor], step: int) -> None:
        assert all(np.isfinite(picture.cpu().numpy()).all() for picture in values.values())

    def close(self) -> None:
        """Nothing is open."""


def settings(plate: str, way: str) -> dict[str, Any]:
    small = {
        "plate": plate,
        "key": 1003,
        "solve.engine": "fields",
        "solve.proxy": 64,
        "solve.threads": 1,
        "fields.steps": STEPS,
        "fields.log": "somewhere",
        "fields.start_steps": 3,
        "fields.points_per_step": 512,
        "fields.frames_per_step": 2,
        "fields.table_log2": 8,
        "fields.levels": 4,
        "fields.canonical_layers": 2,
        "fields.canonical_width": 16,
        "fields.deformation_layers": 2,
        "fields.deformation_width": 16,
        "fields.cell": 16,
        **{f"fields.losses.{name}.weight": 1e-3 for name in LOSSES},
    }
    return nested(small | WAYS[way])


def fit(plate: str, folder: Path, way: str, stop_after: int = STEPS, resume: bool = False) -> Model:
    done = 0

    def report(said: Report) -> None:
        nonlocal done
        done += said.stage == "fields" and said.preview is None

    def should_stop() -> bool:
        return stop_after < STEPS and done >= stop_after

    shot = open_shot(make_settings(settings(plate, way), "the test"))
    previews = Previews(shot, folder / "previews", lambda: 1.0)
    previews.next = 0  # one after each step
    return neural.fit(shot, report, should_stop, folder / "a", folder / "b", resume, None, previews)


def fit_there(monkeypatch: pytest.MonkeyPatch, *given: Any, carried: bool = False, **more: Any) -> Model:
    """carried: the frames stay where the processor has them."""
    with monkeypatch.context() as patch, other_device():
        patch.setattr(neural_together, "choose_device", lambda wanted: THERE)
        patch.setattr(neural, "ThreadPoolExecutor", InTurn)
        if carried:
            patch.setattr(neural_together, "place_pictures", lambda pictures, device: None)
        return fit(*given, **more)


def assert_same(found: Model, expected: Model) -> None:
    x, y = np.arange(64.0), np.arange(42.0)
    for number, frame_map in expected.maps.items():
        np.testing.assert_allclose(evaluate_map(found.maps[number], x, y), evaluate_map(frame_map, x, y), atol=0.02)


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS)
def test_a_training_on_another_device_mixes_no_tensors_and_ends_the_same(tiny_shot, tmp_path, monkeypatch, way: str):
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir(), there.mkdir()
    monkeypatch.setattr(neural, "open_log", lambda folder: Log())
    monkeypatch.setattr(neural, "PICTURES_EVERY", 2)
    monkeypatch.setattr(explicit, "fastest", lambda: "torch")  # as there: another form rounds in another way
    expected = fit(tiny_shot.plate, here, way)
    assert_same(fit_there(monkeypatch, tiny_shot.plate, there, way, carried=way == "hash"), expected)
    saved = [read_saved(folder / "a").tensors for folder in (here, there)]
    for name, tensor in saved[0].items():
        torch.testing.assert_close(saved[1][name], tensor, rtol=0, atol=5e-4)


@pytest.mark.slow
@pytest.mark.parametrize("begins_there", [True, False])
def test_a_checkpoint_goes_on_on_another_device(tiny_shot, tmp_path, monkeypatch, begins_there: bool):
    monkeypatch.setattr(neural, "open_log", lambda folder: Log())
    begin, end = (fit_there, lambda m, *a, **k: fit(*a, **k))[:: 1 if begins_there else -1]
    with pytest.raises(Cancelled, match="2 of 4 steps are kept"):
        begin(monkeypatch, tiny_shot.plate, tmp_path, "spline", stop_after=2)
    assert all(tensor.device.type == "cpu" for tensor in read_saved(tmp_path / "b").tensors.values())
    went_on = end(monkeypatch, tiny_shot.plate, tmp_path, "spline", resume=True)
    whole = tmp_path / "whole"
    whole.mkdir()
    assert_same(went_on, fit(tiny_shot.plate, whole, "spline"))


def test_the_stand_in_refuses_what_a_card_refuses():
    with other_device():
        one = torch.ones(3).to(THERE)
        assert isinstance(one + 1, There) and (one * torch.tensor(2.0)).sum().item() == 6
        assert isinstance(torch.nn.Linear(3, 2).to(THERE)(one), There)
        for forgotten in (
            lambda: one + torch.ones(3),
            lambda: torch.stack([one, torch.ones(3)]),
            lambda: torch.ones(3)[torch.zeros(2, dtype=torch.long, device=THERE)],
            lambda: torch.nn.Linear(3, 2)(one),
        ):
            with pytest.raises(RuntimeError, match="two devices"):
                forgotten()
        with pytest.raises(TypeError, match="numpy"):
            one.numpy()


def test_auto_is_the_processor_where_there_is_no_card(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert choose_device("auto").type == choose_device("cpu").type == "cpu"
    with pytest.raises(UsageError, match="sees no CUDA device here; use fields.device=auto"):
        choose_device("cuda:1")
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    with pytest.raises(UsageError, match="no Apple GPU"):
        choose_device("mps")


def test_auto_is_the_card_where_there_is_one(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    assert choose_device("auto") == torch.device("cuda:0")
    assert choose_device("cuda:1") == torch.device("cuda:1")
    with pytest.raises(UsageError, match="the last CUDA device here is cuda:1"):
        choose_device("cuda:2")


@pytest.mark.parametrize(("free", "moved"), [(3000, True), (1000, False)])
def test_frames_lie_on_the_card_only_where_it_has_room(monkeypatch, free: int, moved: bool):
    class Noting:
        bytes, where = 1000, None

        def move(self, device: torch.device) -> None:
            self.where = device

    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda device: (free, 10**9))
    pictures: Any = Noting()
    place_pictures(pictures, torch.device("cuda"))
    assert (pictures.where is not None) == moved


def test_a_device_that_is_none_is_a_usage_error(run, tiny_shot, tmp_path, monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    ran = run("train", tiny_shot.plate, "-o", tmp_path / "a.unreel", "--preset", "codef", "--device", "cuda")
    assert ran.code == 2 and "sees no CUDA device" in ran.err
    assert not (tmp_path / "a.unreel").exists()
    assert run("train", tiny_shot.plate, "-o", tmp_path / "a.unreel", "--device", "gpu").code == 2
