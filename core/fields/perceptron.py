"""The small network behind an encoding: ReLU layers and a linear output, laid out as tiny-cuda-nn's."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator

import torch
from torch import Tensor, nn
from torch.nn import functional

ALIGNMENT = 16
"""tiny-cuda-nn pads the widths of input and output to multiples of this."""


def pad_width(width: int) -> int:
    return -(-width // ALIGNMENT) * ALIGNMENT


class Perceptron(nn.Module):
    """`hidden_layers` ReLU layers of `width`, without biases unless `bias`.

    `padded`: the input is continued with ones to a multiple of 16, as tiny-cuda-nn's Network does, and the output has
    rows that nobody reads. The ones amount to a bias of the first layer. `skips` names hidden layers, counted from 0,
    that see the input again beside what the layer before them gives.
    """

    def __init__(
        self,
        width_in: int,
        width_out: int,
        hidden_layers: int,
        width: int,
        seed: int = 0,
        bias: bool = False,
        skips: Collection[int] = (),
        padded: bool = True,
    ):
        super().__init__()
        self.width_in, self.width_out, self.skips = width_in, width_out, frozenset(skips)
        first, last = (pad_width(width_in), pad_width(width_out)) if padded else (width_in, width_out)
        widths_in = [
            first,
            *(width + (width_in if layer in self.skips else 0) for layer in range(1, hidden_layers + 1)),
        ]
        widths_out = [*[width] * hidden_layers, last]
        generator = torch.Generator().manual_seed(seed)
        self.weights = nn.ParameterList(
            xavier_uniform(fan_in, fan_out, generator) for fan_in, fan_out in zip(widths_in, widths_out, strict=True)
        )
        self.biases = nn.ParameterList(torch.zeros(fan_out) for fan_out in widths_out if bias)

    def forward(self, x: Tensor) -> Tensor:
        """Outputs [n, width_out] of inputs [n, width_in]."""
        given, last = x, len(self.weights) - 1
        for layer, (weight, bias) in enumerate(self.effective_layers()):
            if layer in self.skips:
                x = torch.cat([given, x], -1)
            x = functional.linear(x, weight, bias)
            if layer < last:
                x = functional.relu_(x)
        return x

    def effective_layers(self) -> Iterator[tuple[Tensor, Tensor | None]]:
        """Weight and bias of each layer without the padding: weights of constant ones are a bias."""
        biases = list(self.biases) or [None] * len(self.weights)
        last = len(self.weights) - 1
        for layer, (weight, bias) in enumerate(zip(self.weights, biases, strict=True)):
            if layer == 0 and weight.shape[1] > self.width_in:
                ones = weight[:, self.width_in :].sum(1)
                weight, bias = weight[:, : self.width_in], ones if bias is None else ones + bias
            if layer == last:
                weight, bias = weight[: self.width_out], None if bias is None else bias[: self.width_out]
            yield weight, bias

    def has_flat_layout(self) -> bool:
        """Whether tiny-cuda-nn has such a network."""
        aligned = self.weights[0].shape[1] % ALIGNMENT == self.weights[-1].shape[0] % ALIGNMENT == 0
        return aligned and not self.skips and not len(self.biases)

    def flat_parameters(self) -> Tensor:
        """All numbers as tiny-cuda-nn's Network has them: matrices [out, in] one after the other, row by row."""
        if not self.has_flat_layout():
            raise ValueError("only a padded network without biases and skips has a flat layout")
        return torch.cat([weight.detach().reshape(-1) for weight in self.weights])

    @torch.no_grad()
    def load_flat_parameters(self, flat: Tensor) -> None:
        own = self.flat_parameters()
        if flat.shape != own.shape:
            raise ValueError(f"parameters given: {list(flat.shape)}; this network has {list(own.shape)}")
        counts = [weight.numel() for weight in self.weights]
        for weight, part in zip(self.weights, flat.split(counts), strict=True):
            weight.copy_(part.view_as(weight))


def xavier_uniform(fan_in: int, fan_out: int, generator: torch.Generator) -> Tensor:
    """A matrix [fan_out, fan_in], uniform within sqrt(6 / (fan_in + fan_out)) of 0; padding counts."""
    bound = math.sqrt(6 / (fan_in + fan_out))
    return torch.empty(fan_out, fan_in).uniform_(-bound, bound, generator=generator)
