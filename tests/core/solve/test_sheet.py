"""Sheets: the lattice's equations, and known deformations found again."""

import cv2
import numpy as np
import pytest
from unreel.core.fields.frame_map import evaluate_map
from unreel.core.fields.spline import evaluate_lattice
from unreel.core.solve.chain import ChainSettings, cut, solve_from, stiffness_of
from unreel.core.solve.pyramid import Pyramid, make_pyramid
from unreel.core.solve.sheet import NO_CREASE, LatticeSystem, fit_sheet, lattice_displacement

HEIGHT, WIDTH = 128, 160


def texture() -> np.ndarray:
    noise = np.random.default_rng(5).normal(size=(HEIGHT, WIDTH)).astype(np.float32)
    sizes = (1.2, 3.0, 8.0)
    layers = [cv2.GaussianBlur(noise, (0, 0), s) * s for s in sizes]
    return 0.5 + 0.15 * np.sum(layers, axis=0)


def pulled(picture: np.ndarray, displacement: np.ndarray) -> np.ndarray:
    y, x = np.indices(picture.shape, dtype=np.float32)
    at = (x + displacement[..., 0], y + displacement[..., 1])
    return cv2.remap(picture, *(a.astype(np.float32) for a in at), cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT)


def whole(picture: np.ndarray) -> Pyramid:
    return make_pyramid(picture, np.ones(picture.shape, np.float32))


def error(found_xy: np.ndarray, displacement: np.ndarray) -> np.ndarray:
    y, x = np.indices(displacement.shape[:2], dtype=np.float32)
    truth = np.stack([x, y], -1) + displacement
    return np.linalg.norm((found_xy - truth)[12:-12, 12:-12], axis=-1)


def start_map() -> np.ndarray:
    y, x = np.indices((HEIGHT, WIDTH), dtype=np.float32)
    return np.stack([x, y], -1)


@pytest.mark.parametrize("cells", [(3, 5), (5, 3)])
def test_the_lattice_solve_equals_dense_least_squares(cells: tuple[int, int]) -> None:
    cell, rng = 4, np.random.default_rng(6)
    height, width = cells[0] * cell, cells[1] * cell
    slope = rng.normal(size=(2, height, width)).astype(np.float32)
    residual = rng.normal(size=(height, width)).astype(np.float32)
    system = LatticeSystem(*cells)
    terms = (slope[0] ** 2, slope[0] * slope[1], slope[1] ** 2, slope[0] * residual, slope[1] * residual)
    found = system.solve(terms, cell, np.zeros((*system.knots, 2)), 0.3, NO_CREASE, tolerance=1e-7)

    rows, count = [], int(np.prod(system.knots))
    at = ((np.arange(width) + 0.5) / cell, (np.arange(height) + 0.5) / cell)
    columns = []
    for knot in range(count):
        one = np.zeros((count, 2))
        one[knot] = 1
        columns.append(evaluate_lattice(one.reshape(*system.knots, 2), *at)[..., 0].ravel())
    design = np.stack(columns, 1).astype(float)
    rows.append(np.concatenate([design * slope[0].reshape(-1, 1), design * slope[1].reshape(-1, 1)], 1))
    grid = np.arange(count).reshape(system.knots)
    bends = [(grid[:, :-2], grid[:, 1:-1], grid[:, 2:], (1, -2, 1)), (grid[:-2], grid[1:-1], grid[2:], (1, -2, 1))]
    for *places, signs in bends:
        bend = np.zeros((places[0].size, count))
        for place, sign in zip(places, signs, strict=True):
            bend[np.arange(place.size), place.ravel()] += sign
        rows += [np.sqrt(0.3) * np.concatenate([bend, 0 * bend], 1), np.sqrt(0.3) * np.concatenate([0 * bend, bend], 1)]
    corners = (grid[:-1, :-1], grid[1:, :-1], grid[:-1, 1:], grid[1:, 1:])
    twist = np.zeros((corners[0].size, count))
    for place, sign in zip(corners, (1, -1, -1, 1), strict=True):
        twist[np.arange(place.size), place.ravel()] += sign
    rows += [np.sqrt(0.6) * np.concatenate([twist, 0 * twist], 1), np.sqrt(0.6) * np.concatenate([0 * twist, twist], 1)]
    matrix = np.concatenate(rows)
    right = np.concatenate([residual.ravel(), np.zeros(len(matrix) - residual.size)])
    best = np.linalg.lstsq(matrix, right, rcond=None)[0].reshape(2, *system.knots).transpose(1, 2, 0)
    np.testing.assert_allclose(found, best, atol=2e-3)


def test_a_smooth_displacement_is_fitted() -> None:
    knots = np.random.default_rng(7).normal(size=(HEIGHT // 16 + 3, WIDTH // 16 + 3, 2))
    moved = lattice_displacement(knots, 16, HEIGHT, WIDTH, 0)
    fitted = fit_sheet(moved, np.ones((HEIGHT, WIDTH), np.float32), 16, 1e-4)
    np.testing.assert_allclose(lattice_displacement(fitted, 16, HEIGHT, WIDTH, 0), moved, atol=0.02)


def test_a_slide_of_three_pixels_is_found_as_three_pixels() -> None:
    key, slide = texture(), np.broadcast_to(np.float32([3, 0]), (HEIGHT, WIDTH, 2))
    frame, trust = whole(pulled(key, slide)), np.ones((HEIGHT, WIDTH), np.float32)
    found = solve_from(cut(frame), whole(key), start_map(), trust, "plane", ChainSettings())
    xy = evaluate_map(found, np.arange(WIDTH), np.arange(HEIGHT))
    assert np.median(error(xy, slide)) < 0.02


@pytest.mark.parametrize("light", ["same", "ramp"])
def test_a_known_bend_is_found_under_any_light(light: str) -> None:
    key = texture()
    knots = np.random.default_rng(8).normal(size=(HEIGHT // 32 + 3, WIDTH // 32 + 3, 2)) * 1.5
    bend = lattice_displacement(knots, 32, HEIGHT, WIDTH, 0)
    seen = pulled(key, bend)
    if light == "ramp":
        seen = seen * np.linspace(0.6, 1.4, WIDTH, dtype=np.float32) + 0.1
    trust = np.zeros((HEIGHT, WIDTH), np.float32)
    found = solve_from(cut(whole(seen)), whole(key), start_map(), trust + 0.01, "soft", ChainSettings())
    xy = evaluate_map(found, np.arange(WIDTH), np.arange(HEIGHT))
    assert np.median(error(xy, bend)) < 0.1


def test_stiffness_follows_the_measured_ratio() -> None:
    assert stiffness_of(1.05, 0.2, True) == "plane"
    assert stiffness_of(0.88, 0.3, True) == "stiff"
    assert stiffness_of(0.6, 0.5, True) == "soft"
    assert stiffness_of(1.05, 0.5, False) == "soft"
