"""The parts of the trained fields' engine: fits to known maps, the way back to the key frame, what a step looks at."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from unreel.core.engines import neural_start, neural_train
from unreel.core.engines.neural_batch import Drawer
from unreel.core.engines.neural_build import make_fields
from unreel.core.engines.neural_log import TensorBoardLog
from unreel.core.engines.neural_maps import compute_frame_map, evaluate_deformation, make_key_inverse
from unreel.core.engines.neural_objective import Objective
from unreel.core.engines.neural_settings import FieldsSettings, LossSettings
from unreel.core.engines.neural_start import fit_spline, start_deformation
from unreel.core.engines.neural_train import Trainer
from unreel.core.fields.canonical_fields import ExplicitCanonical
from unreel.core.fields.deformation_fields import SplineDeformation
from unreel.core.fields.frame_map import evaluate_map
from unreel.core.solve.pyramid import make_pyramid

from .seen import FRAMES, SIZE, pictures


def grid() -> tuple[np.ndarray, np.ndarray]:
    return np.arange(SIZE[0], dtype=float), np.arange(SIZE[1], dtype=float)


def bent(frame: int) -> np.ndarray:
    """Where the frame's pixels lie on the canonical [h, w, 2]: not the identity in any frame."""
    x, y = np.meshgrid(*grid())
    xy = np.stack([x + 2 * frame + 1.5 + 0.8 * np.sin(y / 8), y - frame + 0.7 * np.cos(x / 9 + frame)], -1)
    return xy.astype(np.float32)


def test_a_spline_is_fitted_to_a_known_map_by_least_squares():
    spline = SplineDeformation(FRAMES, SIZE, 8)
    weight = np.ones(SIZE[::-1], np.float32)
    for frame in range(FRAMES):
        fit_spline(spline, frame, bent(frame), weight)
        found = evaluate_deformation(spline, frame, None, SIZE, *grid())
        assert np.abs(found - bent(frame)).max() < 0.06
    fit_spline(spline, 0, bent(2), 0 * weight)  # nothing is known: as it was
    assert np.abs(evaluate_deformation(spline, 0, None, SIZE, *grid()) - bent(0)).max() < 0.06


@pytest.mark.parametrize("kind", ["hash", "fourier", "smooth"])
def test_a_network_is_fitted_to_known_maps(kind: str, monkeypatch):
    monkeypatch.setattr(neural_start, "FIT_POINTS", 1024)
    settings = FieldsSettings(
        deformation=kind, deformation_layers=3, deformation_width=32, table_log2=8, levels=4, annealing_length=9
    )
    fields = make_fields(settings, FRAMES, SIZE, 1)
    told: list[int] = []
    read = lambda frame: (bent(frame), np.ones(SIZE[::-1], np.float32))  # noqa: E731
    start_deformation(
        fields, pictures(), read, 60, torch.Generator().manual_seed(1), lambda done, total: told.append(done)
    )
    errors = [evaluate_deformation(fields.deformation, f, 0, SIZE, *grid()) - bent(f) for f in range(FRAMES)]
    assert np.abs(errors).mean() < 0.5
    assert told == list(range(1, 61))


def test_maps_are_told_against_the_key_frame():
    spline = SplineDeformation(FRAMES, SIZE, 8)
    for frame in range(FRAMES):
        fit_spline(spline, frame, bent(frame), np.ones(SIZE[::-1], np.float32))
    inverse = make_key_inverse(spline, 1, None, SIZE)
    mask = np.zeros(SIZE[::-1], np.float32)
    mask[8:-8, 10:-10] = 1
    pyramid = make_pyramid(np.random.default_rng(1).random(SIZE[::-1]).astype(np.float32), mask)
    for frame in (0, 2):
        found = evaluate_map(compute_frame_map(spline, inverse, frame, None, SIZE, pyramid), *grid())
        unit = (torch.from_numpy(found.reshape(-1, 2)).float() + 0.5) / torch.tensor(SIZE)
        with torch.no_grad():
            through_key = spline(unit, torch.full((len(unit),), 1)) * torch.tensor(SIZE) - 0.5
        miss = np.linalg.norm(through_key.numpy().reshape(found.shape) - bent(frame), axis=-1)
        assert miss[mask > 0].max() < 0.1


