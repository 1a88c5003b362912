"""Every backend against float64 torch, and that one against features worked out by hand."""

import itertools
import os
import subprocess
import sys
from importlib.util import find_spec

import numpy as np
import pytest
import torch
from unreel.core.fields import encode
from unreel.core.fields.encode import Encode, HashGrid, available_backends, load_backend
from unreel.core.fields.hash_grid import PRIMES, GridSpec, entry_count, make_levels

SHAPES = list(itertools.product([2, 3], ["linear", "smoothstep"]))
WEIGHTS = (1.0, 0.25, 0.0, 1.0, 0.5)
TOLERANCE = {"tinycudann": 5e-3}
"""Of the greatest value; 2e-6 for those that compute in float32."""


def small_spec(axes, interpolation="linear", features=2):
    spec = GridSpec(axes, levels=5, features=features, table_log2=9, base=4, growth=1.7, interpolation=interpolation)
    assert {level.hashed for level in make_levels(spec)} == {False, True}
    return spec


def random_points(axes, count=200):
    return torch.rand(count, axes, generator=torch.Generator().manual_seed(axes))


def edge_points(spec):
    """The cube's corners, vertices of every level and their neighbours in float32, and points outside."""
    corners = torch.tensor(list(itertools.product((0.0, 1.0), repeat=spec.axes)))
    vertices = torch.tensor([(k - 0.5) / level.scale for level in make_levels(spec) for k in range(1, 6)])
    beside = torch.cat([torch.nextafter(vertices, torch.tensor(side)) for side in (-9.0, 9.0)])
    on_vertices = torch.cat([vertices, beside])[:, None].repeat(1, spec.axes)
    outside = torch.cat([random_points(spec.axes, 60) * 1.4 - 0.2, random_points(spec.axes, 20) * 9 - 4])
    return torch.cat([corners, on_vertices, outside])


def random_table(spec):
    return torch.randn(entry_count(spec), spec.features, generator=torch.Generator().manual_seed(1))


def encoded(name, spec, points, table, level_weights=WEIGHTS, device="cpu"):
    """Value, gradient of the points and of the table for a gradient that is the same for all backends."""
    points, table = (tensor.to(device).requires_grad_() for tensor in (points.clone(), table.clone()))
    features = Encode.apply(points, table, spec, level_weights, load_backend(name))
    given = torch.randn(features.shape, generator=torch.Generator().manual_seed(2)).to(features)
    gradients = torch.autograd.grad(features, (points, table), given)
    return [tensor.detach().cpu().double() for tensor in (features, *gradients)]


def skip_unless_available(name):
    if reason := available_backends()[name]:
        pytest.skip(f"{reason}; see docs/dependencies.md")


def check_against_float64(name, spec, points):
    """Places in cells are the float32 points', as all backends round them; all sums are float64."""
    device = "cpu" if load_backend(name).serves(points, points) else "cuda"
    expected = encoded("torch", spec, points, random_table(spec).double())
    found = encoded(name, spec, points, random_table(spec), device=device)
    for ours, reference in zip(found, expected, strict=True):
        torch.testing.assert_close(
            ours, reference, rtol=0, atol=TOLERANCE.get(name, 2e-6) * reference.abs().max().item()
        )


@pytest.mark.parametrize(("axes", "interpolation"), SHAPES)
@pytest.mark.parametrize("name", list(encode.MODULES))
def test_every_backend_agrees_with_float64_torch(name, axes, interpolation):
    skip_unless_available(name)
    spec = small_spec(axes, interpolation)
    check_against_float64(name, spec, random_points(axes))
    if name != "tinycudann":  # in half precision a point beside a border may lie in the other cell
        check_against_float64(name, spec, edge_points(spec))


def test_the_conformance_test_can_fail(monkeypatch):
    backend = load_backend("torch")
    monkeypatch.setitem(encode.MODULES, "numba", ".encode_torch")
    honest = backend.forward
    monkeypatch.setattr(
        backend, "forward", lambda spec, p, t, w: honest(spec, p, t, w) * (1 + 1e-5 * (t.dtype == torch.float32))
    )
    with pytest.raises(AssertionError):
        check_against_float64("numba", small_spec(2), random_points(2))


@pytest.mark.slow
def test_triton_kernels_agree_under_the_interpreter():
    if find_spec("triton") is None:
        pytest.skip("triton is not installed; see docs/dependencies.md. No GPU is needed for this")
    environment = os.environ | {"TRITON_INTERPRET": "1", "CUDA_VISIBLE_DEVICES": ""}
    chosen = "float64_torch and triton and (2-linear or 3-smoothstep)"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", __file__, "-k", chosen]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 passed" in done.stdout


