"""The compiled form against plain torch in float64, values and gradients."""

from __future__ import annotations

import itertools
import logging
import math

import pytest
import torch
from unreel.core.fields import explicit
from unreel.core.fields.canonical_fields import ExplicitCanonical, pixel_centres_unit
from unreel.core.fields.deformation_fields import SplineDeformation
from unreel.core.fields.explicit import FusedForm, PixelGrid, choose_form, load_form, why_not
from unreel.core.losses import CHARBONNIER, colour_loss

SIZE, PAD, CANVAS = (23, 14), (3, 2), (29, 18)
GRIDS = {name: PixelGrid((23.0, 14.0), (2.5, 1.5), name) for name in ("bilinear", "bicubic")}
FRAMES, CELLS, KNOTS = 4, (23 / 6, 14 / 6), (6, 7)
FEW = 60
"""Points that see the picture as it lies, not through a window."""
SAMPLINGS, KINDS = ["bilinear", "bicubic"], ["mse", "l1", "charbonnier"]
TOLERANCE = 1e-5
"""Of the greatest value: a place is rounded to 1e-6 pixels."""


@pytest.fixture
def numba():
    if reason := why_not("numba"):
        pytest.skip(f"{reason}, which pyproject.toml asks for: nothing to compare")
    return load_form("numba")


@pytest.fixture
def asked_anew():
    explicit.fastest.cache_clear()
    yield
    explicit.fastest.cache_clear()


def drawn(*shape: int, seed: int = 1) -> torch.Tensor:
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed))


def picture() -> torch.Tensor:
    return drawn(1, 3, CANVAS[1], CANVAS[0])


def random_points(count: int = 500) -> torch.Tensor:
    """On the canvas and around it, none where a bilinear picture has no slope."""
    xy = drawn(count, 2, seed=2) * 1.6 - 0.3
    return xy[smooth_at(xy)]


def smooth_at(xy: torch.Tensor) -> torch.Tensor:
    pixel = xy.double() * torch.tensor(GRIDS["bilinear"].scale) + torch.tensor(GRIDS["bilinear"].shift)
    return ((pixel - pixel.round()).abs() > 1e-3).all(-1)


def edge_points() -> torch.Tensor:
    """Corners and centres of pixels, the canvas' border and both sides of it, far outside."""
    axes = []
    for scale, shift, side in zip(GRIDS["bilinear"].scale, GRIDS["bilinear"].shift, CANVAS, strict=True):
        pixel = torch.tensor([-0.5, 0, 0.5, 1, side - 2, side - 1.5, side - 1, side - 0.5, -1e9, 1e9, -3, side + 2.0])
        unit = (pixel - shift) / scale
        axes.append(torch.cat([unit, *(torch.nextafter(unit, torch.tensor(way)) for way in (-2e9, 2e9))]))
    return torch.cartesian_prod(*axes)


def found_by(form, function: str, trained: list[torch.Tensor], *rest):
    """What a form makes of them, and each trained one's gradient for a gradient that is the same for all forms."""
    trained = [tensor.clone().requires_grad_() for tensor in trained]
    out = getattr(form, function)(*trained, *rest)
    given = torch.randn(out.shape, generator=torch.Generator().manual_seed(3)).to(out)
    return [out.detach(), *torch.autograd.grad(out, trained, given)]


def assert_near(found, expected):
    for ours, reference in zip(found, expected, strict=True):
        close = TOLERANCE * max(1.0, reference.abs().max().item())
        torch.testing.assert_close(ours.double(), reference.double(), rtol=0, atol=close)


def check_sample(form, sampling: str, xy: torch.Tensor, slopes: bool = True) -> None:
    found = found_by(form, "sample", [picture(), xy], GRIDS[sampling])
    expected = found_by(load_form("torch"), "sample", [picture().double(), xy.double()], GRIDS[sampling])
    assert_near(found if slopes else found[:2], expected if slopes else expected[:2])
    assert all(tensor.isfinite().all() for tensor in found)


@pytest.mark.parametrize("sampling", SAMPLINGS)
def test_a_picture_is_sampled_as_torch_does_on_it_and_beside_it(numba, sampling):
    check_sample(numba, sampling, random_points())
    check_sample(numba, sampling, random_points()[:FEW])
    check_sample(numba, sampling, edge_points(), slopes=False)
    smooth = smooth_at(edge_points())
    check_sample(numba, sampling, edge_points()[smooth])