def drawer(masks: torch.Tensor, **settings: Any) -> Drawer:
    return Drawer(pictures(masks), FieldsSettings(**settings), torch.Generator().manual_seed(4))


def some_masks() -> torch.Tensor:
    masks = torch.zeros(FRAMES, SIZE[1], SIZE[0])
    masks[0, 5:15, 8:30], masks[2, 10:20, 40:60] = 1, 1
    return masks


def test_every_frame_that_shows_the_layer_is_looked_at_before_any_comes_again():
    made = drawer(some_masks())
    assert [sorted(made.draw().frames + made.draw().frames) for _ in range(3)] == [[0, 2]] * 3


def test_whole_frames_are_the_box_of_their_layers_and_all_of_the_picture_where_the_rest_counts():
    batch = drawer(some_masks(), frames_per_step=2).draw()
    assert batch.shape == (2, 15, 52)
    assert (batch.row.min(), batch.row.max(), batch.column.min(), batch.column.max()) == (5, 19, 8, 59)
    losses = {"background": {"weight": 1}}
    assert drawer(some_masks(), frames_per_step=2, losses=losses).draw().shape == (2, 40, 64)


def test_tiles_lie_in_the_layers_box_and_carry_their_own_pixels():
    made = drawer(some_masks(), frames_per_step=2, batch="points", points_per_step=640, tile=4)
    batch = made.draw()
    assert batch.shape == (40, 4, 4) and len(batch.frame) == 640
    first = batch.frame == 0
    assert batch.row[first].min() >= 5 and batch.row[first].max() < 15
    assert batch.column[first].min() >= 8 and batch.column[first].max() < 30
    torch.testing.assert_close(batch.target, made.pictures.colours[batch.frame, batch.row, batch.column])
    torch.testing.assert_close(batch.xy_unit[:, 0], (batch.column + 0.5) / 64)


def test_a_weight_holds_from_its_first_step_for_its_length():
    loss = LossSettings(weight=2, begin=3, length=2)
    assert [loss.at(step) for step in range(7)] == [0, 0, 0, 2, 2, 0, 0]
    assert LossSettings(weight=2, begin=3).at(1000) == 2


def test_flow_leads_to_the_neighbours_that_were_asked_for_and_to_the_key():
    def partners(frame: int, **settings: Any) -> set[int | None]:
        objective = Objective(pictures(), FieldsSettings(**settings), torch.Generator().manual_seed(1))
        return {objective.partner(frame) for _ in range(40)}

    assert partners(0, flow_frames=(1, 2), flow_key=False) == {1, 2}
    assert partners(2, flow_frames=(2,)) == {0, 1}
    assert partners(2, flow_frames=(1,), flow_backward=False, flow_key=False) == {None}


def test_a_deformation_that_follows_the_flow_has_no_flow_loss():
    losses = {"colour": {"weight": 0}, "flow": {"weight": 1}}
    settings = FieldsSettings(flow_frames=(1, 2), losses=losses)
    with_flow = pictures()  # every pixel moves by (1, 1) a frame
    objective = Objective(with_flow, settings, torch.Generator().manual_seed(1))
    made = Drawer(with_flow, settings, torch.Generator().manual_seed(1))
    fields = make_fields(settings, FRAMES, SIZE, 1)

    def follow(xy: torch.Tensor, frame: torch.Tensor, step: int | None = None) -> torch.Tensor:
        return xy - frame[:, None] / torch.tensor(SIZE)

    assert objective(follow, fields.canonical, made.draw(), 0)[0].item() == pytest.approx(0, abs=1e-6)
    assert objective(fields.deformation, fields.canonical, made.draw(), 0)[0].item() > 0.01