@pytest.mark.parametrize("axes", [2, 3])
def test_features_are_those_worked_out_by_hand_also_off_the_grid(axes):
    spec = small_spec(axes)
    points = torch.cat([random_points(axes, 20), edge_points(spec)]).double()
    table = random_table(spec).double()
    found = encoded("torch", spec, points, table)[0]
    expected = [encode_by_hand(spec, point, table.numpy(), WEIGHTS) for point in points.numpy()]
    np.testing.assert_allclose(found.numpy(), np.stack(expected), atol=1e-9)


def encode_by_hand(spec, point, table, level_weights):
    """One point, linear, with Python's unbounded integers taken modulo 2^32."""
    features = []
    for level, level_weight in zip(make_levels(spec), level_weights, strict=True):
        position = point * level.scale + 0.5
        total = np.zeros(spec.features)
        for corner in itertools.product((0, 1), repeat=spec.axes):
            vertex = [int(v) % 2**32 for v in np.floor(position) + corner]
            place = position - np.floor(position)
            weight = np.prod([p if side else 1 - p for p, side in zip(place, corner, strict=True)])
            if level.hashed:
                row = 0
                for v, prime in zip(vertex, PRIMES, strict=False):
                    row ^= v * prime % 2**32
            else:
                row = sum(v * level.resolution**axis for axis, v in enumerate(vertex)) % 2**32
            total += weight * table[level.first + row % level.entries]
        features.append(level_weight * total)
    return np.concatenate(features)


@pytest.mark.parametrize(("axes", "interpolation"), SHAPES)
def test_the_references_gradients_are_those_of_finite_differences(axes, interpolation):
    spec = GridSpec(axes, levels=3, table_log2=4, base=2, growth=1.5, interpolation=interpolation)
    points, table = random_points(axes, 3).double(), random_table(spec).double()
    backend = load_backend("torch")
    assert torch.autograd.gradcheck(
        lambda p, t: Encode.apply(p, t, spec, (1.0, 0.0, 0.4), backend),
        (points.requires_grad_(), table.requires_grad_()),
    )


@pytest.mark.parametrize("features", [1, 3, 4])
def test_rows_may_have_other_than_two_numbers(features, monkeypatch):
    """The compiled loops run as plain Python: compiling them for each width would take longer."""
    skip_unless_available("numba")
    loops = load_backend("numba").loops
    for loop in ("gather_features", "scatter_level", "gather_slopes"):
        monkeypatch.setattr(loops, loop, getattr(loops, loop).py_func)
    check_against_float64("numba", small_spec(2, features=features), random_points(2, 30))


def test_one_and_many_threads_give_the_same_bits():
    skip_unless_available("numba")
    spec, threads = small_spec(3), torch.get_num_threads()
    points = random_points(3, 20000)
    try:
        torch.set_num_threads(1)
        alone = encoded("numba", spec, points, random_table(spec))
        torch.set_num_threads(3)
        together = encoded("numba", spec, points, random_table(spec))
    finally:
        torch.set_num_threads(threads)
    assert all(torch.equal(a, b) for a, b in zip(alone, together, strict=True))


@pytest.mark.parametrize("backend", ["auto", "torch"])
def test_a_level_of_weight_0_gives_nothing_and_learns_nothing(backend):
    grid = HashGrid(small_spec(2), backend=backend)
    features = grid(random_points(2), torch.tensor(WEIGHTS))
    features.sum().backward()
    shut = make_levels(grid.spec)[2]
    assert (features[:, 4:6] == 0).all() and (features[:, :4] != 0).all()
    gradient = grid.table.grad
    assert (gradient[shut.first : shut.first + shut.entries] == 0).all()
    assert (gradient[: shut.first] != 0).any() and (gradient[shut.first + shut.entries :] != 0).any()


def test_auto_takes_torch_for_float64_and_where_the_fast_one_is_missing(monkeypatch):
    points, table = random_points(2), random_table(small_spec(2))
    assert encode.choose_backend(points.double(), table.double()) == "torch"
    assert encode.choose_backend(points, table) == ("torch" if available_backends()["numba"] else "numba")
    monkeypatch.setitem(encode.MODULES, "numba", ".no_such_module")
    assert encode.choose_backend(points, table) == "torch"
    assert "numba does not import" in available_backends()["numba"]


def test_no_points_are_no_features():
    assert HashGrid(small_spec(3))(torch.empty(0, 3)).shape == (0, 10)


def test_what_does_not_fit_is_refused():
    grid = HashGrid(small_spec(2))
    with pytest.raises(ValueError, match=r"\[4, 3\].*\[n, 2\]"):
        grid(torch.rand(4, 3))
    with pytest.raises(ValueError, match="3 level weights for 5 levels"):
        grid(torch.rand(4, 2), [1, 1, 1])
    skip_unless_available("numba")
    with pytest.raises(ValueError, match="numba does not take torch.float64"):
        HashGrid(small_spec(2), backend="numba")(torch.rand(4, 2).double())
