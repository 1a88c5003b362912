"""Maps carried from a neighbour."""

import numpy as np
from unreel.core.solve.flow import carry_map, pixel_centres


def test_a_map_that_slides_goes_on_beyond_the_neighbours_edge():
    flow = np.zeros((20, 30, 2), np.float32)
    flow[..., 0] = 4  # the last four columns come from beyond the neighbour's edge
    neighbour = pixel_centres(flow) + np.array([10, -3], np.float32)
    np.testing.assert_allclose(carry_map(neighbour, flow), pixel_centres(flow) + np.array([14, -3]), atol=1e-4)