def test_the_comparison_can_fail(numba):
    with pytest.raises(AssertionError):
        check_sample(numba, "bilinear", edge_points())


@pytest.mark.parametrize("sampling", SAMPLINGS)
def test_a_place_that_is_no_number_touches_nothing_outside(numba, sampling):
    lost = [math.nan, math.inf, -math.inf, 0.5]
    found = found_by(numba, "sample", [picture(), torch.tensor(list(itertools.product(lost, lost)))], GRIDS[sampling])
    assert found[1].isfinite().all()
    everywhere = ~torch.tensor(list(itertools.product(lost, lost))).isnan().any(-1)
    assert found[0][everywhere].isfinite().all()


@pytest.mark.parametrize(("kind", "sampling", "count"), list(itertools.product(KINDS, SAMPLINGS, [FEW, 400])))
def test_one_pass_finds_the_loss_and_its_gradients(numba, kind, sampling, count):
    xy = random_points()[:count]
    target, weight = drawn(len(xy), 3, seed=4), drawn(len(xy), seed=5)
    trained = [picture().requires_grad_(), xy.clone().requires_grad_()]
    error, squared = numba.colour_error(*trained, GRIDS[sampling], target, weight, kind, CHARBONNIER)
    found = [error.detach(), squared, *torch.autograd.grad(0.5 * error, trained)]
    plain = [tensor.detach().double().requires_grad_() for tensor in trained]
    rendered = load_form("torch").sample(*plain, GRIDS[sampling])
    expected, squared = (colour_loss(rendered, target.double(), weight.double(), k) for k in (kind, "mse"))
    gradients = torch.autograd.grad(0.5 * expected, plain)
    assert_near([*found[:2]], [expected.detach(), squared.detach()])
    for ours, reference in zip(found[2:], gradients, strict=True):
        torch.testing.assert_close(ours.double(), reference, rtol=0, atol=1e-4 * reference.abs().max().item())


def test_nowhere_is_no_error(numba):
    trained = [picture().requires_grad_(), random_points().requires_grad_()]
    count = len(trained[1])
    error, _ = numba.colour_error(*trained, GRIDS["bilinear"], drawn(count, 3), torch.zeros(count), "l1", 1e-3)
    assert error.item() == 0
    assert all(not gradient.any() for gradient in torch.autograd.grad(error, trained))


def lattices() -> list[torch.Tensor]:
    """Homographies and knots."""
    return [0.1 * (drawn(FRAMES, 8) - 0.5), 0.2 * (drawn(FRAMES, *KNOTS, 2, seed=6) - 0.5)]


def frame_points() -> tuple[torch.Tensor, torch.Tensor]:
    """Random ones of all frames, and two whole frames in the order of their pixels."""
    raster = pixel_centres_unit(SIZE, (0, 0), SIZE)
    xy = torch.cat([drawn(400, 2, seed=7) * 1.4 - 0.2, raster, raster])
    frame = torch.randint(FRAMES, (400,), generator=torch.Generator().manual_seed(8))
    return xy, torch.cat([frame, torch.full((len(raster),), 3), torch.full((len(raster),), 1)])


def test_points_are_warped_as_torch_does_on_the_lattice_and_beside_it(numba):
    xy, frame = frame_points()
    found = found_by(numba, "warp", lattices(), xy, frame, CELLS)
    expected = found_by(load_form("torch"), "warp", [t.double() for t in lattices()], xy.double(), frame, CELLS)
    assert_near(found, expected)


def test_torch_warps_with_the_gradients_of_finite_differences():
    xy, frame = frame_points()
    assert torch.autograd.gradcheck(
        lambda plane, knots, xy: load_form("torch").warp(plane, knots, xy, frame[:6], CELLS),
        [tensor.double().requires_grad_() for tensor in (*lattices(), xy[:6])],
    )


def test_points_that_learn_have_the_plain_forms_gradient(numba):
    xy, frame = frame_points()
    gradients = [found_by(form, "warp", [*lattices(), xy], frame, CELLS)[3] for form in (numba, load_form("torch"))]
    torch.testing.assert_close(*gradients)


