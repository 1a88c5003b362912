"""What a screen shows of scene-linear pictures, by the views of the colour config."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import PyOpenColorIO as ocio
from unreel.core.color import BUILT_IN_CONFIG
from unreel.core.errors import InputError, UsageError
from unreel.core.frame import HALF_MAX

from .view_state import Channel

EDGE = 65
"""Nodes of the quick table along each side: within 3 code values of the exact view on real frames, 0.1 on average."""
STOPS = 18.0
"""What the table spans, half of it above middle grey and half below; a straight line leads on to black."""
MIDDLE_GREY = 0.18
STRAIGHT = 2.0**-9
LUMINANCE = (0.2126, 0.7152, 0.0722)
AS_IT_IS = "Un-tone-mapped"
"""The view of the ACES configs that shows a display's own picture as it was."""
HALVES = np.nan_to_num(np.arange(1 << 16, dtype=np.uint16).view(np.float16), posinf=HALF_MAX, neginf=-HALF_MAX)
"""The value of each bit pattern; none is black."""

_ERRORS = (ocio.Exception, ocio.ExceptionMissingFile)


@dataclass(frozen=True)
class Look:
    """All that decides how a picture's numbers become a screen's."""

    exposure: float = 0.0
    gamma: float = 1.0
    channel: Channel = "C"


class DisplayTransform:
    """One view of one display of one config. `quick` and `exact` may run at the same time, each in one thread."""

    def __init__(self, config: str = BUILT_IN_CONFIG, display: str = "", view: str = "") -> None:
        """Empty: the config's default display, and the display's default view.

        InputError: no such config. UsageError naming what there is: no such display or view.
        """
        self._config = read_config(config)
        self.display = display or self._config.getDefaultDisplay()
        if self.display not in displays_of(config):
            raise UsageError(f"{config} has no display {self.display!r}; it has {', '.join(displays_of(config))}")
        self.view = view or self._config.getDefaultView(self.display)
        if self.view not in views_of(config, self.display):
            there = ", ".join(views_of(config, self.display))
            raise UsageError(f"the display {self.display} has no view {self.view!r}; it has {there}")
        self.displays, self.views = displays_of(config), views_of(config, self.display)
        """All of the config; all of the display."""
        self._table: ocio.Lut3DTransform | None = None
        self._quick: dict[bool, ocio.CPUProcessor] = {}
        self._exact: dict[tuple[Channel, bool], ocio.CPUProcessor] = {}
        self._shaped: tuple[float, np.ndarray] | None = None

    def quick(self, rgba: np.ndarray, look: Look) -> np.ndarray:
        """[h, w, 4] float16 to uint8 [h, w, 4] as blue, green, red and 255, by two tables: 6 ms at 960x540."""
        if look.channel == "A":
            return _alpha(rgba)
        has_gamma = look.gamma != 1
        if has_gamma not in self._quick:
            chain = [self._tabled(), *_gamma(has_gamma)]
            self._quick[has_gamma] = self._processor(chain, ocio.BIT_DEPTH_UINT16)
        picture = np.ascontiguousarray(self._channel(rgba, look.channel), np.float16)
        # A half has 65536 values: exposure, logarithm and scaling are one look-up.
        shaped = np.take(self._shaped_at(look.exposure), picture.view(np.uint16), mode="clip")
        processor = self._quick[has_gamma]
        _set_gamma(processor, look)
        return _applied(processor, shaped, ocio.BIT_DEPTH_UINT16)

    def exact(self, rgba: np.ndarray, look: Look) -> np.ndarray:
        """The same by the config's own transform, which may take 30 times as long."""
        if look.channel == "A":
            return _alpha(rgba)
        which = look.channel, look.gamma != 1
        if which not in self._exact:
            exposure = ocio.ExposureContrastTransform(style=ocio.EXPOSURE_CONTRAST_LINEAR)
            exposure.makeExposureDynamic()
            spread = [] if look.channel == "C" else [ocio.MatrixTransform(_spread(self._weights(look.channel)))]
            chain = [exposure, *spread, self._view_transform(), *_gamma(look.gamma != 1)]
            self._exact[which] = self._processor(chain, ocio.BIT_DEPTH_F32)
        processor = self._exact[which]
        processor.getDynamicProperty(ocio.DYNAMIC_PROPERTY_EXPOSURE).setDouble(look.exposure)
        _set_gamma(processor, look)
        return _applied(processor, np.ascontiguousarray(rgba, np.float32), ocio.BIT_DEPTH_F32)

    def _processor(self, chain: list[ocio.Transform], depth: Any) -> ocio.CPUProcessor:
        group = ocio.GroupTransform()
        for each in chain:
            group.appendTransform(each)
        try:
            processor = self._config.getProcessor(group)
            return processor.getOptimizedCPUProcessor(depth, ocio.BIT_DEPTH_UINT8, ocio.OPTIMIZATION_DEFAULT)
        except _ERRORS as error:
            raise UsageError(f"the view {self.view} of {self.display} can't be made: {_line(error)}") from None

    def _channel(self, rgba: np.ndarray, channel: Channel) -> np.ndarray:
        if channel == "C":
            return rgba
        if channel == "L":
            grey = rgba[..., :3].astype(np.float32) @ np.array(self._weights("L"), np.float32)
        else:
            grey = rgba[..., "RGB".index(channel)]
        return np.repeat(grey[..., None].astype(np.float16), 4, axis=-1)

    def _weights(self, channel: Channel) -> tuple[float, ...]:
        if channel == "L":
            own = tuple(self._config.getDefaultLumaCoefs())
            return own if len(own) == 3 and sum(own) > 0 else LUMINANCE
        return tuple(float(channel == name) for name in "RGB")

    def _view_transform(self) -> ocio.Transform:
        return ocio.DisplayViewTransform(src=ocio.ROLE_SCENE_LINEAR, display=self.display, view=self.view)

    def _shaped_at(self, exposure: float) -> np.ndarray:
        """[65536] uint16: where each half lies in the table of the view."""
        if self._shaped is None or self._shaped[0] != exposure:
            linear = HALVES.astype(np.float32) * np.float32(2.0**exposure)
            values = np.repeat(linear[:, None], 3, axis=1)
            _raw(_shaper(ocio.TRANSFORM_DIR_FORWARD)).applyRGB(values)
            self._shaped = exposure, np.rint(np.clip(values[:, 0], 0, 1) * 65535).astype(np.uint16)
        return self._shaped[1]

    def _tabled(self) -> ocio.Transform:
        """Middle grey +-9 stops onto 0..1, then the view at each node."""
        if self._table is None:
            axis = np.linspace(0, 1, EDGE, dtype=np.float32)
            nodes = np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), -1).reshape(-1, 3).copy()
            _raw(_shaper(ocio.TRANSFORM_DIR_INVERSE)).applyRGB(nodes)
            try:
                self._config.getProcessor(self._view_transform()).getDefaultCPUProcessor().applyRGB(nodes)
            except _ERRORS as error:
                raise UsageError(f"the view {self.view} of {self.display} can't be made: {_line(error)}") from None
            self._table = ocio.Lut3DTransform(EDGE)
            self._table.setInterpolation(ocio.INTERP_TETRAHEDRAL)
            self._table.setData(nodes.ravel())
        return self._table


