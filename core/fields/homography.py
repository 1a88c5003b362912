"""Plane-to-plane maps as 3x3 matrices with `H[2, 2] = 1`, in pixel index coordinates."""

from __future__ import annotations

import numpy as np


def apply_homography(matrix: np.ndarray, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where the points (x, y), any shape, go."""
    w = matrix[2, 0] * x + matrix[2, 1] * y + matrix[2, 2]
    return (
        (matrix[0, 0] * x + matrix[0, 1] * y + matrix[0, 2]) / w,
        (matrix[1, 0] * x + matrix[1, 1] * y + matrix[1, 2]) / w,
    )


def normalise_homography(matrix: np.ndarray) -> np.ndarray:
    return matrix / matrix[2, 2]


def scale_matrix(factor_x: float, factor_y: float) -> np.ndarray:
    """Index coordinates of a picture `factor` times as large, from those of the picture: pixel centres at +0.5."""
    return np.array(
        [[factor_x, 0, 0.5 * factor_x - 0.5], [0, factor_y, 0.5 * factor_y - 0.5], [0, 0, 1]], dtype=np.float64
    )


def translation_matrix(dx: float, dy: float) -> np.ndarray:
    return np.array([[1, 0, dx], [0, 1, dy], [0, 0, 1]], dtype=np.float64)


def homography_derivative(matrix: np.ndarray, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """d(x')/dh and d(y')/dh for the eight free entries, row by row: two arrays [8, n]."""
    x = x.ravel()
    y = y.ravel()
    w = matrix[2, 0] * x + matrix[2, 1] * y + matrix[2, 2]
    u = (matrix[0, 0] * x + matrix[0, 1] * y + matrix[0, 2]) / w
    v = (matrix[1, 0] * x + matrix[1, 1] * y + matrix[1, 2]) / w
    xw, yw, iw, zero = x / w, y / w, 1 / w, np.zeros_like(x)
    return (
        np.stack([xw, yw, iw, zero, zero, zero, -u * xw, -u * yw]),
        np.stack([zero, zero, zero, xw, yw, iw, -v * xw, -v * yw]),
    )


def fit_affine(x: np.ndarray, y: np.ndarray, u: np.ndarray, v: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Matrix [3, 3] of the affine map (x, y) -> (u, v), all [n], by weighted least squares."""
    basis = np.stack([x, y, np.ones_like(x)], 1).astype(np.float64)
    root = np.sqrt(weight)[:, None]
    solution, *_ = np.linalg.lstsq(basis * root, np.stack([u, v], 1) * root, rcond=None)
    return np.concatenate([solution.T, [[0.0, 0.0, 1.0]]])


def fit_homography(x: np.ndarray, y: np.ndarray, u: np.ndarray, v: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """The matrix that takes (x, y) to (u, v) in the weighted least squares sense (normalised direct linear form)."""

    def normaliser(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        total = weight.sum()
        ca, cb = (a * weight).sum() / total, (b * weight).sum() / total
        s = np.sqrt(2) / max(np.sqrt((((a - ca) ** 2 + (b - cb) ** 2) * weight).sum() / total), 1e-9)
        return np.array([[s, 0, -s * ca], [0, s, -s * cb], [0, 0, 1]])

    source, target = normaliser(x, y), normaliser(u, v)
    xn, yn = apply_homography(source, x, y)
    un, vn = apply_homography(target, u, v)
    one, zero = np.ones_like(xn), np.zeros_like(xn)
    rows = np.concatenate(
        [
            np.stack([xn, yn, one, zero, zero, zero, -un * xn, -un * yn, -un], 1),
            np.stack([zero, zero, zero, xn, yn, one, -vn * xn, -vn * yn, -vn], 1),
        ]
    )
    root = np.sqrt(np.concatenate([weight, weight]))[:, None]
    normal = (rows * root).T @ (rows * root)
    solution = np.linalg.eigh(normal)[1][:, 0].reshape(3, 3)
    return normalise_homography(np.linalg.inv(target) @ solution @ source)
