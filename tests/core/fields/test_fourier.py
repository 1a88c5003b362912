import math

import pytest
import torch
from unreel.core.fields.fourier import FourierFeatures


def test_features_are_the_point_then_sines_and_cosines_of_doubling_frequencies():
    point = torch.tensor([[0.3, -0.7]])
    waves = [wave(k * v) for k in (1, 2, 4) for wave in (math.sin, math.cos) for v in (0.3, -0.7)]
    torch.testing.assert_close(FourierFeatures(2, 3)(point), torch.tensor([[0.3, -0.7, *waves]]))
    torch.testing.assert_close(FourierFeatures(2, 3, include_input=False)(point), torch.tensor([waves]))


def test_the_unit_is_the_lowest_frequency():
    features = FourierFeatures(1, 2, include_input=False, unit=math.pi)(torch.tensor([[0.5]]))
    torch.testing.assert_close(features, torch.tensor([[1.0, 0.0, 0.0, -1.0]]))


@pytest.mark.parametrize("kind", [list, torch.tensor])
def test_weights_open_frequencies_and_leave_the_point(kind):
    points = torch.rand(5, 2)
    features = FourierFeatures(2, 3)
    whole, half = features(points), features(points, kind([1.0, 0.5, 0.0]))
    scale = torch.tensor([1.0] * 6 + [0.5] * 4 + [0.0] * 4)
    torch.testing.assert_close(half, whole * scale)
    assert features.width == whole.shape[1] == 14


def test_codefs_eight_frequencies_are_34_numbers():
    assert FourierFeatures(2, 8).width == 34
