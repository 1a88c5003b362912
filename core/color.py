"""Colour through OpenColorIO, by role: what is stored to scene-linear and back, and the log that training sees."""

from __future__ import annotations

import difflib
import os
from pathlib import Path

import numpy as np
import PyOpenColorIO as ocio

from .errors import InputError, UsageError

BUILT_IN_CONFIG = "ocio://cg-config-v2.2.0_aces-v1.3_ocio-v2.4"
"""pinned: a newer built-in renames spaces and would change old shots"""
ANALYTIC_LOG = "unreel ACEScct"
"""the name of the log used where the config's own can't be inverted"""

_SRGB_TEXTURES = ("sRGB Encoded Rec.709 (sRGB)", "sRGB - Texture", "Utility - sRGB - Texture", "srgb_tx", "sRGB")
_LINEAR_SUFFIXES = frozenset((".exr", ".hdr"))
_INTEGER_SUFFIXES = frozenset((".png", ".jpg", ".jpeg", ".tga", ".bmp"))
_OCIO_ERRORS = (ocio.Exception, ocio.ExceptionMissingFile)
_PROBE = np.array([-0.1, -0.01, 0, 1e-4, 0.18, 1, 16, 60], np.float32)
_PROBE_TOLERANCE = 1e-3


class Color:
    """One OpenColorIO config and its transforms. All take and give float32 (..., 3); nothing is clipped.

    NaN and infinity come out as something else or themselves; who needs them must keep the originals.
    """

    def __init__(self, config: str | None = None):
        """`$OCIO` if it is set, else `config` (a path or `ocio://...`), else the pinned built-in.

        InputError: there is no such config, or it names no scene_linear.
        """
        self.name = os.environ.get("OCIO") or config or BUILT_IN_CONFIG
        """where the config came from"""
        self._config = _read_config(self.name, "$OCIO" if os.environ.get("OCIO") else "the config")
        self._processors: dict[tuple[str, str], ocio.CPUProcessor] = {}
        if not self._config.hasRole(ocio.ROLE_SCENE_LINEAR):
            raise InputError(f"{self.name} has no role scene_linear; use a config that has")
        self.log_name = self._find_log()
        """the space `encode` leads to: the config's compositing_log, or ANALYTIC_LOG"""

    def encode(self, linear: np.ndarray) -> np.ndarray:
        """Scene-linear (..., 3) to the log that training sees; ACEScct maps 0.18 to 0.414 and 1 to 0.555."""
        if self.log_name == ANALYTIC_LOG:
            return acescct_from_linear(linear)
        return self._apply(linear, ocio.ROLE_SCENE_LINEAR, self.log_name)

    def decode(self, encoded: np.ndarray) -> np.ndarray:
        """The inverse of `encode`, to within 1e-5 of the value."""
        if self.log_name == ANALYTIC_LOG:
            return linear_from_acescct(encoded)
        return self._apply(encoded, self.log_name, ocio.ROLE_SCENE_LINEAR)

    def to_linear(self, rgb: np.ndarray, space: str) -> np.ndarray:
        """`rgb` (..., 3) stored in `space` (a role or a colour space) to scene-linear; uint8 and uint16 are 0..1 first.

        Colour that was multiplied by alpha is divided by it before. UsageError naming near spaces.
        """
        return self._apply(unit_from_integer(rgb), self.space(space), ocio.ROLE_SCENE_LINEAR)

    def from_linear(self, linear: np.ndarray, space: str) -> np.ndarray:
        """Scene-linear (..., 3) to `space`, the inverse of `to_linear`. UsageError naming near spaces."""
        return self._apply(linear, ocio.ROLE_SCENE_LINEAR, self.space(space))

    def space(self, name: str) -> str:
        """The colour space that a role, alias or space name stands for. UsageError naming near ones.

        `texture_paint` is the sRGB texture space in configs without that role.
        """
        candidates = (name, *_SRGB_TEXTURES) if name == ocio.ROLE_TEXTURE_PAINT else (name,)
        for candidate in candidates:
            found = self._config.getColorSpace(candidate)
            if found is not None:
                return found.getName()
        names = [*self._config.getColorSpaceNames(), *(role for role, _ in self._config.getRoles())]
        by_lower = {each.lower(): each for each in names}
        near = difflib.get_close_matches(name.lower(), by_lower, 3, 0.4)
        meant = (
            f"did you mean {' or '.join(by_lower[each] for each in near)}?" if near else f"it has {', '.join(names)}"
        )
        raise UsageError(f"the colour config {self.name} has no space {name!r}; {meant}")

    def _find_log(self) -> str:
        """The config's compositing_log if it brings -0.1 .. 60 back, else the analytic one."""
        if not self._config.hasRole(ocio.ROLE_COMPOSITING_LOG):
            return ANALYTIC_LOG
        log = self.space(ocio.ROLE_COMPOSITING_LOG)
        probe = np.repeat(_PROBE[:, None], 3, axis=1)
        try:
            encoded = self._apply(probe, ocio.ROLE_SCENE_LINEAR, log)
            back = self._apply(encoded, log, ocio.ROLE_SCENE_LINEAR)
        except UsageError:  # a transform without an inverse
            return ANALYTIC_LOG
        is_data = np.array_equal(encoded, probe)
        close = np.allclose(back, probe, rtol=_PROBE_TOLERANCE, atol=_PROBE_TOLERANCE * 0.1)
        return log if close and not is_data else ANALYTIC_LOG

    def _apply(self, rgb: np.ndarray, source: str, target: str) -> np.ndarray:
        if rgb.shape[-1] != 3:
            raise ValueError(f"colour is (..., 3), this is {rgb.shape}")
        if (source, target) not in self._processors:
            try:
                processor = self._config.getProcessor(source, target)
                # The default optimisation uses fast log and exp: 1e-5 off, and a round trip would show.
                cpu = processor.getOptimizedCPUProcessor(ocio.OPTIMIZATION_LOSSLESS)
            except _OCIO_ERRORS as error:
                raise UsageError(f"{self.name} can't go from {source} to {target}: {error}") from None
            self._processors[source, target] = cpu
        pixels = np.array(rgb, np.float32, order="C")
        if pixels.size:
            self._processors[source, target].applyRGB(pixels.reshape(-1, 3))
        return pixels


