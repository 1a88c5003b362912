"""Fields trained on a shot of 64 x 48 pixels whose motion is known."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import torch
from unreel.core import tasks, training
from unreel.core.cli import main
from unreel.core.engines import neural, neural_log
from unreel.core.errors import Cancelled, IncompatibleModel, UsageError
from unreel.core.exr_read import read_frame
from unreel.core.exr_write import write_frame
from unreel.core.fields.frame_map import evaluate_map
from unreel.core.frame import Frame, Window, rgb
from unreel.core.model import read_model
from unreel.core.report import Report, never, silent
from unreel.core.settings import make_settings, merged, nested
from unreel.core.shot import open_shot

pytestmark = pytest.mark.slow

SIZE, FRAMES, KEY = (64, 48), (1, 2, 3, 4), 2
PICTURE = Window(0, 0, *SIZE)
SMALL = nested(
    {
        "solve.proxy": 64,
        "solve.threads": 1,
        "fields.steps": 60,
        "fields.halve_at": [45],
        "fields.table_log2": 10,
        "fields.levels": 6,
        "fields.canonical_width": 32,
        "fields.deformation_width": 32,
        "fields.canonical_layers": 2,
        "fields.deformation_layers": 3,
        "fields.precision": "float32",
        "fields.rate": 5e-3,
    }
)
PRESETS = ("codef", "codef-mlp", "codef-experiments")


def truth(number: int) -> np.ndarray:
    """Where each pixel of a frame lies on the key [h, w, 2]."""
    x, y = np.meshgrid(np.arange(SIZE[0], dtype=np.float32), np.arange(SIZE[1], dtype=np.float32))
    since = number - KEY
    return np.stack([x - 2 * since + 0.5 * since * np.sin(y / 9), y + since], -1)


def colour(xy_key: np.ndarray) -> np.ndarray:
    x, y = np.moveaxis(xy_key, 2, 0)
    waves = [np.sin(x / 4 + y / 7), np.sin(y / 3.5 - x / 9), np.sin((x + y) / 5 + 1)]
    return (0.18 * np.exp(np.stack(waves, -1))).astype(np.float32)


def covered(xy_key: np.ndarray) -> np.ndarray:
    return ((abs(xy_key[..., 0] - 32) < 20) & (abs(xy_key[..., 1] - 24) < 15)).astype(np.float16)


@pytest.fixture(scope="module")
def plate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("neural")
    noise = np.random.default_rng(5)
    for number in FRAMES:
        at = truth(number)
        inside = covered(at)[..., None] > 0
        around = 0.2 * np.exp(cv2.GaussianBlur(noise.normal(0, 3, (48, 64, 3)).astype(np.float32), (0, 0), 2))
        planes = dict(zip("RGB", np.moveaxis(np.where(inside, colour(at), around), 2, 0), strict=True))
        write_frame(folder / f"plate.{number}.exr", Frame(planes, PICTURE, PICTURE))
        write_frame(folder / f"matte.{number}.exr", Frame({"Y": covered(at)}, PICTURE, PICTURE))
    return folder


def values_of(plate: Path, preset: str, **changes: Any) -> dict[str, Any]:
    shot = {"preset": preset, "key": KEY, "seed": 3, "matte": {"path": str(plate / "matte.#.exr")}}
    return merged(merged(shot, SMALL), nested(changes))


class Watching:
    """Remembers how good each step was; stops before a step when told to."""

    def __init__(self, stop_after: int | None = None) -> None:
        self.stop_after, self.psnr = stop_after, list[float]()

    def report(self, report: Report) -> None:
        if report.stage == "fields" and report.preview is None:
            self.psnr.append(report.psnr or 0.0)

    def should_stop(self) -> bool:
        return self.stop_after is not None and len(self.psnr) >= self.stop_after


def train(plate: Path, folder: Path, values: dict[str, Any], watch: Watching, resume: bool = False) -> dict[str, Any]:
    return training.train(str(plate / "plate.#.exr"), folder, values, resume, watch.report, watch.should_stop)


def error_pixel(folder: Path) -> float:
    """Mean distance from the truth, in the layer, over all frames but the key."""
    model = read_model(folder / "model.safetensors")
    found = []
    for number in FRAMES:
        xy = evaluate_map(model.maps[number], np.arange(SIZE[0]), np.arange(SIZE[1]))
        inside = cv2.erode(covered(truth(number)).astype(np.float32), np.ones((5, 5))) > 0
        if number == KEY:
            assert np.abs(xy - truth(number)).max() == 0
        else:
            found.append(np.linalg.norm(xy - truth(number), axis=-1)[inside].mean())
    return float(np.mean(found))


@pytest.fixture(scope="module", params=PRESETS)
def trained(request: pytest.FixtureRequest, plate: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    watch, folder = Watching(), tmp_path_factory.mktemp(request.param) / "a.unreel"
    train(plate, folder, values_of(plate, request.param), watch)
    yield request.param, folder, watch.psnr


def test_every_preset_ends_better_than_it_begins(trained: Any) -> None:
    _, _, psnr = trained
    assert len(psnr) == 60
    assert np.mean(psnr[-8:]) > np.mean(psnr[:8]) + 3


def same_fields(a: Path, b: Path) -> bool:
    return (a / "fields.safetensors").read_bytes() == (b / "fields.safetensors").read_bytes()


def test_a_training_that_was_stopped_is_resumed_to_the_same_end(trained: Any, plate: Path, tmp_path: Path) -> None:
    preset, folder, _ = trained
    own = tmp_path / "own.unreel"
    values = values_of(plate, preset)
    with pytest.raises(Cancelled, match="40 of 60 steps are kept"):
        train(plate, own, values, Watching(stop_after=40))
    assert not (own / "model.safetensors").exists()
    watch = Watching()
    train(plate, own, values, watch, resume=True)
    assert len(watch.psnr) == 20
    assert same_fields(own, folder)
    assert (own / "model.safetensors").read_bytes() == (folder / "model.safetensors").read_bytes()
    assert not (own / "fields_checkpoint.safetensors").exists()


def test_paint_is_propagated_from_such_a_folder(trained: Any, tmp_path: Path) -> None:
    _, folder, _ = trained
    alpha = np.zeros((48, 64), np.float32)
    alpha[20:28, 28:38] = 1
    planes = {"R": alpha, "G": 0 * alpha, "B": 0 * alpha, "A": alpha}
    write_frame(tmp_path / "mark.exr", Frame(planes, PICTURE, PICTURE))
    assert main(["import", str(folder), str(tmp_path / "mark.exr"), "--progress", "none"]) == 0
    assert main(["propagate", str(folder), "-o", str(tmp_path / "out.#.exr"), "--progress", "none"]) == 0
    red = rgb(read_frame(tmp_path / f"out.{KEY}.exr"))[22:26, 30:36]
    assert red[..., 0].min() > 0.5 and red[..., 1].max() < 0.2
    assert main(["info", str(folder), "--json"]) == 0


# What our own default of this engine does: splines from flow, an explicit picture


def ours(plate: Path, folder: Path, **changes: Any) -> Watching:
    watch = Watching()
    given = {
        "solve.engine": "fields",
        "fields.rate": 2e-3,
        "fields.cell": 8,
        "fields.steps": 20,
        "fields.start_steps": 40,
        **changes,
    }
    train(plate, folder, values_of(plate, "unreel", **given), watch)
    return watch


def test_splines_that_start_from_the_flow_find_the_truth(plate: Path, tmp_path: Path) -> None:
    watch = ours(plate, tmp_path / "a.unreel")
    assert watch.psnr[0] > 25
    assert error_pixel(tmp_path / "a.unreel") < 0.4


ALL_LOSSES = {
    f"fields.losses.{name}.weight": weight
    for name, weight in {
        "gradient": 0.1,
        "flow": 1.0,
        "background": 0.01,
        "reference": 1.0,
        "rigidity": 1e-4,
        "rigidity_global": 1e-4,
        "bending": 1e-4,
        "temporal": 1e-4,
    }.items()
}


@pytest.mark.parametrize(
    "changes",
    [
        {
            "fields.deformation": "hash",
            "fields.batch": "points",
            "fields.points_per_step": 2048,
            "fields.start_steps": 60,
        },
        {"fields.residual": "smooth", "fields.ema": 0.9, "fields.losses.colour_kind": "charbonnier"},
        {"fields.start": "solve", "fields.canonical_sampling": "bicubic", "fields.frames_per_step": 2},
        {"fields.precision": "auto", "fields.residual": "hash", "fields.start_steps": 20, "fields.canonical": "hash"},
    ],
    ids=["points", "residual", "solve", "auto"],
)
def test_every_loss_and_way_together(plate: Path, tmp_path: Path, changes: dict[str, Any]) -> None:
    watch = ours(plate, tmp_path / "a.unreel", **ALL_LOSSES, **changes)
    assert np.isfinite(watch.psnr).all()
    assert error_pixel(tmp_path / "a.unreel") < 1.0


def test_the_budget_ends_a_training_early_and_resume_goes_on(plate: Path, tmp_path: Path) -> None:
    folder = tmp_path / "a.unreel"
    values = values_of(plate, "codef", **{"fields.core_seconds": 0.01})
    watch = Watching()
    train(plate, folder, values, watch)
    assert 1 <= len(watch.psnr) < 60 and (folder / "model.safetensors").exists()
    more = Watching()
    train(plate, folder, merged(values, {"fields": {"core_seconds": 100}}), more, resume=True)
    assert len(watch.psnr) + len(more.psnr) == 60


def test_the_fields_own_canonical_can_be_exported(trained: Any, tmp_path: Path) -> None:
    _, folder, _ = trained
    told = tasks.export(folder, tmp_path / "field.exr", False, "scene_linear", "field", None, silent)
    assert told["size"] == f"{64 + 2 * 19}x{48 + 2 * 14} at -19, -14"
    assert np.isfinite(rgb(read_frame(tmp_path / "field.exr"))).all()
    with pytest.raises(UsageError, match="leave out --guides"):
        tasks.export(folder, tmp_path / "field.exr", True, "scene_linear", "field", None, silent)


def test_there_is_no_field_to_export_where_none_was_trained(plate: Path, tmp_path: Path) -> None:
    folder = tmp_path / "a.unreel"
    train(plate, folder, values_of(plate, "draft"), Watching())
    with pytest.raises(IncompatibleModel, match="train with solve.engine=fields"):
        tasks.export(folder, tmp_path / "field.exr", False, "scene_linear", "field", None, silent)


def test_a_log_without_tensorboard_is_refused_before_anything_is_read(plate: Path, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", None)
    with pytest.raises(UsageError, match="pip install tensorboard"):
        train(plate, tmp_path / "a.unreel", values_of(plate, "codef", **{"fields.log": str(tmp_path)}), Watching())


class Noting:
    """A log that keeps what it is told."""

    def __init__(self) -> None:
        self.told: list[tuple[str, int]] = []
        self.closed = False

    def scalars(self, values: dict[str, float], step: int) -> None:
        assert all(math.isfinite(value) for value in values.values())
        self.told += [(name, step) for name in values]

    def pictures(self, values: dict[str, torch.Tensor], step: int) -> None:
        assert all(value.ndim == 3 and value.shape[2] == 3 for value in values.values())
        self.told += [(name, step) for name in values]

    def close(self) -> None:
        self.closed = True


def test_a_log_is_told_scalars_and_pictures(plate: Path, tmp_path: Path, monkeypatch) -> None:
    log = Noting()
    monkeypatch.setattr(neural, "open_log", lambda folder: log)
    monkeypatch.setattr(neural, "PICTURES_EVERY", 20)
    ours(plate, tmp_path / "a.unreel", **{"fields.log": str(tmp_path), "fields.steps": 20})
    assert log.closed
    assert {("psnr", 10), ("loss/colour", 20), ("canonical", 20), ("reconstruction", 20)} <= set(log.told)
    assert neural_log.open_log(None).close() is None


def test_nothing_is_trained_where_the_layer_is_hidden(plate: Path, tmp_path: Path) -> None:
    """Another picture around the layer changes nothing of its fields."""
    other = tmp_path / "plate"
    other.mkdir()
    for number in FRAMES:
        frame = read_frame(plate / f"plate.{number}.exr")
        hidden = cv2.dilate(covered(truth(number)).astype(np.float32), np.ones((3, 3))) == 0
        planes = {name: np.where(hidden, 7.0, plane).astype(np.float32) for name, plane in frame.planes.items()}
        write_frame(other / f"plate.{number}.exr", Frame(planes, PICTURE, PICTURE))
        (other / f"matte.{number}.exr").write_bytes((plate / f"matte.{number}.exr").read_bytes())
    ends = []
    for folder in (plate, other):
        values = values_of(folder, "codef", **{"fields.steps": 10, "fields.losses.background.weight": 0})
        values = merged(values, nested({"fields.losses.flow.weight": 0}))
        shot = open_shot(make_settings({"plate": str(folder / "plate.#.exr"), **values}, "the test"))
        at = tmp_path / f"{len(ends)}.safetensors"
        neural.fit(shot, silent, never, at, tmp_path / "none", False)
        ends.append(at.read_bytes())
    assert ends[0] == ends[1]