def test_no_points_are_no_colours_and_teach_nothing(numba):
    empty = torch.empty(0, 2)
    colours, *gradients = found_by(numba, "sample", [picture(), empty], GRIDS["bicubic"])
    assert colours.shape == (0, 3) and not gradients[0].any()
    at, *gradients = found_by(numba, "warp", lattices(), empty, torch.empty(0, dtype=torch.int64), CELLS)
    assert at.shape == (0, 2) and not gradients[0].any() and not gradients[1].any()


def test_a_frame_that_is_not_there_is_refused(numba):
    with pytest.raises(IndexError, match="frames 1 to 5; the field has 4"):
        numba.warp(*lattices(), drawn(2, 2), torch.tensor([1, 5]), CELLS)


@pytest.mark.parametrize("points", ["frame", "random"])
def test_one_and_three_threads_give_the_same_bits(numba, points):
    size = (230, 160)
    canonical, deformation = ExplicitCanonical(size, 0.2, "bicubic"), SplineDeformation(FRAMES, size, 32)
    with torch.no_grad():
        canonical.colours.copy_(drawn(*canonical.colours.shape))
        deformation.knots.copy_(0.05 * drawn(*deformation.knots.shape))
    xy = pixel_centres_unit(size, (0, 0), size) if points == "frame" else drawn(230 * 160, 2)
    frame, target = torch.arange(len(xy)) * FRAMES // len(xy), drawn(len(xy), 3, seed=9)
    threads, found = torch.get_num_threads(), []
    try:
        for count in (1, 3):
            torch.set_num_threads(count)
            for parameter in (*canonical.parameters(), *deformation.parameters()):
                parameter.grad = None
            at = deformation(xy, frame)
            error, squared = canonical.colour_error(at, target, torch.ones(len(xy)), "charbonnier", 1e-3)
            (error + canonical(at).square().mean()).backward()
            gradients = [p.grad for p in (*canonical.parameters(), *deformation.parameters())]
            found.append([at.detach(), error.detach(), squared, *gradients])
    finally:
        torch.set_num_threads(threads)
    assert all(torch.equal(a, b) for a, b in zip(*found, strict=True))


def test_the_fastest_is_probed_once_and_told(asked_anew, caplog):
    with caplog.at_level(logging.DEBUG, "unreel.core.fields.explicit"):
        assert {explicit.fastest() for _ in range(3)} <= set(explicit.MODULES)
    (told,) = caplog.messages
    assert f"explicit fields: {explicit.fastest()} is taken" in told and "torch" in told


def test_the_one_that_is_faster_is_taken(numba, asked_anew, monkeypatch):
    monkeypatch.setattr(explicit, "probe_seconds", lambda form: 1.0 if isinstance(form, FusedForm) else 2.0)
    assert choose_form("auto", picture()) is numba
    assert choose_form("auto", picture().double()) is load_form("torch")
    explicit.fastest.cache_clear()
    monkeypatch.setattr(explicit, "probe_seconds", lambda form: 2.0 if isinstance(form, FusedForm) else 1.0)
    assert choose_form("auto", picture()) is load_form("torch")


def test_without_numba_the_plain_form_serves(asked_anew, monkeypatch, caplog):
    monkeypatch.setitem(explicit.MODULES, "numba", ".no_such_module")
    canonical, xy = ExplicitCanonical(SIZE, 0.1), random_points()
    with caplog.at_level(logging.DEBUG, "unreel.core.fields.explicit"):
        assert choose_form("auto", xy) is load_form("torch")
    assert "numba does not import" in caplog.text
    assert canonical.colour_error(xy, drawn(len(xy), 3), torch.ones(len(xy)), "mse", 1e-3) is None
    torch.testing.assert_close(canonical(xy), torch.full((len(xy), 3), 0.5))


def test_a_form_that_does_not_compile_is_told_and_not_taken(numba, asked_anew, monkeypatch, caplog):
    def refuse(*_: object) -> None:
        raise RuntimeError("no place for what was compiled\nand more")

    monkeypatch.setattr(numba, "warp", refuse)
    with caplog.at_level(logging.DEBUG, "unreel.core.fields.explicit"):
        assert explicit.fastest() == "torch"
    assert "numba does not compile: no place for what was compiled" in caplog.text


def test_what_a_form_does_not_take_is_refused(numba):
    canonical = ExplicitCanonical(SIZE, 0.1)
    canonical.form = "numba"
    with pytest.raises(ValueError, match="form numba does not take torch.float32 on cpu, torch.float64 on cpu"):
        canonical(random_points().double())
