"""Pictures joined along seams, one at a time: a Laplacian pyramid that only ever holds the sum."""

from __future__ import annotations

import cv2
import numpy as np


class PyramidBlend:
    """Multi-band blend (Burt and Adelson 1983) of pictures that arrive one by one with their weights.

    out_level = sum(w_level * laplacian_level) / sum(w_level): wide bands blend wide, fine detail blends sharp.
    """

    def __init__(self, height: int, width: int, levels: int):
        self.height, self.width, self.levels = height, width, levels
        self.step = 2**levels
        rows, columns = (-(-n // self.step) * self.step for n in (height, width))
        self.total = [np.zeros((rows >> k, columns >> k, 3), np.float32) for k in range(levels + 1)]
        self.weight = [np.zeros((rows >> k, columns >> k), np.float32) for k in range(levels + 1)]

    def region(self, y0: int, x0: int, y1: int, x1: int) -> tuple[int, int, int, int]:
        """The box grown by the pyramid's reach, on the pyramid's grid (it may end past the picture)."""
        step, reach = self.step, 2 * self.step
        rows, columns = self.weight[0].shape
        y0, x0 = (max(n - reach, 0) // step * step for n in (y0, x0))
        y1, x1 = min(-(-(y1 + reach) // step) * step, rows), min(-(-(x1 + reach) // step) * step, columns)
        return y0, x0, y1, x1

    def add(self, y0: int, x0: int, picture: np.ndarray, weight: np.ndarray) -> None:
        """`picture` [h, w, 3] and `weight` [h, w] at a region from `region`; both must cover it wholly."""
        for level in range(self.levels + 1):
            rows, columns = weight.shape
            here = np.s_[y0 >> level : (y0 >> level) + rows, x0 >> level : (x0 >> level) + columns]
            if level < self.levels:
                smaller = cv2.pyrDown(picture, dstsize=(columns // 2, rows // 2))
                band = picture - cv2.pyrUp(smaller, dstsize=(columns, rows))
            else:
                band = picture
            self.total[level][here] += band * weight[..., None]
            self.weight[level][here] += weight
            if level < self.levels:
                picture, weight = smaller, cv2.pyrDown(weight, dstsize=(columns // 2, rows // 2))

    def finish(self) -> np.ndarray:
        """The joined picture [height, width, 3]; meaningful where something was added."""
        bands = [t / np.maximum(w, 1e-8)[..., None] for t, w in zip(self.total, self.weight, strict=True)]
        joined = bands.pop()
        while bands:
            band = bands.pop()
            joined = band + cv2.pyrUp(joined, dstsize=(band.shape[1], band.shape[0]))
        return joined[: self.height, : self.width]