def default_space(path: str | Path, dtype: np.dtype | type | None = None) -> str:
    """The role of a file's colour when nobody says: `scene_linear` for EXR, HDR and float TIFF, else `texture_paint`.

    `dtype` is that of the file's samples; it decides for TIFF, where None means integers.
    """
    suffix = Path(path).suffix.lower()
    floating = dtype is not None and np.issubdtype(dtype, np.floating)
    linear = suffix in _LINEAR_SUFFIXES or (floating and suffix not in _INTEGER_SUFFIXES)
    return ocio.ROLE_SCENE_LINEAR if linear else ocio.ROLE_TEXTURE_PAINT


def unit_from_integer(pixels: np.ndarray) -> np.ndarray:
    """float32, with uint8 and uint16 scaled so that their largest value is 1; floats pass as they are."""
    if np.issubdtype(pixels.dtype, np.unsignedinteger):
        return pixels.astype(np.float32) / np.float32(np.iinfo(pixels.dtype).max)
    return pixels.astype(np.float32, copy=False)


def acescct_from_linear(linear: np.ndarray) -> np.ndarray:
    """S-2016-001 without its clamp: `10.54 x + 0.0729` up to 1/128, `(log2 x + 9.72) / 17.52` above. float32."""
    x = np.asarray(linear, np.float32)
    log = (np.log2(np.maximum(x, _ACESCCT_BREAK)) + np.float32(9.72)) / np.float32(17.52)
    return np.where(x <= _ACESCCT_BREAK, _ACESCCT_SLOPE * x + _ACESCCT_OFFSET, log)


def linear_from_acescct(encoded: np.ndarray) -> np.ndarray:
    """The inverse of `acescct_from_linear`. float32."""
    y = np.asarray(encoded, np.float32)
    power = np.exp2(np.maximum(y, _ACESCCT_BREAK_ENCODED) * np.float32(17.52) - np.float32(9.72))
    return np.where(y <= _ACESCCT_BREAK_ENCODED, (y - _ACESCCT_OFFSET) / _ACESCCT_SLOPE, power)


_ACESCCT_BREAK = np.float32(0.0078125)
_ACESCCT_BREAK_ENCODED = np.float32(0.155251141552511)
_ACESCCT_SLOPE = np.float32(10.5402377416545)
_ACESCCT_OFFSET = np.float32(0.0729055341958355)


SHAPER_KNEE = 0.02
"""linear value where the shaper turns from straight to logarithmic: deep shadow of a scene-linear plate"""


def shaped_from_linear(linear: np.ndarray) -> np.ndarray:
    """`ln(1 + x / 0.02)` for x >= 0, `x / 0.02` below: what pictures are resampled in, so highlights don't ring."""
    x = np.asarray(linear, np.float32) / np.float32(SHAPER_KNEE)
    return np.where(x >= 0, np.log1p(np.maximum(x, 0)), x)


def linear_from_shaped(shaped: np.ndarray) -> np.ndarray:
    """The inverse of `shaped_from_linear`. float32."""
    y = np.asarray(shaped, np.float32)
    out = np.asarray(np.maximum(y, 0))
    np.expm1(out, out=out)
    out += np.minimum(y, 0)  # one of both is 0
    out *= np.float32(SHAPER_KNEE)
    return out


def _read_config(name: str, what: str) -> ocio.Config:
    try:
        return ocio.Config.CreateFromFile(name)
    except _OCIO_ERRORS as error:
        reason = str(error).strip().splitlines()[0]
        raise InputError(f"{what} {name} cannot be used: {reason}; correct it or unset it") from None