@pytest.mark.parametrize("kind", ["mse", "l1", "charbonnier"])
def test_a_step_in_one_pass_is_the_step_in_parts(kind: str, monkeypatch):
    masks = torch.rand(FRAMES, SIZE[1], SIZE[0], generator=torch.Generator().manual_seed(3))
    losses = {"colour_kind": kind, "colour": LossSettings(weight=0.7), "flow": LossSettings(weight=0.1)}
    settings = FieldsSettings(losses=losses, cell=8)
    found = []
    for form in ("auto", "torch"):
        monkeypatch.setattr(ExplicitCanonical, "form", form)
        monkeypatch.setattr(SplineDeformation, "form", form)
        trainer = Trainer(make_fields(settings, FRAMES, SIZE, 1), pictures(masks), settings, 1)
        with torch.no_grad():
            knots = trainer.fields.deformation.knots
            knots.copy_(0.02 * torch.rand(knots.shape, generator=torch.Generator().manual_seed(5)))
        told = trainer.step()
        found.append((told, [parameter.grad for parameter in trainer.trained]))
    assert found[0][0] == pytest.approx(found[1][0], rel=1e-4)
    for ours, reference in zip(found[0][1], found[1][1], strict=True):
        torch.testing.assert_close(ours, reference, rtol=0, atol=1e-3 * reference.abs().max().item())


def test_rates_are_halved_and_the_average_follows_the_parameters():
    settings = FieldsSettings(steps=6, halve_at=(2, 4), ema=0.5, rate=0.1, deformation_rate=1e-3)
    trainer = Trainer(make_fields(settings, FRAMES, SIZE, 1), pictures(), settings, 1)
    rates = []
    for _ in range(6):
        trainer.step()
        rates.append(trainer.optimizer.param_groups[1]["lr"])
    assert rates == pytest.approx([0.1, 0.1, 0.05, 0.05, 0.025, 0.025])
    now = trainer.fields.canonical.colours.detach().clone()
    with trainer.averaged():
        assert not torch.equal(trainer.fields.canonical.colours, now)
    assert torch.equal(trainer.fields.canonical.colours, now)


@pytest.mark.parametrize(("weight", "narrow"), [(0, True), (1e-3, False)])
def test_narrow_networks_are_tried_only_where_no_small_differences_count(weight: float, narrow: bool, monkeypatch):
    monkeypatch.setattr(neural_train, "trial_seconds", lambda network, narrow: 1.0 if narrow else 9.0)
    losses = {"colour": {"weight": 1}, "rigidity": {"weight": weight}}
    settings = FieldsSettings(residual="smooth", deformation_width=16, precision="auto", losses=losses)
    trainer = Trainer(make_fields(settings, FRAMES, SIZE, 1), pictures(), settings, 1)
    trainer.choose_precision()
    assert trainer.narrow is narrow
    assert np.isfinite(list(trainer.step().values())).all()


def test_tensorboard_is_given_scalars_and_pictures():
    class Writer:
        def __init__(self) -> None:
            self.told: list[tuple[Any, ...]] = []

        def add_scalar(self, name: str, value: float, step: int) -> None:
            self.told.append((name, value, step))

        def add_image(self, name: str, picture: torch.Tensor, step: int, dataformats: str) -> None:
            assert dataformats == "HWC" and picture.max() <= 1
            self.told.append((name, step))

        def close(self) -> None:
            self.told.append(("closed",))

    writer = Writer()
    log = TensorBoardLog(writer)
    log.scalars({"psnr": 30.0}, 10)
    log.pictures({"canonical": torch.full((4, 5, 3), 1.5)}, 10)
    log.close()
    assert writer.told == [("psnr", 30.0, 10), ("canonical", 10), ("closed",)]
