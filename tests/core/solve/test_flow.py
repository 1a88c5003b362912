"""Flow between neighbours, and maps carried along it."""

import numpy as np
import pytest
from unreel.core.solve.flow import FULL_SEARCH, Flow, carry, carry_map, checked_flow, compute_flow, pixel_centres

from .pictures import waves


def flow_of_slide(height: int, width: int, dx: float, dy: float) -> Flow:
    """a(p) = b(p + (dx, dy))."""
    y, x = np.indices((height, width), dtype=np.float32)
    return compute_flow(waves(x, y), waves(x - dx, y - dy))


def constant(dx: float, dy: float, height: int = 20, width: int = 30) -> np.ndarray:
    return np.broadcast_to(np.float32([dx, dy]), (height, width, 2)).copy()


def test_a_slide_of_three_pixels_is_seen_as_three_pixels() -> None:
    flow = flow_of_slide(96, 128, 3, -2)
    inside = flow.to[12:-12, 12:-12]
    np.testing.assert_allclose(np.median(inside, (0, 1)), [3, -2], atol=0.05)
    assert np.quantile(np.abs(inside - [3, -2]), 0.95) < 0.3
    assert np.median(flow.confidence[12:-12, 12:-12]) > 0.95


def test_a_large_picture_is_searched_at_half_size_in_the_same_pixels() -> None:
    flow = flow_of_slide(96, FULL_SEARCH + 16, 4, 1)
    np.testing.assert_allclose(np.median(flow.to[16:-16, 16:-16], (0, 1)), [4, 1], atol=0.1)


def test_what_has_no_match_is_not_believed() -> None:
    y, x = np.indices((96, 128), dtype=np.float32)
    a, b = waves(x, y), waves(x, y)
    b[30:70, 40:90] = waves(x, y, seed=9)[30:70, 40:90]
    flow = compute_flow(a, b)
    assert flow.confidence[36:64, 46:84].mean() < 0.5
    assert np.median(flow.confidence[75:, :]) > 0.95


def test_one_way_flow_is_believed_everywhere() -> None:
    y, x = np.indices((64, 96), dtype=np.float32)
    flow = compute_flow(waves(x, y), waves(x - 2, y), both_ways=False)
    assert (flow.confidence == 1).all()
    np.testing.assert_allclose(np.median(flow.to, (0, 1)), [2, 0], atol=0.1)


@pytest.mark.parametrize(("miss", "confidence"), [(0.0, 1.0), (0.5, np.exp(-0.5)), (2.0, np.exp(-8))])
def test_confidence_falls_with_the_way_that_is_not_home(miss: float, confidence: float) -> None:
    flow = checked_flow(constant(2, 1), constant(-2, miss - 1))
    np.testing.assert_allclose(flow.confidence[5:-5, 5:-5], confidence, rtol=1e-4)


def test_a_carried_picture_is_the_neighbours_at_the_end_of_the_flow() -> None:
    y, x = np.indices((20, 30), dtype=np.float32)
    carried = carry(10 * x + y, constant(4, -3))
    np.testing.assert_allclose(carried[3:, :-4], (10 * (x + 4) + y - 3)[3:, :-4], atol=1e-3)
    np.testing.assert_allclose(carried[3:, -4:], np.broadcast_to((290 + y - 3)[3:, -4:], (17, 4)), atol=1e-3)


def test_a_map_that_slides_goes_on_beyond_the_neighbours_edge() -> None:
    flow = constant(4, 0)  # the last four columns come from beyond the neighbour's edge
    neighbour = pixel_centres(flow) + np.array([10, -3], np.float32)
    np.testing.assert_allclose(carry_map(neighbour, flow), pixel_centres(flow) + np.array([14, -3]), atol=1e-4)


def test_a_carried_map_is_the_two_maps_one_after_the_other() -> None:
    centres = pixel_centres(constant(0, 0))
    neighbour = centres * np.float32([1.1, 0.9]) + np.float32([2, 1])
    flow = constant(1.5, -0.5)
    carried = carry_map(neighbour, flow)
    np.testing.assert_allclose(carried[2:-2, 2:-2], ((centres + flow) * [1.1, 0.9] + [2, 1])[2:-2, 2:-2], atol=0.01)