def displays_of(config: str) -> tuple[str, ...]:
    return tuple(read_config(config).getDisplays())


def views_of(config: str, display: str) -> tuple[str, ...]:
    """Empty where the config has no such display."""
    return tuple(read_config(config).getViews(display))


def spaces_of(config: str) -> tuple[str, ...]:
    """Colour spaces by name, those of scenes; a display's own are left out where it has some."""
    return tuple(read_config(config).getColorSpaceNames(ocio.SEARCH_REFERENCE_SPACE_SCENE, ocio.COLORSPACE_ACTIVE))


def default_view(config: str, display: str, is_graded: bool) -> str:
    """The display's own, but a picture that was made for a screen is shown as it is where a view does that."""
    if is_graded and AS_IT_IS in views_of(config, display):
        return AS_IT_IS
    return str(read_config(config).getDefaultView(display))


@lru_cache(maxsize=4)
def read_config(name: str) -> Any:
    """InputError: there is no such config."""
    try:
        return ocio.Config.CreateFromFile(name)
    except _ERRORS as error:
        raise InputError(f"the colour config {name} cannot be used: {_line(error)}") from None


def _applied(processor: ocio.CPUProcessor, pixels: np.ndarray, depth: Any) -> np.ndarray:
    shown = np.empty(pixels.shape, np.uint8)
    if pixels.size:
        processor.apply(
            _packed(pixels, ocio.CHANNEL_ORDERING_RGBA, depth),
            _packed(shown, ocio.CHANNEL_ORDERING_BGRA, ocio.BIT_DEPTH_UINT8),
        )
    shown[..., 3] = 255
    return shown


def _gamma(has_gamma: bool) -> list[ocio.Transform]:
    """Of what the screen shows, as in other viewers: black and white stay."""
    if not has_gamma:
        return []
    gamma = ocio.ExposureContrastTransform(style=ocio.EXPOSURE_CONTRAST_LINEAR, pivot=1.0)
    gamma.makeGammaDynamic()
    return [gamma]


def _set_gamma(processor: ocio.CPUProcessor, look: Look) -> None:
    if look.gamma != 1:
        processor.getDynamicProperty(ocio.DYNAMIC_PROPERTY_GAMMA).setDouble(1 / look.gamma)


def _packed(pixels: np.ndarray, order: Any, depth: Any) -> ocio.PackedImageDesc:
    height, width = pixels.shape[:2]
    channel, pixel, row = pixels.itemsize, 4 * pixels.itemsize, 4 * pixels.itemsize * width
    # By its name: given in its place, the order is taken for a number of channels.
    return ocio.PackedImageDesc(
        pixels, width, height, chanOrder=order, bitDepth=depth, chanStrideBytes=channel, xStrideBytes=pixel,
        yStrideBytes=row,
    )  # fmt: skip


def _alpha(rgba: np.ndarray) -> np.ndarray:
    """As grey, whatever the view, exposure and gamma are."""
    grey = np.rint(np.clip(np.nan_to_num(rgba[..., 3].astype(np.float32)), 0, 1) * 255).astype(np.uint8)
    shown = np.repeat(grey[..., None], 4, axis=-1)
    shown[..., 3] = 255
    return shown


def _shaper(direction: Any) -> ocio.Transform:
    return ocio.LogCameraTransform(
        linSideBreak=[STRAIGHT] * 3,
        base=2.0,
        logSideSlope=[1 / STOPS] * 3,
        logSideOffset=[0.5] * 3,
        linSideSlope=[1 / MIDDLE_GREY] * 3,
        linSideOffset=[0.0] * 3,
        direction=direction,
    )


def _raw(transform: ocio.Transform) -> ocio.CPUProcessor:
    return ocio.Config.CreateRaw().getProcessor(transform).getDefaultCPUProcessor()


def _spread(weights: tuple[float, ...]) -> list[float]:
    """The matrix that puts one weighted sum into red, green and blue."""
    row = [*weights, 0.0]
    return [*row, *row, *row, 0.0, 0.0, 0.0, 1.0]


def _line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]
